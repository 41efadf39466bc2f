/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/textbuf.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"

/* Room for @len more bytes and a NUL. */
static bool make_room(struct textbuf *t, size_t len)
{
	void *data = t->data;

	if (t->failed)
		return false;
	if (len < t->cap - t->len)
		return true;
	if (len > PTRDIFF_MAX - t->len - 1 || lvi_array_reserve(&data, &t->cap, t->len + len + 1, 1)) {
		t->failed = true;
		return false;
	}
	t->data = data;
	return true;
}

void lvi_textbuf_add(struct textbuf *t, const char *s, size_t len)
{
	if (!len || !make_room(t, len))
		return;
	memcpy(t->data + t->len, s, len);
	t->len += len;
}

void lvi_textbuf_puts(struct textbuf *t, const char *s)
{
	lvi_textbuf_add(t, s, strlen(s));
}

void lvi_textbuf_putc(struct textbuf *t, char c)
{
	if (make_room(t, 1))
		t->data[t->len++] = c;
}

void lvi_textbuf_u64(struct textbuf *t, uint64_t v)
{
	char digits[20];
	size_t at = sizeof digits;

	do
		digits[--at] = (char)('0' + v % 10);
	while (v /= 10);
	lvi_textbuf_add(t, digits + at, sizeof digits - at);
}

void lvi_textbuf_printf(struct textbuf *t, const char *fmt, ...)
{
	va_list ap;
	int len;

	va_start(ap, fmt);
	len = vsnprintf(NULL, 0, fmt, ap);
	va_end(ap);
	if (len < 0)
		t->failed = true;
	else if (make_room(t, (size_t)len)) {
		va_start(ap, fmt);
		vsnprintf(t->data + t->len, (size_t)len + 1, fmt, ap);
		va_end(ap);
		t->len += (size_t)len;
	}
}

char *lvi_textbuf_take(struct textbuf *t, size_t *len)
{
	char *data;

	if (!make_room(t, 0)) {
		lvi_textbuf_free(t);
		return NULL;
	}
	data = t->data;
	data[t->len] = '\0';
	if (len)
		*len = t->len;
	*t = (struct textbuf) {0};
	return data;
}

void lvi_textbuf_free(struct textbuf *t)
{
	free(t->data);
	*t = (struct textbuf) {0};
}
