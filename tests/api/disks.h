/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_API_DISKS_H
#define TESTS_API_DISKS_H

/* For tests of PVs, VGs and transactions: blank image files in a world (lv_world.h), and looking at them. */

#include "lv_world.h"

/* Blank disks of so many MiB each, ended by 0. */
static inline void disks_make(struct world *w, const unsigned *mib)
{
	char name[16];

	memset(w, 0, sizeof *w);
	w->dir = t_tmpdir();
	for (; mib[w->disk_count]; w->disk_count++) {
		snprintf(name, sizeof name, "d%u.img", w->disk_count);
		w->disks[w->disk_count] = t_path(w->dir, name);
		t_sparse_file(w->disks[w->disk_count], mib[w->disk_count] * MIB);
	}
	world_context(w);
}
#define DISKS(w, ...) disks_make(w, (const unsigned[]) { __VA_ARGS__, 0 })

/* A context anew, as another program would have it (so not from the same seed). The files may have changed. */
static inline void reopen(struct world *w)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	lvol_ctx_unref(w->ctx);
	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	opts.lock_timeout_ms = LVOL_NO_WAIT;
	t_ok(lvol_ctx_new(&opts, &w->ctx, &err), err);
	for (unsigned i = 0; i < w->disk_count; i++)
		t_ok(lvol_ctx_add_path(w->ctx, w->disks[i], 0, NULL, &err), err);
}

static inline void start_with(struct world *w, const char *const *vgs, uint32_t flags)
{
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.flags = flags;
	t_ok(lvol_txn_begin(w->ctx, vgs, &opts, &w->txn, &err), err);
}

static inline void start(struct world *w, const char *vg)
{
	start_with(w, vg ? LIST(vg) : NULL, 0);
}

static inline int begin_fails(struct world *w, const char *vg, uint32_t flags, struct lvol_error *err)
{
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	struct lvol_txn *txn = NULL;
	int ret;

	opts.flags = flags;
	ret = lvol_txn_begin(w->ctx, LIST(vg), &opts, &txn, err);
	lvol_txn_free(txn);
	return ret;
}

/* In the open transaction: a VG of 1 MiB extents. */
static inline int create_vg(struct world *w, const char *name, const char *const *pvs, struct lvol_error *err)
{
	struct lvol_vg_create_opts o = LVOL_VG_CREATE_OPTS_INIT;

	o.name = name;
	o.pvs = pvs;
	o.extent_bytes = MIB;
	return lvol_vg_create(w->txn, &o, err);
}

/* In a transaction of its own. */
static inline void make_vg(struct world *w, const char *name, const char *const *pvs)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	start(w, NULL);
	t_ok(create_vg(w, name, pvs, &err), err);
	commit(w);
}

static inline int create_pv(struct world *w, unsigned disk, uint32_t flags, struct lvol_error *err)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;

	o.device = w->disks[disk];
	o.flags = flags;
	return lvol_pv_create(w->txn, &o, err);
}

static inline void make_pv(struct world *w, unsigned disk)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	start(w, NULL);
	t_ok(create_pv(w, disk, 0, &err), err);
	commit(w);
}

static inline void make_lv(struct world *w, const char *vg, const char *name, uint64_t extents, const char *pv)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	o.vg = vg;
	o.name = name;
	o.size.extents = extents;
	o.pvs = pv ? LIST(pv) : NULL;
	t_ok(lvol_lv_create(w->txn, &o, &err), err);
}

/* Looking */

static inline struct lvol_scan *scan(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *s = NULL;

	t_ok(lvol_scan_new(w->ctx, &s, &err), err);
	return s;
}

/* The PV of no VG on a disk; NULL: it is none. Of a scan. */
static inline const struct lvol_pv *orphan(const struct lvol_scan *s, const char *disk)
{
	for (size_t i = 0; i < lvol_scan_orphan_count(s); i++)
		if (!strcmp(lvol_pv_name(lvol_scan_orphan(s, i)), disk))
			return lvol_scan_orphan(s, i);
	return NULL;
}

static inline bool is_orphan(struct world *w, unsigned disk)
{
	struct lvol_scan *s = scan(w);
	const struct lvol_pv *pv = orphan(s, w->disks[disk]);
	bool is = pv && !lvol_pv_is_in_use(pv);

	lvol_scan_free(s);
	return is;
}

/* UUID of the PV on a disk, member of @vg or (NULL) of none. */
static inline const char *pv_id(struct world *w, const char *vg, unsigned disk, char out[39])
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *s = scan(w);
	struct lvol_vg *v = NULL;

	if (vg)
		t_ok(lvol_vg_open(w->ctx, vg, &v, &err), err);
	lvol_pv_uuid(vg ? lvol_pv_find(v, w->disks[disk]) : orphan(s, w->disks[disk]), out);
	lvol_vg_unref(v);
	lvol_scan_free(s);
	return out;
}

static inline size_t count_problems(const struct lvol_vg *vg, int code)
{
	struct lvol_problem p;
	size_t n = 0;

	for (size_t i = 0; lvol_vg_problem(vg, i, &p); i++)
		n += p.code == code;
	return n;
}

/* The VG reads back without anything to say about it. */
static inline void expect_sound(struct world *w, const char *name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_problem p = { 0 };
	struct lvol_vg *vg = NULL;

	t_ok(lvol_vg_open(w->ctx, name, &vg, &err), err);
	lvol_vg_problem(vg, 0, &p);
	ck_assert_msg(lvol_vg_problem_count(vg) == 0, "%s: %s", name, p.message);
	t_ok(lvol_vg_check(vg, &err), err);
	lvol_vg_unref(vg);
}

static inline bool vg_exists(struct world *w, const char *name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;
	int ret = lvol_vg_open(w->ctx, name, &vg, &err);

	lvol_vg_unref(vg);
	if (ret)
		ck_assert_int_eq(ret, -LVOL_E_NOT_FOUND);
	return !ret;
}

/* Checksums of all disks one after the other: 64 digits each. */
#define SUMS_LEN (DISKS_MAX * 64 + 1)
static inline void sums(const struct world *w, char out[SUMS_LEN])
{
	for (unsigned i = 0; i < w->disk_count; i++)
		t_sha256_file(w->disks[i], out + 64 * i);
}

static inline void expect_sums(const struct world *w, const char *before)
{
	char now[SUMS_LEN];

	sums(w, now);
	for (unsigned i = 0; i < w->disk_count; i++)
		ck_assert_msg(!memcmp(now + 64 * i, before + 64 * i, 64), "disk %u was changed", i);
}

/* Which disks the VG has, as numbers in its order: "0 2". */
static inline void expect_disks(struct world *w, const char *vg_name, const char *want)
{
	struct lvol_vg *vg = look(w, vg_name);
	char text[64] = "";

	for (const struct lvol_pv *pv = lvol_pv_first(vg); pv; pv = lvol_pv_next(pv))
		for (unsigned i = 0; i < w->disk_count; i++)
			if (!strcmp(lvol_pv_name(pv), w->disks[i]))
				snprintf(text + strlen(text), sizeof text - strlen(text), "%s%u", text[0] ? " " : "", i);
	ck_assert_str_eq(text, want);
	lvol_vg_unref(vg);
}

#endif
