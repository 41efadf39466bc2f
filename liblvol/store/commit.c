/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The commit, stage by stage. Each stage is flushed before the next begins.
 *
 *   look      read all headers again: what is not as the transaction saw it is a conflict; what an interrupted
 *             transaction had only precommitted in this area, although it had happened, is committed
 *   prepare   new PVs (areas, then labels); labels of PVs that leave lose "used"; starts of new LVs are zeroed, where the
 *             old version had nothing
 *   text      the new text into each ring, behind the committed one
 *   precommit headers: old text committed, new text precommitted
 *   live      tables of what is active are loaded, devices suspended (store/live.h; not here)
 *   commit    headers: new text committed. The first one that reaches a device makes the transaction happen.
 *   live      devices are resumed
 *   settle    areas that become ignored or empty; the other starts of new LVs are zeroed; labels of new members gain
 *             "used"; labels of removed PVs go
 *
 * Up to the first committed header a failure puts everything back. After it, a failing device only leaves a stale copy,
 * which is reported and repaired by the next commit.
 *
 * Why labels change on that side of the commit: a member without "used" is harmless and mended later; a PV with "used"
 * that no VG lists could not be taken into use again without force.
 *
 * A VG that is removed has no new text: it is gone when its last header is empty.
 */
#include "store/commit.h"

#include <stdlib.h>
#include <string.h>

#include <lvol/vg.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"
#include "base/uuid.h"
#include "store/assemble.h"
#include "store/commit_plan.h"

int lvi_commit_dirty(struct commit *c, struct lvol_dev *dev, struct lvol_error *err)
{
	struct lvol_dev **slot;

	/* neighbouring writes go to one device; a few duplicates cost a flush that has nothing to do */
	if (c->dirty.len && c->dirty.items[c->dirty.len - 1] == dev)
		return 0;
	slot = ARRAY_PUSH(&c->dirty);
	if (!slot)
		return lvi_error_nomem(err);
	*slot = dev;
	return 0;
}

int lvi_commit_flush(struct commit *c, struct lvol_error *err)
{
	int ret = 0;

	c->flushed = 0;
	for (size_t i = 0; i < c->dirty.len; i++) {
		int one = lvi_dev_flush(c->dirty.items[i], ret ? NULL : err);

		c->flushed += !one;
		ret = ret ? ret : one;
	}
	c->dirty.len = 0;
	return ret;
}

int lvi_commit_save(struct commit *c, struct lvol_dev *dev, uint64_t offset, size_t len, struct lvol_error *err)
{
	struct undo *u = ARRAY_PUSH(&c->undos);
	int ret;

	if (!u)
		return lvi_error_nomem(err);
	*u = (struct undo){ dev, offset, len, malloc(len) };
	if (!u->bytes) {
		c->undos.len--;
		return lvi_error_nomem(err);
	}
	ret = lvi_dev_read(dev, u->bytes, len, offset, err);
	if (ret) {
		free(u->bytes);  /* what could not be read must not be put back */
		c->undos.len--;
	}
	return ret;
}

/* Any of them, by others than @but_by. */
static bool extents_in_use(const struct lvol_pv *pv, uint64_t first, uint64_t last, const struct lvol_lv *but_by)
{
	size_t from = 0, to = pv->run_count;

	while (from < to) {
		size_t mid = from + (to - from) / 2;

		if (pv->runs[mid].start + (uint64_t)pv->runs[mid].count <= first)
			from = mid + 1;
		else
			to = mid;
	}
	while (but_by && from < pv->run_count && lvi_uuid_equal(&pv->runs[from].seg->lv->id, &but_by->id))
		from++;
	return from < pv->run_count && pv->runs[from].start <= last;
}

/* Whether an LV that this very transaction removes or cuts has data there: not to be touched before the commit. */
bool lvi_commit_zero_is_late(const struct commit_plan *plan, const struct zero_range *z)
{
	for (size_t i = 0; i < plan->vgs.len; i++) {
		const struct lvol_vg *old = plan->vgs.items[i].old;

		for (const struct lvol_pv *pv = old ? old->pv_first : NULL; pv; pv = pv->next) {
			uint64_t start = pv->pe_start_sectors * LVI_SECTOR_BYTES;
			uint64_t extent = old->extent_sectors * LVI_SECTOR_BYTES;

			if (pv->dev == z->dev && z->offset >= start && extents_in_use(pv, (z->offset - start) / extent,
					(z->offset + z->length - 1 - start) / extent, z->content.given_up ? z->lv : NULL))
				return true;
		}
	}
	return false;
}

#define FILL_BYTES 65536

static int fill(const struct zero_range *z, uint64_t done, struct lvol_error *err)
{
	unsigned char *buf = malloc(FILL_BYTES);
	int ret = buf ? 0 : lvi_error_nomem(err);

	if (buf)
		memset(buf, z->content.fill, FILL_BYTES);
	for (uint64_t n; !ret && done < z->length; done += n) {
		n = z->length - done < FILL_BYTES ? z->length - done : FILL_BYTES;
		ret = lvi_dev_write(z->dev, buf, n, z->offset + done, err);
	}
	free(buf);
	return ret;
}

static int write_start(const struct zero_range *z, struct lvol_error *err)
{
	size_t head = z->content.head_len < z->length ? z->content.head_len : z->length;
	int ret = head ? lvi_dev_write(z->dev, z->content.head, head, z->offset, err) : 0;

	if (ret || head == z->length)
		return ret;
	return z->content.fill ? fill(z, head, err) : lvi_dev_zero(z->dev, z->length - head, z->offset + head, err);
}

/* The starts of new LVs, in room that was free (@used false) or in use in the old version. */
static int zero_starts(struct commit *c, bool used, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < c->plan->zeroes.len && !ret; i++) {
		const struct zero_range *z = &c->plan->zeroes.items[i];

		if (lvi_commit_zero_is_late(c->plan, z) != used)
			continue;
		ret = write_start(z, err);
		if (!ret)
			ret = lvi_commit_dirty(c, z->dev, err);
	}
	return ret;
}

static int write_texts(struct commit *c, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < c->targets.len && !ret; i++) {
		struct mda_target *t = &c->targets.items[i];

		if (!t->text)
			continue;
		t->locn.size = t->size;
		ret = lvi_mda_place(&t->before, t->size, &t->locn.offset, t->leaves ? NULL : err);
		if (ret && t->leaves) {  /* without room for it, it is emptied without notice */
			t->text = NULL;
			t->locn = (struct raw_locn){ 0 };
			ret = 0;
			continue;
		}
		if (!ret)
			ret = lvi_mda_write_text(t->dev, &t->before, t->text, &t->locn, err);
		if (!ret)
			ret = lvi_commit_dirty(c, t->dev, err);
	}
	return ret ? ret : lvi_commit_flush(c, err);
}

static int precommit(struct commit *c, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < c->targets.len && !ret; i++) {
		struct mda_target *t = &c->targets.items[i];
		struct mda_header h = t->before;

		if (!t->text)
			continue;
		h.committed.flags &= ~RAW_LOCN_IGNORED;
		if (t->before.committed.flags & RAW_LOCN_IGNORED)
			h.committed = (struct raw_locn){ 0 };  /* what an ignored area holds is not to be trusted */
		h.precommitted = t->locn;
		t->touched = true;
		ret = lvi_mda_write_header(t->dev, &h, err);
		if (!ret)
			ret = lvi_commit_dirty(c, t->dev, err);
	}
	return ret ? ret : lvi_commit_flush(c, err);
}

static struct mda_header header_after(const struct mda_target *t)
{
	struct mda_header h = { .start = t->before.start, .size = t->before.size };

	if (!t->leaves)
		h.committed = t->locn;
	h.committed.flags = t->ignore ? RAW_LOCN_IGNORED : 0;
	return h;
}

static void note_place(struct mda_target *t, const struct mda_header *h)
{
	if (!t->place)
		return;
	t->place->size = h->size;
	t->place->damaged = false;
	t->place->text_offset = h->committed.offset;
	t->place->text_size = h->committed.size;
	t->place->text_crc = h->committed.crc;
	t->place->free_bytes = lvi_mda_free_bytes(h);
}

static int write_final(struct commit *c, struct mda_target *t, struct lvol_error *err)
{
	struct mda_header h = header_after(t);
	int ret;

	t->touched = true;
	ret = lvi_mda_write_header(t->dev, &h, err);
	if (!ret)
		ret = lvi_commit_dirty(c, t->dev, err);
	if (!ret) {
		t->committed = true;
		note_place(t, &h);
	}
	return ret;
}

/* From here on a failing device is left behind with a stale copy, as long as one header got through. */
static int commit_headers(struct commit *c, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT, first_why = LVOL_ERROR_INIT;
	int first = 0, ret;

	for (size_t i = 0; i < c->targets.len; i++) {
		struct mda_target *t = &c->targets.items[i];

		if (!t->text || t->leaves)
			continue;
		ret = write_final(c, t, &why);
		if (!ret)
			c->happened = true;
		else
			lvi_log(&c->env->log, LVI_LOG_WARNING, t->dev->name, "its metadata area could not be written: %s",
					why.message);
		if (ret && !first) {
			first = ret;
			first_why = why;
		}
	}
	if (first && !c->happened) {
		if (err)
			*err = first_why;
		return first;
	}
	ret = lvi_commit_flush(c, &why);
	if (ret && !c->flushed)
		return lvi_error(err, why.code, why.subject, "the new version is written, but no device says that it would "
				"survive a power cut; read the VG again: %s", why.message);
	if (ret)
		lvi_log(&c->env->log, LVI_LOG_WARNING, why.subject, "flush after the commit failed: %s", why.message);
	return 0;
}

/* Areas without new text: they become ignored or empty. Of a removed VG this is the commit. */
static int settle_headers(struct commit *c, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < c->targets.len; i++) {
		struct mda_target *t = &c->targets.items[i];
		const struct raw_locn *was = &t->before.committed;
		int one;

		if ((t->text && !t->leaves) || (!was->offset && !t->before.precommitted.offset &&
		    t->ignore == !!(was->flags & RAW_LOCN_IGNORED)))
			continue;
		one = write_final(c, t, ret ? NULL : err);
		ret = ret ? ret : one;
		if (ret && !c->happened)
			return ret;
	}
	if (!ret)
		ret = lvi_commit_flush(c, err);
	return ret;
}

/* What comes after the commit cannot undo it: failures are told, and mended by the next commit. */
static int settle(struct commit *c, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	int ret = settle_headers(c, c->happened ? &why : err);

	if (ret && !c->happened)
		return ret;
	c->happened = c->happened || c->plan->vgs.len;
	if (!ret)
		ret = zero_starts(c, true, &why);
	if (!ret)
		ret = lvi_commit_set_used(c, &why);
	if (!ret)
		ret = lvi_commit_wipes(c, &why);
	if (!ret)
		ret = lvi_commit_flush(c, &why);
	if (ret && !c->happened) {  /* nothing but PVs that go: that can be undone */
		if (err)
			*err = why;
		return ret;
	}
	c->happened = true;
	if (ret)
		lvi_log(&c->env->log, LVI_LOG_WARNING, why.subject, "committed, but not all is settled: %s", why.message);
	/* a PV that was to be removed and is still one is a failure that the caller must see */
	return ret && c->plan->wipes.len ? lvi_error(err, why.code, why.subject, "%s", why.message) : 0;
}

/* Put back headers and overwritten bytes; true when all of it worked. */
static bool put_back(struct commit *c)
{
	bool ok = true;

	for (size_t i = 0; i < c->targets.len; i++) {
		struct mda_target *t = &c->targets.items[i];

		if (!t->touched)
			continue;
		t->before.precommitted = (struct raw_locn){ 0 };
		ok &= !lvi_mda_write_header(t->dev, &t->before, NULL) && !lvi_dev_flush(t->dev, NULL);
	}
	for (size_t i = c->undos.len; i-- > 0;) {
		struct undo *u = &c->undos.items[i];

		ok &= !lvi_dev_write(u->dev, u->bytes, u->len, u->offset, NULL) && !lvi_dev_flush(u->dev, NULL);
	}
	return ok;
}

static int fail(struct commit *c, int ret, struct lvol_error *err)
{
	if (put_back(c))
		return lvi_error_prefix(err, ret, "nothing was changed");
	return lvi_error_prefix(err, ret, "the old version stays valid, but a device could not be put back (the next commit repairs it)");
}

static int note_kept(struct commit *c, struct devset *devs, struct lvol_error *err)
{
	c->kept = calloc(devs->count + 1, 1);
	if (!c->kept)
		return lvi_error_nomem(err);
	for (size_t i = 0; i < c->plan->vgs.len; i++) {
		const struct lvol_vg *next = c->plan->vgs.items[i].next;

		for (const struct lvol_pv *pv = next ? next->pv_first : NULL; pv; pv = pv->next)
			if (pv->dev)
				c->kept[pv->dev->number] |= KEPT_IN_NEXT;
	}
	for (size_t i = 0; i < c->plan->inits.len; i++)
		c->kept[c->plan->inits.items[i].dev->number] |= KEPT_IS_INIT;
	return 0;
}

/* The least that makes the transaction happen, since devices may be suspended meanwhile. Once it has, they go on with it,
 * whatever else went wrong. */
struct point {
	struct commit *c;
	bool settled;
	int ret;
	struct lvol_error why;
};

static int reach_point(void *arg, struct lvol_error *err)
{
	struct point *p = arg;
	struct commit *c = p->c;

	p->ret = commit_headers(c, &p->why);
	if (!p->ret && !c->happened) {
		p->ret = settle(c, &p->why);
		p->settled = true;
	}
	if (c->happened || !p->ret)
		return 0;
	if (err)
		*err = p->why;
	return p->ret;
}

/* Active devices change with it. What goes wrong with them after the commit does not keep the rest from being done. */
static int reach_point_live(struct commit *c, struct lvol_error *err)
{
	struct point p = { .c = c, .why = LVOL_ERROR_INIT };
	const struct commit_point point = { reach_point, &p };
	struct commit_live *live = c->plan->live;
	int ret = live ? live->ops->change(live, &point, err) : reach_point(&p, err);

	if (!c->happened)
		return ret;
	c->committed = !p.ret || p.settled;
	if (!p.ret && !p.settled)
		p.ret = settle(c, &p.why);
	if (!p.ret || ret)
		return ret;
	if (err)
		*err = p.why;
	return p.ret;
}

static int write_versions(struct commit *c, struct devset *devs, struct lvol_error *err)
{
	int ret = note_kept(c, devs, err);

	if (!ret)
		ret = lvi_commit_targets(c, err);
	if (!ret)
		ret = lvi_commit_inits(c, err);
	if (!ret)
		ret = lvi_commit_relabels(c, err);
	if (!ret)
		ret = lvi_commit_clear_used(c, err);
	if (!ret)
		ret = zero_starts(c, false, err);
	if (!ret)
		ret = write_texts(c, err);
	if (!ret)
		ret = precommit(c, err);
	if (!ret)
		ret = reach_point_live(c, err);
	return ret && !c->happened ? fail(c, ret, err) : ret;
}

static int run_stages(struct commit *c, struct devset *devs, struct lvol_error *err)
{
	struct commit_live *live = c->plan->live;
	int ret = live ? live->ops->prepare(live, c->plan, err) : 0;

	return ret ? ret : write_versions(c, devs, err);
}

int lvi_store_commit(struct devset *devs, const struct store_env *env, struct commit_plan *plan,
		struct lvol_error *err)
{
	struct commit c = { .env = env, .plan = plan };
	int ret = run_stages(&c, devs, err);

	plan->committed = c.committed;
	for (size_t i = 0; i < c.undos.len; i++)
		free(c.undos.items[i].bytes);
	for (size_t i = 0; i < c.texts.len; i++)
		free(c.texts.items[i]);
	ARRAY_FREE(&c.undos);
	ARRAY_FREE(&c.texts);
	ARRAY_FREE(&c.targets);
	ARRAY_FREE(&c.dirty);
	free(c.kept);
	return ret;
}

void lvi_commit_plan_free(struct commit_plan *plan)
{
	ARRAY_FREE(&plan->inits);
	ARRAY_FREE(&plan->relabels);
	ARRAY_FREE(&plan->wipes);
	ARRAY_FREE(&plan->vgs);
	ARRAY_FREE(&plan->zeroes);
}
