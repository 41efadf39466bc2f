/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/build.h"

#include <assert.h>
#include <stdarg.h>
#include <string.h>

#include <lvol/types.h>

#include "base/error.h"
#include "base/message.h"
#include "model/internal.h"

struct lvol_vg *lvi_vg_new(const char *name)
{
	struct arena *arena = lvi_arena_new();
	struct lvol_vg *vg = arena ? lvi_arena_zalloc(arena, sizeof *vg) : NULL;

	if (!vg || !(vg->name = lvi_arena_strdup(arena, name))) {
		lvi_arena_free(arena);
		return NULL;
	}
	atomic_init(&vg->refs, 1);
	vg->arena = arena;
	vg->alloc = LVOL_ALLOC_NORMAL;
	lvi_hash_init(&vg->lv_by_name);
	lvi_hash_init(&vg->lv_by_id);
	lvi_hash_init(&vg->pv_by_id);
	return vg;
}

int lvi_vg_set_name(struct lvol_vg *vg, const char *name, struct lvol_error *err)
{
	const char *copy = lvi_arena_strdup(vg->arena, name);

	assert(!vg->frozen);
	if (!copy)
		return lvi_error_nomem(err);
	vg->name = copy;
	return 0;
}

/* PVs */

static int id_taken(const char *what, const char *subject, const struct uuid *id, struct lvol_error *err)
{
	char text[LVI_UUID_TEXT_LEN + 1];

	lvi_uuid_format(id, text);
	return lvi_error(err, LVOL_E_EXISTS, subject, "two %ss have the id %s", what, text);
}

int lvi_vg_add_pv(struct lvol_vg *vg, const struct uuid *id, struct lvol_pv **out, struct lvol_error *err)
{
	struct lvol_pv *pv;

	assert(!vg->frozen);
	if (lvi_vg_find_pv(vg, id))
		return id_taken("PV", vg->name, id, err);
	pv = lvi_arena_zalloc(vg->arena, sizeof *pv);
	if (!pv)
		return lvi_error_nomem(err);
	pv->vg = vg;
	pv->id = *id;
	if (vg->run_pool && !(pv->free = lvi_free_runs_new_in(vg->run_pool)))
		return lvi_error_nomem(err);
	if (lvi_hash_put(&vg->pv_by_id, pv->id.c, sizeof pv->id.c, pv, NULL))
		return lvi_error_nomem(err);
	pv->index = vg->pv_count++;
	pv->prev = vg->pv_last;
	*(pv->prev ? &pv->prev->next : &vg->pv_first) = pv;
	vg->pv_last = pv;
	*out = pv;
	return 0;
}

void lvi_vg_remove_pv(struct lvol_vg *vg, struct lvol_pv *pv)
{
	assert(!vg->frozen && pv->vg == vg);
	lvi_hash_del(&vg->pv_by_id, pv->id.c, sizeof pv->id.c);
	*(pv->prev ? &pv->prev->next : &vg->pv_first) = pv->next;
	*(pv->next ? &pv->next->prev : &vg->pv_last) = pv->prev;
	vg->pv_count--;
	if (pv->free) {
		vg->extent_count -= pv->pe_count;
		vg->free_count -= pv->pe_count - pv->pe_used;
	}
	/* Who still points at it is found when the VG is linked. */
	pv->vg = NULL;
	pv->free = NULL;
}

/* LVs */

static int name_taken(const struct lvol_vg *vg, const char *name, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_EXISTS, vg->name, "VG %s already has an LV named \"%s\"", vg->name, name);
}

/* In the table of names, but not in the list yet. */
static int new_lv(struct lvol_vg *vg, const char *name, struct lvol_lv **out, struct lvol_error *err)
{
	struct lvol_lv *lv = lvi_arena_zalloc(vg->arena, sizeof *lv);
	int r;

	assert(!vg->frozen);
	if (!lv || !(lv->name = lvi_arena_strdup(vg->arena, name)))
		return lvi_error_nomem(err);
	r = lvi_hash_add(&vg->lv_by_name, lv->name, strlen(lv->name), lv);
	if (r)
		return r < 0 ? lvi_error_nomem(err) : name_taken(vg, name, err);
	lv->vg = vg;
	lv->major = lv->minor = -1;
	*out = lv;
	return 0;
}

static void append_lv(struct lvol_vg *vg, struct lvol_lv *lv)
{
	lv->index = vg->lv_count++;
	lv->prev = vg->lv_last;
	*(lv->prev ? &lv->prev->next : &vg->lv_first) = lv;
	vg->lv_last = lv;
}

int lvi_lv_set_first_id(struct lvol_lv *lv, const struct uuid *id, struct lvol_error *err)
{
	int r;

	lv->id = *id;
	r = lvi_hash_add(&lv->vg->lv_by_id, lv->id.c, sizeof lv->id.c, lv);
	return r < 0 ? lvi_error_nomem(err) : r ? id_taken("LV", lv->vg->name, id, err) : 0;
}

int lvi_vg_add_lv_named(struct lvol_vg *vg, const char *name, struct lvol_lv **out, struct lvol_error *err)
{
	int r = new_lv(vg, name, out, err);

	if (!r)
		append_lv(vg, *out);
	return r;
}

int lvi_vg_add_lv(struct lvol_vg *vg, const char *name, const struct uuid *id, struct lvol_lv **out,
		struct lvol_error *err)
{
	struct lvol_lv *lv = NULL;
	int r = new_lv(vg, name, &lv, err);

	if (r)
		return r;
	r = lvi_lv_set_first_id(lv, id, err);
	if (r) {
		lvi_hash_del(&vg->lv_by_name, lv->name, strlen(lv->name));
		return r;
	}
	append_lv(vg, lv);
	*out = lv;
	return 0;
}

int lvi_vg_expect_lvs(struct lvol_vg *vg, size_t count)
{
	return lvi_hash_reserve(&vg->lv_by_name, count) || lvi_hash_reserve(&vg->lv_by_id, count) ? -1 : 0;
}

void lvi_vg_remove_lv(struct lvol_vg *vg, struct lvol_lv *lv)
{
	assert(!vg->frozen && lv->vg == vg);
	for (struct lvol_segment *seg = lv->seg_first; seg; seg = seg->next)
		lvi_seg_give(seg, 0);
	lvi_hash_del(&vg->lv_by_name, lv->name, strlen(lv->name));
	lvi_hash_del(&vg->lv_by_id, lv->id.c, sizeof lv->id.c);
	*(lv->prev ? &lv->prev->next : &vg->lv_first) = lv->next;
	*(lv->next ? &lv->next->prev : &vg->lv_last) = lv->prev;
	vg->lv_count--;
	/* Who still points at it is found when the VG is linked. */
	lv->vg = NULL;
}

int lvi_lv_set_name(struct lvol_lv *lv, const char *name, struct lvol_error *err)
{
	struct lvol_vg *vg = lv->vg;
	const char *copy;

	assert(!vg->frozen);
	if (!strcmp(lv->name, name))
		return 0;
	if (lvi_vg_find_lv(vg, name))
		return name_taken(vg, name, err);
	copy = lvi_arena_strdup(vg->arena, name);
	if (!copy || lvi_hash_put(&vg->lv_by_name, copy, strlen(copy), lv, NULL))
		return lvi_error_nomem(err);
	lvi_hash_del(&vg->lv_by_name, lv->name, strlen(lv->name));
	lv->name = copy;
	return 0;
}

/* Problems */

int lvi_vg_add_problem(struct lvol_vg *vg, int code, bool blocks_writing, const char *subject, const char *fmt, ...)
{
	char text[sizeof ((struct lvol_error *)0)->message];
	struct vg_problem *p = lvi_arena_zalloc(vg->arena, sizeof *p);
	va_list ap;

	va_start(ap, fmt);
	lvi_message_vformat(text, sizeof text, fmt, ap);
	va_end(ap);
	if (!p || !(p->message = lvi_arena_strdup(vg->arena, text)) ||
			!(p->subject = lvi_arena_strdup(vg->arena, subject ? subject : "")))
		return -LVOL_E_NO_MEMORY;
	p->code = code;
	p->blocks_writing = blocks_writing;
	*(vg->problems_last ? &vg->problems_last->next : &vg->problems) = p;
	vg->problems_last = p;
	return 0;
}
