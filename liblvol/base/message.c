/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/message.h"

#include <stdio.h>
#include <string.h>

static size_t utf8_size(unsigned char lead)
{
	return lead >= 0xf0 ? 4 : lead >= 0xe0 ? 3 : lead >= 0xc0 ? 2 : 1;
}

/* Drop the start of a UTF-8 character whose rest was cut off. */
static void drop_partial(char *text, size_t len)
{
	size_t tail = 0;

	while (tail < 3 && tail < len && ((unsigned char)text[len - 1 - tail] & 0xc0) == 0x80)
		tail++;
	if (tail < len && utf8_size((unsigned char)text[len - 1 - tail]) > tail + 1)
		text[len - 1 - tail] = '\0';
}

static void make_one_line(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < ' ' || *text == '\x7f')
			*text = '?';
}

void lvi_message_vformat(char *out, size_t size, const char *fmt, va_list ap)
{
	int len = vsnprintf(out, size, fmt, ap);

	if (len < 0)
		out[0] = '\0';
	else if ((size_t)len >= size)
		drop_partial(out, size - 1);
	make_one_line(out);
}

void lvi_message_copy(char *out, size_t size, const char *text)
{
	size_t len = strnlen(text, size);
	size_t room = len < size ? len : size - 1;

	memmove(out, text, room);
	out[room] = '\0';
	if (len > room)
		drop_partial(out, room);
	make_one_line(out);
}
