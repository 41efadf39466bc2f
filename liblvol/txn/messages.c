/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/messages.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/error.h"
#include "base/log.h"
#include "config/writer.h"
#include "segtype/segtype.h"
#include "segtype/thin_message.h"
#include "txn/lv_book.h"

#define DEVICE_ID_MAX 0xffffffu

static const struct lvol_lv *pool_of(const struct lvol_lv *lv)
{
	return lvi_lv_is_type(lv, SEGTYPE_THIN) ? lvi_seg_lv(lv->seg_first, SEG_THIN_POOL) : NULL;
}

static uint64_t transaction_of(const struct lvol_lv *pool)
{
	return lvi_seg_number(pool->seg_first, SEG_TRANSACTION_ID, 0);
}

static uint64_t device_of(const struct lvol_lv *thin)
{
	return lvi_seg_number(thin->seg_first, SEG_DEVICE_ID, 0);
}

/* A pool as it was when the VG was read, which may have been another VG. */
static const struct lvol_lv *pool_before(const struct lvol_txn *txn, const struct uuid *id)
{
	const struct lvol_lv *lv = NULL;

	for (const struct txn_vg *v = txn->vgs; v && !lv; v = v->next)
		lv = v->base ? lvi_vg_find_lv_by_id(v->base, id) : NULL;
	return lvi_lv_is_type(lv, SEGTYPE_THIN_POOL) ? lv : NULL;
}

/* The text of the messages. Any section in a pool's segment is one; what else nobody knows stays. */

static int set_extra(struct lvol_segment *pool, struct cfg_writer *w, struct lvol_error *err)
{
	char *text = lvi_textbuf_take(&w->out, NULL);

	if (!text)
		return lvi_error_nomem(err);
	pool->extra = *text ? lvi_arena_strdup(pool->lv->vg->arena, text) : NULL;
	if (*text && !pool->extra) {
		free(text);
		return lvi_error_nomem(err);
	}
	free(text);
	return 0;
}

static int copy_fields(const struct lvol_segment *pool, struct cfg_writer *w, struct lvol_error *err)
{
	struct arena *arena = pool->extra ? lvi_arena_new() : NULL;
	char *text = arena ? lvi_arena_strdup(arena, pool->extra) : NULL;
	struct cfg_node *root = NULL;
	int ret = !pool->extra ? 0 : text ? lvi_cfg_parse(arena, text, strlen(text), pool->lv->name, &root, err) :
			lvi_error_nomem(err);

	for (const struct cfg_node *n = ret || !root ? NULL : root->child; n; n = n->next)
		if (!n->is_section)
			lvi_cfg_node(w, n);
	lvi_arena_free(arena);
	return ret;
}

bool lvi_messages_wait(const struct lvol_lv *pool)
{
	struct thin_messages found;
	bool any;

	if (!lvi_lv_is_type(pool, SEGTYPE_THIN_POOL) || !pool->seg_first->extra || lvi_thin_messages(pool->seg_first, &found, NULL))
		return false;
	any = found.list.len;
	ARRAY_FREE(&found.list);
	return any;
}

int lvi_messages_drop(struct lvol_lv *pool, struct lvol_error *err)
{
	struct cfg_writer w;
	int ret;

	lvi_cfg_writer_init(&w, CFG_STYLE_DISK);
	ret = copy_fields(pool->seg_first, &w, err);
	if (!ret)
		return set_extra(pool->seg_first, &w, err);
	lvi_textbuf_free(&w.out);
	return ret;
}

/* What is new, and what has gone. */

/* Devices that pools have before the transaction. */
struct device_key { char pool[LVI_UUID_LEN]; uint64_t id; };
struct device { struct device_key key; bool stays; };
struct devices {
	struct arena *arena;
	struct hash by_key;
};

static struct device_key key_of(const struct lvol_lv *pool, uint64_t id)
{
	struct device_key key;

	memset(&key, 0, sizeof key);
	memcpy(key.pool, &pool->id, sizeof key.pool);
	key.id = id;
	return key;
}

static struct device *find_device(const struct devices *d, const struct lvol_lv *pool, uint64_t id)
{
	const struct device_key key = key_of(pool, id);

	return lvi_hash_get(&d->by_key, &key, sizeof key);
}

static int enter_devices(struct devices *d, const struct lvol_vg *base)
{
	for (const struct lvol_lv *lv = base->lv_first; lv; lv = lv->next) {
		const struct lvol_lv *pool = pool_of(lv);
		struct device *entry = pool ? lvi_arena_zalloc(d->arena, sizeof *entry) : NULL;

		if (!pool)
			continue;
		if (!entry)
			return -LVOL_E_NO_MEMORY;
		entry->key = key_of(pool, device_of(lv));
		if (lvi_hash_add(&d->by_key, &entry->key, sizeof entry->key, entry) < 0)
			return -LVOL_E_NO_MEMORY;
	}
	return 0;
}

static int devices_before(const struct lvol_txn *txn, struct devices *d)
{
	int ret = 0;

	lvi_hash_init(&d->by_key);
	d->arena = lvi_arena_new();
	if (!d->arena)
		return -LVOL_E_NO_MEMORY;
	for (const struct txn_vg *v = txn->vgs; v && !ret; v = v->next)
		ret = v->base ? enter_devices(d, v->base) : 0;
	return ret;
}

static void devices_free(struct devices *d)
{
	lvi_hash_free(&d->by_key);
	lvi_arena_free(d->arena);
}

struct message {
	struct lvol_lv *pool;
	const struct lvol_lv *create;   /* NULL: the device goes */
	uint64_t device;
};
struct message_list { ARRAY(struct message) all; };

static int add_message(struct message_list *list, const struct message *m)
{
	struct message *slot = ARRAY_PUSH(&list->all);

	if (!slot)
		return -LVOL_E_NO_MEMORY;
	*slot = *m;
	return 0;
}

/* In the order of the LVs: a snapshot comes after the LV that it is of, also when both are new. */
static int find_new(struct devices *before, const struct lvol_vg *next, struct message_list *out)
{
	int ret = 0;

	for (const struct lvol_lv *lv = next->lv_first; lv && !ret; lv = lv->next) {
		const struct lvol_lv *pool = pool_of(lv);
		struct device *was = pool ? find_device(before, pool, device_of(lv)) : NULL;

		if (was)
			was->stays = true;
		else if (pool)
			ret = add_message(out, &(struct message){ lvi_vg_find_lv(next, pool->name), lv, device_of(lv) });
	}
	return ret;
}

/* Devices whose pool is still there. After those that are created: they may be what a snapshot was taken of. */
static int find_gone(const struct devices *before, const struct txn_vg *v, const struct lvol_vg *next,
		struct message_list *out)
{
	int ret = 0;

	for (const struct lvol_lv *lv = v->base ? v->base->lv_first : NULL; lv && !ret; lv = lv->next) {
		const struct lvol_lv *was = pool_of(lv);
		struct lvol_lv *pool;

		if (!was)
			continue;
		pool = lvi_vg_find_lv_by_id(next, &was->id);
		if (lvi_lv_is_type(pool, SEGTYPE_THIN_POOL) && !find_device(before, was, device_of(lv))->stays)
			ret = add_message(out, &(struct message){ pool, NULL, device_of(lv) });
	}
	return ret;
}

static void write_message(struct cfg_writer *w, unsigned number, const struct message *m)
{
	char key[24];

	snprintf(key, sizeof key, "message%u", number);
	lvi_cfg_open(w, key);
	if (m->create)
		lvi_cfg_str(w, "create", m->create->name);
	else
		lvi_cfg_u64(w, "delete", m->device);
	lvi_cfg_close(w);
}

/* All messages of the pool that message @first is for. */
static int set_messages(const struct message_list *list, size_t first, struct lvol_error *err)
{
	struct lvol_segment *pool = list->all.items[first].pool->seg_first;
	uint64_t id = lvi_seg_number(pool, SEG_TRANSACTION_ID, 0);
	unsigned number = 0;
	struct cfg_writer w;
	int ret;

	lvi_cfg_writer_init(&w, CFG_STYLE_DISK);
	ret = copy_fields(pool, &w, err);
	for (size_t i = first; i < list->all.len && !ret; i++)
		if (list->all.items[i].pool == pool->lv)
			write_message(&w, ++number, &list->all.items[i]);
	if (!ret)
		return set_extra(pool, &w, err) ? -LVOL_E_NO_MEMORY :
			lvi_seg_set_number(pool, SEG_TRANSACTION_ID, id + 1) ? lvi_error_nomem(err) : 0;
	lvi_textbuf_free(&w.out);
	return ret;
}

static int set_all(const struct message_list *list, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < list->all.len && !ret; i++) {
		const struct lvol_lv *pool = list->all.items[i].pool;
		size_t earlier = 0;

		while (list->all.items[earlier].pool != pool)
			earlier++;
		if (earlier == i)
			ret = set_messages(list, i, err);
	}
	return ret;
}

static bool has_pools(const struct lvol_vg *vg)
{
	const struct lvol_lv *lv = vg->lv_first;

	while (lv && !lvi_lv_is_type(lv, SEGTYPE_THIN_POOL))
		lv = lv->next;
	return lv;
}

int lvi_messages_make(const struct lvol_txn *txn, const struct txn_vg *v, struct lvol_vg *next, struct lvol_error *err)
{
	struct message_list list = { 0 };
	struct devices before;
	int ret;

	/* a backup knows by itself what its pools are to be told */
	if (v->seqno_before || !has_pools(next))
		return 0;
	ret = devices_before(txn, &before);
	if (!ret)
		ret = find_new(&before, next, &list);
	if (!ret)
		ret = find_gone(&before, v, next, &list);
	ret = ret ? lvi_error_nomem(err) : set_all(&list, err);
	ARRAY_FREE(&list.all);
	devices_free(&before);
	return ret;
}

bool lvi_messages_is_new(const struct lvol_txn *txn, const struct lvol_lv *thin)
{
	const struct lvol_lv *pool = pool_of(thin), *before = pool ? pool_before(txn, &pool->id) : NULL;

	for (const struct lv_use *use = before ? before->uses : NULL; use; use = use->next)
		if (pool_of(use->seg->lv) == before && device_of(use->seg->lv) == device_of(thin))
			return false;
	return true;
}

/* Ids that were in use before the transaction are deleted with it, and until then they are taken. */
int lvi_messages_free_id(const struct lvol_txn *txn, const struct lvol_lv *pool, uint32_t *out, struct lvol_error *err)
{
	const struct lvol_lv *before = pool_before(txn, &pool->id);
	uint64_t max = 0;

	for (const struct lvol_lv *lv = pool->vg->lv_first; lv; lv = lv->next)
		if (pool_of(lv) == pool && device_of(lv) > max)
			max = device_of(lv);
	for (const struct lv_use *use = before ? before->uses : NULL; use; use = use->next)
		if (pool_of(use->seg->lv) == before && device_of(use->seg->lv) > max)
			max = device_of(use->seg->lv);
	if (max >= DEVICE_ID_MAX)
		return lvi_error(err, LVOL_E_NO_SPACE, pool->name, "thin pool %s/%s has given its device id %u away, which is the "
				"last; no more thin LVs can be made in it", pool->vg->name, pool->name, DEVICE_ID_MAX);
	*out = (uint32_t)max + 1;
	return 0;
}

/*
 * Telling. A pool that the transaction keeps closed (a VG that is exported, metadata that are repaired) is told later, when
 * it is changed or activated again.
 */

static int tell(const struct lvol_txn *txn, const struct lvol_lv *pool, bool more, struct lvol_error *err)
{
	return txn->live->ops->deliver(txn->live, pool, more, err);
}

void lvi_messages_settle(struct lvol_txn *txn)
{
	struct lvol_error why = LVOL_ERROR_INIT;

	for (struct txn_vg *v = txn->vgs; txn->live && v; v = v->next)
		for (const struct lvol_lv *lv = v->changed && v->work && v->base && !v->seqno_before ? v->base->lv_first : NULL; lv;
		     lv = lv->next) {
			struct lvol_lv *now = lvi_messages_wait(lv) ? lvi_vg_find_lv_by_id(v->work, &lv->id) : NULL;

			if (!now || !lvi_lv_is_type(now, SEGTYPE_THIN_POOL) || lvi_txn_is_excluded(txn, &lv->id))
				continue;
			if (tell(txn, lv, false, &why))
				lvi_log(&txn->env->log, LVI_LOG_WARNING, lv->name, "what thin pool %s/%s has yet to be told still waits: %s",
						lv->vg->name, lv->name, why.message);
			else
				(void)lvi_messages_drop(now, NULL);
		}
}

/* Whether this version has something new for a pool that was there before. */
static const struct lvol_lv *told_later(const struct lvol_txn *txn, const struct lvol_lv *pool)
{
	const struct lvol_lv *before = lvi_messages_wait(pool) ? pool_before(txn, &pool->id) : NULL;

	return before && transaction_of(before) != transaction_of(pool) ? before : NULL;
}

/* Of messages that wait. */
static bool makes_more(const struct lvol_lv *pool)
{
	struct thin_messages found;
	bool any = false;

	if (lvi_thin_messages(pool->seg_first, &found, NULL))
		return false;
	for (size_t i = 0; i < found.list.len; i++)
		any |= found.list.items[i].create != NULL;
	ARRAY_FREE(&found.list);
	return any;
}

int lvi_messages_check(const struct lvol_txn *txn, const struct commit_plan *plan, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; txn->live && i < plan->vgs.len; i++) {
		const struct lvol_vg *next = plan->vgs.items[i].next;

		for (const struct lvol_lv *lv = next ? next->lv_first : NULL; lv && !ret; lv = lv->next) {
			const struct lvol_lv *before = told_later(txn, lv);

			ret = before ? tell(txn, before, makes_more(lv), err) : 0;
		}
	}
	return ret;
}

int lvi_messages_tell(struct lvol_txn *txn, const struct txn_vg *v, struct messages_told *told, struct lvol_error *err)
{
	const struct lvol_vg *vg = v->work;
	int ret = 0;

	*told = (struct messages_told){ 0 };
	for (const struct lvol_lv *lv = txn->live ? vg->lv_first : NULL; lv; lv = lv->next) {
		int one;

		if (!lvi_messages_wait(lv) || lvi_txn_is_excluded(txn, &lv->id))
			continue;
		if (!told->pools)
			told->pools = lvi_arena_calloc(txn->arena, vg->lv_count, 1);
		one = told->pools ? tell(txn, lv, false, ret ? NULL : err) : lvi_error_nomem(ret ? NULL : err);
		if (one) {
			ret = ret ? ret : one;
			continue;
		}
		told->pools[lv->index] = 1;
		told->count++;
	}
	return ret;
}
