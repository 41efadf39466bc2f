/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_LIMITS_H
#define LVOL_TESTS_LIMITS_H

#include <stdbool.h>
#include <stddef.h>

#define LIMIT_INPUT ((size_t)1 << 20)

/* Text that is made piece by piece, up to LIMIT_INPUT bytes. */
struct text {
	char *data;   /* ends in a NUL */
	size_t len;
};

/* How much more a maker of repeated pieces may put, leaving room for what closes the text. */
static inline bool text_has_room(const struct text *t)
{
	return t->len < LIMIT_INPUT - 4096;
}

void text_put(struct text *t, const char *fmt, ...) __attribute__((format(printf, 2, 3)));

/* One input: its makers know nothing of what is done with it. */
struct limit_case {
	const char *name;
	void (*make)(struct text *t);
};

extern const struct limit_case limit_texts[], limit_vgs[], limit_confs[], limit_lines[], limit_streams[];  /* end with a NULL name */

/* What is done with an input; each ends the process if what it gets is not one of the results that may be. */
void limit_parse(const struct text *t);   /* as the text of a VG */
void limit_image(const struct text *t);   /* as the metadata of two devices */
void limit_conf(const struct text *t);    /* as lvm.conf */
void limit_table(const struct text *t);   /* as a device-mapper table */
void limit_status(const struct text *t);  /* as what targets say */
void limit_stream(const struct text *t);  /* as the stream of a volume, with checksums that are right */

#endif
