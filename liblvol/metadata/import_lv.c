/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metadata/import.h"

#include <ctype.h>
#include <string.h>

#include <lvol/types.h>

#include "base/error.h"

static int read_flags(const struct section *s, struct lvol_lv *lv)
{
	int r = lvi_need_flags(s, lvi_lv_flag_words, &lv->flags, &lv->other_flags);

	if (lv->flags & LV_WRITE_LOCKED)
		lv->flags |= LV_WRITE;
	return r;
}

/* Time and host: both or neither. */
static int read_creation(const struct section *s, struct lvol_lv *lv)
{
	bool time = lvi_cfg_child(s->node, "creation_time"), host = lvi_cfg_child(s->node, "creation_host");
	int r;

	if (!time && !host)
		return 0;
	if (!time || !host)
		return lvi_import_fail(s, "%s is missing", time ? "creation_host" : "creation_time");
	r = lvi_need_u64(s, "creation_time", &lv->creation_time);
	if (!r)
		r = lvi_take_str(s, "creation_host", &lv->creation_host);
	return r || lv->creation_host ? r : lvi_import_fail(s, "creation_host is no string");
}

static int read_strings(const struct section *s, struct lvol_lv *lv)
{
	int r = lvi_take_str(s, "profile", &lv->profile);

	if (!r)
		r = lvi_take_str(s, "lock_args", &lv->lock_args);
	if (!r)
		r = lvi_take_alloc(s, LVOL_ALLOC_INHERIT, &lv->alloc);
	return r ? r : lvi_take_strings(s, "tags", &lv->tags);
}

static void read_read_ahead(const struct section *s, struct lvol_lv *lv)
{
	uint32_t sectors = 0;

	lvi_take_u32(s, "read_ahead", &sectors);
	lv->read_ahead_sectors = sectors == UINT32_MAX ? LV_READ_AHEAD_NONE : (int64_t)sectors;
}

/* Looked at only when the numbers are to be fixed; else LVM2 forgets them, and we keep them as unknown fields. */
static int read_device_number(const struct section *s, struct lvol_lv *lv)
{
	uint32_t major = UINT32_MAX, minor = UINT32_MAX;
	int r;

	if (!(lv->flags & LV_FIXED_MINOR))
		return 0;
	r = lvi_need_u32(s, "minor", &minor);
	lvi_take_u32(s, "major", &major);
	lv->major = (int32_t)major < 0 ? -1 : (int64_t)major;
	lv->minor = (int32_t)minor < 0 ? -1 : (int64_t)minor;
	return r;
}

static int read_lv(struct import *im, struct lvol_lv *lv, const struct cfg_node *node)
{
	struct section s = { .im = im, .node = node, .lv = lv->name };
	struct uuid id;
	int r = lvi_need_id(&s, &id);

	if (!r)
		r = lvi_lv_set_first_id(lv, &id, im->err);
	if (r)
		return r == -LVOL_E_EXISTS ? lvi_import_fail(&s, "another LV has its name or id") : r;
	r = read_flags(&s, lv);
	if (!r)
		r = read_creation(&s, lv);
	if (!r)
		r = read_strings(&s, lv);
	if (!r)
		r = read_device_number(&s, lv);
	read_read_ahead(&s, lv);
	return r;
}

/* pvmoveN may be empty: when all it moved is done. */
static bool may_be_empty(const char *name)
{
	return !strncmp(name, "pvmove", 6) && isdigit((unsigned char)name[6]);
}

/* Neighbours are merged when that loses nothing and no segment is of a type that lives from its cut. */
static void merge(struct lvol_lv *lv)
{
	for (const struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
		if (seg->area_count && !(seg->type->flags & SEGTYPE_CAN_SPLIT))
			return;
	lvi_lv_merge_segments(lv);
}

/* Every section in an LV is a segment. */
static int read_segments(struct import *im, struct lvol_lv *lv, const struct cfg_node *node)
{
	struct section s = { .im = im, .node = node, .lv = lv->name };
	uint32_t count, found = 0;
	int r = lvi_need_u32(&s, "segment_count", &count);

	for (struct cfg_node *n = node->child; !r && n; n = n->next)
		if (n->is_section) {
			n->used = true;
			found++;
			r = lvi_import_segment(im, lv, n);
		}
	if (r)
		return r;
	if (count != found)
		return lvi_import_fail(&s, "segment_count is %u, but there are %u segments", count, found);
	if (!found && !may_be_empty(lv->name))
		return lvi_import_fail(&s, "there are no segments");
	if (found > 1)
		merge(lv);
	return lvi_take_extra(&s, &lv->extra);
}

/* Segments may name any LV of the VG. */
static int add_names(struct import *im, const struct cfg_node *lvs)
{
	struct section s = { .im = im, .node = lvs };
	struct lvol_lv *lv;
	size_t count = 0;
	int r = 0;

	for (const struct cfg_node *n = lvs->child; n; n = n->next)
		count++;
	if (lvi_vg_expect_lvs(im->vg, count))
		return lvi_error_nomem(im->err);
	for (const struct cfg_node *n = lvs->child; !r && n; n = n->next) {
		s.lv = n->key;
		r = n->is_section ? lvi_vg_add_lv_named(im->vg, n->key, &lv, im->err) : lvi_import_fail(&s, "it is no LV");
		if (r == -LVOL_E_EXISTS)
			r = lvi_import_fail(&s, "another LV has its name or id");
	}
	return r;
}

static int read_all(struct import *im, struct lvol_lv *lv, struct cfg_node *node)
{
	int r = lvi_cfg_open_section(im->lv_arena, &im->source, node, im->err);

	if (!r)
		r = read_lv(im, lv, node);
	if (!r)
		r = read_segments(im, lv, node);
	node->child = NULL;
	lvi_arena_reset(im->lv_arena);
	return r;
}

int lvi_import_lvs(struct import *im)
{
	struct cfg_node *lvs = lvi_cfg_child(im->vg_node, "logical_volumes");
	struct lvol_lv *lv;
	int r;

	if (!lvs || !lvs->is_section)
		return 0;
	lvs->used = true;
	r = add_names(im, lvs);
	lv = im->vg->lv_first;
	for (struct cfg_node *n = lvs->child; !r && n; n = n->next, lv = lv->next)
		r = read_all(im, lv, n);
	return r;
}
