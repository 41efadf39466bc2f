/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_USER_WORLD_H
#define TESTS_UNIT_USER_WORLD_H

/*
 * Stacks of devices with an oracle beside them: for every sector of every device the bottom sector that it lies on,
 * worked out sector by sector as the kernel's targets are documented, and a copy of the bytes of every bottom device.
 */

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "backend/user/device.h"
#include "util.h"

/* For what is looked at very often: check notes every ck_assert in a file. */
#define world_want(cond) \
	do { \
		if (!(cond)) \
			ck_abort_msg("%s", #cond); \
	} while (0)

enum { CELL_ZERO = -1, CELL_ERROR = -2, CELL_MISSING = -3 };
#define WORLD_DEVS 8
#define WORLD_LAYERS 1200
#define MISSING_TEXT "PV lost"

struct cell { int dev; uint32_t sector; };

/* A device of the stack, bottom ones too. */
struct layer {
	struct dm_node *node;
	struct cell *cells;
	uint32_t sectors, taken;  /* `taken`: what upper ones may take begins here */
};

struct world {
	uint64_t seed;
	struct devset *set;
	struct dm_graph *graph;
	struct hash missing;
	struct lvol_dev *devs[WORLD_DEVS];
	unsigned char *bytes[WORLD_DEVS];
	unsigned dev_count;
	struct layer layers[WORLD_LAYERS];
	unsigned count;
};

static inline uint64_t world_random(struct world *w, uint64_t below)
{
	w->seed++;
	return t_mix(w->seed) % below;
}

static inline struct world *world_new(uint64_t seed)
{
	struct world *w = calloc(1, sizeof *w);

	ck_assert_ptr_nonnull(w);
	w->seed = seed << 32;
	w->set = lvi_devset_new(NULL);
	w->graph = lvi_dm_graph_new();
	lvi_hash_init(&w->missing);
	ck_assert(w->set && w->graph);
	return w;
}

static inline void world_free(struct world *w)
{
	for (unsigned i = 0; i < w->count; i++)
		free(w->layers[i].cells);
	for (unsigned i = 0; i < w->dev_count; i++)
		free(w->bytes[i]);
	lvi_hash_free(&w->missing);
	lvi_dm_graph_free(w->graph);
	lvi_devset_unref(w->set);
	free(w);
}

static inline struct layer *world_layer(struct world *w)
{
	struct layer *l = &w->layers[w->count];
	char name[32], uuid[32];

	ck_assert_uint_lt(w->count, WORLD_LAYERS);
	snprintf(name, sizeof name, "vg-lv%u", w->count);
	snprintf(uuid, sizeof uuid, "LVM-%u", w->count++);
	l->node = lvi_dm_graph_add(w->graph, name, uuid);
	ck_assert_ptr_nonnull(l->node);
	return l;
}

static inline void layer_push(struct layer *l, struct cell c)
{
	if (!(l->sectors & (l->sectors - 1))) {
		l->cells = realloc(l->cells, (l->sectors ? 2 * (size_t)l->sectors : 1) * sizeof c);
		ck_assert_ptr_nonnull(l->cells);
	}
	l->cells[l->sectors++] = c;
}

static inline struct layer *world_dev(struct world *w, struct lvol_dev *dev)
{
	struct layer *l = &w->layers[w->count++];
	unsigned n = w->dev_count++;
	char name[64];
	struct lvol_error err = LVOL_ERROR_INIT;

	snprintf(name, sizeof name, "./leaf%u", n);
	l->node = lvi_dm_graph_add_leaf(w->graph, name, dev);
	w->devs[n] = dev;
	w->bytes[n] = malloc(dev->size);
	for (uint64_t i = 0; i < dev->size; i++)
		w->bytes[n][i] = t_mix(w->seed + i) >> 7;
	t_ok(lvi_dev_write(dev, w->bytes[n], dev->size, 0, &err), err);
	for (uint32_t i = 0; i < dev->size / 512; i++)
		layer_push(l, (struct cell){ n, i });
	return l;
}

static inline struct layer *world_memory(struct world *w, uint32_t sectors, uint32_t block)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_dev *dev = NULL;
	char name[32];

	snprintf(name, sizeof name, "mem%u", w->dev_count);
	m.size_bytes = sectors * UINT64_C(512);
	m.logical_block_bytes = block;
	t_ok(lvi_dev_add_memory(w->set, name, &m, &dev, &err), err);
	return world_dev(w, dev);
}

/* In @dir; with O_DIRECT if @direct and the file system has it. */
static inline struct layer *world_file(struct world *w, const char *dir, uint32_t sectors, bool direct)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_dev *dev = NULL;
	char name[32];
	char *path;
	int fd;

	snprintf(name, sizeof name, "file%u", w->dev_count);
	path = t_path(dir, name);
	t_sparse_file(path, sectors * UINT64_C(512));
	fd = direct ? open(path, O_RDWR | O_DIRECT | O_CLOEXEC) : -1;
	if (fd < 0)
		fd = open(path, O_RDWR | O_CLOEXEC);
	ck_assert_int_ge(fd, 0);
	t_ok(lvi_dev_add_fd(w->set, fd, path, 0, &dev, &err), err);
	close(fd);
	free(path);
	return world_dev(w, dev);
}

static inline struct dm_line *layer_line(struct layer *l, uint32_t sectors, const char *target)
{
	struct dm_line *line = lvi_dm_line_add(&l->node->table, l->sectors, sectors, target, 4);

	ck_assert_ptr_nonnull(line);
	return line;
}

static inline void layer_arg(struct layer *l, struct dm_line *line, struct layer *lower, uint64_t at)
{
	ck_assert_int_eq(lvi_dm_arg_dev(&l->node->table, line, lower->node), 0);
	ck_assert_int_eq(lvi_dm_arg_u64(&l->node->table, line, at), 0);
}

static inline void layer_linear(struct layer *l, uint32_t sectors, struct layer *lower, uint32_t at)
{
	layer_arg(l, layer_line(l, sectors, "linear"), lower, at);
	for (uint32_t i = 0; i < sectors; i++)
		layer_push(l, lower->cells[at + i]);
}

static inline void layer_fill(struct layer *l, uint32_t sectors, const char *target, int cell)
{
	layer_line(l, sectors, target);
	while (sectors--)
		layer_push(l, (struct cell){ cell, 0 });
}

static inline void layer_zero(struct layer *l, uint32_t sectors) { layer_fill(l, sectors, "zero", CELL_ZERO); }
static inline void layer_error(struct layer *l, uint32_t sectors) { layer_fill(l, sectors, "error", CELL_ERROR); }

/* A node in the place of a missing PV. */
static inline struct layer *world_missing(struct world *w, uint32_t sectors)
{
	struct layer *l = world_layer(w);

	layer_fill(l, sectors, "error", CELL_MISSING);
	ck_assert_int_eq(lvi_hash_put(&w->missing, l->node->name, strlen(l->node->name), (void *)MISSING_TEXT, NULL), 0);
	return l;
}

struct column { struct layer *lower; uint32_t at; };

static inline void layer_striped(struct layer *l, uint32_t rows, uint32_t chunk, const struct column *columns,
		uint32_t count)
{
	struct dm_line *line = layer_line(l, rows * chunk * count, "striped");

	ck_assert_int_eq(lvi_dm_arg_u64(&l->node->table, line, count), 0);
	ck_assert_int_eq(lvi_dm_arg_u64(&l->node->table, line, chunk), 0);
	for (uint32_t i = 0; i < count; i++)
		layer_arg(l, line, columns[i].lower, columns[i].at);
	for (uint32_t row = 0; row < rows; row++)
		for (uint32_t i = 0; i < count; i++)
			for (uint32_t s = 0; s < chunk; s++)
				layer_push(l, columns[i].lower->cells[columns[i].at + row * chunk + s]);
}

/* Some sectors of some layer that no other takes: at most @want, in pieces of @unit. 0: none left. */
static inline uint32_t world_take(struct world *w, uint32_t want, uint32_t unit, struct column *out)
{
	for (int tries = 0; tries < 20; tries++) {
		struct layer *l = &w->layers[world_random(w, w->count - 1)];
		uint32_t skip = world_random(w, 4), got = l->taken + skip < l->sectors ? l->sectors - l->taken - skip : 0;

		got = got < want ? got : want;
		got -= got % unit;
		if (!got)
			continue;
		*out = (struct column){ l, l->taken + skip };
		l->taken += skip + got;
		return got;
	}
	return 0;
}

static inline void random_striped(struct world *w, struct layer *l)
{
	static const uint32_t chunks[] = { 1, 2, 3, 8, 5, 16 };
	uint32_t chunk = chunks[world_random(w, 6)], count = 2 + world_random(w, 4), rows = 1 + world_random(w, 20);
	struct column columns[8];

	for (uint32_t i = 0; i < count; i++)
		if (world_take(w, rows * chunk, rows * chunk, &columns[i]) != rows * chunk)
			return;
	layer_striped(l, rows, chunk, columns, count);
}

static inline void random_piece(struct world *w, struct layer *l, bool errors)
{
	struct column c;
	uint32_t n, kind = world_random(w, 16);

	if (kind < 8) {
		n = world_take(w, 1 + world_random(w, 120), 1, &c);
		if (n)
			layer_linear(l, n, c.lower, c.at);
	} else if (kind < 13) {
		random_striped(w, l);
	} else if (kind == 13 && errors) {
		layer_error(l, 1 + world_random(w, 6));
	} else if (kind == 14) {
		layer_zero(l, 1 + world_random(w, 30));
	}
}

/* Layers upon layers; the last one, which takes what is left over here and there, is returned. */
static inline struct layer *world_random_stack(struct world *w, unsigned layers, bool errors)
{
	struct layer *l = NULL;

	if (errors)
		world_missing(w, 40);
	while (layers--) {
		l = world_layer(w);
		for (int i = 0; i < 12; i++)
			random_piece(w, l, errors);
		if (!l->sectors)
			layer_zero(l, 8);
	}
	return l;
}

static inline struct backend_device *world_open(struct world *w, const struct layer *l, unsigned flags)
{
	struct backend_open how = { .flags = flags, .missing = &w->missing };
	struct backend_device *dev = NULL;
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvi_backend_user.open(w->graph, l->node, &how, &dev, &err), err);
	ck_assert_uint_eq(dev->size_bytes, l->sectors * UINT64_C(512));
	return dev;
}

/* The map of a layer by itself. */
static inline int world_flatten(struct world *w, struct dm_node *node, struct flat *out, struct lvol_error *err)
{
	struct user_opening o = { .missing = &w->missing };
	int r = lvi_flat_begin(w->graph, &o, err);

	return r ? r : lvi_flat_make(&o, node, out, err);
}

static inline void world_close(struct backend_device *dev) { lvi_backend_user.close(dev); }

/* What an access to the range answers. */
static inline int oracle_answer(const struct layer *l, uint64_t len, uint64_t offset)
{
	for (uint64_t s = offset / 512; len && s <= (offset + len - 1) / 512; s++)
		if (l->cells[s].dev < CELL_ZERO)
			return l->cells[s].dev == CELL_MISSING ? -LVOL_E_MISSING_PV : -LVOL_E_IO;
	return 0;
}

static inline void oracle_read(const struct world *w, const struct layer *l, unsigned char *out, uint64_t len,
		uint64_t offset)
{
	for (uint64_t i = offset; i < offset + len; i++) {
		struct cell c = l->cells[i / 512];

		*out++ = c.dev < 0 ? 0 : w->bytes[c.dev][c.sector * UINT64_C(512) + i % 512];
	}
}

/* @data NULL: zeroes. */
static inline void oracle_write(struct world *w, const struct layer *l, const unsigned char *data, uint64_t len,
		uint64_t offset)
{
	for (uint64_t i = offset; i < offset + len; i++) {
		struct cell c = l->cells[i / 512];

		if (c.dev >= 0)
			w->bytes[c.dev][c.sector * UINT64_C(512) + i % 512] = data ? *data : 0;
		data += data != NULL;
	}
}

/* The bottom devices hold what the oracle says, every byte of them. */
static inline void world_check(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	for (unsigned i = 0; i < w->dev_count; i++) {
		unsigned char *now = malloc(w->devs[i]->size);

		t_ok(lvi_dev_read(w->devs[i], now, w->devs[i]->size, 0, &err), err);
		ck_assert_msg(!memcmp(now, w->bytes[i], w->devs[i]->size), "device %u differs", i);
		free(now);
	}
}

#endif
