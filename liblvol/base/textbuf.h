/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_TEXTBUF_H
#define LVI_BASE_TEXTBUF_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* A growing text. A failed allocation sticks (`failed`), so that a writer checks once, at the end. */
struct textbuf { char *data; size_t len, cap; bool failed; };

void lvi_textbuf_add(struct textbuf *t, const char *s, size_t len);
void lvi_textbuf_puts(struct textbuf *t, const char *s);
void lvi_textbuf_putc(struct textbuf *t, char c);
void lvi_textbuf_u64(struct textbuf *t, uint64_t v);
void lvi_textbuf_printf(struct textbuf *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));
/* The text, NUL-terminated (the NUL is not in @len), now the caller's to free(); NULL if anything failed. */
char *lvi_textbuf_take(struct textbuf *t, size_t *len);
void lvi_textbuf_free(struct textbuf *t);

#endif
