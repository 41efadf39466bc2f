/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_TABLE_H
#define LVI_DM_TABLE_H

#include <stdbool.h>
#include <stdint.h>

#include <lvol/error.h>

#include "base/arena.h"
#include "base/array.h"
#include "base/textbuf.h"

/*
 * A device-mapper table: lines of "start length target args", in 512-byte sectors. Arguments are words; a word that
 * names a device points at the node instead, so that each backend spells it its own way (major:minor, or a handle).
 */
struct dm_node;

struct dm_arg {
	const char *text;       /* a word; of a device: what is written directly before it ("meta_device:"), or NULL */
	struct dm_node *dev;    /* NULL: a word */
};

struct dm_line {
	uint64_t start_sectors, length_sectors;
	const char *target;
	struct dm_arg *args;
	size_t arg_count, arg_capacity;
};

struct dm_table {
	struct arena *arena;    /* borrowed: holds words and arguments */
	ARRAY(struct dm_line) lines;
};

void lvi_dm_table_init(struct dm_table *t, struct arena *arena);
void lvi_dm_table_free(struct dm_table *t);  /* the array; words stay in the arena */

/* Append a line; arguments follow by lvi_dm_arg_... NULL without memory. Valid until the next line is added. */
struct dm_line *lvi_dm_line_add(struct dm_table *t, uint64_t start_sectors, uint64_t length_sectors,
		const char *target, size_t arg_capacity);
/* 0 or -LVOL_E_NO_MEMORY. @arg_capacity saves memory when it is right; more arguments make room for themselves. */
int lvi_dm_arg_text(struct dm_table *t, struct dm_line *line, const char *word);
int lvi_dm_arg_u64(struct dm_table *t, struct dm_line *line, uint64_t v);
int lvi_dm_arg_dev(struct dm_table *t, struct dm_line *line, struct dm_node *dev);
/* "meta_device:254:3": @before is the part in front of the device. */
int lvi_dm_arg_dev_after(struct dm_table *t, struct dm_line *line, const char *before, struct dm_node *dev);
/* Put a number in the place of argument @i, a word. */
int lvi_dm_arg_set_u64(struct dm_table *t, struct dm_line *line, size_t i, uint64_t v);

/* Lines follow each other from 0 without gap; what is wrong is named. LVOL_E_INVALID. */
int lvi_dm_table_check(const struct dm_table *t, const char *subject, struct lvol_error *err);
uint64_t lvi_dm_table_sectors(const struct dm_table *t);
/* The same lines, words and devices; @same_dev says which devices of the one are those of the other. */
bool lvi_dm_table_same(const struct dm_table *a, const struct dm_table *b,
		bool (*same_dev)(const struct dm_node *in_a, const struct dm_node *in_b));

/* "0 8192 linear 98:0 2048\n..."; @name_dev spells a device. */
void lvi_dm_table_print(const struct dm_table *t, void (*name_dev)(void *arg, const struct dm_node *dev,
		struct textbuf *out), void *arg, struct textbuf *out);

#endif
