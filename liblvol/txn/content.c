/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/content.h"

struct txn_content {
	struct uuid lv;
	const struct txn_content_ops *ops;
	void *data;
	bool begun;                 /* before() was done */
	struct txn_content *next;
};

int lvi_txn_content_add(struct lvol_txn *txn, const struct lvol_lv *lv, const struct txn_content_ops *ops, void *data)
{
	struct txn_content *c = lvi_arena_alloc(txn->arena, sizeof *c), **slot = &txn->contents;

	if (!c)
		return -LVOL_E_NO_MEMORY;
	*c = (struct txn_content){ .lv = lv->id, .ops = ops, .data = data };
	while (*slot)
		slot = &(*slot)->next;
	*slot = c;
	return 0;
}

bool lvi_txn_content_has(const struct lvol_txn *txn, const struct lvol_lv *lv, const struct txn_content_ops *ops)
{
	const struct txn_content *c = txn->contents;

	while (c && !(c->ops == ops && lvi_uuid_equal(&c->lv, &lv->id)))
		c = c->next;
	return c;
}

static const struct lvol_lv *lv_of(const struct lvol_txn *txn, const struct txn_content *c)
{
	const struct lvol_lv *lv = NULL;

	for (const struct txn_vg *v = txn->vgs; v && !lv; v = v->next)
		lv = v->changed && v->work ? lvi_vg_find_lv_by_id(v->work, &c->lv) : NULL;
	return lv;
}

void lvi_txn_content_undo(struct lvol_txn *txn)
{
	for (struct txn_content *c = txn->contents; c; c = c->next) {
		if (c->begun && c->ops->undo)
			c->ops->undo(c->data, lv_of(txn, c));
		c->begun = false;
	}
}

int lvi_txn_content_before(struct lvol_txn *txn, struct lvol_error *err)
{
	for (struct txn_content *c = txn->contents; c; c = c->next) {
		const struct lvol_lv *lv = c->ops->before ? lv_of(txn, c) : NULL;
		int r = lv ? c->ops->before(c->data, lv, err) : 0;

		if (r) {
			lvi_txn_content_undo(txn);
			return r;
		}
		c->begun = lv;
	}
	return 0;
}

int lvi_txn_content_after(struct lvol_txn *txn, struct lvol_error *err)
{
	int ret = 0;

	for (const struct txn_content *c = txn->contents; c; c = c->next) {
		const struct lvol_lv *lv = c->ops->after ? lv_of(txn, c) : NULL;
		int r = lv ? c->ops->after(c->data, lv, ret ? NULL : err) : 0;

		ret = ret ? ret : r;
	}
	return ret;
}

void lvi_txn_content_free(struct lvol_txn *txn)
{
	for (struct txn_content *c = txn->contents; c; c = c->next)
		c->ops->free(c->data);
	txn->contents = NULL;
}
