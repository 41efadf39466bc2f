/* SPDX-License-Identifier: LGPL-2.1-or-later */

#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "metadata/metadata.h"
#include "store/commit_plan.h"
#include "store/survey.h"

/* The PV on this device as the transaction saw it when it began; NULL: it was in none of its VGs. */
static const struct lvol_pv *seen_pv(const struct commit *c, const struct lvol_pv *pv)
{
	for (size_t i = 0; i < c->plan->vgs.len; i++) {
		const struct lvol_vg *old = c->plan->vgs.items[i].old;
		struct lvol_pv *p = old ? lvi_vg_find_pv(old, &pv->id) : NULL;

		if (p && p->dev == pv->dev)
			return p;
		for (p = old ? old->pv_first : NULL; p; p = p->next)  /* the PV's id was changed */
			if (p->dev == pv->dev)
				return p;
	}
	return NULL;
}

static int check_unchanged(const struct mda_target *t, const struct pv_mda *seen, struct lvol_error *err)
{
	const struct raw_locn *now = seen->rolled_forward ? &t->before.precommitted : &t->before.committed;

	if (seen->damaged)
		return 0;  /* it could not be read then: there is nothing to compare with */
	if (now->offset == seen->text_offset && now->size == seen->text_size && now->crc == seen->text_crc)
		return 0;
	return lvi_error(err, LVOL_E_CONFLICT, t->dev->name,
			"somebody wrote new metadata to it in spite of the lock; nothing was written, begin again");
}

/*
 * A transaction that was interrupted had happened: the area's valid text is the precommitted one, or none if the PV had
 * left its VG. Say so in the header before anything is written behind the committed text, which is where what proves it
 * lies.
 */
static int finish_interrupted(struct commit *c, struct mda_target *t, const struct raw_locn *valid,
		struct lvol_error *err)
{
	int ret;

	t->before.committed = *valid;
	t->before.committed.flags = 0;
	t->before.precommitted = (struct raw_locn){ 0 };
	ret = lvi_mda_write_header(t->dev, &t->before, err);
	return ret ? ret : lvi_commit_dirty(c, t->dev, err);
}

/* A PV that was resized has its second area elsewhere: what lies there is no area yet. */
static bool was_moved(const struct lvol_pv *seen, const struct lvol_pv *pv, unsigned i)
{
	return seen && i < seen->mda_count && seen->mdas[i].start != pv->mdas[i].start;
}

static int add_target(struct commit *c, struct lvol_pv *pv, unsigned i, struct mda_target **out, struct lvol_error *err)
{
	const struct lvol_pv *seen = seen_pv(c, pv);
	struct mda_target *t = ARRAY_PUSH(&c->targets);
	const struct pv_mda *area;
	int ret;

	if (!t)
		return lvi_error_nomem(err);
	if (pv->dev->read_only)
		return lvi_error(err, LVOL_E_READ_ONLY, pv->dev->name, "device %s, a PV of VG %s, cannot be written", pv->dev->name,
				pv->vg->name);
	t->dev = pv->dev;
	*out = t;
	if (c->kept[pv->dev->number] & KEPT_IS_INIT || was_moved(seen, pv, i)) {
		t->before = (struct mda_header){ .start = pv->mdas[i].start, .size = pv->mdas[i].size };
		return 0;
	}
	ret = lvi_mda_read_header_in(pv->dev, pv->mdas[i].start, pv->mdas[i].size, &t->before, err);
	if (ret == -LVOL_E_CORRUPT) {
		/* unusable: begin with an empty ring where the label says that it is */
		t->before = (struct mda_header){ .start = pv->mdas[i].start, .size = pv->mdas[i].size };
		return 0;
	}
	area = seen && i < seen->mda_count ? &seen->mdas[i] : &pv->mdas[i];
	if (!ret)
		ret = check_unchanged(t, area, err);
	if (!ret && area->rolled_forward)
		ret = finish_interrupted(c, t, &t->before.precommitted, err);
	else if (!ret && !seen && t->before.committed.offset && !lvi_mda_ignored(&t->before))
		ret = finish_interrupted(c, t, &(struct raw_locn){ 0 }, err);
	return ret;
}

static int add_member(struct commit *c, struct lvol_pv *pv, const char *text, uint64_t size, struct lvol_error *err)
{
	int ret = 0;

	for (unsigned i = 0; i < pv->mda_count && !ret; i++) {
		struct mda_target *t;

		ret = add_target(c, pv, i, &t, err);
		if (ret)
			break;
		t->place = &pv->mdas[i];
		t->ignore = pv->mdas[i].ignored;
		t->text = t->ignore ? NULL : text;
		t->size = t->ignore ? 0 : size;
	}
	return ret;
}

static int export_next(struct commit *c, struct lvol_vg *next, const char *mark, size_t *len, struct lvol_error *err)
{
	struct metadata_origin origin = {
		.description = next->description, .host = next->creation_host,
		.system_id = next->creation_host_system_id, .time = next->creation_time,
	};
	int ret = lvi_commit_old_ids(next, err);
	char **slot;

	if (!ret)
		ret = lvi_commit_mark(next, mark, err);
	if (ret)
		return ret;
	slot = ARRAY_PUSH(&c->texts);
	if (!slot)
		return lvi_error_nomem(err);
	return lvi_metadata_export(next, CFG_STYLE_DISK, &origin, slot, len, err);
}

static int add_next(struct commit *c, struct lvol_vg *next, const char *mark, struct lvol_error *err)
{
	size_t len;
	int ret = export_next(c, next, mark, &len, err);

	for (struct lvol_pv *pv = next->pv_first; pv && !ret; pv = pv->next)
		if (pv->dev)
			ret = add_member(c, pv, c->texts.items[c->texts.len - 1], len + 1, err);
	return ret;
}

static bool leaves(const struct commit *c, const struct lvol_pv *pv)
{
	return pv->dev && !(c->kept[pv->dev->number] & KEPT_IN_NEXT);
}

/* What is precommitted to areas that become empty, so that they are so as soon as the transaction has happened. */
static int make_farewell(struct commit *c, const char *mark, const char **out, struct lvol_error *err)
{
	char **slot = ARRAY_PUSH(&c->texts);

	if (!slot)
		return lvi_error_nomem(err);
	if (asprintf(slot, TXN_LEFT_TEXT TXN_MARK_KEY TXN_MARK_IS "%s\"\n", mark) < 0) {
		*slot = NULL;
		return lvi_error_nomem(err);
	}
	*out = *slot;
	return 0;
}

/* Areas of PVs that are in no VG any more: they become empty. */
static int add_leavers(struct commit *c, const struct lvol_vg *old, const char *farewell, struct lvol_error *err)
{
	int ret = 0;

	for (struct lvol_pv *pv = old->pv_first; pv && !ret; pv = pv->next) {
		if (!leaves(c, pv))
			continue;
		for (unsigned i = 0; i < pv->mda_count && !ret; i++) {
			struct mda_target *t;

			ret = add_target(c, pv, i, &t, err);
			if (ret)
				break;
			t->ignore = pv->mdas[i].ignored;
			t->leaves = true;
			if (farewell && t->before.committed.offset && !lvi_mda_ignored(&t->before)) {
				t->text = farewell;
				t->size = strlen(farewell) + 1;
			}
		}
	}
	return ret;
}

static int must_have_area(const struct commit *c, struct lvol_error *err)
{
	for (size_t i = 0; i < c->plan->vgs.len; i++) {
		const struct lvol_vg *next = c->plan->vgs.items[i].next;
		bool any = !next;

		for (const struct lvol_pv *p = next ? next->pv_first : NULL; p; p = p->next)
			for (unsigned j = 0; j < p->mda_count && p->dev; j++)
				any |= !p->mdas[j].ignored;
		if (!any)
			return lvi_error(err, LVOL_E_INVALID, next->name,
					"no metadata area of its PVs would be in use; add a PV with one or use pvchange --metadataignore n");
	}
	return 0;
}

static bool any_leaves(const struct commit *c, const struct lvol_vg *old)
{
	for (const struct lvol_pv *pv = old ? old->pv_first : NULL; pv; pv = pv->next)
		if (leaves(c, pv) && pv->mda_count)
			return true;
	return false;
}

static bool any_text(const struct commit *c)
{
	for (size_t i = 0; i < c->plan->vgs.len; i++)
		if (c->plan->vgs.items[i].next)
			return true;
	return false;
}

/* Texts of one VG are tied together by its id; what a transaction writes or empties beyond that is not. */
static bool needs_mark(const struct commit *c)
{
	const struct vg_change *first = c->plan->vgs.items;

	if (!any_text(c))
		return false;
	return c->plan->vgs.len > 1 || any_leaves(c, first->old) ||
		(first->old && !lvi_uuid_equal(&first->old->id, &first->next->id));
}

int lvi_commit_targets(struct commit *c, struct lvol_error *err)
{
	char mark[LVI_UUID_TEXT_LEN + 1];
	const char *farewell = NULL;
	struct uuid id;
	bool many = needs_mark(c);
	int ret = must_have_area(c, err);

	if (!ret && many && lvi_uuid_make(&id, &c->env->random))
		ret = lvi_error_sys(err, errno, NULL, "no random numbers for the transaction's mark");
	if (!ret && many)
		lvi_uuid_format(&id, mark);
	for (size_t i = 0; i < c->plan->vgs.len && !ret; i++)
		if (c->plan->vgs.items[i].next)
			ret = add_next(c, c->plan->vgs.items[i].next, many ? mark : NULL, err);
	if (!ret && many)
		ret = make_farewell(c, mark, &farewell, err);
	for (size_t i = 0; i < c->plan->vgs.len && !ret; i++)
		if (c->plan->vgs.items[i].old)
			ret = add_leavers(c, c->plan->vgs.items[i].old, farewell, err);
	return ret ? ret : lvi_commit_flush(c, err);
}
