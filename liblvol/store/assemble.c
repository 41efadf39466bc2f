/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * From copies of text to VGs.
 *
 * For each VG id the text of the highest seqno is the VG; older ones are stale copies, to be written over by the next
 * commit. Two different texts of one seqno cannot be told apart: the VG can be read but not written. A PV that carries a
 * text of VG A is not claimed by VG B although B's text lists it: B's copy is the one that is out of date.
 */
#include "store/assemble.h"

#include <string.h>

#include <lvol/vg.h>

#include "base/bytes.h"
#include "base/error.h"

static struct vg_pick *pick_of(struct survey *s, struct hash *by_id, struct vg_pick ***tail, const struct uuid *id)
{
	struct vg_pick *p = lvi_hash_get(by_id, id->c, LVI_UUID_LEN);

	if (p)
		return p;
	p = lvi_arena_zalloc(s->arena, sizeof *p);
	if (!p)
		return NULL;
	p->id = *id;
	if (lvi_hash_put(by_id, p->id.c, LVI_UUID_LEN, p, NULL))
		return NULL;
	**tail = p;
	*tail = &p->next;
	return p;
}

static void consider(struct vg_pick *pick, struct text_version *v)
{
	if (!pick->best || v->seqno > pick->best->seqno) {
		pick->best = v;
		pick->rival = NULL;
	} else if (v->seqno == pick->best->seqno && v != pick->best) {
		pick->rival = v;
	}
}

int lvi_picks_make(struct survey *s, struct vg_pick **out, struct lvol_error *err)
{
	struct vg_pick *first = NULL, **tail = &first;
	struct hash by_id;
	int ret = 0;

	lvi_hash_init(&by_id);
	for (struct found_pv *pv = s->pv_first; pv && !ret; pv = pv->next)
		for (unsigned i = 0; i < pv->label.mda_count && !ret; i++) {
			struct mda_copy *c = &pv->mdas[i];
			struct vg_pick *pick;

			if (c->state != COPY_TEXT)
				continue;
			pick = pick_of(s, &by_id, &tail, &c->version->vg_id);
			if (pick)
				consider(pick, c->version);
			else
				ret = lvi_error_nomem(err);
		}
	lvi_hash_free(&by_id);
	*out = first;
	return ret;
}

/* Whether the PV carries a text of another VG. */
static bool belongs_elsewhere(const struct found_pv *found, const struct uuid *vg_id)
{
	for (unsigned i = 0; i < found->label.mda_count; i++) {
		const struct mda_copy *c = &found->mdas[i];

		if (c->state == COPY_OTHER && !lvi_uuid_equal(&c->other_id, vg_id))
			return true;
		if (c->state == COPY_TEXT && !lvi_uuid_equal(&c->version->vg_id, vg_id))
			return true;
	}
	return false;
}

static int note_copy(struct lvol_vg *vg, const struct found_pv *found, const struct mda_copy *c,
		const struct vg_pick *pick)
{
	unsigned long long at = found->label.mdas[c - found->mdas].offset;
	const char *dev = found->dev->name;
	int ret = 0;

	if (c->state == COPY_BAD)
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_DAMAGED_AREA, false, dev,
				"metadata area at byte %llu cannot be used: %s; the next commit writes it anew", at, c->why);
	else if (c->state == COPY_EMPTY && pick)
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_STALE_COPY, false, dev,
				"metadata area at byte %llu is empty; the next commit writes it", at);
	else if (c->state == COPY_TEXT && pick && c->version->seqno < pick->best->seqno)
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_STALE_COPY, false, dev,
				"metadata area at byte %llu holds version %u instead of %u; the next commit writes it anew",
				at, c->version->seqno, pick->best->seqno);
	if (!ret && c->interrupted)
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_INTERRUPTED, false, dev,
				c->rolled_forward ? "the commit of a transaction was interrupted after it had happened" :
				"a commit was interrupted before it happened; the next commit clears what it left");
	return ret;
}

/* A metadata area in front of its neighbour would be written over it: extents, or the other area. */
static bool area_is_in_the_way(const struct lvol_pv *pv, unsigned i)
{
	const struct pv_mda *m = &pv->mdas[i];
	uint64_t begin = pv->pe_start_sectors * 512, size = pv->pe_count * pv->vg->extent_sectors * 512;

	if (m->start < LABEL_SCAN_BYTES || (pv->pe_count && m->start < begin + size && begin < m->start + m->size))
		return true;
	for (unsigned j = 0; j < i; j++)
		if (m->start < pv->mdas[j].start + pv->mdas[j].size && pv->mdas[j].start < m->start + m->size)
			return true;
	return false;
}

static int note_areas(struct lvol_vg *vg, const struct lvol_pv *pv)
{
	for (unsigned i = 0; i < pv->mda_count; i++)
		if (area_is_in_the_way(pv, i) && lvi_vg_add_problem(vg, LVOL_PROBLEM_DAMAGED_LABEL, true, pv->dev_name,
				"metadata area at byte %llu lies over extents, the label or another area; writing it would destroy them",
				(unsigned long long)pv->mdas[i].start))
			return -LVOL_E_NO_MEMORY;
	return 0;
}

static int note_place(struct lvol_vg *vg, const struct lvol_pv *pv, const struct found_pv *found,
		const struct vg_pick *pick)
{
	uint64_t end = pv->pe_start_sectors + pv->pe_count * vg->extent_sectors;
	int ret = 0;

	if (found->has_duplicate)
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_DUPLICATE_PV, true, pv->dev_name,
				"another device carries the same PV id; leave one of them out");
	if (!ret && pick && (pv->ext_version < PV_EXT_VERSION || !(pv->ext_flags & PV_EXT_USED)))
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_PV_FLAGS, false, pv->dev_name,
				"the label does not say that the PV is in use; the next commit mends it");
	if (!ret && !lvi_uuid_equal(&pv->id, &pv->label_id))
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_PV_FLAGS, false, pv->dev_name,
				"the label still has the id that the PV had before; the next commit mends it");
	if (!ret && found->dev->size / 512 < end)
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_DEVICE_SIZE, false, pv->dev_name,
				"the device has %llu bytes, the PV needs %llu; was it cut?",
				(unsigned long long)found->dev->size, (unsigned long long)end * 512);
	if (!ret)
		ret = note_areas(vg, pv);
	for (unsigned i = 0; i < found->label.mda_count && !ret; i++)
		ret = note_copy(vg, found, &found->mdas[i], pick);
	return ret;
}

static int note_missing(struct lvol_vg *vg, const struct lvol_pv *pv)
{
	char id[LVI_UUID_TEXT_LEN + 1];

	lvi_uuid_format(&pv->id, id);
	return lvi_vg_add_problem(vg, LVOL_PROBLEM_MISSING_PV, true, pv->device_hint ? pv->device_hint : id,
			"PV %s is not among the devices%s%s; add it, or take it out of the VG with vgreduce --removemissing",
			id, pv->device_hint ? ", last seen as " : "", pv->device_hint ? pv->device_hint : "");
}

/* The device of a PV: by its id, or by the id that its label had before a change that was not settled. */
static struct found_pv *find_device(struct survey *s, const struct lvol_vg *vg, const struct lvol_pv *pv)
{
	struct found_pv *found = lvi_hash_get(&s->pv_by_id, pv->id.c, LVI_UUID_LEN);
	const char *pairs = vg->extra_top ? strstr(vg->extra_top, OLD_IDS_KEY TXN_MARK_IS) : NULL, *at;
	char want[LVI_UUID_TEXT_LEN + 2];
	struct uuid old;

	if (found || !pairs)
		return found;
	lvi_uuid_format(&pv->id, want);
	strcat(want, "=");
	at = memmem(pairs, strcspn(pairs, "\n"), want, strlen(want));
	if (!at || !lvi_uuid_parse(&old, at + strlen(want), strcspn(at + strlen(want), " \"\n")))
		return NULL;
	found = lvi_hash_get(&s->pv_by_id, old.c, LVI_UUID_LEN);
	return found && !found->claimed ? found : NULL;
}

int lvi_assemble_attach(struct survey *s, struct lvol_vg *vg, const struct vg_pick *pick, struct lvol_error *err)
{
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next) {
		struct found_pv *found = find_device(s, vg, pv);
		int ret;

		if (!found || belongs_elsewhere(found, &vg->id)) {
			if (note_missing(vg, pv))
				return lvi_error_nomem(err);
			continue;
		}
		if ((ret = lvi_place_pv(s, pv, found, err)))
			return ret;
		if (note_place(vg, pv, found, pick))
			return lvi_error_nomem(err);
		if (pv->flags & PV_MISSING && lvi_vg_add_problem(vg, LVOL_PROBLEM_MISSING_PV, true, pv->dev_name,
				"the PV came back after it had been missing; its content may be out of date"))
			return lvi_error_nomem(err);
	}
	return 0;
}

/* PVs that hold a text of this VG that no longer lists them. */
static int note_outdated(struct survey *s, struct lvol_vg *vg, const struct vg_pick *pick)
{
	for (struct found_pv *f = s->pv_first; f; f = f->next)
		for (unsigned i = 0; i < f->label.mda_count && !f->claimed; i++)
			if (f->mdas[i].state == COPY_TEXT && lvi_uuid_equal(&f->mdas[i].version->vg_id, &pick->id)) {
				f->claimed = true;
				if (lvi_vg_add_problem(vg, LVOL_PROBLEM_OUTDATED_PV, false, f->dev->name,
						"holds version %u of the VG but is not in version %u; make it a PV anew before use",
						f->mdas[i].version->seqno, pick->best->seqno))
					return -LVOL_E_NO_MEMORY;
			}
	return 0;
}

static int note_shared(struct lvol_vg *vg)
{
	if (vg->flags & VG_CLUSTERED)
		return lvi_vg_add_problem(vg, LVOL_PROBLEM_SHARED, true, vg->name, "the VG is clustered, for a clvmd that is no more; "
				"lvm2's vgchange --lock-type none --lock-opt force makes it one of this host");
	if (vg->flags & VG_SHARED || (vg->lock_type && strcmp(vg->lock_type, "none")))
		return lvi_vg_add_problem(vg, LVOL_PROBLEM_SHARED, true, vg->name,
				"the VG is shared between hosts (lock type %s); only lvmlockd can let it be changed",
				vg->lock_type ? vg->lock_type : "not known");
	return 0;
}

static bool is_foreign(const struct lvol_vg *vg, const struct store_env *env)
{
	return vg->system_id && *vg->system_id && (!env->system_id || strcmp(vg->system_id, env->system_id));
}

static int note_status(struct lvol_vg *vg, const struct store_env *env)
{
	int ret = 0;

	if (is_foreign(vg, env) && !env->system_id)
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_FOREIGN, true, vg->name, "the VG belongs to system id \"%s\", and "
				"this system has none; lvm.conf or the context's system_id would give it one", vg->system_id);
	else if (is_foreign(vg, env))
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_FOREIGN, true, vg->name,
				"the VG belongs to system id \"%s\", this is \"%s\"", vg->system_id, env->system_id);
	return ret ? ret : note_shared(vg);
}

static int finish_vg(struct survey *s, struct lvol_vg *vg, struct lvol_error *err)
{
	lvi_vg_keep_devices(vg, s->devs);
	return lvi_metadata_note_problems(vg, err);
}

static int judge_vg(struct survey *s, struct lvol_vg *vg, const struct vg_pick *pick, const struct store_env *env)
{
	int ret = 0;

	if (pick->rival)
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_CONFLICT, true, vg->name,
				"two different texts of version %u are on its PVs; restore one of them", vg->seqno);
	if (!ret)
		ret = note_outdated(s, vg, pick);
	return ret ? ret : note_status(vg, env);
}

int lvi_assemble_vg(struct survey *s, const struct vg_pick *pick, const struct store_env *env, struct lvol_vg **out,
		struct lvol_error *err)
{
	struct text_version *v = pick->best;
	char *text = v->text;
	struct lvol_vg *vg;
	int ret;

	v->text = NULL;
	if (!text)
		return lvi_error(err, LVOL_E_CORRUPT, v->name, "its metadata could not be read");
	ret = lvi_metadata_import(text, v->size, v->name, &vg, err);
	if (ret)
		return ret;
	ret = lvi_assemble_attach(s, vg, pick, err);
	if (!ret && judge_vg(s, vg, pick, env))
		ret = lvi_error_nomem(err);
	if (!ret)
		ret = finish_vg(s, vg, err);
	if (ret) {
		lvi_vg_unref(vg);
		return ret;
	}
	*out = vg;
	return 0;
}

static bool is_on_same_devices(struct survey *s, const struct lvol_vg *known)
{
	for (const struct lvol_pv *pv = known->pv_first; pv; pv = pv->next) {
		const struct found_pv *found = find_device(s, known, pv);

		if (!found || found->dev != pv->dev || found->has_duplicate || belongs_elsewhere(found, &known->id))
			return false;
	}
	return true;
}

bool lvi_assemble_is(struct survey *s, const struct vg_pick *pick, const struct lvol_vg *known)
{
	if (!lvi_uuid_equal(&known->id, &pick->id) || known->seqno != pick->best->seqno || pick->rival || known->problems ||
	    !is_on_same_devices(s, known))
		return false;
	for (const struct lvol_pv *pv = known->pv_first; pv; pv = pv->next)
		find_device(s, known, pv)->claimed = true;
	return true;
}

static int add_orphan(struct survey *s, struct lvol_vg *vg, struct found_pv *f, struct lvol_error *err)
{
	const struct label *label = &f->label;
	struct lvol_pv *pv;
	int ret = lvi_vg_add_pv(vg, &label->pv_id, &pv, err);

	if (!ret)
		ret = lvi_place_pv(s, pv, f, err);
	if (ret)
		return ret;
	pv->dev_sectors = label->device_size / 512;
	pv->pe_start_sectors = label->data_count ? label->data[0].offset / 512 : 0;
	pv->ba_start_sectors = label->bootloader.offset / 512;
	pv->ba_size_sectors = label->bootloader.size / 512;
	ret = note_place(vg, pv, f, NULL);
	if (!ret && label->ext_flags & PV_EXT_USED)
		ret = lvi_vg_add_problem(vg, LVOL_PROBLEM_UNKNOWN_VG, false, f->dev->name,
				"a VG uses this PV, but no device describes that VG; are devices missing?");
	return ret ? lvi_error_nomem(err) : 0;
}

/* A PV whose text could not be imported belongs to somebody, but not to a VG that we can show. */
static bool has_text(const struct found_pv *f)
{
	for (unsigned i = 0; i < f->label.mda_count; i++)
		if (f->mdas[i].state == COPY_TEXT)
			return true;
	return false;
}

int lvi_assemble_orphans(struct survey *s, struct lvol_vg **out, struct lvol_error *err)
{
	struct lvol_vg *vg = lvi_vg_new("");
	int ret = 0;

	if (!vg)
		return lvi_error_nomem(err);
	vg->extent_sectors = 1;
	vg->format = "lvm2";
	for (struct found_pv *f = s->pv_first; f && !ret; f = f->next)
		if (!f->claimed && !f->duplicate && !has_text(f))
			ret = add_orphan(s, vg, f, err);
	lvi_vg_keep_devices(vg, s->devs);
	if (!ret)
		ret = lvi_vg_freeze(vg, err);
	if (ret)
		lvi_vg_unref(vg);
	else
		*out = vg;
	return ret;
}
