/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The block devices of this system that lvm2 would look at.
 *
 * 1. All of them, from /sys/class/block, with all their names, by a walk through the directories to scan.
 * 2. The devices file, if one is in use: nothing else then, and no filter, as in lvm2. Else the two filters.
 * 3. What is never a PV, by what /sys says (struct rule): partitioned, member of something, empty, an LV ...
 */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>
#include <unistd.h>
#if HAVE_UDEV
#include <libudev.h>
#endif

#include "base/array.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/hash.h"
#include "dev/dev_impl.h"
#include "dev/system.h"

struct candidate {
	char *sysname;       /* "sda1", in /sys/class/block */
	dev_t rdev;
	ARRAY(char *) names; /* nodes before symbolic links; NULL-terminated when complete */
	size_t n_nodes;
};

struct candidates {
	ARRAY(struct candidate) all;
	struct hash by_rdev;
};

static void candidates_free(struct candidates *c)
{
	for (size_t i = 0; i < c->all.len; i++) {
		struct candidate *cand = &c->all.items[i];

		for (size_t k = 0; k < cand->names.len; k++)
			free(cand->names.items[k]);
		ARRAY_FREE(&cand->names);
		free(cand->sysname);
	}
	ARRAY_FREE(&c->all);
	lvi_hash_free(&c->by_rdev);
}

/* Nodes before links, so that a node becomes the first name. 0, or -1 without memory. */
static int add_name(struct candidate *cand, const char *name, bool link)
{
	size_t at = link ? cand->names.len : cand->n_nodes;
	char *copy;

	for (size_t i = 0; i < cand->names.len; i++)
		if (!strcmp(cand->names.items[i], name))
			return 0;
	copy = strdup(name);
	if (!copy || !ARRAY_PUSH(&cand->names)) {
		free(copy);
		return -1;
	}
	memmove(&cand->names.items[at + 1], &cand->names.items[at], (cand->names.len - 1 - at) * sizeof copy);
	cand->names.items[at] = copy;
	cand->n_nodes += !link;
	return 0;
}

static struct candidate *add_candidate(struct candidates *c, const char *sysname, dev_t rdev)
{
	struct candidate *cand = ARRAY_PUSH(&c->all);

	if (!cand)
		return NULL;
	cand->rdev = rdev;
	cand->sysname = strdup(sysname);
	return cand->sysname ? cand : NULL;
}

/* First line of /sys/class/block/SYSNAME/ATTR; false if there is none. */
static bool read_attr(const char *sysname, const char *attr, char *out, size_t len)
{
	char path[PATH_MAX];
	ssize_t n;
	int fd;

	snprintf(path, sizeof path, "/sys/class/block/%s/%s", sysname, attr);
	fd = open(path, O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return false;
	n = read(fd, out, len - 1);
	close(fd);
	if (n <= 0)
		return false;
	out[n] = 0;
	out[strcspn(out, "\n")] = 0;
	return true;
}

static bool attr_begins(const char *sysname, const char *attr, const char *prefix)
{
	char text[256];

	return read_attr(sysname, attr, text, sizeof text) && !strncmp(text, prefix, strlen(prefix));
}

/* Does a directory of the device have an entry that @match likes? */
static bool any_entry(const char *sysname, const char *subdir, bool (*match)(const char *sysname, const char *entry))
{
	char path[PATH_MAX];
	struct dirent *e;
	bool found = false;
	DIR *dir;

	snprintf(path, sizeof path, "/sys/class/block/%s/%s", sysname, subdir);
	dir = opendir(path);
	if (!dir)
		return false;
	while (!found && (e = readdir(dir)))
		found = e->d_name[0] != '.' && match(sysname, e->d_name);
	closedir(dir);
	return found;
}

/* Folders of partitions have the disk's name and more: the many other entries need no look inside. */
static bool is_partition_entry(const char *sysname, const char *entry)
{
	char attr[NAME_MAX + 16], text[16];

	if (strcmp(entry, ".") && strncmp(entry, sysname, strlen(sysname)))
		return false;
	snprintf(attr, sizeof attr, "%s/partition", entry);
	return read_attr(sysname, attr, text, sizeof text);
}

static bool is_md_or_multipath(const char *sysname, const char *entry)
{
	return !strncmp(entry, "md", 2) || attr_begins(entry, "dm/uuid", "mpath-");
}

static bool rule_empty(const struct candidate *c)
{
	char size[32];

	return !read_attr(c->sysname, "size", size, sizeof size) || !strcmp(size, "0");
}

static bool rule_partitioned(const struct candidate *c) { return any_entry(c->sysname, "", is_partition_entry); }

#if HAVE_UDEV

static bool says_member(struct udev_device *d)
{
	const char *type = udev_device_get_property_value(d, "ID_FS_TYPE");
	const char *path = udev_device_get_property_value(d, "DM_MULTIPATH_DEVICE_PATH");

	return (path && !strcmp(path, "1")) ||
		(type && (!strcmp(type, "mpath_member") || !strcmp(type, "linux_raid_member")));
}

/* udev's database knows members of arrays that are not assembled, too. It is asked last: that takes many system calls. */
static bool udev_knows_member(const struct candidate *c)
{
	struct udev *udev = udev_new();
	struct udev_device *d = udev ? udev_device_new_from_devnum(udev, 'b', c->rdev) : NULL;
	bool member = d && says_member(d);

	udev_device_unref(d);
	udev_unref(udev);
	return member;
}

#else

static bool udev_knows_member(const struct candidate *c) { return false; }

#endif

static bool rule_member(const struct candidate *c)
{
	return any_entry(c->sysname, "holders", is_md_or_multipath) || udev_knows_member(c);
}

static bool rule_lv(const struct candidate *c) { return attr_begins(c->sysname, "dm/uuid", "LVM-"); }

/* reading from a suspended device would hang */
static bool rule_suspended(const struct candidate *c) { return attr_begins(c->sysname, "dm/suspended", "1"); }

static bool rule_bare_loop(const struct candidate *c)
{
	char path[32];

	return !strncmp(c->sysname, "loop", 4) && !read_attr(c->sysname, "loop/backing_file", path, sizeof path) &&
		!is_partition_entry(c->sysname, ".");
}

static bool rule_removable_media(const struct candidate *c)
{
	return !strncmp(c->sysname, "sr", 2) || !strncmp(c->sysname, "fd", 2);
}

struct rule {
	bool (*applies)(const struct candidate *c);
	const char *why;
};

static const struct rule rules[] = {
	{ rule_empty, "it has no size" },
	{ rule_removable_media, "lvm2 does not use CD-ROM and floppy drives" },
	{ rule_bare_loop, "it is a loop device without a file" },
	{ rule_suspended, "it is suspended" },
	{ rule_lv, "it is an LV" },
	{ rule_partitioned, "it is partitioned" },
	{ rule_member, "it is part of an md array or a multipath device" },
};

static bool listed(const struct candidate *c, const char *const *devices)
{
	struct stat st;

	for (; *devices; devices++)
		if (!stat(*devices, &st) && S_ISBLK(st.st_mode) && st.st_rdev == c->rdev)
			return true;
	return false;
}

/* NULL: lvm2 would look at it; else why not. What costs no look at the system goes first. */
static const char *refused(const struct candidate *c, const struct system_scan *how)
{
	const char *const *names = (const char *const *)c->names.items;

	if (how->devices && !listed(c, how->devices))
		return "it is not in the devices file";
	if (!how->devices && !lvi_filter_accepts(how->global_filter, names))
		return "global_filter rejects it";
	if (!how->devices && !lvi_filter_accepts(how->filter, names))
		return "filter rejects it";
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].applies(c))
			return rules[i].why;
	return NULL;
}

/* The node itself, except that a device-mapper device goes by its name in DIR/mapper. */
static const char *preferred_name(const struct candidate *c, const char *dir)
{
	char mapper[PATH_MAX];
	size_t len = snprintf(mapper, sizeof mapper, "%s/mapper/", dir);

	if (strncmp(c->sysname, "dm-", 3))
		return c->names.items[0];
	for (size_t i = 0; i < c->names.len; i++)
		if (!strncmp(c->names.items[i], mapper, len))
			return c->names.items[i];
	return c->names.items[0];
}

static int add_one(struct devset *set, struct candidate *c, const struct system_scan *how, struct lvol_error *err)
{
	struct lvol_error why_not = LVOL_ERROR_INIT;
	const char *name, *why;
	int r;

	if (!c->names.len)
		return 0;
	if (!ARRAY_PUSH(&c->names))
		return lvi_error_nomem(err);
	c->names.len--;  /* the NULL behind the last name */
	name = preferred_name(c, how->dir);
	why = refused(c, how);
	if (why) {
		lvi_log(&set->log, LVI_LOG_DEBUG, name, "%s is left out: %s", name, why);
		return 0;
	}
	r = lvi_dev_add_path(set, name, 0, NULL, &why_not);
	if (r == -LVOL_E_NO_MEMORY)
		return lvi_error_nomem(err);
	if (r)
		lvi_log(&set->log, LVI_LOG_WARNING, name, "%s is left out: %s", name, why_not.message);
	return 0;
}

static int take_sysfs_device(struct candidates *c, const char *sysname)
{
	unsigned major_no, minor_no;
	char text[32];

	if (sysname[0] == '.' || !read_attr(sysname, "dev", text, sizeof text) ||
	    sscanf(text, "%u:%u", &major_no, &minor_no) != 2)
		return 0;
	return add_candidate(c, sysname, makedev(major_no, minor_no)) ? 0 : -1;
}

/* Sorted, so that the devices come in the same order each time. */
static int enumerate(struct candidates *c, struct lvol_error *err)
{
	struct dirent **list = NULL;
	int n = scandir("/sys/class/block", &list, NULL, versionsort), r = 0;

	if (n < 0)
		return lvi_error_sys(err, errno, NULL, "cannot list the block devices in /sys/class/block");
	for (int i = 0; i < n; i++) {
		if (!r)
			r = take_sysfs_device(c, list[i]->d_name);
		free(list[i]);
	}
	free(list);
	return r ? lvi_error_nomem(err) : 0;
}

static int index_by_rdev(struct candidates *c)
{
	for (size_t i = 0; i < c->all.len; i++)
		if (lvi_hash_put(&c->by_rdev, &c->all.items[i].rdev, sizeof(dev_t), &c->all.items[i], NULL))
			return -1;
	return 0;
}

static int walk(struct candidates *c, const char *path, unsigned depth);

/* Links to directories are not followed. */
static int walk_entry(struct candidates *c, const char *path, unsigned depth)
{
	struct candidate *cand;
	struct stat st;
	bool link;

	if (lstat(path, &st))
		return 0;
	if (S_ISDIR(st.st_mode))
		return walk(c, path, depth + 1);
	link = S_ISLNK(st.st_mode);
	if ((link && stat(path, &st)) || !S_ISBLK(st.st_mode))
		return 0;
	cand = lvi_hash_get(&c->by_rdev, &st.st_rdev, sizeof st.st_rdev);
	return cand ? add_name(cand, path, link) : 0;
}

/* By what the directory says of it; many file systems do, and /dev is full of terminals. */
static bool may_lead_to_block(const struct dirent *e)
{
	return e->d_type == DT_UNKNOWN || e->d_type == DT_DIR || e->d_type == DT_LNK || e->d_type == DT_BLK;
}

/* Other file systems that are mounted in /dev: full of what programs leave there, without devices. */
static bool is_no_place_for_devices(const char *path)
{
	static const char *const places[] = { "/dev/shm", "/dev/pts", "/dev/mqueue", "/dev/hugepages" };

	for (size_t i = 0; i < sizeof places / sizeof *places; i++)
		if (!strcmp(path, places[i]))
			return true;
	return false;
}

static int walk(struct candidates *c, const char *path, unsigned depth)
{
	char name[PATH_MAX];
	struct dirent *e;
	DIR *dir = depth < 8 && !is_no_place_for_devices(path) ? opendir(path) : NULL;
	int r = 0;

	if (!dir)
		return 0;
	while (!r && (e = readdir(dir)))
		if (e->d_name[0] != '.' && may_lead_to_block(e) &&
		    (size_t)snprintf(name, sizeof name, "%s/%s", path, e->d_name) < sizeof name)
			r = walk_entry(c, name, depth);
	closedir(dir);
	return r;
}

static int find_names(struct candidates *c, const struct system_scan *how)
{
	const char *const just_dir[] = { how->dir, NULL };
	int r = index_by_rdev(c);

	for (const char *const *d = how->scan && *how->scan ? how->scan : just_dir; *d && !r; d++)
		r = walk(c, *d, 0);
	return r;
}

int lvi_system_add(struct devset *set, const struct system_scan *how, struct lvol_error *err)
{
	struct candidates c CLEANUP(candidates_free) = { 0 };
	int r;

	lvi_hash_init(&c.by_rdev);
	r = enumerate(&c, err);
	if (!r && find_names(&c, how))
		r = lvi_error_nomem(err);
	for (size_t i = 0; i < c.all.len && !r; i++)
		r = add_one(set, &c.all.items[i], how, err);
	return r;
}
