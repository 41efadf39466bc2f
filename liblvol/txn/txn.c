/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A transaction's life: begin (lock, read), operations on working copies, preview, commit or abort.
 *
 * Beginning on image files has a twist: which files to lock is only known after reading the VG, and only what was read
 * under the lock counts. So the VG is read, its files are locked, and it is read again, until both agree.
 */
#include "txn/txn.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "base/error.h"
#include "txn/writable.h"
#include "txn/content.h"

#define BEGIN_TRIES 5

int lvi_txn_must_be_open(const struct lvol_txn *txn, struct lvol_error *err)
{
	if (txn->state == TXN_OPEN)
		return 0;
	return lvi_error(err, LVOL_E_STATE, NULL, "the transaction is over; begin a new one");
}

static int lock_members(struct lvol_txn *txn, const struct lvol_vg *vg, struct lvol_error *err)
{
	struct lvol_dev **devs = calloc(vg->pv_count + 1, sizeof *devs);
	size_t n = 0;
	int ret;

	if (!devs)
		return lvi_error_nomem(err);
	for (const struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		if (pv->dev)
			devs[n++] = pv->dev;
	ret = lvi_vg_locks_images(txn->locks, devs, n, err);
	free(devs);
	return ret;
}

static bool same_members(const struct lvol_vg *a, const struct lvol_vg *b)
{
	const struct lvol_pv *p = a->pv_first, *q = b->pv_first;

	if (a->seqno != b->seqno)
		return false;
	for (; p && q; p = p->next, q = q->next)
		if (p->dev != q->dev)
			return false;
	return !p && !q;
}

/* Read a VG so that what was read was read under its locks. */
static int read_locked(struct lvol_txn *txn, const char *name, struct lvol_vg **out, struct lvol_error *err)
{
	struct store_read read = { .devs = txn->devs, .env = txn->env, .name = name };
	struct lvol_vg *vg = NULL, *again;
	int ret = lvi_store_read(&read, &vg, err);

	for (int i = 0; i < BEGIN_TRIES && !ret; i++) {
		ret = lvi_vg_locks_name(txn->locks, vg->name, err);
		if (!ret)
			ret = lock_members(txn, vg, err);
		if (!ret)
			ret = lvi_store_read_again(&read, vg, &again, err);
		if (ret)
			break;
		if (same_members(vg, again)) {
			lvi_vg_unref(vg);
			*out = again;
			return 0;
		}
		lvi_vg_unref(vg);
		vg = again;
	}
	lvi_vg_unref(vg);
	return ret ? ret : lvi_error(err, LVOL_E_CONFLICT, name, "the VG keeps changing; try again");
}

static int check_unchanged(const struct lvol_vg *vg, const struct lvol_vg *const *unchanged, struct lvol_error *err)
{
	for (; unchanged && *unchanged; unchanged++)
		if (lvi_uuid_equal(&(*unchanged)->id, &vg->id) && (*unchanged)->seqno != vg->seqno)
			return lvi_error(err, LVOL_E_CONFLICT, vg->name,
					"the VG was changed since it was read: version %u, not %u; read it again", vg->seqno,
					(*unchanged)->seqno);
	return 0;
}

static struct txn_vg *append_vg(struct lvol_txn *txn, const char *name)
{
	struct txn_vg *v = lvi_arena_zalloc(txn->arena, sizeof *v), **at = &txn->vgs;

	if (!v || !(v->name = lvi_arena_strdup(txn->arena, name)))
		return NULL;
	while (*at)
		at = &(*at)->next;
	*at = v;
	return v;
}

static bool already_held(const struct lvol_txn *txn, const struct lvol_vg *vg)
{
	for (const struct txn_vg *v = txn->vgs; v; v = v->next)
		if (v->base && lvi_uuid_equal(&v->base->id, &vg->id))
			return true;
	return false;
}

static int hold_vg(struct lvol_txn *txn, struct lvol_vg *base, const struct lvol_txn_opts *o, struct lvol_error *err)
{
	struct txn_vg *v;
	int ret = lvi_vg_must_be_writable(base, txn->flags, err);

	if (!ret)
		ret = check_unchanged(base, o->unchanged, err);
	if (ret)
		return ret;
	v = append_vg(txn, base->name);
	if (!v)
		return lvi_error_nomem(err);
	v->base_name = v->name;
	ret = lvi_vg_clone(base, &v->work, err);
	if (!ret)
		v->base = lvi_vg_ref(base);
	return ret;
}

static int begin_vg(struct lvol_txn *txn, const char *name, const struct lvol_txn_opts *o, struct lvol_error *err)
{
	struct lvol_vg *base = NULL;
	int ret = read_locked(txn, name, &base, err);

	if (ret == -LVOL_E_NOT_FOUND && txn->flags & LVOL_TXN_ALLOW_ABSENT)
		return 0;
	if (ret)
		return ret;
	ret = already_held(txn, base) ? 0 : hold_vg(txn, base, o, err);
	lvi_vg_unref(base);
	return ret;
}

static int compare_names(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

/* In one order, so that two transactions on the same VGs cannot wait for each other. */
static int begin_vgs(struct lvol_txn *txn, const struct txn_begin *how, struct lvol_error *err)
{
	size_t n = 0;
	const char **sorted;
	int ret = 0;

	while (how->vgs && how->vgs[n])
		n++;
	sorted = calloc(n + 1, sizeof *sorted);
	if (!sorted)
		return lvi_error_nomem(err);
	if (n)
		memcpy(sorted, how->vgs, n * sizeof *sorted);
	qsort(sorted, n, sizeof *sorted, compare_names);
	for (size_t i = 0; i < n && !ret; i++)
		ret = begin_vg(txn, sorted[i], &how->opts, err);
	free(sorted);
	return ret;
}

static int lock_timeout(const struct txn_begin *how)
{
	if (!how->opts.lock_timeout_ms)
		return how->env->lock_timeout_ms;
	if (how->opts.lock_timeout_ms == -1)
		return LVI_LOCK_FOREVER;
	return how->opts.lock_timeout_ms < 0 ? 0 : how->opts.lock_timeout_ms;
}

int lvi_txn_begin(const struct txn_begin *how, struct lvol_txn **out, struct lvol_error *err)
{
	struct lvol_txn *txn = calloc(1, sizeof *txn);
	int ret;

	if (!txn || !(txn->arena = lvi_arena_new())) {
		free(txn);
		return lvi_error_nomem(err);
	}
	txn->flags = how->opts.flags;
	txn->devs = lvi_devset_ref(how->devs);
	txn->env = how->env;
	ret = lvi_vg_locks_new(txn->devs, txn->env, lock_timeout(how), &txn->locks, err);
	if (!ret)
		ret = begin_vgs(txn, how, err);
	if (ret) {
		lvi_txn_free(txn);
		return ret;
	}
	txn->ctx_put = how->ctx_put;
	txn->ctx = how->ctx;
	txn->live = how->live;
	*out = txn;
	return 0;
}

void lvi_txn_abort(struct lvol_txn *txn)
{
	for (size_t i = 0; i < txn->open_locks.len; i++)
		lvi_open_lock_release(txn->open_locks.items[i]);
	ARRAY_FREE(&txn->open_locks);
	lvi_vg_locks_free(txn->locks);
	txn->locks = NULL;
	if (txn->state == TXN_OPEN)
		txn->state = TXN_OVER;
}

void lvi_txn_free(struct lvol_txn *txn)
{
	if (!txn)
		return;
	lvi_txn_abort(txn);
	for (struct txn_vg *v = txn->vgs; v; v = v->next) {
		lvi_vg_unref(v->work);
		lvi_vg_unref(v->base);
	}
	if (txn->live)
		txn->live->ops->free(txn->live);
	lvi_txn_content_free(txn);
	lvi_store_scan_free(txn->scan);
	lvi_devset_unref(txn->devs);
	lvi_arena_free(txn->arena);
	if (txn->ctx_put)
		txn->ctx_put(txn->ctx);
	free(txn);
}

static int no_such_vg(const struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	if (name)
		return lvi_error(err, LVOL_E_NOT_FOUND, name, "the transaction does not hold VG %s; name it at the beginning", name);
	return lvi_error(err, LVOL_E_NOT_FOUND, NULL, txn->vgs ? "the transaction holds several VGs: say which" :
			"the transaction holds no VG");
}

static struct txn_vg *find_vg(const struct lvol_txn *txn, const char *name)
{
	struct txn_vg *found = NULL;
	struct uuid id;
	bool is_id = name && lvi_uuid_parse(&id, name, strlen(name));

	for (struct txn_vg *v = txn->vgs; v; v = v->next) {
		if (!v->work)
			continue;
		if (name && !strcmp(v->work->name, name))
			return v;
		if (is_id && lvi_uuid_equal(&v->work->id, &id))
			return v;
		if (!name && found)
			return NULL;
		if (!name)
			found = v;
	}
	return found;
}

int lvi_txn_vg(struct lvol_txn *txn, const char *name, struct txn_vg **out, struct lvol_error *err)
{
	*out = find_vg(txn, name);
	return *out ? 0 : no_such_vg(txn, name, err);
}

int lvi_txn_lv(struct lvol_txn *txn, const char *name, struct txn_vg **vg, struct lvol_lv **lv, struct lvol_error *err)
{
	const char *slash = strchr(name, '/');
	char vg_name[LVI_UUID_LEN * 4 + 1];
	int ret;

	if (slash && (size_t)(slash - name) >= sizeof vg_name)
		return lvi_error(err, LVOL_E_NOT_FOUND, name, "no LV can have this name");
	if (slash)
		snprintf(vg_name, sizeof vg_name, "%.*s", (int)(slash - name), name);
	ret = lvi_txn_vg(txn, slash ? vg_name : NULL, vg, err);
	if (ret)
		return ret;
	*lv = lvi_vg_find_lv((*vg)->work, slash ? slash + 1 : name);
	if (*lv)
		return 0;
	return lvi_error(err, LVOL_E_NOT_FOUND, name, "VG %s has no LV %s", (*vg)->work->name, slash ? slash + 1 : name);
}

struct lvol_pv *lvi_txn_find_pv(const struct txn_vg *vg, const char *name)
{
	struct uuid id;

	for (struct lvol_pv *pv = vg->work->pv_first; pv; pv = pv->next)
		if (pv->dev_name && !strcmp(pv->dev_name, name))
			return pv;
	if (lvi_uuid_parse(&id, name, strlen(name)))
		return lvi_vg_find_pv(vg->work, &id);
	return NULL;
}

static int scan(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_vg **known, **at;
	size_t n = 1;

	for (const struct txn_vg *v = txn->vgs; v; v = v->next)
		n++;
	at = known = lvi_arena_calloc(txn->arena, n, sizeof *known);
	if (!known)
		return lvi_error_nomem(err);
	for (const struct txn_vg *v = txn->vgs; v; v = v->next)
		if (v->base)
			*at++ = v->base;
	return lvi_store_scan_rest(txn->devs, txn->env, known, &txn->scan, err);
}

int lvi_txn_scan(struct lvol_txn *txn, const struct lvol_scan **out, struct lvol_error *err)
{
	int ret = txn->scan ? 0 : scan(txn, err);

	*out = txn->scan;
	return ret;
}

static int check_name_free(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	const struct lvol_scan *scan;
	int ret = lvi_txn_scan(txn, &scan, err);

	if (ret)
		return ret;
	for (struct txn_vg *v = txn->vgs; v; v = v->next)
		if (v->work && !strcmp(v->work->name, name))
			return lvi_error(err, LVOL_E_EXISTS, name, "the transaction has a VG %s already", name);
	for (size_t i = 0; i < scan->vg_count; i++)
		if (!strcmp(scan->vgs[i]->name, name) && !already_held(txn, scan->vgs[i]))
			return lvi_error(err, LVOL_E_EXISTS, name, "a VG %s exists on the devices", name);
	return 0;
}

int lvi_txn_claim_name(struct lvol_txn *txn, const char *name, struct lvol_error *err)
{
	int ret = lvi_vg_locks_global(txn->locks, err);

	if (!ret)
		ret = lvi_vg_locks_name(txn->locks, name, err);
	return ret ? ret : check_name_free(txn, name, err);
}

int lvi_txn_add_vg(struct lvol_txn *txn, const char *name, struct txn_vg **out, struct lvol_error *err)
{
	struct txn_vg *v;
	int ret = lvi_txn_claim_name(txn, name, err);

	if (ret)
		return ret;
	v = append_vg(txn, name);
	if (!v || !(v->work = lvi_vg_new(name)))
		return lvi_error_nomem(err);
	ret = lvi_vg_prepare(v->work, err);
	if (ret) {
		lvi_vg_unref(v->work);
		v->work = NULL;
		return ret;
	}
	*out = v;
	return 0;
}

void lvi_txn_replace_work(struct txn_vg *vg, struct lvol_vg *work)
{
	lvi_vg_unref(vg->work);
	vg->work = work;
	vg->lv_book = NULL;  /* it was in the arena of the old one */
	vg->changed = true;
}

static int lock_lv(struct lvol_txn *txn, const struct lvol_lv *lv, struct lvol_error *err)
{
	struct open_lock **slot = ARRAY_PUSH(&txn->open_locks);
	int ret;

	if (!slot)
		return lvi_error_nomem(err);
	ret = lvi_open_lock_exclude(lv, slot, err);
	if (ret)
		txn->open_locks.len--;
	return ret;
}

/* Once for each LV: a second lock would run into the first. */
static int exclude_in(struct lvol_txn *txn, struct txn_vg *vg, const struct uuid *id, struct lvol_error *err)
{
	const struct lvol_lv *base = vg->base ? lvi_vg_find_lv_by_id(vg->base, id) : NULL;
	int ret;

	if (!base)
		return 0;
	if (!vg->excluded)
		vg->excluded = lvi_arena_calloc(txn->arena, vg->base->lv_count, 1);
	if (!vg->excluded)
		return lvi_error_nomem(err);
	ret = vg->excluded[base->index] ? 0 : lock_lv(txn, base, err);
	vg->excluded[base->index] = !ret;
	return ret;
}

int lvi_txn_exclude_open(struct lvol_txn *txn, const struct lvol_lv *lv, struct lvol_error *err)
{
	int ret = 0;

	/* it may have come from another VG of the transaction by a merge */
	for (struct txn_vg *vg = txn->vgs; vg && !ret && !txn->env->no_locking; vg = vg->next)
		ret = exclude_in(txn, vg, &lv->id, err);
	return ret;
}

bool lvi_txn_is_excluded(const struct lvol_txn *txn, const struct uuid *id)
{
	for (const struct txn_vg *vg = txn->vgs; vg; vg = vg->next) {
		const struct lvol_lv *base = vg->excluded ? lvi_vg_find_lv_by_id(vg->base, id) : NULL;

		if (base && vg->excluded[base->index])
			return true;
	}
	return false;
}

/* With one lock for all, if none of them is excluded yet. -LVOL_E_BUSY: somebody is there, it is not known who. */
static int exclude_at_once(struct lvol_txn *txn, struct txn_vg *vg, struct lvol_error *err)
{
	size_t count = vg->base->lv_count;
	struct open_lock **slot;
	int ret;

	if (!vg->excluded)
		vg->excluded = lvi_arena_calloc(txn->arena, count, 1);
	if (!vg->excluded)
		return lvi_error_nomem(err);
	if (memchr(vg->excluded, 1, count))
		return -LVOL_E_BUSY;
	slot = ARRAY_PUSH(&txn->open_locks);
	if (!slot)
		return lvi_error_nomem(err);
	ret = lvi_open_lock_exclude_all(vg->base, slot, err);
	if (ret)
		txn->open_locks.len--;
	else
		memset(vg->excluded, 1, count);
	return ret;
}

int lvi_txn_exclude_all(struct lvol_txn *txn, struct txn_vg *vg, struct lvol_error *err)
{
	int ret;

	if (!vg->base || txn->env->no_locking)
		return 0;
	ret = exclude_at_once(txn, vg, err);
	if (ret != -LVOL_E_BUSY)
		return ret;
	ret = 0;
	for (const struct lvol_lv *lv = vg->base->lv_first; lv && !ret; lv = lv->next)
		ret = exclude_in(txn, vg, &lv->id, err);
	return ret;
}

int lvi_txn_make_uuid(struct lvol_txn *txn, const char *given, struct uuid *out, struct lvol_error *err)
{
	if (given)
		return lvi_uuid_parse(out, given, strlen(given)) ? 0 :
			lvi_error(err, LVOL_E_INVALID, given, "not an LVM2 UUID: 32 characters of 0-9 a-z A-Z, hyphens between them");
	return lvi_uuid_make(out, &txn->env->random) ?
			lvi_error(err, LVOL_E_IO, NULL, "the system gives no random numbers for a UUID") : 0;
}

uint64_t lvi_txn_time(const struct lvol_txn *txn)
{
	return txn->env->has_fixed_time ? (uint64_t)txn->env->fixed_time : (uint64_t)time(NULL);
}

static int add_change(struct lvol_txn *txn, const struct txn_note *note, const char *text)
{
	struct txn_change *c = lvi_arena_zalloc(txn->arena, sizeof *c);

	if (!c)
		return -LVOL_E_NO_MEMORY;
	c->kind = note->kind;
	c->object = note->object;
	c->subject = lvi_arena_strdup(txn->arena, note->subject);
	c->text = lvi_arena_strdup(txn->arena, text);
	if (!c->subject || !c->text)
		return -LVOL_E_NO_MEMORY;
	if (txn->last_change)
		txn->last_change->next = c;
	else
		txn->changes = c;
	txn->last_change = c;
	txn->change_count++;
	if (note->vg)
		note->vg->changed = true;
	return 0;
}

int lvi_txn_notef(struct lvol_txn *txn, const struct txn_note *note, const char *fmt, ...)
{
	char text[400];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	return add_change(txn, note, text);
}
