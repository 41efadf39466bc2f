/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/hash.h"

#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/block.h"
#include "base/bytes.h"

/*
 * Open addressing with linear probing in a power of two of slots. At most 4/5 of them are taken, removed ones
 * (tombstones) included, so that every probe meets an empty slot; a rebuild drops the tombstones.
 *
 * Each slot has a tag: 32 bits of its key's hash, which say where it belongs too. Tags stand together behind the slots,
 * so that a search stays in a small part of memory and looks at a slot only when that is very likely the one.
 */
struct hash_slot {
	const void *key;
	size_t len;
	void *value;
};

enum { TAG_NEVER_USED, TAG_REMOVED, TAG_FIRST };

/* SipHash-1-3 */

static inline uint64_t rotl(uint64_t v, unsigned by)
{
	return v << by | v >> (64 - by);
}

static inline void sip_round(uint64_t v[4])
{
	v[0] += v[1];
	v[2] += v[3];
	v[1] = rotl(v[1], 13) ^ v[0];
	v[3] = rotl(v[3], 16) ^ v[2];
	v[0] = rotl(v[0], 32);
	v[2] += v[1];
	v[0] += v[3];
	v[1] = rotl(v[1], 17) ^ v[2];
	v[3] = rotl(v[3], 21) ^ v[0];
	v[2] = rotl(v[2], 32);
}

uint64_t lvi_hash_bytes(const uint64_t key[2], const void *data, size_t len)
{
	uint64_t v[4] = {
		key[0] ^ UINT64_C(0x736f6d6570736575), key[1] ^ UINT64_C(0x646f72616e646f6d),
		key[0] ^ UINT64_C(0x6c7967656e657261), key[1] ^ UINT64_C(0x7465646279746573),
	};
	unsigned char last[8] = {0};
	const unsigned char *p = data;

	for (size_t left = len; ; p += 8, left -= 8) {
		uint64_t m;

		if (left >= 8) {
			m = lvi_get_le64(p);
		} else {
			if (left)
				memcpy(last, p, left);
			last[7] = (unsigned char)len;
			m = lvi_get_le64(last);
		}
		v[3] ^= m;
		sip_round(v);
		v[0] ^= m;
		if (left < 8)
			break;
	}
	v[2] ^= 0xff;
	sip_round(v);
	sip_round(v);
	sip_round(v);
	return v[0] ^ v[1] ^ v[2] ^ v[3];
}

void lvi_hash_random_key(uint64_t key[2])
{
	struct timespec now;

	if (getrandom(key, 2 * sizeof key[0], GRND_NONBLOCK) == 2 * sizeof key[0])
		return;
	/* Early in boot the pool may be empty. Waiting for it could hang the boot; addresses and time must do. */
	clock_gettime(CLOCK_MONOTONIC, &now);
	key[0] = (uint64_t)now.tv_nsec * UINT64_C(0x9e3779b97f4a7c15) ^ (uintptr_t)key;
	key[1] = (uint64_t)now.tv_sec * UINT64_C(0xbf58476d1ce4e5b9) ^ rotl((uintptr_t)&now, 32);
}

void lvi_hash_init(struct hash *h)
{
	*h = (struct hash) {0};
}

void lvi_hash_free(struct hash *h)
{
	free(h->slots);
	*h = (struct hash) {0};
}

static uint32_t tag_of(const struct hash *h, const void *key, size_t len)
{
	uint32_t tag = (uint32_t)lvi_hash_bytes(h->key, key, len);

	return tag < TAG_FIRST ? tag + TAG_FIRST : tag;
}

/* The index of @key's slot, or -1; *free_slot (may be NULL) is then where it could be put. */
static ptrdiff_t find(const struct hash *h, uint32_t tag, const void *key, size_t len, size_t *free_slot)
{
	ptrdiff_t tomb = -1;

	for (size_t i = tag & (h->cap - 1); ; i = (i + 1) & (h->cap - 1)) {
		const struct hash_slot *s = &h->slots[i];

		if (h->tags[i] == tag && s->len == len && !memcmp(s->key, key, len))
			return (ptrdiff_t)i;
		if (h->tags[i] == TAG_NEVER_USED) {
			if (free_slot)
				*free_slot = tomb < 0 ? i : (size_t)tomb;
			return -1;
		}
		if (tomb < 0 && h->tags[i] == TAG_REMOVED)
			tomb = (ptrdiff_t)i;
	}
}

static void insert_fresh(struct hash *h, uint32_t tag, const struct hash_slot *from)
{
	size_t i = tag & (h->cap - 1);

	while (h->tags[i] != TAG_NEVER_USED)
		i = (i + 1) & (h->cap - 1);
	h->tags[i] = tag;
	h->slots[i] = *from;
}

static int rebuild(struct hash *h, size_t cap)
{
	struct hash bigger = { .cap = cap, .used = h->used };
	size_t bytes;

	if (__builtin_mul_overflow(cap, sizeof *h->slots + sizeof *h->tags, &bytes))
		return -1;
	bigger.slots = lvi_block_alloc(bytes);
	if (!bigger.slots)
		return -1;
	bigger.tags = memset(bigger.slots + cap, 0, cap * sizeof *h->tags);
	if (h->cap)
		memcpy(bigger.key, h->key, sizeof bigger.key);
	else
		lvi_hash_random_key(bigger.key);
	for (size_t i = 0; i < h->cap; i++)
		if (h->tags[i] >= TAG_FIRST)
			insert_fresh(&bigger, h->tags[i], &h->slots[i]);
	free(h->slots);
	*h = bigger;
	return 0;
}

static size_t max_used(size_t cap)
{
	return cap - cap / 5 - 1;
}

/* Make sure that one more fits. */
static int reserve(struct hash *h)
{
	size_t cap = h->cap ? h->cap : 8;

	if (h->cap && h->used + h->tombs + 1 <= max_used(h->cap))
		return 0;
	/* Mostly tombstones: the same size will do. */
	return rebuild(h, h->used + 1 > cap / 2 ? cap * 2 : cap);
}

int lvi_hash_reserve(struct hash *h, size_t count)
{
	size_t cap = 8;

	while (max_used(cap) < count + h->tombs)
		cap *= 2;
	return cap > h->cap ? rebuild(h, cap) : 0;
}

static void take_slot(struct hash *h, size_t i, uint32_t tag, const struct hash_slot *slot)
{
	h->tombs -= h->tags[i] == TAG_REMOVED;
	h->used++;
	h->tags[i] = tag;
	h->slots[i] = *slot;
}

int lvi_hash_put(struct hash *h, const void *key, size_t len, void *value, void **old)
{
	struct hash_slot slot = { key ? key : "", len, value };
	size_t spot = 0;
	ptrdiff_t at;
	uint32_t tag;

	if (reserve(h))
		return -1;
	tag = tag_of(h, slot.key, len);
	at = find(h, tag, slot.key, len, &spot);
	if (old)
		*old = at < 0 ? NULL : h->slots[at].value;
	if (at < 0)
		take_slot(h, spot, tag, &slot);
	else
		h->slots[at] = slot;
	return 0;
}

int lvi_hash_add(struct hash *h, const void *key, size_t len, void *value)
{
	struct hash_slot slot = { key ? key : "", len, value };
	size_t spot = 0;
	uint32_t tag;

	if (reserve(h))
		return -1;
	tag = tag_of(h, slot.key, len);
	if (find(h, tag, slot.key, len, &spot) >= 0)
		return 1;
	take_slot(h, spot, tag, &slot);
	return 0;
}

void *lvi_hash_get(const struct hash *h, const void *key, size_t len)
{
	ptrdiff_t at;

	if (!h->used)
		return NULL;
	if (!key)
		key = "";
	at = find(h, tag_of(h, key, len), key, len, NULL);
	return at < 0 ? NULL : h->slots[at].value;
}

void *lvi_hash_del(struct hash *h, const void *key, size_t len)
{
	ptrdiff_t at;

	if (!h->used)
		return NULL;
	if (!key)
		key = "";
	at = find(h, tag_of(h, key, len), key, len, NULL);
	if (at < 0)
		return NULL;
	h->tags[at] = TAG_REMOVED;
	h->used--;
	h->tombs++;
	return h->slots[at].value;
}

size_t lvi_hash_count(const struct hash *h)
{
	return h->used;
}

void *lvi_hash_next(const struct hash *h, size_t *at, const void **key)
{
	while (*at < h->cap) {
		size_t i = (*at)++;

		if (h->tags[i] < TAG_FIRST)
			continue;
		if (key)
			*key = h->slots[i].key;
		return h->slots[i].value;
	}
	return NULL;
}
