/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_PERSISTENT_NODE_H
#define LVI_BACKEND_USER_PERSISTENT_NODE_H

#include "backend/user/persistent/block.h"
#include "base/bytes.h"

/*
 * A node of a btree:
 *	0 checksum  4 flags  8 own number  16 entries  20 entries at most  24 bytes of a value  28 zero
 *	32 keys, 8 bytes each, then values, behind the room for as many keys as there may be
 * Values of inner nodes are block numbers. All little endian.
 */
#define NODE_HEADER 32u
#define NODE_INNER 1u
#define NODE_LEAF 2u

extern const struct pd_kind lvi_pd_node;

static inline unsigned node_count(const uint8_t *n) { return lvi_get_le32(n + 16); }
static inline unsigned node_max(const uint8_t *n) { return lvi_get_le32(n + 20); }
static inline unsigned node_value_bytes(const uint8_t *n) { return lvi_get_le32(n + 24); }
static inline bool node_is_leaf(const uint8_t *n) { return lvi_get_le32(n + 4) == NODE_LEAF; }
static inline void node_set_count(uint8_t *n, unsigned count) { lvi_put_le32(n + 16, count); }
static inline uint64_t node_key(const uint8_t *n, unsigned i) { return lvi_get_le64(n + NODE_HEADER + 8 * i); }
static inline void node_set_key(uint8_t *n, unsigned i, uint64_t key) { lvi_put_le64(n + NODE_HEADER + 8 * i, key); }
static inline const uint8_t *node_value(const uint8_t *n, unsigned i)
{
	return n + NODE_HEADER + 8 * node_max(n) + (size_t)i * node_value_bytes(n);
}
static inline uint8_t *node_value_at(uint8_t *n, unsigned i)
{
	return n + NODE_HEADER + 8 * node_max(n) + (size_t)i * node_value_bytes(n);
}
static inline uint64_t node_child(const uint8_t *n, unsigned i) { return lvi_get_le64(node_value(n, i)); }
static inline void node_set_child(uint8_t *n, unsigned i, uint64_t block) { lvi_put_le64(node_value_at(n, i), block); }

void lvi_node_init(uint8_t *n, bool leaf, unsigned value_bytes);
/* The last entry whose key is not above @key; -1: all are. */
int lvi_node_find(const uint8_t *n, uint64_t key);
void lvi_node_insert(uint8_t *n, unsigned at, uint64_t key, const void *value);  /* there must be room */
void lvi_node_erase(uint8_t *n, unsigned at);
/* Moves entries between neighbours until the left one has @left_count; both are of one shape. */
void lvi_node_balance(uint8_t *left, uint8_t *right, unsigned left_count);

#endif
