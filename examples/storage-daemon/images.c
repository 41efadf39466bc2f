/* SPDX-License-Identifier: MIT */
/*
 * The image files in the directory. A context is cheap and its devices are fixed, so whenever something came or went a
 * new one is made. It only reads, and is not noticed by our own inotify watch; each change is made in a context of its
 * own. VGs and open LVs do not need their context any more.
 */
#include "daemon.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

static bool is_image(const char *name)
{
	size_t len = strlen(name);

	return len > 4 && *name != '.' && !strcmp(name + len - 4, ".img");
}

/* A context with every image; one that cannot be used (empty so far, gone again) is left out. */
int images_open(const struct daemon *d, uint32_t flags, struct lvol_ctx **out, struct lvol_error *err)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	char path[4096];
	struct dirent *entry;
	DIR *folder;
	int ret;

	opts.flags = flags | LVOL_CTX_NO_SYSTEM_CONFIG;
	opts.lock_timeout_ms = LVOL_NO_WAIT;  /* the event loop waits for nobody */
	ret = lvol_ctx_new(&opts, out, err);
	if (ret < 0)
		return ret;
	folder = opendir(d->directory);
	while (folder && (entry = readdir(folder))) {
		if (!is_image(entry->d_name))
			continue;
		snprintf(path, sizeof(path), "%s/%s", d->directory, entry->d_name);
		if (lvol_ctx_add_path(*out, path, 0, NULL, err) < 0)
			fprintf(stderr, "left out: %s\n", err->message);
	}
	if (folder)
		closedir(folder);
	return 0;
}

/* "vg/lv", open for I/O. */
int images_open_lv(struct lvol_ctx *ctx, const char *name, uint32_t flags, struct lvol_io **out,
		struct lvol_error *err)
{
	const char *slash = strchr(name, '/');
	const struct lvol_lv *lv;
	struct lvol_vg *vg;
	char vg_name[128];
	int ret;

	snprintf(vg_name, sizeof(vg_name), "%.*s", (int)strcspn(name, "/"), name);
	ret = lvol_vg_open(ctx, vg_name, &vg, err);
	if (ret < 0)
		return ret;
	lv = slash ? lvol_lv_find(vg, slash + 1) : NULL;
	ret = lv ? lvol_io_open(lv, flags, out, err) : -LVOL_E_NOT_FOUND;
	if (!lv)
		snprintf(err->message, sizeof(err->message), "no LV is called %s", name);
	lvol_vg_unref(vg);  /* the open LV keeps what it needs */
	return ret;
}

static struct lvol_vg *find(const struct lvol_scan *scan, struct lvol_vg *vg)
{
	char uuid[39], other[39];

	lvol_vg_uuid(vg, uuid);
	for (size_t i = 0; scan && i < lvol_scan_vg_count(scan); i++)
		if (!strcmp(uuid, lvol_vg_uuid(lvol_scan_vg(scan, i), other)))
			return lvol_scan_vg(scan, i);
	return NULL;
}

/* A line for each VG that is not as before. */
static void tell(const struct lvol_scan *before, const struct lvol_scan *now)
{
	for (size_t i = 0; i < lvol_scan_vg_count(now); i++) {
		struct lvol_vg *vg = lvol_scan_vg(now, i), *old = find(before, vg);

		if (!old || lvol_vg_seqno(old) != lvol_vg_seqno(vg) ||
				lvol_vg_missing_pv_count(old) != lvol_vg_missing_pv_count(vg))
			printf("%s %s version %" PRIu32 "%s\n", old ? "changed" : "came", lvol_vg_name(vg),
					lvol_vg_seqno(vg), lvol_vg_is_partial(vg) ? " partial" : "");
	}
	for (size_t i = 0; before && i < lvol_scan_vg_count(before); i++)
		if (!find(now, lvol_scan_vg(before, i)))
			printf("gone %s\n", lvol_vg_name(lvol_scan_vg(before, i)));
}

int images_look(struct daemon *d, struct lvol_error *err)
{
	struct lvol_scan *now = NULL;
	struct lvol_ctx *ctx = NULL;
	int ret = images_open(d, LVOL_CTX_READ_ONLY, &ctx, err);

	if (ret == 0)
		ret = lvol_scan_new(ctx, &now, err);
	if (ret == 0) {
		tell(d->scan, now);
		lvol_scan_free(d->scan);
		d->scan = now;
	}
	lvol_ctx_unref(ctx);
	return ret;
}
