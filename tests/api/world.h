/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_API_WORLD_H
#define LVOL_TESTS_API_WORLD_H

/* A small world for tests of LVs and I/O: two image files, VG "vg0" on them, through the public interface alone. */

#include <stdlib.h>
#include <string.h>

#include <lvol/lvol.h>

#include "util.h"

struct world {
	char *dir, *disk[2];
	struct lvol_ctx *ctx;
};

static inline struct lvol_ctx *world_ctx(const struct world *w, uint32_t flags)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx_opts o = LVOL_CTX_OPTS_INIT;
	struct lvol_ctx *ctx;

	o.flags = flags | LVOL_CTX_NO_SYSTEM_CONFIG;
	o.lock_timeout_ms = LVOL_NO_WAIT;
	t_ok(lvol_ctx_new(&o, &ctx, &err), err);
	for (int i = 0; i < 2; i++)
		t_ok(lvol_ctx_add_path(ctx, w->disk[i], 0, NULL, &err), err);
	return ctx;
}

/* LV @name of @extents of 1 MiB in the transaction. */
static inline void world_add_lv(struct lvol_txn *txn, const char *name, const char *segtype, uint64_t extents)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.vg = "vg0";
	o.name = name;
	o.segtype = segtype;
	o.size.extents = extents;
	if (!strcmp(segtype, "striped")) {
		o.stripe_count = 2;
		o.stripe_bytes = 16384;
	}
	t_ok(lvol_lv_create(txn, &o, &err), err);
}

/* VG vg0 with LVs lin (8 MiB), str (8 MiB over both disks), zero, error (4 MiB each). */
static inline void world_make(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg_create_opts o = LVOL_VG_CREATE_OPTS_INIT;
	const char *pvs[3] = { 0 };
	struct lvol_txn *txn;

	w->dir = t_tmpdir();
	for (int i = 0; i < 2; i++) {
		w->disk[i] = t_path(w->dir, i ? "b.img" : "a.img");
		t_sparse_file(w->disk[i], 32 << 20);
		pvs[i] = w->disk[i];
	}
	w->ctx = world_ctx(w, 0);
	o.name = "vg0";
	o.pvs = pvs;
	o.extent_bytes = 1 << 20;
	t_ok(lvol_txn_begin(w->ctx, NULL, NULL, &txn, &err), err);
	t_ok(lvol_vg_create(txn, &o, &err), err);
	world_add_lv(txn, "lin", "linear", 8);
	world_add_lv(txn, "str", "striped", 8);
	world_add_lv(txn, "zero", "zero", 4);
	world_add_lv(txn, "error", "error", 4);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
}

static inline void world_free(struct world *w)
{
	lvol_ctx_unref(w->ctx);
	for (int i = 0; i < 2; i++)
		free(w->disk[i]);
	free(w->dir);
}

/* Open LV @name of vg0 as @ctx sees it now. */
static inline int world_open(struct lvol_ctx *ctx, const char *name, uint32_t flags, struct lvol_io **io,
		struct lvol_error *err)
{
	struct lvol_vg *vg;
	int ret = lvol_vg_open(ctx, "vg0", &vg, err);

	if (ret)
		return ret;
	ck_assert_ptr_nonnull(lvol_lv_find(vg, name));
	ret = lvol_io_open(lvol_lv_find(vg, name), flags, io, err);
	lvol_vg_unref(vg);
	return ret;
}

#endif
