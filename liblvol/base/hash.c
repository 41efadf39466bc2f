/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/hash.h"

#include <stdbool.h>
#include <stdlib.h>
#include <string.h>
#include <sys/random.h>
#include <time.h>

#include "base/bytes.h"

/*
 * Open addressing with linear probing in a power of two of slots. At most 3/4 of them are taken, removed ones
 * (tombstones) included, so that every probe meets an empty slot; a rebuild drops the tombstones.
 */
struct hash_slot {
	const void *key;   /* NULL: never used; &tombstone: removed */
	size_t len;
	uint64_t hash;
	void *value;
};

static const char tombstone;

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

static bool slot_live(const struct hash_slot *s)
{
	return s->key && s->key != &tombstone;
}

static bool slot_is(const struct hash_slot *s, uint64_t hash, const void *key, size_t len)
{
	return s->hash == hash && slot_live(s) && s->len == len && !memcmp(s->key, key, len);
}

/* The slot of @key, or NULL; *free_slot (may be NULL) is where it could be put. */
static struct hash_slot *find(const struct hash *h, uint64_t hash, const void *key, size_t len,
		struct hash_slot **free_slot)
{
	struct hash_slot *tomb = NULL;

	for (size_t i = hash & (h->cap - 1); ; i = (i + 1) & (h->cap - 1)) {
		struct hash_slot *s = &h->slots[i];

		if (slot_is(s, hash, key, len))
			return s;
		if (!s->key) {
			if (free_slot)
				*free_slot = tomb ? tomb : s;
			return NULL;
		}
		if (!tomb && s->key == &tombstone)
			tomb = s;
	}
}

static void insert_fresh(struct hash_slot *slots, size_t cap, const struct hash_slot *from)
{
	size_t i = from->hash & (cap - 1);

	while (slots[i].key)
		i = (i + 1) & (cap - 1);
	slots[i] = *from;
}

static int rebuild(struct hash *h, size_t cap)
{
	struct hash_slot *slots = calloc(cap, sizeof *slots);

	if (!slots)
		return -1;
	if (!h->cap)
		lvi_hash_random_key(h->key);
	for (size_t i = 0; i < h->cap; i++)
		if (slot_live(&h->slots[i]))
			insert_fresh(slots, cap, &h->slots[i]);
	free(h->slots);
	h->slots = slots;
	h->cap = cap;
	h->tombs = 0;
	return 0;
}

/* Make sure that one more fits. */
static int reserve(struct hash *h)
{
	size_t cap = h->cap ? h->cap : 8;

	if (h->cap && (h->used + h->tombs + 1) <= h->cap / 4 * 3)
		return 0;
	/* Mostly tombstones: the same size will do. */
	return rebuild(h, h->used + 1 > cap / 2 ? cap * 2 : cap);
}

int lvi_hash_reserve(struct hash *h, size_t count)
{
	size_t cap = 8;

	while (cap / 4 * 3 < count + h->tombs)
		cap *= 2;
	return cap > h->cap ? rebuild(h, cap) : 0;
}

int lvi_hash_put(struct hash *h, const void *key, size_t len, void *value, void **old)
{
	struct hash_slot *s, *spot = NULL;
	uint64_t hash;

	if (reserve(h))
		return -1;
	if (!key)
		key = "";
	hash = lvi_hash_bytes(h->key, key, len);
	s = find(h, hash, key, len, &spot);
	if (old)
		*old = s ? s->value : NULL;
	if (!s) {
		h->tombs -= spot->key == &tombstone;
		h->used++;
		s = spot;
	}
	*s = (struct hash_slot) { key, len, hash, value };
	return 0;
}

void *lvi_hash_get(const struct hash *h, const void *key, size_t len)
{
	struct hash_slot *s;

	if (!h->used)
		return NULL;
	if (!key)
		key = "";
	s = find(h, lvi_hash_bytes(h->key, key, len), key, len, NULL);
	return s ? s->value : NULL;
}

void *lvi_hash_del(struct hash *h, const void *key, size_t len)
{
	struct hash_slot *s;
	void *value;

	if (!h->used)
		return NULL;
	if (!key)
		key = "";
	s = find(h, lvi_hash_bytes(h->key, key, len), key, len, NULL);
	if (!s)
		return NULL;
	value = s->value;
	*s = (struct hash_slot) { .key = &tombstone };
	h->used--;
	h->tombs++;
	return value;
}

size_t lvi_hash_count(const struct hash *h)
{
	return h->used;
}
