/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_HASH_H
#define LVI_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

/*
 * Open-addressing map from byte strings to pointers. Keys are not copied: they must live as long as the
 * entry. A keyed hash (SipHash-1-3 or as strong) with a per-map random key keeps hostile names from making it slow.
 */
struct hash {
	struct hash_slot *slots;
	uint32_t *tags;
	size_t used, tombs, cap;
	uint64_t key[2];
};

void lvi_hash_init(struct hash *h);  /* no memory is taken before the first put */
void lvi_hash_free(struct hash *h);
/* Room for @count entries in all, so that many puts need not grow it step by step. 0, or -1 without memory. */
int lvi_hash_reserve(struct hash *h, size_t count);
/* 0, or -1 without memory. An entry of the same key is replaced; *old (may be NULL) gets its value or NULL. */
int lvi_hash_put(struct hash *h, const void *key, size_t len, void *value, void **old);
/* 0, 1 when there is an entry of that key, which stays, or -1 without memory. */
int lvi_hash_add(struct hash *h, const void *key, size_t len, void *value);
void *lvi_hash_get(const struct hash *h, const void *key, size_t len);
void *lvi_hash_del(struct hash *h, const void *key, size_t len);  /* removed value or NULL */
size_t lvi_hash_count(const struct hash *h);
/* Each value once, in no order: begin with *at = 0; NULL at the end. *key (may be NULL) is what was put. */
void *lvi_hash_next(const struct hash *h, size_t *at, const void **key);

/* What the map is made of, for tables of another shape. */
uint64_t lvi_hash_bytes(const uint64_t key[2], const void *data, size_t len);
void lvi_hash_random_key(uint64_t key[2]);

#endif
