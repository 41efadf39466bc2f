/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/txn.h"

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "ctx.h"
#include "live.h"

#define TXN_FLAGS (LVOL_TXN_ALLOW_EXPORTED | LVOL_TXN_ALLOW_PARTIAL | LVOL_TXN_ALLOW_FOREIGN | LVOL_TXN_ALLOW_ABSENT | \
		LVOL_TXN_ALLOW_DAMAGED | LVOL_TXN_ACTIVATE_NEW | LVOL_TXN_ACTIVATE_SKIPPED)

static void put_ctx(void *ctx)
{
	lvol_ctx_unref(ctx);
}

int lvol_txn_begin(struct lvol_ctx *ctx, const char *const *vgs, const struct lvol_txn_opts *opts,
		struct lvol_txn **out, struct lvol_error *err)
{
	struct txn_begin how = { .vgs = vgs, .ctx_put = put_ctx, .ctx = ctx };
	int ret;

	ARG_REQUIRED(err, ctx);
	ARG_REQUIRED(err, out);
	if (opts)
		ARG_OPTS(err, &how.opts, opts);
	ARG_FLAGS(err, how.opts.flags, TXN_FLAGS);
	if (how.opts.flags & (LVOL_TXN_ACTIVATE_NEW | LVOL_TXN_ACTIVATE_SKIPPED) && !how.opts.backend)
		return lvi_error(err, LVOL_E_INVALID, NULL, "%s: new LVs can only be activated with a backend", __func__);
	if (ctx->flags & LVOL_CTX_READ_ONLY)
		return lvi_error(err, LVOL_E_READ_ONLY, NULL, "the context is read-only: no transaction can begin");
	how.devs = ctx->devs;
	how.env = &ctx->env;
	how.live = lvi_txn_live_new(ctx, how.opts.backend, how.opts.flags);
	if (!how.live)
		return lvi_error_nomem(err);
	ret = lvi_txn_begin(&how, out, err);
	if (ret)
		how.live->ops->free(how.live);
	else
		lvol_ctx_ref(ctx);
	return ret;
}

int lvol_txn_preview(struct lvol_txn *txn, const char *name, struct lvol_vg **out, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, out);
	return lvi_txn_preview(txn, name, out, err);
}

/* A copy of the transaction's notes, so that the list outlives it. */
struct lvol_changes {
	struct arena *arena;
	struct lvol_change *items;
	size_t count;
};

static bool copy_changes(const struct lvol_txn *txn, struct lvol_changes *list)
{
	list->items = lvi_arena_calloc(list->arena, txn->change_count, sizeof *list->items);
	for (const struct txn_change *c = txn->changes; c && list->items; c = c->next) {
		struct lvol_change *to = &list->items[list->count++];

		to->kind = c->kind;
		to->object = lvi_arena_strdup(list->arena, c->object);
		to->subject = lvi_arena_strdup(list->arena, c->subject);
		to->text = lvi_arena_strdup(list->arena, c->text);
		if (!to->object || !to->subject || !to->text)
			return false;
	}
	return list->items != NULL;
}

int lvol_txn_changes(const struct lvol_txn *txn, struct lvol_changes **out, struct lvol_error *err)
{
	struct lvol_changes *list;

	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, out);
	list = calloc(1, sizeof *list);
	if (!list || !(list->arena = lvi_arena_new()) || !copy_changes(txn, list)) {
		lvol_changes_free(list);
		return lvi_error_nomem(err);
	}
	*out = list;
	return 0;
}

size_t lvol_changes_count(const struct lvol_changes *changes)
{
	return changes->count;
}

bool lvol_changes_get(const struct lvol_changes *changes, size_t i, struct lvol_change *out)
{
	if (i >= changes->count)
		return false;
	*out = changes->items[i];
	return true;
}

void lvol_changes_free(struct lvol_changes *changes)
{
	if (!changes)
		return;
	lvi_arena_free(changes->arena);
	free(changes);
}

int lvol_txn_commit(struct lvol_txn *txn, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	return lvi_txn_commit(txn, err);
}

int lvol_txn_result(struct lvol_txn *txn, const char *name, struct lvol_vg **out, struct lvol_error *err)
{
	ARG_REQUIRED(err, txn);
	ARG_REQUIRED(err, out);
	return lvi_txn_result(txn, name, out, err);
}

void lvol_txn_abort(struct lvol_txn *txn)
{
	if (txn)
		lvi_txn_abort(txn);
}

void lvol_txn_free(struct lvol_txn *txn)
{
	lvi_txn_free(txn);
}
