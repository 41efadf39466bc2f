/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/ops.h"

#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "base/units.h"
#include "segtype/segtype.h"
#include "txn/lv_book.h"
#include "txn/lv_settings.h"
#include "txn/lv_size.h"
#include "txn/lv_text.h"
#include "txn/pv_move.h"
#include "txn/pv_users.h"

#define REGION_SECTORS UINT64_C(4096)   /* lvm2's default for mirrors */

static int find_lv(struct pv_move *m, struct lvol_error *err)
{
	const char *name = m->o->lv;
	size_t n = strlen(m->vg.work->name);

	if (!name)
		return 0;
	if (!strncmp(name, m->vg.work->name, n) && name[n] == '/')
		name += n + 1;
	m->only = lvi_vg_find_lv(m->vg.work, name);
	return m->only ? 0 : lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no LV %s", m->vg.work->name, name);
}

static void leave_out_source(struct pv_move *m)
{
	const struct lvol_pv *source = m->from.items.items[0].pv;
	size_t n = 0;

	for (size_t i = 0; i < m->to.items.len; i++) {
		struct pv_chosen *c = &m->to.items.items[i];

		if (c->pv == source && m->policy != LVOL_ALLOC_ANYWHERE)
			ARRAY_FREE(&c->ranges);
		else
			m->to.items.items[n++] = *c;
	}
	m->to.items.len = n;
}

static int choose(struct pv_move *m, struct lvol_error *err)
{
	int ret = lvi_lv_alloc_check(m->o->alloc, m->subject, err);

	m->policy = m->o->alloc ? (int)m->o->alloc : m->vg.work->alloc;
	if (!ret)
		ret = lvi_pv_choice_one(m->vg.work, m->o->pv, &m->from, err);
	if (!ret)
		ret = lvi_pv_choice_make(m->vg.work, m->o->to, &m->to, err);
	if (ret)
		return ret;
	leave_out_source(m);
	return find_lv(m, err);
}

static int no_place(const struct pv_move *m, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NO_SPACE, m->subject, "there is no PV that what lies on %s could be moved to; a raid or mirror "
			"needs one that it does not use yet", m->subject);
}

/* The layer and its sides */

static int add_lv(struct pv_move *m, const char *suffix, struct lvol_lv **out, struct lvol_error *err)
{
	const char *host = m->txn->env->host_name;
	char name[LVI_NAME_MAX + 1];
	struct uuid id;
	unsigned n = 0;
	int ret = lvi_txn_make_uuid(m->txn, NULL, &id, err);

	if (m->layer)
		snprintf(name, sizeof name, "%s%s", m->layer->name, suffix);
	else
		do
			snprintf(name, sizeof name, "pvmove%u", n++);
		while (lvi_vg_find_lv(m->vg.work, name));
	if (!ret)
		ret = lvi_vg_add_lv(m->vg.work, name, &id, out, err);
	if (ret)
		return ret;
	(*out)->flags = LV_READ | LV_WRITE;
	(*out)->creation_time = host ? lvi_txn_time(m->txn) : 0;
	(*out)->creation_host = (*out)->creation_time ? lvi_arena_strdup(m->vg.work->arena, host) : NULL;
	return (*out)->creation_time && !(*out)->creation_host ? lvi_error_nomem(err) : 0;
}

static int add_layer(struct pv_move *m, struct lvol_error *err)
{
	int ret = add_lv(m, NULL, &m->layer, err);

	if (ret)
		return ret;
	m->layer->flags |= LV_PVMOVE | LV_LOCKED;
	m->layer->alloc = LVOL_ALLOC_CONTIGUOUS;
	if (!(m->o->flags & LVOL_PV_MOVE_ATOMIC))
		return 0;
	ret = add_lv(m, "_mimage_0", &m->images[0], err);
	return ret ? ret : add_lv(m, "_mimage_1", &m->images[1], err);
}

static int add_atomic_segment(struct pv_move *m)
{
	struct lvol_segment *seg = lvi_lv_add_segment(m->layer, lvi_segtype_find("mirror"), m->extents, 2, false);

	if (!seg || lvi_seg_set_number(seg, SEG_EXTENTS_MOVED, 0))
		return -1;
	seg->area_extents = m->extents;
	for (unsigned i = 0; i < 2; i++)
		seg->areas[i] = (struct area){ .kind = AREA_LV, .lv = m->images[i] };
	return 0;
}

/* As lvm2: not larger than the whole of it, in one size for all segments. */
static int set_regions(struct pv_move *m)
{
	uint64_t all = m->extents * m->vg.work->extent_sectors, region = REGION_SECTORS;

	while (region > all)
		region >>= 1;
	for (struct lvol_segment *seg = m->layer->seg_first; seg; seg = seg->next)
		if (lvi_seg_set_number(seg, SEG_REGION_SIZE, region))
			return -1;
	return 0;
}

static int insert_all(struct pv_move *m, struct lvol_error *err)
{
	int ret = m->to.items.len ? add_layer(m, err) : no_place(m, err);

	for (size_t i = 0; i < m->moved.lvs.len && !ret; i++)
		ret = lvi_pv_move_insert(m, m->moved.lvs.items[i], err);
	if (ret)
		return ret;
	return (m->images[0] && add_atomic_segment(m)) || set_regions(m) ? lvi_error_nomem(err) : 0;
}

static int note(const struct pv_move *m, struct txn_vg *vg)
{
	char subject[LVI_LV_TEXT_LEN], size[LVI_SIZE_TEXT_LEN];

	lvi_lv_text(subject, m->layer);
	lvi_size_text(size, m->extents * lvi_extent_bytes(m->vg.work));
	return lvi_txn_notef(m->txn, &(struct txn_note){ vg, LVOL_CHANGE_CREATE, "lv", subject }, "begin to move %s of %zu LV%s "
			"from %s", size, m->moved.lvs.len, m->moved.lvs.len == 1 ? "" : "s", m->subject);
}

static int move(struct pv_move *m, struct lvol_error *err)
{
	int ret = choose(m, err);

	if (!ret)
		ret = lvi_pv_move_find(m, err);
	return ret ? ret : insert_all(m, err);
}

static void free_move(struct pv_move *m)
{
	lvi_pv_choice_free(&m->from);
	lvi_pv_choice_free(&m->to);
	lvi_lv_set_free(&m->moved);
}

int lvi_op_pv_move(struct lvol_txn *txn, const struct lvol_pv_move_opts *o, struct lvol_error *err)
{
	struct pv_move m = { .txn = txn, .o = o, .subject = o->pv };
	struct txn_vg *vg;
	int ret = lvi_txn_must_be_open(txn, err);

	if (!ret)
		ret = lvi_txn_vg(txn, o->vg, &vg, err);
	if (!ret)
		ret = lvi_vg_clone(vg->work, &m.vg.work, err);
	if (ret)
		return ret;
	ret = move(&m, err);
	if (!ret && note(&m, vg))
		ret = lvi_error_nomem(err);
	free_move(&m);
	if (ret)
		lvi_vg_unref(m.vg.work);
	else
		lvi_txn_replace_work(vg, m.vg.work);
	return ret;
}
