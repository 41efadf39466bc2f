/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "world.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

#define ALL_SMALL_LVS 4096  /* a new LV begins with so many zeroes */

struct lvol_ctx *world_ctx(struct recorder *rec, uint64_t seed)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx;

	opts.flags = LVOL_CTX_SEEDED | LVOL_CTX_FIXED_TIME | LVOL_CTX_NO_SYSTEM_CONFIG | LVOL_CTX_NO_LOCKING;
	opts.seed = seed;
	opts.time_seconds = 1700000000;
	opts.host_name = "crash.example.org";
	t_ok(lvol_ctx_new(&opts, &ctx, &err), err);
	rec_attach(rec, ctx);
	return ctx;
}

struct lvol_txn *world_begin(struct lvol_ctx *ctx, const char *const *vgs, uint32_t flags)
{
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn;

	opts.flags = flags;
	t_ok(lvol_txn_begin(ctx, vgs, &opts, &txn, &err), err);
	return txn;
}

struct lvol_txn *world_begin_vg(struct lvol_ctx *ctx, const char *vg)
{
	return world_begin(ctx, (const char *const[]){ vg, NULL }, 0);
}

void world_commit(struct lvol_txn *txn)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
}

const char *const *world_disks(const char *disks)
{
	static char names[8][REC_MAX_DISKS][16];
	static const char *lists[8][REC_MAX_DISKS + 1];
	static unsigned turn;
	unsigned count = 0, at = turn++ % 8;

	for (; *disks; disks += strspn(disks, ", ")) {
		ck_assert_uint_lt(count, REC_MAX_DISKS);
		snprintf(names[at][count], sizeof names[at][count], "disk%c", *disks++);
		lists[at][count] = names[at][count];
		count++;
	}
	lists[at][count] = NULL;
	return lists[at];
}

void world_make_pvs(struct lvol_ctx *ctx, const struct world_pv *how)
{
	struct lvol_txn *txn = world_begin_vg(ctx, NULL);
	struct lvol_error err = LVOL_ERROR_INIT;

	for (const char *const *name = world_disks(how->disks); *name; name++) {
		struct lvol_pv_create_opts opts = LVOL_PV_CREATE_OPTS_INIT;

		opts.device = *name;
		opts.metadata_copies_set = 1;
		opts.metadata_copies = how->mdas;
		opts.metadata_ignore = how->ignored;
		opts.metadata_bytes = how->mda_bytes;
		if (how->mda_bytes)
			opts.data_alignment_bytes = WORLD_EXTENT_BYTES;
		t_ok(lvol_pv_create(txn, &opts, &err), err);
	}
	world_commit(txn);
}

void world_make_vg(struct lvol_ctx *ctx, const char *name, const char *disks)
{
	struct lvol_vg_create_opts opts = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_txn *txn = world_begin_vg(ctx, NULL);
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.name = name;
	opts.pvs = world_disks(disks);
	opts.extent_bytes = WORLD_EXTENT_BYTES;
	t_ok(lvol_vg_create(txn, &opts, &err), err);
	world_commit(txn);
}

void world_make_lv(struct lvol_ctx *ctx, const char *name, uint64_t extents, const char *disk)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char *vg = strndup(name, strcspn(name, "/"));
	struct lvol_txn *txn = world_begin_vg(ctx, vg);

	opts.vg = vg;
	opts.name = strchr(name, '/') + 1;
	opts.size.extents = extents;
	opts.pvs = disk ? world_disks(disk) : NULL;
	t_ok(lvol_lv_create(txn, &opts, &err), err);
	world_commit(txn);
	free(vg);
}

void world_spoil(struct recorder *rec)
{
	uint8_t sector[REC_SECTOR];

	for (unsigned i = 0; i < rec->count; i++)
		for (uint64_t at = WORLD_EXTENT_BYTES; at < rec->bytes; at += WORLD_EXTENT_BYTES) {
			t_fill(sector, sizeof sector, i + 1, at / REC_SECTOR);
			rec_put(&rec->disks[i], sector, sizeof sector, at);
		}
	rec_settle(rec);
}

static uint32_t seed_of(const char *uuid)
{
	uint64_t seed = 0;

	for (; *uuid; uuid++)
		seed = t_mix(seed + (unsigned char)*uuid);
	return (uint32_t)seed;
}

static void fill_lv(const struct lvol_lv *lv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	uint64_t bytes = lvol_lv_size_bytes(lv);
	uint8_t *data = malloc(bytes);
	struct lvol_io *io;
	char uuid[39];

	t_fill(data, bytes, seed_of(lvol_lv_uuid(lv, uuid)), 0);
	t_ok(lvol_io_open(lv, LVOL_IO_WRITE, &io, &err), err);
	t_ok(lvol_io_pwrite(io, data, bytes, 0, &err), err);
	t_ok(lvol_io_flush(io, &err), err);
	lvol_io_close(io);
	free(data);
}

/* A pool is no volume of its own: what lies in it is what its thin LVs or cached LVs show. */
static bool has_content(const struct lvol_lv *lv)
{
	const char *type = lvol_segment_type(lvol_lv_segment_first(lv));

	return lvol_lv_is_visible(lv) && strcmp(type, "thin-pool") != 0 && strcmp(type, "cache-pool") != 0;
}

void world_fill_lvs(struct lvol_ctx *ctx)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *scan;

	t_ok(lvol_scan_new(ctx, &scan, &err), err);
	for (size_t i = 0; i < lvol_scan_vg_count(scan); i++) {
		/* nobody writes to an exported VG: who exports one fills it before */
		if (lvol_vg_is_exported(lvol_scan_vg(scan, i)))
			continue;
		for (const struct lvol_lv *lv = lvol_lv_first(lvol_scan_vg(scan, i)); lv; lv = lvol_lv_next(lv))
			if (has_content(lv) && lvol_lv_is_writable(lv))
				fill_lv(lv);
	}
	lvol_scan_free(scan);
}

/* ---- looking ---- */

/* Metadata without the comments and top-level lines that say who wrote it and when. */
static void put_canonical(FILE *to, const char *text)
{
	static const char *const skip[] = { "#", "description =", "creation_host =", "creation_time =", "\n" };

	while (*text) {
		size_t length = strcspn(text, "\n") + 1;
		bool keep = true;

		for (size_t i = 0; i < sizeof skip / sizeof *skip; i++)
			keep &= strncmp(text, skip[i], strlen(skip[i])) != 0;
		if (keep)
			fwrite(text, 1, length, to);
		text += length;
	}
}

static void add_pv_id(struct world_view *view, const struct lvol_pv *pv)
{
	char id[39];

	view->pv_ids = realloc(view->pv_ids, (view->pv_count + 1) * sizeof *view->pv_ids);
	ck_assert_ptr_nonnull(view->pv_ids);
	view->pv_ids[view->pv_count++] = strdup(lvol_pv_uuid(pv, id));
}

static void note_problem(struct world_view *view, const struct lvol_problem *problem)
{
	if (problem->code == LVOL_PROBLEM_MISSING_PV)
		view->missing++;
	else if (!view->problems++)
		snprintf(view->first_problem, sizeof view->first_problem, "%s: %s", problem->subject, problem->message);
}

static void put_problems(FILE *to, struct world_view *view, const struct lvol_vg *vg)
{
	struct lvol_problem problem;

	for (size_t i = 0; lvol_vg_problem(vg, i, &problem); i++) {
		if (problem.code != LVOL_PROBLEM_EXPORTED)
			note_problem(view, &problem);
		if (problem.blocks_writing && problem.code != LVOL_PROBLEM_EXPORTED)
			fprintf(to, "blocked: %s: %s\n", problem.subject, problem.message);
	}
}

/* Where a view's texts are written to. */
struct view_files { FILE *vgs, *names, *summary, *lv_list; };

/* As lvm2 counts: hidden parts are not. */
static unsigned count_visible(const struct lvol_vg *vg)
{
	unsigned n = 0;

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		n += lvol_lv_is_visible(lv);
	return n;
}

static void put_summary(const struct view_files *to, const struct lvol_vg *vg)
{
	char uuid[39];

	fprintf(to->names, "%s\n", lvol_vg_name(vg));
	fprintf(to->summary, "%s %u %u %u %u\n", lvol_vg_name(vg), lvol_vg_seqno(vg), lvol_vg_pv_count(vg),
			count_visible(vg), lvol_vg_missing_pv_count(vg));
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		fprintf(to->lv_list, "%s %s %u\n", lvol_lv_uuid(lv, uuid), lvol_lv_name(lv), lvol_lv_size_extents(lv));
}

static char *put_vg(const struct view_files *to, struct world_view *view, const struct lvol_vg *vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *text;

	if (lvol_vg_export_text(vg, &text, &err))
		return t_text("VG %s cannot be exported: %s", lvol_vg_name(vg), err.message);
	put_canonical(to->vgs, text);
	lvol_string_free(text);
	put_summary(to, vg);
	for (const struct lvol_pv *pv = lvol_pv_first(vg); pv; pv = lvol_pv_next(pv)) {
		if (lvol_pv_is_missing(pv))
			fprintf(to->vgs, "missing: %s\n", lvol_pv_device_hint(pv));
		else
			add_pv_id(view, pv);
	}
	put_problems(to->vgs, view, vg);
	return NULL;
}

static char *look_at_vgs(const struct lvol_scan *scan, struct world_view *view)
{
	size_t length;
	struct view_files to = {
		open_memstream(&view->vgs, &length), open_memstream(&view->names, &length),
		open_memstream(&view->summary, &length), open_memstream(&view->lv_list, &length)
	};
	char *wrong = NULL;

	for (size_t i = 0; i < lvol_scan_vg_count(scan) && !wrong; i++)
		wrong = put_vg(&to, view, lvol_scan_vg(scan, i));
	fclose(to.vgs);
	fclose(to.names);
	fclose(to.summary);
	fclose(to.lv_list);
	return wrong;
}

static int compare_texts(const void *a, const void *b)
{
	return strcmp(*(char *const *)a, *(char *const *)b);
}

static void look_at_lv(struct world_view *view, const struct lvol_lv *lv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world_lv *to;
	struct lvol_io *io;

	view->lvs = realloc(view->lvs, (view->lv_count + 1) * sizeof *view->lvs);
	ck_assert_ptr_nonnull(view->lvs);
	to = &view->lvs[view->lv_count++];
	to->bytes = lvol_lv_size_bytes(lv);
	to->data = malloc(to->bytes);
	lvol_lv_uuid(lv, to->uuid);
	snprintf(to->name, sizeof to->name, "%s", lvol_lv_name(lv));
	t_ok(lvol_io_open(lv, 0, &io, &err), err);
	t_ok(lvol_io_pread(io, to->data, to->bytes, 0, &err), err);
	lvol_io_close(io);
}

static void look_at_lvs(const struct lvol_scan *scan, struct world_view *view)
{
	for (size_t i = 0; i < lvol_scan_vg_count(scan); i++)
		for (const struct lvol_lv *lv = lvol_lv_first(lvol_scan_vg(scan, i)); lv; lv = lvol_lv_next(lv))
			if (has_content(lv))
				look_at_lv(view, lv);
}

static char *look(struct recorder *rec, struct world_view *view, bool inside)
{
	struct lvol_ctx *ctx = world_ctx(rec, 1);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_problem problem;
	struct lvol_scan *scan;
	char *wrong = NULL;

	*view = (struct world_view){ 0 };
	if (lvol_scan_new(ctx, &scan, &err)) {
		lvol_ctx_unref(ctx);
		return t_text("scan: %s", err.message);
	}
	wrong = look_at_vgs(scan, view);
	for (size_t i = 0; i < lvol_scan_orphan_count(scan); i++)
		add_pv_id(view, lvol_scan_orphan(scan, i));
	if (view->pv_count)
		qsort(view->pv_ids, view->pv_count, sizeof *view->pv_ids, compare_texts);
	for (size_t i = 0; lvol_scan_problem(scan, i, &problem); i++)
		note_problem(view, &problem);
	if (inside && !wrong)
		look_at_lvs(scan, view);
	lvol_scan_free(scan);
	lvol_ctx_unref(ctx);
	if (wrong)
		world_view_free(view);
	return wrong;
}

char *world_look(struct recorder *rec, struct world_view *out)
{
	return look(rec, out, false);
}

char *world_look_inside(struct recorder *rec, struct world_view *out)
{
	return look(rec, out, true);
}

void world_view_free(struct world_view *view)
{
	for (size_t i = 0; i < view->pv_count; i++)
		free(view->pv_ids[i]);
	for (size_t i = 0; i < view->lv_count; i++)
		free(view->lvs[i].data);
	free(view->pv_ids);
	free(view->lvs);
	free(view->vgs);
	free(view->names);
	free(view->summary);
	free(view->lv_list);
	*view = (struct world_view){ 0 };
}

bool world_view_has_pv(const struct world_view *view, const char *id)
{
	return view->pv_count && bsearch(&id, view->pv_ids, view->pv_count, sizeof *view->pv_ids, compare_texts);
}

/* ---- LVs ---- */

static const struct world_lv *find_lv(const struct world_view *view, const char *uuid)
{
	for (size_t i = 0; i < view->lv_count; i++)
		if (!strcmp(view->lvs[i].uuid, uuid))
			return &view->lvs[i];
	return NULL;
}

static bool all_zero(const uint8_t *data, uint64_t length)
{
	for (uint64_t i = 0; i < length; i++)
		if (data[i])
			return false;
	return true;
}

static char *compare_data(const struct lvol_lv *lv, const struct world_lv *was, const uint8_t *data, bool zeroed)
{
	uint64_t bytes = lvol_lv_size_bytes(lv);

	if (was && memcmp(data, was->data, bytes < was->bytes ? bytes : was->bytes))
		return t_text("LV %s has other bytes than before", lvol_lv_name(lv));
	if (!was && zeroed && !all_zero(data, bytes < ALL_SMALL_LVS ? bytes : ALL_SMALL_LVS))
		return t_text("new LV %s does not begin with zeroes", lvol_lv_name(lv));
	return NULL;
}

static char *compare_lv(const struct lvol_lv *lv, const struct world_view *before, bool zeroed)
{
	uint64_t bytes = lvol_lv_size_bytes(lv);
	struct lvol_error err = LVOL_ERROR_INIT;
	uint8_t *data = malloc(bytes);
	struct lvol_io *io = NULL;
	char uuid[39], *wrong;

	if (lvol_io_open(lv, 0, &io, &err) || lvol_io_pread(io, data, bytes, 0, &err))
		wrong = t_text("LV %s cannot be read: %s", lvol_lv_name(lv), err.message);
	else
		wrong = compare_data(lv, find_lv(before, lvol_lv_uuid(lv, uuid)), data, zeroed);
	lvol_io_close(io);
	free(data);
	return wrong;
}

char *world_compare_lvs(struct recorder *rec, const struct world_view *before, bool zeroed)
{
	struct lvol_ctx *ctx = world_ctx(rec, 1);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *scan;
	char *wrong = NULL;

	t_ok(lvol_scan_new(ctx, &scan, &err), err);
	for (size_t i = 0; i < lvol_scan_vg_count(scan); i++)
		for (const struct lvol_lv *lv = lvol_lv_first(lvol_scan_vg(scan, i)); lv && !wrong; lv = lvol_lv_next(lv))
			wrong = has_content(lv) ? compare_lv(lv, before, zeroed) : NULL;
	lvol_scan_free(scan);
	lvol_ctx_unref(ctx);
	return wrong;
}
