/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_RACE_H
#define LVOL_TESTS_RACE_H

/* What the programs of this folder share. Nothing here returns failure: it ends the program with a message. */

#include <stdbool.h>
#include <stdint.h>

#include <lvol/lvol.h>

#define RACE_VG "vg"
#define RACE_EXTENT (1u << 20)

/* A call of the library that must succeed. */
#define race_ok(call, err)                                            \
	do {                                                          \
		int race_ret_ = (call);                               \
		if (race_ret_)                                        \
			race_die("%s: %s: %s (%s)", #call, lvol_err_name(race_ret_), (err).message, (err).subject); \
	} while (0)

void race_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void race_must(bool right, const char *what);

/* A new empty folder; it is removed when the process that made it ends. */
const char *race_folder(void);

/* "@folder/@name" of the given size; a static list of RACE_PVS paths that ends in NULL. */
#define RACE_PVS 2
const char *const *race_images(const char *folder, uint64_t bytes);

struct lvol_ctx *race_context(const char *const *paths, const char *locking_dir);
void race_make_vg(struct lvol_ctx *ctx, const char *const *devices);

/* Pseudo-random numbers, the same for the same seed. */
uint32_t race_random(uint64_t *state);

#endif
