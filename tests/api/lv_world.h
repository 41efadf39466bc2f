/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_API_LV_WORLD_H
#define TESTS_API_LV_WORLD_H

/*
 * For tests of LV operations: a VG "vg" of 1 MiB extents on image files. What an LV consists of is compared as text,
 * "0:5+3 1:0+3, 2:0+4" meaning a first segment on extents 5-7 of disk 0 and 0-2 of disk 1, and a second one.
 */

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <lvol/lvol.h>

#include "util.h"

#define MIB (UINT64_C(1) << 20)
#define DISKS_MAX 8
#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

struct world {
	struct lvol_ctx *ctx;
	char *dir;
	char *disks[DISKS_MAX + 1];   /* paths, ended by NULL */
	unsigned disk_count;
	struct lvol_txn *txn;         /* the open one */
};

static inline void world_context(struct world *w)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.flags = LVOL_CTX_SEEDED | LVOL_CTX_FIXED_TIME | LVOL_CTX_NO_SYSTEM_CONFIG;
	opts.seed = 7;
	opts.time_seconds = 1700000000;
	opts.host_name = "testhost";
	opts.lock_timeout_ms = LVOL_NO_WAIT;
	t_ok(lvol_ctx_new(&opts, &w->ctx, &err), err);
	for (unsigned i = 0; i < w->disk_count; i++)
		t_ok(lvol_ctx_add_path(w->ctx, w->disks[i], 0, NULL, &err), err);
}

static inline void begin(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_txn_begin(w->ctx, LIST("vg"), NULL, &w->txn, &err), err);
}

static inline void commit(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_txn_commit(w->txn, &err), err);
	lvol_txn_free(w->txn);
	w->txn = NULL;
}

static inline void give_up(struct world *w)
{
	lvol_txn_free(w->txn);
	w->txn = NULL;
}

/* Disks of so many extents each, ended by 0; the VG has been committed. */
static inline void world_make(struct world *w, const unsigned *extents)
{
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char name[32];

	memset(w, 0, sizeof *w);
	w->dir = t_tmpdir();
	for (; extents[w->disk_count]; w->disk_count++) {
		snprintf(name, sizeof name, "d%u.img", w->disk_count);
		w->disks[w->disk_count] = t_path(w->dir, name);
		t_sparse_file(w->disks[w->disk_count], (extents[w->disk_count] + 1) * MIB);
	}
	world_context(w);
	t_ok(lvol_txn_begin(w->ctx, NULL, NULL, &w->txn, &err), err);
	vg.name = "vg";
	vg.extent_bytes = MIB;
	vg.pvs = (const char *const *)w->disks;
	t_ok(lvol_vg_create(w->txn, &vg, &err), err);
	commit(w);
}

#define WORLD(w, ...) world_make(w, (const unsigned[]) { __VA_ARGS__, 0 })

/* A world of a recorded scenario, on copies of its disks; its VG is "vg0". */
static inline void world_golden(struct world *w, const char *scenario, unsigned disks)
{
	char *from = t_golden_dir(scenario), name[32];

	memset(w, 0, sizeof *w);
	w->dir = t_tmpdir();
	for (w->disk_count = 0; w->disk_count < disks; w->disk_count++) {
		char *path;

		snprintf(name, sizeof name, "disk%u.img", w->disk_count);
		path = t_path(from, name);
		w->disks[w->disk_count] = t_path(w->dir, name);
		t_copy_file(path, w->disks[w->disk_count]);
		free(path);
	}
	free(from);
	world_context(w);
}

static inline void begin_golden(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_txn_begin(w->ctx, LIST("vg0"), NULL, &w->txn, &err), err);
}

static inline void world_free(struct world *w)
{
	lvol_txn_free(w->txn);
	lvol_ctx_unref(w->ctx);
	for (unsigned i = 0; i < w->disk_count; i++)
		free(w->disks[i]);
	free(w->dir);
}

/* Looking. @vg_name NULL: "vg". With a transaction open it is what would come out of it, else what is on the disks. */
static inline struct lvol_vg *look(struct world *w, const char *vg_name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;

	if (!vg_name)
		vg_name = "vg";
	if (w->txn)
		t_ok(lvol_txn_preview(w->txn, vg_name, &vg, &err), err);
	else
		t_ok(lvol_vg_open(w->ctx, vg_name, &vg, &err), err);
	return vg;
}

static inline unsigned pv_number(const struct lvol_vg *vg, const struct lvol_pv *pv)
{
	unsigned n = 0;

	for (const struct lvol_pv *p = lvol_pv_first(vg); p != pv; p = lvol_pv_next(p))
		n++;
	return n;
}

static inline size_t segment_text(const struct lvol_segment *seg, char *out, size_t size)
{
	struct lvol_area area;
	size_t len = 0;

	if (!lvol_segment_area_count(seg))
		return (size_t)snprintf(out, size, "%s+%u", lvol_segment_type(seg), lvol_segment_size_extents(seg));
	for (uint32_t i = 0; lvol_segment_area(seg, i, &area); i++) {
		len += (size_t)snprintf(out + len, size - len, "%s", i ? " " : "");
		if (area.pv)
			len += (size_t)snprintf(out + len, size - len, "%u:%u+%u",
					pv_number(lvol_lv_vg(lvol_segment_lv(seg)), area.pv), area.start_extent, area.count_extents);
		else
			len += (size_t)snprintf(out + len, size - len, "%s:%u+%u", area.lv ? lvol_lv_name(area.lv) : "-",
					area.start_extent, area.count_extents);
	}
	return len;
}

static inline const char *layout_text(const struct lvol_lv *lv, char *out, size_t size)
{
	const struct lvol_segment *seg = lvol_lv_segment_first(lv);
	size_t len = 0;

	out[0] = '\0';
	for (; seg; seg = lvol_segment_next(seg)) {
		len += (size_t)snprintf(out + len, size - len, "%s", len ? ", " : "");
		len += segment_text(seg, out + len, size - len);
	}
	return out;
}

/* The LV is there and lies like that. */
static inline void expect_layout(struct world *w, const char *name, const char *want)
{
	struct lvol_vg *vg = look(w, NULL);
	const struct lvol_lv *lv = lvol_lv_find(vg, name);
	char text[1024];

	ck_assert_msg(lv != NULL, "there is no LV %s", name);
	ck_assert_str_eq(layout_text(lv, text, sizeof text), want);
	lvol_vg_unref(vg);
}

/* Names of all LVs, hidden ones too, in alphabetical order: "a b c". */
static inline int by_name(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

static inline void expect_names(struct world *w, const char *vg_name, const char *want)
{
	struct lvol_vg *vg = look(w, vg_name);
	const char *names[64];
	char text[1024] = "";
	size_t n = 0;

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		names[n++] = lvol_lv_name(lv);
	qsort(names, n, sizeof *names, by_name);
	for (size_t i = 0; i < n; i++)
		snprintf(text + strlen(text), sizeof text - strlen(text), "%s%s", i ? " " : "", names[i]);
	ck_assert_str_eq(text, want);
	lvol_vg_unref(vg);
}

static inline uint64_t free_extents(struct world *w, const char *vg_name)
{
	struct lvol_vg *vg = look(w, vg_name);
	uint64_t n = lvol_vg_free_extents(vg);

	lvol_vg_unref(vg);
	return n;
}

/* Number of changes noted, and the text of the last one. */
static inline size_t changes(struct world *w, char *last, size_t size)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_changes *list = NULL;
	struct lvol_change c;
	size_t n;

	t_ok(lvol_txn_changes(w->txn, &list, &err), err);
	n = lvol_changes_count(list);
	snprintf(last, size, "%s", n && lvol_changes_get(list, n - 1, &c) ? c.text : "");
	lvol_changes_free(list);
	return n;
}

static inline void says(const struct lvol_error *err, const char *part)
{
	ck_assert_msg(strstr(err->message, part) != NULL, "\"%s\" does not say \"%s\"", err->message, part);
}

/* Doing */

static inline void create_on(struct world *w, const char *name, uint64_t extents, const char *pv)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	o.name = name;
	o.size.extents = extents;
	o.pvs = pv ? LIST(pv) : NULL;
	t_ok(lvol_lv_create(w->txn, &o, &err), err);
}

static inline void create(struct world *w, const char *name, uint64_t extents)
{
	create_on(w, name, extents, NULL);
}

/* Path of disk @n and ranges: "/.../d0.img:5-9". In a buffer of the caller. */
#define WORD_LEN 512
static inline const char *pv_word(const struct world *w, unsigned n, const char *ranges, char out[WORD_LEN])
{
	snprintf(out, WORD_LEN, "%s%s", w->disks[n], ranges);
	return out;
}

static inline TCase *make_case(Suite *suite, const char *name)
{
	TCase *tc = tcase_create(name);

	tcase_set_timeout(tc, 30);
	suite_add_tcase(suite, tc);
	return tc;
}

#endif
