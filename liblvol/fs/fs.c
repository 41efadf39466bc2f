/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "fs/fs.h"

#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "base/error.h"
#include "dev/dev.h"
#include "dev/signature.h"

static const struct fs_kind *const kinds[] = { &lvi_fs_ext, &lvi_fs_xfs, &lvi_fs_btrfs };

static const struct fs_kind *kind_of(const char *type)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		for (const char *const *t = kinds[i]->types; *t; t++)
			if (!strcmp(*t, type))
				return kinds[i];
	return NULL;
}

static int find_type(const char *path, char *type, size_t len, uint64_t *bytes, struct lvol_error *err)
{
	const struct log quiet = { 0 };
	struct devset *devs = lvi_devset_new(&quiet);
	struct lvol_dev *dev;
	int r = devs ? lvi_dev_add_path(devs, path, LVOL_DEV_READ_ONLY, &dev, err) : lvi_error_nomem(err);

	if (!r)
		r = lvi_signature_find(dev, type, len, err);
	if (!r)
		*bytes = dev->size;
	lvi_devset_unref(devs);
	return r;
}

/* A line of a file of /sys; "" when it cannot be read. */
static void read_attribute(const char *path, char *out, int len)
{
	FILE *f = fopen(path, "re");

	if (!f || !fgets(out, len, f))
		*out = '\0';
	out[strcspn(out, "\n")] = '\0';
	if (f)
		fclose(f);
}

/* The LUKS volume that is open on a device: of those that hold it, the one whose uuid says so. */
static int look_through(struct fs_place *fs, struct lvol_error *err)
{
	char path[300], uuid[160];
	struct dirent *entry;
	struct stat st;
	DIR *holders;

	if (stat(fs->device, &st))
		return lvi_error_sys(err, errno, fs->device, "device %s cannot be looked at", fs->device);
	snprintf(path, sizeof path, "/sys/dev/block/%u:%u/holders", major(st.st_rdev), minor(st.st_rdev));
	holders = opendir(path);
	while (holders && !*fs->luks && (entry = readdir(holders))) {
		snprintf(path, sizeof path, "/sys/class/block/%.200s/dm/uuid", entry->d_name);
		read_attribute(path, uuid, sizeof uuid);
		if (strncmp(uuid, "CRYPT-LUKS", 10) != 0)
			continue;
		snprintf(path, sizeof path, "/sys/class/block/%.200s/dm/name", entry->d_name);
		read_attribute(path, fs->luks, sizeof fs->luks);
	}
	if (holders)
		closedir(holders);
	if (!*fs->luks)
		return lvi_error(err, LVOL_E_STATE, fs->device, "the LUKS volume on %s is not open; its file system can be resized only "
				"then", fs->device);
	snprintf(fs->device, sizeof fs->device, "/dev/mapper/%s", fs->luks);
	return 0;
}

static int look_at(struct fs_place *fs, uint64_t *bytes, struct lvol_error *err)
{
	uint64_t outside;
	int r = find_type(fs->device, fs->type, sizeof fs->type, bytes, err);

	if (r || strcmp(fs->type, "crypto_LUKS") != 0)
		return r;
	outside = *bytes;
	r = look_through(fs, err);
	if (!r)
		r = find_type(fs->device, fs->type, sizeof fs->type, bytes, err);
	fs->luks_bytes = outside - *bytes;
	return r;
}

static int check(const struct fs_place *fs, bool shrink, struct lvol_error *err)
{
	const char *verb = shrink ? "made smaller" : "made larger";
	bool mounted = shrink ? fs->kind->shrinks_mounted : fs->kind->grows_mounted;
	bool unmounted = shrink ? fs->kind->shrinks_unmounted : fs->kind->grows_unmounted;

	if (!mounted && !unmounted)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, fs->device, "%s on %s cannot be %s", fs->type, fs->device, verb);
	if (*fs->mount && !mounted)
		return lvi_error(err, LVOL_E_BUSY, fs->device, "%s on %s can be %s only while it is not mounted; it is, on %.200s",
				fs->type, fs->device, verb, fs->mount);
	if (!*fs->mount && !unmounted)
		return lvi_error(err, LVOL_E_STATE, fs->device, "%s on %s can be %s only while it is mounted", fs->type, fs->device,
				verb);
	return 0;
}

int lvi_fs_look(const char *path, bool shrink, struct fs_place *out, struct lvol_error *err)
{
	uint64_t bytes = 0;
	int r;

	*out = (struct fs_place){ .luks_bytes = 0 };
	snprintf(out->device, sizeof out->device, "%s", path);
	r = look_at(out, &bytes, err);
	if (r)
		return r;
	if (!*out->type)
		return lvi_error(err, LVOL_E_NOT_FOUND, out->device, "there is no file system on %s to be resized", out->device);
	out->kind = kind_of(out->type);
	if (!out->kind)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, out->device, "%s on %s cannot be resized; ext2, ext3, ext4, xfs and btrfs can",
				out->type, out->device);
	r = lvi_fs_mounted_at(out->device, out->mount, err);
	return r ? r : check(out, shrink, err);
}

int lvi_fs_resize(const struct fs_place *fs, uint64_t bytes, struct lvol_error *err)
{
	return fs->kind->resize(fs, bytes, err);
}
