/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/persistent/node.h"

static const char *check(const uint8_t *n)
{
	uint32_t flags = lvi_get_le32(n + 4);
	uint64_t bytes = node_value_bytes(n);

	if (flags != NODE_INNER && flags != NODE_LEAF)
		return "it is neither an inner node nor a leaf";
	if (bytes > PD_BLOCK_BYTES || NODE_HEADER + (uint64_t)node_max(n) * (8 + bytes) > PD_BLOCK_BYTES)
		return "more entries than have room";
	if (node_count(n) > node_max(n))
		return "more entries than there may be";
	if (flags == NODE_INNER && (!node_count(n) || bytes != 8))
		return "an inner node without children";
	for (unsigned i = 1; i < node_count(n); i++)
		if (node_key(n, i - 1) >= node_key(n, i))
			return "keys are not in order";
	return NULL;
}

const struct pd_kind lvi_pd_node = { "btree node", 121107, 8, check };

void lvi_node_init(uint8_t *n, bool leaf, unsigned value_bytes)
{
	unsigned max = (PD_BLOCK_BYTES - NODE_HEADER) / (8 + value_bytes);

	lvi_put_le32(n + 4, leaf ? NODE_LEAF : NODE_INNER);
	node_set_count(n, 0);
	lvi_put_le32(n + 20, max - max % 3);  /* so that three nodes can be made of two full ones */
	lvi_put_le32(n + 24, value_bytes);
	lvi_put_le32(n + 28, 0);
}

int lvi_node_find(const uint8_t *n, uint64_t key)
{
	unsigned low = 0, high = node_count(n);

	/* keys before `low` are not above, those from `high` on are */
	while (low < high) {
		unsigned middle = (low + high) / 2;

		if (node_key(n, middle) <= key)
			low = middle + 1;
		else
			high = middle;
	}
	return (int)low - 1;
}

/* Both sides of a node's arrays, @count entries from @from to @to. */
static void move(uint8_t *to, unsigned at, const uint8_t *from, unsigned i, unsigned count)
{
	memmove(to + NODE_HEADER + 8 * at, from + NODE_HEADER + 8 * i, 8 * (size_t)count);
	memmove(node_value_at(to, at), node_value(from, i), (size_t)count * node_value_bytes(from));
}

void lvi_node_insert(uint8_t *n, unsigned at, uint64_t key, const void *value)
{
	unsigned count = node_count(n);

	move(n, at + 1, n, at, count - at);
	node_set_key(n, at, key);
	memcpy(node_value_at(n, at), value, node_value_bytes(n));
	node_set_count(n, count + 1);
}

void lvi_node_erase(uint8_t *n, unsigned at)
{
	unsigned count = node_count(n);

	move(n, at, n, at + 1, count - at - 1);
	node_set_count(n, count - 1);
}

void lvi_node_balance(uint8_t *left, uint8_t *right, unsigned left_count)
{
	unsigned l = node_count(left), r = node_count(right), n;

	if (left_count > l) {
		n = left_count - l;
		move(left, l, right, 0, n);
		move(right, 0, right, n, r - n);
	} else {
		n = l - left_count;
		move(right, n, right, 0, r);
		move(right, 0, left, left_count, n);
	}
	node_set_count(left, left_count);
	node_set_count(right, l + r - left_count);
}
