/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_PERSISTENT_ARRAY_H
#define LVI_BACKEND_USER_PERSISTENT_ARRAY_H

#include "backend/user/persistent/btree.h"

/*
 * An array of values of one size, copied on write: a btree from the number of an array block to its place, and in each
 * array block
 *	0 checksum  4 entries at most  8 entries  12 bytes of a value  16 own number  24 values
 * All array blocks but the last are full. Like a btree it is its root, and who uses it keeps its length. Values refer
 * to nothing. All little endian.
 *
 * A bitset is an array of 64-bit words, the lowest bit first.
 */
struct pd_array {
	struct pd_tm *tm;
	const char *name;              /* "mapping array", for messages */
	uint32_t value_bytes;          /* 4 or 8 */
};

extern const struct pd_kind lvi_pd_array_block;

unsigned lvi_array_per_block(const struct pd_array *a);
int lvi_array_new(const struct pd_array *a, uint64_t *root, struct lvol_error *err);  /* without values */
/* New entries are zero; entries that go away may be anything. */
int lvi_array_resize(const struct pd_array *a, uint64_t *root, const uint64_t lengths[2], struct lvol_error *err);
int lvi_array_set(const struct pd_array *a, uint64_t *root, uint64_t i, uint64_t value, struct lvol_error *err);
/* All of it is gone. */
int lvi_array_drop(const struct pd_array *a, uint64_t root, struct lvol_error *err);

/* Entries [begin, end) in their order; what @use answers below 0 ends it. LVOL_E_CORRUPT: it has not so many. */
struct pd_array_range { uint64_t root, begin, end; };
int lvi_array_walk(const struct pd_array *a, const struct pd_array_range *range,
		int (*use)(void *arg, uint64_t i, uint64_t value, struct lvol_error *err), void *arg,
		struct lvol_error *err);
/* An array of @count values in the place of that at *root (0: there is none yet). */
struct pd_array_source { uint64_t count; uint64_t (*value)(const void *arg, uint64_t i); const void *arg; };
int lvi_array_replace(const struct pd_array *a, uint64_t *root, const struct pd_array_source *from,
		struct lvol_error *err);

static inline uint64_t lvi_bitset_words(uint64_t bits) { return bits / 64 + (bits % 64 != 0); }

#endif
