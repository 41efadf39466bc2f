/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "thin_deliver.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "backend/user/thin_pool.h"
#include "base/error.h"
#include "io.h"
#include "map/map.h"
#include "map/names.h"
#include "model/walk.h"
#include "segtype/segtype.h"

/* blocks of 4 KiB */
#define LEAST_LEFT 1024

static struct dm_node *pool_node(const struct lvol_lv *pool, const struct lv_map *map)
{
	char name[LVI_DM_NAME_SIZE];
	struct dm_node *node = lvi_dm_name(pool->vg->name, pool->name, "tpool", name, NULL) ? NULL :
			lvi_dm_graph_find(map->graph, name);

	/* one that was never used has no other device */
	return node ? node : map->top;
}

/* The pool itself is opened, and not what shows it. */
static int choose_pool(void *arg, struct lv_map *map, struct lvol_error *err)
{
	map->top = pool_node(arg, map);
	return 0;
}

/* What was done before an interruption says so. */
static bool was_done(const char *text, int r)
{
	return (r == -LVOL_E_EXISTS && !strncmp(text, "create", 6)) || (r == -LVOL_E_NOT_FOUND && !strncmp(text, "delete", 6));
}

static int send_all(struct lvol_io *io, const struct dm_node *node, struct lvol_error *err)
{
	int r = 0;

	for (const struct dm_message *m = node->messages; m && !r; m = m->next) {
		struct lvol_error why = LVOL_ERROR_INIT;

		r = lvi_thin_pool_tell(io->dev, m->text, &why);
		if (was_done(m->text, r))
			r = 0;
		if (r && err)
			*err = why;
		if (r)
			lvi_error_prefix(err, r, "message \"%s\"", m->text);
	}
	return r;
}

int lvi_thin_must_have_room(const struct lvol_lv *pool, uint64_t used, uint64_t total, struct lvol_error *err)
{
	uint64_t left = total > used ? total - used : 0;
	char subject[sizeof err->subject];

	if (left >= LEAST_LEFT || left >= total - total / 4 * 3)
		return 0;
	snprintf(subject, sizeof subject, "%s/%s", pool->vg->name, pool->name);
	return lvi_error(err, LVOL_E_NO_SPACE, subject, "thin pool %s has %" PRIu64 " KiB left of %" PRIu64 " KiB for its metadata, too "
			"little for more thin LVs; give it more (lvextend --poolmetadatasize), or remove thin LVs", subject, left * 4, total * 4);
}

static int check_room(const struct lvol_lv *pool, struct lvol_io *io, struct lvol_error *err)
{
	uint64_t used, total;
	int r = lvi_thin_pool_metadata_use(io->dev, &used, &total, err);

	return r ? r : lvi_thin_must_have_room(pool, used, total, err);
}

static int tell(struct lvol_io *io, const struct dm_node *node, struct lvol_error *err)
{
	uint64_t now = 0;
	int r = lvi_thin_pool_transaction(io->dev, &now, err);

	if (r || now == node->transaction_id)
		return r;
	if (!node->messages || now + 1 != node->transaction_id)
		return lvi_error(err, LVOL_E_CORRUPT, io->lv->name, "its metadata are at transaction %" PRIu64 ", but the VG says %"
				PRIu64 ": they are of another time; lvm2 would not activate it either. Bring back the one that fits, or "
				"see what lvconvert --repair finds", now, node->transaction_id);
	return send_all(io, node, err);
}

static int deliver(const struct lvol_lv *pool, bool more, struct lvol_error *err)
{
	const struct io_opening how = { .flags = LVOL_IO_WRITE, .for_job = true, .layer = choose_pool, .arg = (void *)pool };
	struct lvol_io *io = NULL;
	struct lv_map map;
	int r = lvi_map_lv(pool, MAP_DEGRADED | MAP_WRITE, &map, err);

	if (r)
		return r;
	r = lvi_io_open(pool, &how, &io, err);
	if (!r)
		r = tell(io, pool_node(pool, &map), err);
	if (!r && more)
		r = check_room(pool, io, err);
	lvol_io_close(io);
	lvi_map_free(&map);
	return r;
}

int lvi_thin_deliver(const struct lvol_lv *pool, bool more, struct lvol_error *err)
{
	int r = deliver(pool, more, err);

	return r && r != -LVOL_E_NO_SPACE ? lvi_error_prefix(err, r, "thin pool %s/%s", pool->vg->name, pool->name) : r;
}

static int deliver_to(void *arg, const struct lvol_lv *lv)
{
	struct lvol_error *err = arg;
	const struct lvol_segment *seg = lv->seg_first;

	/* unknown fields and sections; a message is one */
	if (!seg || !(seg->type->flags & SEGTYPE_THIN_POOL) || !seg->extra)
		return 0;
	return lvi_thin_deliver(lv, false, err);
}

int lvi_thin_deliver_below(const struct lvol_lv *lv, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	int r = lvi_lv_walk(lv, deliver_to, &why);

	if (!r)
		return 0;
	if (r == -LVOL_E_NO_MEMORY && !why.code)
		return lvi_error_nomem(err);
	if (err)
		*err = why;
	return r;
}
