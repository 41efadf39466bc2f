/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Whole devices, from label to model to text and back: scan them, ask everything that can be asked, report it, open the
 * LVs, and, where the library says that a VG can be written, commit a change and read it again. What must hold for any
 * bytes: no crash; a VG that is called writable can be written; a commit is there afterwards, whole, and wrote to labels
 * and metadata areas only; one that failed left the version that was there.
 */
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../visit.h"
#include "recipe.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed);
size_t LLVMFuzzerMutate(uint8_t *data, size_t size, size_t max) __attribute__((weak));

#define NEW_TAG "fuzz.tag"
#define NEW_LV "fuzz_lv"
#define MOST_LVS 20
#define LABELS_BYTES 2048

static int dev_pread(void *arg, void *buf, size_t len, uint64_t offset)
{
	struct disk *disk = arg;

	visit_must(offset <= disk->size_bytes && len <= disk->size_bytes - offset, "read beyond the end of the device");
	disk_read(disk, buf, len, offset);
	return 0;
}

static bool is_metadata(const struct disk *disk, uint64_t at)
{
	for (unsigned i = 0; i < 2; i++)
		if (at >= disk->areas[i].start && at - disk->areas[i].start < disk->areas[i].size)
			return true;
	return at < LABELS_BYTES;
}

/* A write of whole blocks may have more around the bytes that were meant, but only what was there. */
static bool spares_data(const struct disk *disk, const uint8_t *buf, size_t len, uint64_t offset)
{
	uint8_t old[512];

	for (size_t done = 0; done < len; done += sizeof old) {
		disk_read(disk, old, sizeof old, offset + done);
		if (!memcmp(old, buf + done, sizeof old))
			continue;
		for (unsigned i = 0; i < sizeof old; i++)
			if (old[i] != buf[done + i] && !is_metadata(disk, offset + done + i))
				return false;
	}
	return true;
}

static int dev_pwrite(void *arg, const void *buf, size_t len, uint64_t offset)
{
	struct disk *disk = arg;

	visit_must(offset <= disk->size_bytes && len <= disk->size_bytes - offset, "write beyond the end of the device");
	visit_must(!disk->only_metadata || spares_data(disk, buf, len, offset), "a commit wrote to data");
	disk_write(disk, buf, len, offset);
	return 0;
}

static struct lvol_ctx *open_context(struct disks *disks)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx;
	char name[16];

	opts.flags = LVOL_CTX_SEEDED | LVOL_CTX_FIXED_TIME | LVOL_CTX_NO_SYSTEM_CONFIG | LVOL_CTX_NO_LOCKING;
	opts.time_seconds = 1700000000;
	opts.host_name = "fuzz";
	visit_must(!lvol_ctx_new(&opts, &ctx, &err), err.message);
	ops.pread = dev_pread;
	for (unsigned d = 0; d < disks->count; d++) {
		ops.size_bytes = disks->disk[d].size_bytes;
		ops.logical_block_bytes = disks->choices & RECIPE_LARGE_BLOCKS && d % 2 ? 4096 : 512;
		ops.pwrite = disks->choices & RECIPE_READ_ONLY && !d ? NULL : dev_pwrite;
		snprintf(name, sizeof name, "disk%u", d);
		visit_must(!lvol_ctx_add_ops(ctx, name, &ops, &disks->disk[d], NULL, &err), err.message);
	}
	return ctx;
}

static void look(struct lvol_ctx *ctx, bool all_fields)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *scan;

	visit_must(!lvol_scan_new(ctx, &scan, &err), err.message);
	visit_scan(scan);
	visit_reports(scan, all_fields);
	for (size_t i = 0; i < lvol_scan_vg_count(scan); i++) {
		visit_texts(ctx, lvol_scan_vg(scan, i));
		visit_data(lvol_scan_vg(scan, i), MOST_LVS);
	}
	lvol_scan_free(scan);
}

/* A tag and, if there is room and the rules allow it, an LV. Returns whether the LV is part of it. */
static bool add_changes(struct lvol_txn *txn, const char *uuid)
{
	static const char *const tags[] = { NEW_TAG, NULL };
	struct lvol_vg_change_opts change = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_lv_create_opts create = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	int r;

	change.add_tags = tags;
	visit_must(!lvol_vg_change(txn, uuid, &change, &err), err.message);
	create.name = NEW_LV;
	create.size.extents = 1;
	create.flags = LVOL_LV_CREATE_NO_ZERO;
	r = lvol_lv_create(txn, &create, &err);
	visit_must(!r || r == -LVOL_E_NO_SPACE || r == -LVOL_E_EXISTS || r == -LVOL_E_INVALID || r == -LVOL_E_MISSING_PV,
		   err.message);
	return !r;
}

static bool has_tag(const struct lvol_vg *vg)
{
	for (size_t i = 0; lvol_vg_tag(vg, i); i++)
		if (!strcmp(lvol_vg_tag(vg, i), NEW_TAG))
			return true;
	return false;
}

/* The VG as another program would find it. */
static void check_after(struct disks *disks, const char *uuid, uint32_t seqno, bool tagged)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx = open_context(disks);
	struct lvol_vg *vg = NULL;

	visit_must(!lvol_vg_open(ctx, uuid, &vg, &err), err.message);
	visit_must(lvol_vg_seqno(vg) == seqno, "another version than was committed");
	visit_must(has_tag(vg) == tagged, "the tag is not as it was left");
	visit_vg(vg);
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
}

static void watch_writes(struct disks *disks, bool on)
{
	for (unsigned d = 0; d < disks->count; d++)
		disks->disk[d].only_metadata = on;
}

static void change(struct disks *disks, struct lvol_ctx *ctx, struct lvol_vg *vg)
{
	char uuid[39];
	const char *names[] = { lvol_vg_uuid(vg, uuid), NULL };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn = NULL;
	struct lvol_vg *result = NULL;
	bool tagged = has_tag(vg), with_lv;
	int r = lvol_txn_begin(ctx, names, NULL, &txn, &err);

	visit_must(!r, err.message);
	with_lv = add_changes(txn, uuid);
	visit_must(!lvol_txn_preview(txn, uuid, &result, &err), err.message);
	visit_must(!with_lv || lvol_lv_find(result, NEW_LV), "the preview lacks the LV");
	lvol_vg_unref(result);
	watch_writes(disks, true);
	r = lvol_txn_commit(txn, &err);
	watch_writes(disks, false);
	visit_must(!r || r == -LVOL_E_NO_SPACE, err.message);
	lvol_txn_free(txn);
	check_after(disks, uuid, lvol_vg_seqno(vg) + !r, r ? tagged : true);
}

static void change_all(struct disks *disks)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx = open_context(disks);
	struct lvol_scan *scan;

	visit_must(!lvol_scan_new(ctx, &scan, &err), err.message);
	for (size_t i = 0; i < lvol_scan_vg_count(scan); i++)
		if (lvol_vg_is_writable(lvol_scan_vg(scan, i)))
			change(disks, ctx, lvol_scan_vg(scan, i));
	lvol_scan_free(scan);
	lvol_ctx_unref(ctx);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lvol_ctx *ctx;
	struct disks disks;

	if (!recipe_read(&disks, data, size))
		return 0;
	recipe_mend(&disks);
	ctx = open_context(&disks);
	look(ctx, disks.choices & RECIPE_ALL_FIELDS);
	lvol_ctx_unref(ctx);
	if (disks.choices & RECIPE_CHANGE)
		change_all(&disks);
	recipe_free(&disks);
	return 0;
}

/* One piece is mutated, and its length follows: otherwise every insertion would tear the recipe behind it. */
size_t LLVMFuzzerCustomMutator(uint8_t *data, size_t size, size_t max, unsigned int seed)
{
	struct piece piece;
	size_t pieces = 0, rest, most, len;
	uint8_t *copy;

	while (size >= 11 && recipe_piece(data, size, pieces, &piece))
		pieces++;
	if (!pieces || seed % 8 == 0)
		return LLVMFuzzerMutate(data, size, max);
	recipe_piece(data, size, seed / 8 % pieces, &piece);
	rest = size - piece.data - piece.len;
	most = max - size + piece.len < UINT16_MAX ? max - size + piece.len : UINT16_MAX;
	copy = malloc(rest + 1);
	if (!copy)
		abort();
	memcpy(copy, data + piece.data + piece.len, rest);
	len = LLVMFuzzerMutate(data + piece.data, piece.len, most);
	memcpy(data + piece.data + len, copy, rest);
	free(copy);
	data[piece.start + 4] = (uint8_t)len;
	data[piece.start + 5] = (uint8_t)(len >> 8);
	return piece.data + len + rest;
}
