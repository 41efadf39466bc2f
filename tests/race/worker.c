/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "worker.h"

#include <stdio.h>
#include <stdlib.h>

#include "race.h"

#define COMMITS_PER_CONTEXT 8

static void create(struct lvol_txn *txn, const char *name, const struct slot *after)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char tag[16];
	const char *tags[] = { tag, NULL };

	snprintf(tag, sizeof tag, "t%u", after->tag);
	opts.name = name;
	opts.size.extents = after->extents;
	opts.tags = tags;
	opts.flags = LVOL_LV_CREATE_NO_ZERO;
	race_ok(lvol_lv_create(txn, &opts, &err), err);
}

static void change_tag(struct lvol_txn *txn, const char *name, uint32_t from, uint32_t to)
{
	struct lvol_lv_change_opts opts = LVOL_LV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char old[16], new[16];
	const char *add[] = { new, NULL }, *drop[] = { old, NULL };

	snprintf(old, sizeof old, "t%u", from);
	snprintf(new, sizeof new, "t%u", to);
	opts.add_tags = add;
	opts.remove_tags = drop;
	race_ok(lvol_lv_change(txn, name, &opts, &err), err);
}

static void add_change(struct lvol_txn *txn, const struct work *work, unsigned i)
{
	const struct worker *w = &work->book->workers[work->number];
	unsigned slot = w->changes[i].slot;
	const struct slot *now = &w->slots[slot], *after = &w->changes[i].after;
	struct lvol_error err = LVOL_ERROR_INIT;
	char name[32], new_name[32];

	slot_name(name, work->number, slot, now->generation);
	slot_name(new_name, work->number, slot, after->generation);
	if (!now->exists)
		create(txn, new_name, after);
	else if (!after->exists)
		race_ok(lvol_lv_remove(txn, name, &err), err);
	else if (after->generation != now->generation)
		race_ok(lvol_lv_rename(txn, name, new_name, &err), err);
	else
		change_tag(txn, name, now->tag, after->tag);
}

static void one_commit(struct lvol_ctx *ctx, const struct work *work)
{
	static const char *const vgs[] = { RACE_VG, NULL };
	struct worker *w = &work->book->workers[work->number];
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn = NULL;
	struct lvol_vg *vg = NULL;

	book_plan(w, CHANGES);
	race_ok(lvol_txn_begin(ctx, vgs, NULL, &txn, &err), err);
	for (unsigned i = 0; i < w->change_count; i++)
		add_change(txn, work, i);
	race_ok(lvol_txn_commit(txn, &err), err);
	race_ok(lvol_txn_result(txn, RACE_VG, &vg, &err), err);
	book_commit(work->book, work->number, lvol_vg_seqno(vg));
	book_check(work->book, work->number, vg);
	lvol_vg_unref(vg);
	lvol_txn_free(txn);
}

void work_with_liblvol(const struct work *work)
{
	while (!atomic_load(&work->book->stop)) {
		struct lvol_ctx *ctx = race_context(work->devices, work->locking_dir);

		for (int i = 0; i < COMMITS_PER_CONTEXT && !atomic_load(&work->book->stop); i++)
			one_commit(ctx, work);
		lvol_ctx_unref(ctx);
	}
	exit(0);
}
