/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A file system, or one in a LUKS volume, that follows its LV's size (LVOL_LV_RESIZE_FS). What is inside shrinks first and grows
 * last, so that at every moment what is outside has room for it:
 *
 *     smaller: file system, LUKS device, LV        larger: LV, LUKS device, file system
 */
#include "fs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include <lvol/lv.h>

#include "base/error.h"
#include "fs/fs.h"
#include "luks/luks.h"
#include "map/names.h"
#include "txn/content.h"

#define PATH_LEN (LVI_DM_NAME_SIZE + 16)

struct follow {
	char path[PATH_LEN];      /* before the commit */
	uint64_t bytes;           /* of the LV, before the commit */
	struct fs_place fs;
	struct luks_key key;      /* none: bytes NULL */
};

static int path_of(const struct lvol_lv *lv, char out[PATH_LEN], struct lvol_error *err)
{
	char name[LVI_DM_NAME_SIZE];
	int r = lvi_dm_name(lv->vg->name, lv->name, NULL, name, err);

	if (!r)
		snprintf(out, PATH_LEN, "/dev/mapper/%s", name);
	return r;
}

static int fit_luks(const struct follow *f, uint64_t bytes, bool only_try, struct lvol_error *err)
{
	const struct luks_size to = { f->fs.luks, f->key.bytes ? &f->key : NULL, bytes };

	return *f->fs.luks ? lvi_luks_resize(&to, only_try, err) : 0;
}

static int look(struct follow *f, const struct lvol_lv *lv, bool shrink, struct lvol_error *err)
{
	struct stat st;
	int r;

	if (stat(f->path, &st) || !S_ISBLK(st.st_mode))
		return lvi_error(err, LVOL_E_STATE, lv->name, "LV %s/%s is not active, and the tools of file systems need its device; "
				"activate it", lv->vg->name, lv->name);
	r = lvi_fs_look(f->path, shrink, &f->fs, err);
	return r ? r : fit_luks(f, 0, true, err);
}

static int grow(const struct follow *f, uint64_t lv_bytes, struct lvol_error *err)
{
	int r = fit_luks(f, 0, false, err);

	return r ? r : lvi_fs_resize(&f->fs, lv_bytes - f->fs.luks_bytes, err);
}

static int shrink(const struct follow *f, uint64_t lv_bytes, struct lvol_error *err)
{
	const struct fs_place *fs = &f->fs;
	uint64_t bytes = lv_bytes - fs->luks_bytes;
	int r;

	if (lv_bytes <= fs->luks_bytes)
		return lvi_error(err, LVOL_E_INVALID, fs->device, "%s would be smaller than its LUKS header", fs->device);
	r = lvi_fs_resize(fs, bytes, err);
	if (r)
		return r;
	r = fit_luks(f, bytes, false, err);
	if (r)
		lvi_fs_resize(fs, f->bytes - fs->luks_bytes, NULL);
	return r;
}

/* One that will have to grow is only looked at: what cannot grow is to be known before the LV does. */
static int follow_before(void *data, const struct lvol_lv *lv, struct lvol_error *err)
{
	struct follow *f = data;
	uint64_t bytes = lvol_lv_size_bytes(lv);
	int r = bytes == f->bytes ? 0 : look(f, lv, bytes < f->bytes, err);

	return r || bytes >= f->bytes ? r : shrink(f, bytes, err);
}

static void follow_undo(void *data, const struct lvol_lv *lv)
{
	struct follow *f = data;

	if (lvol_lv_size_bytes(lv) < f->bytes)
		grow(f, f->bytes, NULL);
}

static int follow_after(void *data, const struct lvol_lv *lv, struct lvol_error *err)
{
	struct follow *f = data;
	uint64_t bytes = lvol_lv_size_bytes(lv);
	int r;

	if (bytes <= f->bytes)
		return 0;
	/* it may have been renamed */
	r = path_of(lv, f->path, err);
	if (!r && !*f->fs.luks)
		snprintf(f->fs.device, sizeof f->fs.device, "%s", f->path);
	if (!r)
		r = grow(f, bytes, err);
	return r ? lvi_error_prefix(err, r, "the LV is larger, its file system is not") : 0;
}

static void follow_free(void *data)
{
	struct follow *f = data;

	if (f->key.bytes)
		explicit_bzero((void *)f->key.bytes, f->key.length);
	free((void *)f->key.bytes);
	free(f);
}

static const struct txn_content_ops follow_ops = { follow_before, follow_undo, follow_after, follow_free };

static struct follow *follow_new(const struct lvol_luks_key *key)
{
	struct follow *f = calloc(1, sizeof *f);
	void *bytes = f && key ? malloc(key->length) : NULL;

	if (bytes) {
		memcpy(bytes, key->bytes, key->length);
		f->key = (struct luks_key){ bytes, key->length };
	} else if (f && key) {
		free(f);
		return NULL;
	}
	return f;
}

int lvi_fs_follow(struct lvol_txn *txn, const char *name, const struct lvol_luks_key *key, struct lvol_error *err)
{
	struct follow *f;
	struct txn_vg *vg;
	struct lvol_lv *lv;
	const struct lvol_lv *base;
	int r = lvi_txn_lv(txn, name, &vg, &lv, err);

	if (r)
		return r;
	base = vg->base ? lvi_vg_find_lv_by_id(vg->base, &lv->id) : NULL;
	if (!base)
		return lvi_error(err, LVOL_E_INVALID, name, "LV %s is new: there is no file system on it yet", name);
	if (lvi_txn_content_has(txn, lv, &follow_ops))
		return 0;
	f = follow_new(key);
	if (!f)
		return lvi_error_nomem(err);
	f->bytes = lvol_lv_size_bytes(base);
	r = path_of(base, f->path, err);
	if (!r && lvi_txn_content_add(txn, lv, &follow_ops, f))
		r = lvi_error_nomem(err);
	if (r)
		follow_free(f);
	return r;
}
