/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DEV_SYSTEM_H
#define LVI_DEV_SYSTEM_H

#include "dev/dev.h"

/*
 * Block devices of this system, as lvm2 would see them. The caller has read lvm.conf; this room knows patterns and
 * paths only.
 */
struct dev_filter;

/* @patterns: lvm2's "a|regex|" and "r|regex|" (any delimiter), extended regular expressions as lvm2 takes them.
 * First match of any name of a device decides; none accepts. LVOL_E_INVALID names the bad pattern. */
int lvi_filter_new(const char *const *patterns, struct dev_filter **out, struct lvol_error *err);
void lvi_filter_free(struct dev_filter *f);
bool lvi_filter_accepts(const struct dev_filter *f, const char *const *names);  /* NULL filter accepts; names NULL-terminated */

struct system_scan {
	const char *dir;                /* "/dev" */
	const char *const *scan;        /* directories to look in, NULL-terminated */
	const struct dev_filter *filter, *global_filter;
	const char *const *devices;     /* device paths of the devices file, or NULL: not in use */
};

/* Add them all to @set (paths chosen as lvm2 prefers: shortest /dev name that is not a symlink, e.g. /dev/sda). lvm2's
 * built-in rules too: no partitioned disks, no members of md or multipath, no loop device without backing, no size 0. */
int lvi_system_add(struct devset *set, const struct system_scan *how, struct lvol_error *err);

#endif
