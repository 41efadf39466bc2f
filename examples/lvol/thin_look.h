/* SPDX-License-Identifier: MIT */
#ifndef THIN_LOOK_H
#define THIN_LOOK_H

/* A thin pool's metadata, in the kernel too if it is active there. */

#include "command.h"
#include "option_values.h"
#include "tool.h"

struct thin_look_args {
	unsigned int reserved, drop_reserved;
};

/* Rows of an option table; `at` is where the struct lies. */
#define THIN_LOOK_OPTIONS(at) \
	{ 0, "reserved", NULL, option_flag, (at) + offsetof(struct thin_look_args, reserved), \
		"read the metadata snapshot that is reserved already" }, \
	{ 0, "drop-reserved", NULL, option_flag, (at) + offsetof(struct thin_look_args, drop_reserved), \
		"first give back a metadata snapshot that a program which died has left" }

struct thin_look {
	struct lvol_vg *vg;
	struct lvol_backend *backend;   /* NULL where there is no device-mapper, or not for us */
	struct lvol_thin_view *view;
};

/* The kernel's device-mapper, or NULL where there is none, or not for us: then nothing of ours is active there. */
struct lvol_backend *thin_look_backend(const struct call *call);

/* The LV that a word names. */
int thin_look_lv(struct call *call, const char *word, struct lvol_vg **vg, const struct lvol_lv **lv,
		struct lvol_error *err);

/* Look at the pool that the word names, or that of a thin LV. */
int thin_look_open(struct call *call, const char *word, const struct thin_look_args *args, struct thin_look *look,
		struct lvol_error *err);

/* The device of a thin LV of the pool. */
int thin_look_device(const struct call *call, const struct thin_look *look, const char *word, uint32_t *id,
		struct lvol_error *err);

/* Returns `ret`, or what goes wrong now. */
int thin_look_close(struct thin_look *look, int ret, struct lvol_error *err);

#endif
