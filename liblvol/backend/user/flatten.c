/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every node that the top one stands on, from the bottom up, gets a map; that of the top one is the result. A line
 * with a state is one range of the map, and what it stands on is not looked at here: that becomes the ports of its
 * live.
 *
 * A range on a lower node is copied from that node's map, cut to what is wanted, so the result points at leaves. Copies
 * could grow without bounds when metadata is made for it (a device that maps the one below twice, which maps the one
 * below twice ...). So there is a budget for extents, in proportion to the lines of all tables; when it is used up, a
 * range becomes one extent that points at the lower map, and I/O there takes one more search. Stripes whose column is
 * not in one piece point at the lower map in the same way.
 */
#include "backend/user/flatten.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backend/user/mapper.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

#define EXTENTS_PER_LINE 4
#define EXTENTS_BASE 65536
#define LINES_PER_LINE 64
#define LINES_BASE 1000000
#define MAX_SECTORS ((uint64_t)INT64_MAX >> LVI_SECTOR_SHIFT)

struct flattener {
	struct flat flat;
	struct user_opening *opening;
	struct hash by_name;      /* node name -> struct flat_map */
};

struct flat_builder {
	struct flattener *f;
	const char *device;
	ARRAY(struct flat_extent) extents;
	uint64_t at;
};

static size_t index_at(const struct flat_map *map, uint64_t offset)
{
	size_t low = 0, n = map->count;

	while (n > 1) {
		size_t half = n / 2;

		if (map->extents[low + half].start <= offset)
			low += half;
		n -= half;
	}
	return low;
}

static bool continues(const struct flat_extent *e, const struct flat_ref *to)
{
	if (e->to.kind != to->kind)
		return false;
	switch (to->kind) {
	case FLAT_ZERO:
		return true;
	case FLAT_ERROR:
		return e->to.missing == to->missing;
	case FLAT_DEV:
		return e->to.leaf == to->leaf && e->to.offset + e->length == to->offset;
	case FLAT_LIVE:
		return e->to.under == to->under && e->to.offset + e->length == to->offset;
	case FLAT_STRIPES:
		return e->to.stripes == to->stripes && e->to.offset + e->length == to->offset;
	case FLAT_MAP:
		return e->to.map == to->map && e->to.offset + e->length == to->offset;
	}
	return false;
}

static int append(struct flat_builder *b, const struct flat_ref *to, uint64_t length, struct lvol_error *err)
{
	struct flat_extent *last = b->extents.len ? &b->extents.items[b->extents.len - 1] : NULL;

	if (last && continues(last, to)) {
		last->length += length;
	} else if (length) {
		last = ARRAY_PUSH(&b->extents);
		if (!last)
			return lvi_error_nomem(err);
		*last = (struct flat_extent){ b->at, length, *to };
	}
	b->at += length;
	return 0;
}

int lvi_flat_add_zero(struct flat_builder *b, uint64_t length, struct lvol_error *err)
{
	return append(b, &(struct flat_ref){ .kind = FLAT_ZERO }, length, err);
}

int lvi_flat_add_error(struct flat_builder *b, uint64_t length, const char *missing, struct lvol_error *err)
{
	return append(b, &(struct flat_ref){ .kind = FLAT_ERROR, .missing = missing }, length, err);
}

static int lower_map(struct flat_builder *b, const struct flat_from *from, uint64_t length, struct flat_map **out,
		struct lvol_error *err)
{
	const char *name = from->node->name;
	struct flat_map *map = lvi_hash_get(&b->f->by_name, name, strlen(name));

	if (!map)
		return lvi_error(err, LVOL_E_CORRUPT, b->device, "%s stands on %s, which is not in its graph", b->device, name);
	if (from->offset > map->size || length > map->size - from->offset)
		return lvi_error(err, LVOL_E_CORRUPT, b->device, "%s needs %" PRIu64 " bytes at offset %" PRIu64
				" of %s, which has only %" PRIu64, b->device, length, from->offset, name, map->size);
	*out = map;
	return 0;
}

/* Extent @i of @map from @offset on. */
static struct flat_ref ref_at(const struct flat_map *map, size_t i, uint64_t offset)
{
	struct flat_ref ref = map->extents[i].to;

	ref.offset += offset - map->extents[i].start;
	return ref;
}

/* As one reference: what lies there when that is in one piece, else the map. */
static struct flat_ref as_one(struct flat_map *map, uint64_t offset, uint64_t length)
{
	size_t i = index_at(map, offset);

	if (length <= map->extents[i].length - (offset - map->extents[i].start))
		return ref_at(map, i, offset);
	map->used = true;
	return (struct flat_ref){ .kind = FLAT_MAP, .map = map, .offset = offset };
}

static int copy_range(struct flat_builder *b, const struct flat_map *map, uint64_t offset, uint64_t length,
		struct lvol_error *err)
{
	int r = 0;

	for (size_t i = index_at(map, offset); length && !r; i++) {
		const struct flat_extent *e = &map->extents[i];
		uint64_t rest = e->length - (offset - e->start), n = length < rest ? length : rest;
		struct flat_ref ref = ref_at(map, i, offset);

		r = append(b, &ref, n, err);
		offset += n;
		length -= n;
	}
	return r;
}

int lvi_flat_add_range(struct flat_builder *b, const struct flat_from *from, uint64_t length, struct lvol_error *err)
{
	struct flat_map *map;
	struct flat_ref one;
	size_t count;
	int r = lower_map(b, from, length, &map, err);

	if (r || !length)
		return r;
	count = index_at(map, from->offset + length - 1) - index_at(map, from->offset) + 1;
	if (count > 1 && count <= b->f->opening->extents) {
		b->f->opening->extents -= count;
		return copy_range(b, map, from->offset, length, err);
	}
	one = as_one(map, from->offset, length);
	return append(b, &one, length, err);
}

/* Whether every column is the same kind of nothing, which then needs no stripes. */
static bool all_alike(const struct flat_stripes *s)
{
	for (uint32_t i = 0; i < s->count; i++) {
		const struct flat_ref *c = &s->columns[i];

		if (c->kind != s->columns[0].kind || (c->kind != FLAT_ZERO && c->kind != FLAT_ERROR) ||
		    (c->kind == FLAT_ERROR && c->missing != s->columns[0].missing))
			return false;
	}
	return true;
}

static struct flat_stripes *new_stripes(struct flat_builder *b, const struct flat_layout *layout)
{
	struct flat_stripes *s = lvi_arena_alloc(b->f->flat.arena,
			sizeof *s + layout->count * sizeof s->columns[0]);

	if (!s)
		return NULL;
	s->chunk = layout->chunk;
	s->count = layout->count;
	s->chunk_shift = lvi_is_pow2(s->chunk) ? __builtin_ctzll(s->chunk) : 0;
	return s;
}

int lvi_flat_add_stripes(struct flat_builder *b, const struct flat_layout *layout, uint64_t length,
		struct lvol_error *err)
{
	uint64_t share = length / layout->count;
	struct flat_stripes *s = new_stripes(b, layout);
	struct flat_ref ref = { .kind = FLAT_STRIPES, .stripes = s };

	if (!s)
		return lvi_error_nomem(err);
	for (uint32_t i = 0; i < s->count; i++) {
		const struct flat_from *from = &layout->columns[i];
		struct flat_map *map;
		int r = lower_map(b, from, share, &map, err);

		if (r)
			return r;
		s->columns[i] = as_one(map, from->offset, share);
	}
	return append(b, all_alike(s) ? &s->columns[0] : &ref, length, err);
}

/* What was built becomes the map of @name. */
static int keep_map(struct flat_builder *b, const char *name, struct lvol_error *err)
{
	struct flat_map *map = calloc(1, sizeof *map);

	if (!map)
		return lvi_error_nomem(err);
	map->extents = b->extents.items;
	map->count = b->extents.len;
	map->size = b->at;
	memset(&b->extents, 0, sizeof b->extents);
	map->next = b->f->flat.maps;
	b->f->flat.maps = map;
	return lvi_hash_put(&b->f->by_name, name, strlen(name), map, NULL) ? lvi_error_nomem(err) : 0;
}

static void set_masks(struct user_leaf *leaf)
{
	const struct lvol_dev *dev = leaf->dev;
	uint64_t align = dev->dio_align ? dev->dio_align : 1;

	/* a write of part of a block must go through dev.h, which keeps others out of the rest of the block */
	leaf->read_mask = align - 1;
	leaf->write_mask = (align > dev->block_bytes ? align : dev->block_bytes) - 1;
	leaf->memory_mask = align - 1;
	if (dev->fd < 0)
		leaf->read_mask = leaf->write_mask = UINT64_MAX;
}

static int build_leaf(struct flat_builder *b, const struct dm_node *node, struct lvol_error *err)
{
	struct user_leaf *leaf;
	const char *name;

	if (!node->leaf) {
		name = lvi_arena_strdup(b->f->flat.arena, node->name);
		return name ? lvi_flat_add_error(b, MAX_SECTORS << LVI_SECTOR_SHIFT, name, err) : lvi_error_nomem(err);
	}
	leaf = lvi_arena_zalloc(b->f->flat.arena, sizeof *leaf);
	if (!leaf)
		return lvi_error_nomem(err);
	leaf->dev = node->leaf;
	set_masks(leaf);
	leaf->next = b->f->flat.leaves;
	b->f->flat.leaves = leaf;
	return append(b, &(struct flat_ref){ .kind = FLAT_DEV, .leaf = leaf }, leaf->dev->size, err);
}

/* The text outlives the graph. */
static int missing_at(struct flat_builder *b, const char *node, const char **out, struct lvol_error *err)
{
	const struct hash *missing = b->f->opening->missing;
	const char *text = missing ? lvi_hash_get(missing, node, strlen(node)) : NULL;

	*out = text ? lvi_arena_strdup(b->f->flat.arena, text) : NULL;
	return text && !*out ? lvi_error_nomem(err) : 0;
}

static int build_live(struct flat_builder *b, const struct dm_node *node, const struct user_line *line,
		struct lvol_error *err)
{
	struct user_under *under = lvi_arena_zalloc(b->f->flat.arena, sizeof *under);
	int r = under ? lvi_user_live_get(b->f->opening, node, line, &under->live, err) : lvi_error_nomem(err);

	if (r)
		return r;
	under->next = b->f->flat.unders;
	b->f->flat.unders = under;
	return append(b, &(struct flat_ref){ .kind = FLAT_LIVE, .under = under }, line->length, err);
}

static int build_line(struct flat_builder *b, const struct dm_node *node, const struct user_line *line,
		struct lvol_error *err)
{
	const struct user_target *target = lvi_user_target_find(line->line->target);
	uint64_t end = b->at + line->length;
	int r;

	if (!target)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, line->device, "%s needs target %s, which there is not in user space",
				line->device, line->line->target);
	r = target->build ? target->build(line, b, err) : build_live(b, node, line, err);
	if (!r && b->at != end)
		return lvi_error(err, LVOL_E_CORRUPT, line->device, "%s line of %s does not map all that it should",
				line->line->target, line->device);
	return r;
}

/* Lines read are the measure of the work, whatever a stack is like. */
int lvi_user_take_lines(struct user_opening *o, const struct dm_node *node, struct lvol_error *err)
{
	if (node->table.lines.len >= o->lines)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, node->name, "%s is reached from too many places of a large stack",
				node->name);
	o->lines -= node->table.lines.len + 1;
	return 0;
}

static int build_table(struct flat_builder *b, const struct dm_node *node, struct lvol_error *err)
{
	struct user_line line = { .device = node->name };
	int r = lvi_user_take_lines(b->f->opening, node, err);

	if (!r)
		r = lvi_dm_table_check(&node->table, node->name, err);
	if (!r && lvi_dm_table_sectors(&node->table) > MAX_SECTORS)
		return lvi_error(err, LVOL_E_CORRUPT, node->name, "%s is larger than any device", node->name);
	if (!r)
		r = missing_at(b, node->name, &line.missing, err);
	for (size_t i = 0; !r && i < node->table.lines.len; i++) {
		line.line = &node->table.lines.items[i];
		line.length = line.line->length_sectors << LVI_SECTOR_SHIFT;
		r = build_line(b, node, &line, err);
	}
	return r;
}

static int build_node(struct flattener *f, const struct dm_node *node, struct lvol_error *err)
{
	struct flat_builder b = { .f = f, .device = node->name };
	int r = node->is_leaf ? build_leaf(&b, node, err) : build_table(&b, node, err);

	if (!r)
		r = keep_map(&b, node->name, err);
	ARRAY_FREE(&b.extents);
	return r;
}

static void free_map(struct flat_map *map)
{
	free(map->extents);
	free(map);
}

/* Maps whose content was copied are done with. */
static void drop_unused(struct flat *flat)
{
	struct flat_map **link = &flat->maps, *map;

	while ((map = *link)) {
		if (map->used || map == flat->top) {
			link = &map->next;
			continue;
		}
		*link = map->next;
		free_map(map);
	}
}

static bool is_stateless(const struct dm_line *line)
{
	return !lvi_user_line_has_state(line);
}

static int build_all(struct flattener *f, struct dm_node *top, struct lvol_error *err)
{
	struct dm_nodes order = { 0 };
	int r = lvi_dm_graph_order_below(top, ++f->opening->walk, is_stateless, &order);

	if (r)
		r = lvi_error_nomem(err);
	for (size_t i = 0; !r && i < order.list.len; i++)
		r = build_node(f, order.list.items[i], err);
	ARRAY_FREE(&order.list);
	return r;
}

int lvi_flat_begin(const struct dm_graph *graph, struct user_opening *opening, struct lvol_error *err)
{
	struct dm_node **order;
	size_t lines = 0;
	int r = lvi_dm_graph_order(graph, &order, err);

	if (r)
		return r;
	free(order);
	for (const struct dm_node *n = graph->first; n; n = n->next)
		lines += n->table.lines.len;
	opening->level = 0;
	opening->walk = LVI_DM_GRAPH_WALK;
	opening->extents = EXTENTS_BASE + lines * EXTENTS_PER_LINE;
	opening->lines = LINES_BASE + lines * LINES_PER_LINE;
	return 0;
}

int lvi_flat_make(struct user_opening *opening, struct dm_node *top, struct flat *out, struct lvol_error *err)
{
	struct flattener f = { .flat = { .mapper = opening->mapper, .arena = lvi_arena_new() }, .opening = opening };
	int r;

	lvi_hash_init(&f.by_name);
	r = f.flat.arena ? build_all(&f, top, err) : lvi_error_nomem(err);
	if (!r) {
		f.flat.top = lvi_hash_get(&f.by_name, top->name, strlen(top->name));
		drop_unused(&f.flat);
		*out = f.flat;
	} else {
		lvi_flat_free(&f.flat);
	}
	lvi_hash_free(&f.by_name);
	return r;
}

void lvi_flat_free(struct flat *flat)
{
	struct flat_map *map, *next;

	for (struct user_under *under = flat->unders; under; under = under->next)
		lvi_user_live_put(under->live);
	for (map = flat->maps; map; map = next) {
		next = map->next;
		free_map(map);
	}
	if (flat->arena)
		lvi_arena_free(flat->arena);
	*flat = (struct flat){ 0 };
}
