/* SPDX-License-Identifier: MIT */
#ifndef PICTURE_H
#define PICTURE_H

/* The picture of a VG on standard output, as the terminal can show it. */

#include <lvol/lvol.h>

struct picture_style {
	bool svg, ascii;
	uint32_t width;      /* 0: the terminal's, or the library's default */
	const char *file;    /* NULL or "-": standard output */
};

int picture_print(const struct lvol_vg *vg, const struct picture_style *style,
		struct lvol_error *err);

#endif
