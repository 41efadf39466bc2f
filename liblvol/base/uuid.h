/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_UUID_H
#define LVI_BASE_UUID_H

#include <stdbool.h>
#include <stddef.h>

#define LVI_UUID_LEN 32        /* characters on disk, no hyphens, no NUL */
#define LVI_UUID_TEXT_LEN 38   /* printed 6-4-4-4-4-4-6, without NUL */

/* LVM2's id: 32 characters of 0-9 a-z A-Z ! # */
struct uuid { char c[LVI_UUID_LEN]; };

/* Where random bytes come from, so that a seeded context is reproducible. 0 or -1 (errno set). */
struct random_source {
	int (*fill)(void *arg, void *buf, size_t len);
	void *arg;
};

bool lvi_uuid_equal(const struct uuid *a, const struct uuid *b);
bool lvi_uuid_valid(const struct uuid *id);
/* Hyphens anywhere are skipped; exactly 32 others of the alphabet are needed. */
bool lvi_uuid_parse(struct uuid *out, const char *text, size_t len);
void lvi_uuid_format(const struct uuid *id, char out[LVI_UUID_TEXT_LEN + 1]);
int lvi_uuid_make(struct uuid *out, const struct random_source *rnd);  /* only 0-9 a-z A-Z; 0 or -1 */

#endif
