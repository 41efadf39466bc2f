/* SPDX-License-Identifier: MIT */
#ifndef SIZE_H
#define SIZE_H

/*
 * Sizes as lvm2 writes them. Input units are always of base 1024, in either case: b bytes, s sectors of 512 bytes,
 * k m g t p e, each also as "KiB", "MiB" ...; a fraction is fine.
 */

#include <lvol/lvol.h>

/* A size, or with a sign a difference. */
struct size_spec {
	int sign;                /* 0, 1 or -1 */
	struct lvol_size size;   /* all zero: not given */
};

/* "1.5g"; `default_unit` is the unit letter of a number alone. */
int size_bytes(const char *text, char default_unit, uint64_t *bytes, struct lvol_error *err);

/* A whole number in decimal digits. */
int size_number(const char *text, uint64_t *number, struct lvol_error *err);

/* "+1g": for -L. */
int size_spec_bytes(const char *text, struct size_spec *spec, struct lvol_error *err);

/* "100", "+50%FREE": for -l. */
int size_spec_extents(const char *text, struct size_spec *spec, struct lvol_error *err);

bool size_is_given(const struct size_spec *spec);

struct size_text {
	char text[32];
};

/* "1.50 GiB", with a "<" in front when it was rounded up, as lvm2 shows it. */
struct size_text size_show(uint64_t bytes);

#endif
