/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/free_runs.h"

#include <assert.h>

/*
 * An AVL tree ordered by where runs start. It is balanced by height, not by chance: the extents come from disk, and
 * whoever wrote them must not be able to make the tree deep. Recursion goes no deeper than its height, which for 2^32
 * runs is 46.
 *
 * Each node knows the longest run of its subtree. Changing a run in place therefore ends with refresh(), which goes
 * down to it by its start and mends what is above; changes keep the order of starts, so that this finds it.
 */
struct free_node {
	uint32_t start, count;
	uint32_t longest;        /* in the subtree */
	uint32_t height;
	struct free_node *left, *right;
};

#define BLOCK_NODES ((size_t)32)

struct free_run_pool {
	struct arena *arena;
	struct free_node *unused;    /* given back, linked by left */
	struct free_node *block;     /* never used yet */
	size_t block_left;
	size_t made, in_use, promised;
};

struct free_runs {
	struct free_run_pool *pool;
	struct free_node *root;
	uint64_t total;
};

/* The pool */

struct free_run_pool *lvi_free_run_pool_new(struct arena *arena)
{
	struct free_run_pool *pool = lvi_arena_zalloc(arena, sizeof *pool);

	if (pool)
		pool->arena = arena;
	return pool;
}

static void unused_push(struct free_run_pool *pool, struct free_node *n)
{
	n->left = pool->unused;
	pool->unused = n;
}

static void node_put(struct free_run_pool *pool, struct free_node *n)
{
	unused_push(pool, n);
	pool->in_use--;
}

static int pool_grow(struct free_run_pool *pool, size_t n)
{
	size_t count = n > BLOCK_NODES ? n : BLOCK_NODES;
	struct free_node *block = NULL;

	/* Not cleared: most promised nodes are never touched. */
	if (count <= SIZE_MAX / sizeof *block)
		block = lvi_arena_alloc(pool->arena, count * sizeof *block);
	if (!block)
		return -1;
	while (pool->block_left)
		unused_push(pool, &pool->block[--pool->block_left]);
	pool->block = block;
	pool->block_left = count;
	pool->made += count;
	return 0;
}

int lvi_free_run_pool_promise(struct free_run_pool *pool, size_t n)
{
	size_t promised;

	if (__builtin_add_overflow(pool->promised, n, &promised))
		return -1;
	if (promised > pool->made && pool_grow(pool, promised - pool->made))
		return -1;
	pool->promised = promised;
	return 0;
}

/* Make sure that @n calls of node_get() come back with a node. */
static int pool_ready(struct free_run_pool *pool, size_t n)
{
	size_t left = pool->made - pool->in_use;

	return left >= n ? 0 : pool_grow(pool, n - left);
}

static struct free_node *node_get(struct free_run_pool *pool, uint32_t start, uint32_t count)
{
	struct free_node *n = pool->unused;

	assert(pool->in_use < pool->made);
	if (n)
		pool->unused = n->left;
	else
		n = &pool->block[--pool->block_left];
	pool->in_use++;
	*n = (struct free_node) { .start = start, .count = count, .longest = count, .height = 1 };
	return n;
}

/* The tree */

static uint32_t height(const struct free_node *n)
{
	return n ? n->height : 0;
}

static uint32_t longest(const struct free_node *n)
{
	return n ? n->longest : 0;
}

static uint64_t end_of(const struct free_node *n)
{
	return (uint64_t)n->start + n->count;
}

static void mend(struct free_node *n)
{
	uint32_t l = longest(n->left), r = longest(n->right), most = l > r ? l : r;

	n->longest = n->count > most ? n->count : most;
	n->height = 1 + (height(n->left) > height(n->right) ? height(n->left) : height(n->right));
}

static struct free_node *rotate_right(struct free_node *n)
{
	struct free_node *top = n->left;

	n->left = top->right;
	top->right = n;
	mend(n);
	mend(top);
	return top;
}

static struct free_node *rotate_left(struct free_node *n)
{
	struct free_node *top = n->right;

	n->right = top->left;
	top->left = n;
	mend(n);
	mend(top);
	return top;
}

static struct free_node *balance(struct free_node *n)
{
	if (height(n->left) > height(n->right) + 1) {
		if (height(n->left->right) > height(n->left->left))
			n->left = rotate_left(n->left);
		return rotate_right(n);
	}
	if (height(n->right) > height(n->left) + 1) {
		if (height(n->right->left) > height(n->right->right))
			n->right = rotate_right(n->right);
		return rotate_left(n);
	}
	mend(n);
	return n;
}

static struct free_node *insert(struct free_node *at, struct free_node *n)
{
	if (!at)
		return n;
	if (n->start < at->start)
		at->left = insert(at->left, n);
	else
		at->right = insert(at->right, n);
	return balance(at);
}

/* Takes the first node out of a subtree. */
static struct free_node *remove_first(struct free_node *at, struct free_node **first)
{
	if (!at->left) {
		*first = at;
		return at->right;
	}
	at->left = remove_first(at->left, first);
	return balance(at);
}

static struct free_node *remove_node(struct free_node *at, struct free_node *n)
{
	struct free_node *next;

	if (n->start < at->start) {
		at->left = remove_node(at->left, n);
		return balance(at);
	}
	if (n->start > at->start) {
		at->right = remove_node(at->right, n);
		return balance(at);
	}
	if (!n->left || !n->right)
		return n->left ? n->left : n->right;
	n->right = remove_first(n->right, &next);
	next->left = n->left;
	next->right = n->right;
	return balance(next);
}

static void refresh(struct free_node *at, uint32_t start)
{
	if (start < at->start)
		refresh(at->left, start);
	else if (start > at->start)
		refresh(at->right, start);
	mend(at);
}

/* The last run that starts at or before @at. */
static struct free_node *floor_of(const struct free_runs *f, uint32_t at)
{
	struct free_node *found = NULL;

	for (struct free_node *n = f->root; n; ) {
		if (n->start > at) {
			n = n->left;
		} else {
			found = n;
			n = n->right;
		}
	}
	return found;
}

/* The run that begins where the extents before @end end. */
static struct free_node *starting_at(const struct free_runs *f, uint64_t end)
{
	struct free_node *n = end <= UINT32_MAX ? floor_of(f, (uint32_t)end) : NULL;

	return n && n->start == end ? n : NULL;
}

struct free_runs *lvi_free_runs_new_in(struct free_run_pool *pool)
{
	struct free_runs *f;

	if (lvi_free_run_pool_promise(pool, 1))
		return NULL;
	f = lvi_arena_zalloc(pool->arena, sizeof *f);
	if (f)
		f->pool = pool;
	return f;
}

struct free_runs *lvi_free_runs_new(struct arena *arena)
{
	struct free_run_pool *pool = lvi_free_run_pool_new(arena);

	return pool ? lvi_free_runs_new_in(pool) : NULL;
}

/* The middle run on top, so that both halves are as high. Nodes are ready. */
static struct free_node *fill(struct free_run_pool *pool, const struct free_run *runs, size_t n)
{
	struct free_node *top;

	if (!n)
		return NULL;
	top = node_get(pool, runs[n / 2].start, runs[n / 2].count);
	top->left = fill(pool, runs, n / 2);
	top->right = fill(pool, runs + n / 2 + 1, n - n / 2 - 1);
	mend(top);
	return top;
}

int lvi_free_runs_fill(struct free_runs *f, const struct free_run *runs, size_t n)
{
	assert(!f->root);
	if (pool_ready(f->pool, n))
		return -1;
	f->root = fill(f->pool, runs, n);
	for (size_t i = 0; i < n; i++)
		f->total += runs[i].count;
	return 0;
}

static void join(struct free_runs *f, struct free_node *prev, struct free_node *next, uint32_t count)
{
	if (next) {
		count += next->count;
		f->root = remove_node(f->root, next);
		node_put(f->pool, next);
	}
	prev->count += count;
	refresh(f->root, prev->start);
}

int lvi_free_runs_give(struct free_runs *f, uint32_t start, uint32_t count)
{
	struct free_node *prev = floor_of(f, start), *next = starting_at(f, (uint64_t)start + count);

	if (!count)
		return 0;
	assert(!prev || end_of(prev) <= start);
	if (prev && end_of(prev) == start) {
		join(f, prev, next, count);
	} else if (next) {
		next->start = start;
		next->count += count;
		refresh(f->root, start);
	} else {
		if (pool_ready(f->pool, 1))
			return -1;
		f->root = insert(f->root, node_get(f->pool, start, count));
	}
	f->total += count;
	return 0;
}

/* Cut [start, start + count) out of @n, which it lies in. A node for a second rest is ready. */
static void cut_out(struct free_runs *f, struct free_node *n, uint32_t start, uint32_t count)
{
	uint32_t before = start - n->start, after = n->count - before - count;

	if (!before && !after) {
		f->root = remove_node(f->root, n);
		node_put(f->pool, n);
		return;
	}
	if (before) {
		n->count = before;
	} else {
		n->start = start + count;
		n->count = after;
	}
	refresh(f->root, n->start);
	if (before && after)
		f->root = insert(f->root, node_get(f->pool, start + count, after));
}

int lvi_free_runs_take(struct free_runs *f, uint32_t start, uint32_t count)
{
	struct free_node *n = floor_of(f, start);

	if (!count)
		return 0;
	assert(n && (uint64_t)start + count <= end_of(n));
	if (lvi_free_run_pool_promise(f->pool, 1) || pool_ready(f->pool, 1))
		return -1;
	cut_out(f, n, start, count);
	f->total -= count;
	return 0;
}

uint64_t lvi_free_runs_total(const struct free_runs *f)
{
	return f->total;
}

uint32_t lvi_free_runs_longest(const struct free_runs *f)
{
	return longest(f->root);
}

/* The first run of the subtree that starts after @from and is at least @min long. */
static const struct free_node *first_after(const struct free_node *n, uint32_t from, uint32_t min)
{
	const struct free_node *found;

	if (longest(n) < min)
		return NULL;
	if (n->start <= from)
		return first_after(n->right, from, min);
	found = first_after(n->left, from, min);
	if (found)
		return found;
	return n->count >= min ? n : first_after(n->right, from, min);
}

bool lvi_free_runs_next(const struct free_runs *f, uint32_t from, uint32_t min, struct free_run *out)
{
	const struct free_node *n;

	if (!min)
		min = 1;
	if (lvi_free_runs_at(f, from, out) && out->count >= min)
		return true;
	n = first_after(f->root, from, min);
	if (!n)
		return false;
	*out = (struct free_run) { n->start, n->count };
	return true;
}

bool lvi_free_runs_largest(const struct free_runs *f, struct free_run *out)
{
	const struct free_node *n = f->root;

	if (!n)
		return false;
	for (uint32_t most = n->longest; ; )
		if (longest(n->left) == most)
			n = n->left;
		else if (n->count == most)
			break;
		else
			n = n->right;
	*out = (struct free_run) { n->start, n->count };
	return true;
}

bool lvi_free_runs_at(const struct free_runs *f, uint32_t at, struct free_run *out)
{
	const struct free_node *n = floor_of(f, at);

	if (!n || end_of(n) <= at)
		return false;
	*out = (struct free_run) { at, (uint32_t)(end_of(n) - at) };
	return true;
}
