/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/thin_insight.h>

#include <stdio.h>
#include <stdlib.h>

#include "args.h"
#include "base/units.h"
#include "segtype/segtype.h"
#include "thin_view.h"

int lvol_thin_view_fill(struct lvol_thin_view *view, struct lvol_thin_fill *out, struct lvol_error *err)
{
	struct lvol_thin_fill f = LVOL_THIN_FILL_INIT;
	const struct thin_super *sb;
	size_t size;
	int r;

	ARG_REQUIRED(err, view);
	ARG_REQUIRED(err, out);
	size = out->struct_size;
	if (size < offsetof(struct lvol_thin_fill, is_reserved) + sizeof f.is_reserved)
		return lvi_error(err, LVOL_E_INVALID, NULL, "the struct for a pool's fill lacks struct_size");
	r = lvi_thin_view_usable(view, err);
	if (r)
		return r;
	sb = &view->md->sb;
	f.struct_size = size;
	f.block_bytes = view->block_bytes;
	f.data_bytes = sb->data.nr_blocks * f.block_bytes;
	f.data_used_bytes = sb->data.nr_allocated * f.block_bytes;
	f.metadata_bytes = sb->metadata.nr_blocks * PD_BLOCK_BYTES;
	f.metadata_used_bytes = f.metadata_bytes - lvi_thin_free_metadata(&sb->metadata) * PD_BLOCK_BYTES;
	f.transaction_id = view->seen.transaction_id;
	f.expected_transaction_id = lvi_seg_number(view->pool->seg_first, SEG_TRANSACTION_ID, 0);
	f.time = view->seen.time;
	f.needs_check = sb->flags & THIN_NEEDS_CHECK;
	f.has_reserved = sb->held_root;
	f.is_reserved = view->held;
	memcpy(out, &f, size < sizeof f ? size : sizeof f);
	return 0;
}

static int give_device(const struct lvol_thin_view *v, const struct thin_listed *dev, struct lvol_thin_device *out,
		struct lvol_error *err)
{
	struct lvol_thin_device d = {
		.struct_size = out->struct_size, .lv = lvi_thin_view_lv_of(v, dev->id), .id = dev->id,
		.mapped_bytes = dev->details.mapped * v->block_bytes, .transaction_id = dev->details.transaction_id,
		.creation_time = dev->details.creation_time, .snapshot_time = dev->details.snapshotted_time,
	};

	if (d.struct_size < offsetof(struct lvol_thin_device, reserved) + sizeof d.reserved)
		return lvi_error(err, LVOL_E_INVALID, NULL, "the struct for a thin device lacks struct_size");
	memcpy(out, &d, d.struct_size < sizeof d ? d.struct_size : sizeof d);
	return 0;
}

int lvol_thin_view_device(struct lvol_thin_view *view, uint32_t id, struct lvol_thin_device *out,
		struct lvol_error *err)
{
	struct thin_listed dev;
	int r;

	ARG_REQUIRED(err, view);
	ARG_REQUIRED(err, out);
	r = lvi_thin_view_usable(view, err);
	if (!r)
		r = lvi_thin_view_device(&view->seen, id, &dev, err);
	if (r <= 0)
		return lvi_thin_pool_error(view->pool, r, err);
	r = give_device(view, &dev, out, err);
	return r ? r : 1;
}

int lvi_thin_view_get(struct lvol_thin_view *view, uint32_t id, struct thin_listed *out, struct lvol_error *err)
{
	int r = lvi_thin_view_usable(view, err);

	if (!r)
		r = lvi_thin_view_device(&view->seen, id, out, err);
	if (r > 0 && out->id == id)
		return 0;
	if (r >= 0)
		r = lvi_error(err, LVOL_E_NOT_FOUND, view->pool->name, "there is no device %u", id);
	return lvi_thin_pool_error(view->pool, r, err);
}

int lvol_thin_view_lv(struct lvol_thin_view *view, const struct lvol_lv *lv, struct lvol_thin_device *out,
		struct lvol_error *err)
{
	const struct lvol_lv *pool;
	struct thin_listed dev;
	int r;

	ARG_REQUIRED(err, view);
	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, out);
	r = lvi_thin_pool_of(lv, &pool, err);
	if (r)
		return r;
	if (lv == pool || !lvi_uuid_equal(&pool->id, &view->pool->id))
		return lvi_error(err, LVOL_E_INVALID, lv->name, "%s/%s is no thin LV of pool %s/%s", lv->vg->name, lv->name,
				view->pool->vg->name, view->pool->name);
	r = lvi_thin_view_get(view, lvi_seg_number(lv->seg_first, SEG_DEVICE_ID, 0), &dev, err);
	return r ? r : give_device(view, &dev, out, err);
}

/* Counts of the space map are those of now, and of the metadata snapshot too. */
static int count_usage(struct lvol_thin_view *v, struct lvol_error *err)
{
	int r = v->usage_known ? 0 : lvi_thin_usage(&v->seen, &v->usage, err);

	v->usage_known = !r;
	return r;
}

static uint64_t usage_of(const struct lvol_thin_view *v, uint32_t id)
{
	for (size_t low = 0, high = v->usage.devices.len; low < high;) {
		size_t middle = (low + high) / 2;
		const struct thin_used *u = &v->usage.devices.items[middle];

		if (u->id == id)
			return u->exclusive;
		if (u->id < id)
			low = middle + 1;
		else
			high = middle;
	}
	return 0;
}

int lvol_thin_view_exclusive(struct lvol_thin_view *view, uint32_t id, uint64_t *bytes, struct lvol_error *err)
{
	struct thin_listed dev;
	uint64_t blocks = 0;
	int r;

	ARG_REQUIRED(err, view);
	ARG_REQUIRED(err, bytes);
	r = lvi_thin_view_get(view, id, &dev, err);
	if (r)
		return r;
	if (view->held || view->md->sb.held_root) {
		r = count_usage(view, err);
		blocks = r ? 0 : usage_of(view, id);
	} else {
		r = lvi_thin_exclusive(view->md, dev.root, &blocks, err);
	}
	if (r)
		return lvi_thin_device_error(view, id, r, err);
	*bytes = blocks * view->block_bytes;
	return 0;
}

struct lvol_thin_diff { struct lvol_thin_view *view; struct thin_diff *walk; };

int lvol_thin_diff_open(struct lvol_thin_view *view, const uint32_t devices[2], uint32_t flags,
		struct lvol_thin_diff **out, struct lvol_error *err)
{
	struct thin_listed left, right;
	struct lvol_thin_diff *d;
	int r;

	ARG_REQUIRED(err, view);
	ARG_REQUIRED(err, devices);
	ARG_REQUIRED(err, out);
	ARG_FLAGS(err, flags, LVOL_THIN_DIFF_ALL);
	r = lvi_thin_view_get(view, devices[0], &left, err);
	if (!r)
		r = lvi_thin_view_get(view, devices[1], &right, err);
	if (r)
		return r;
	d = calloc(1, sizeof *d);
	if (!d)
		return lvi_error_nomem(err);
	d->view = view;
	r = lvi_thin_diff_open(view->md, &(struct thin_diff_of){ left.root, right.root, flags & LVOL_THIN_DIFF_ALL }, &d->walk,
			err);
	if (r) {
		free(d);
		return lvi_thin_pool_error(view->pool, r, err);
	}
	*out = d;
	return 0;
}

int lvol_thin_diff_next(struct lvol_thin_diff *diff, struct lvol_thin_diff_range *out, struct lvol_error *err)
{
	static const int changes[] = {
		[THIN_SAME] = LVOL_THIN_SAME, [THIN_CHANGED] = LVOL_THIN_CHANGED,
		[THIN_LEFT_ONLY] = LVOL_THIN_LEFT_ONLY, [THIN_RIGHT_ONLY] = LVOL_THIN_RIGHT_ONLY,
	};
	struct thin_diff_part part;
	uint64_t unit;
	int r;

	ARG_REQUIRED(err, diff);
	ARG_REQUIRED(err, out);
	unit = diff->view->block_bytes;
	r = lvi_thin_view_usable(diff->view, err);
	if (r)
		return r;
	r = lvi_thin_diff_next(diff->walk, &part, err);
	if (r > 0)
		*out = (struct lvol_thin_diff_range){ part.begin * unit, part.length * unit, changes[part.what], 0 };
	return lvi_thin_pool_error(diff->view->pool, r, err);
}

void lvol_thin_diff_close(struct lvol_thin_diff *diff)
{
	if (!diff)
		return;
	lvi_thin_diff_close(diff->walk);
	free(diff);
}
