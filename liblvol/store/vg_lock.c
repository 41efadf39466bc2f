/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "store/vg_lock.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/array.h"
#include "base/error.h"
#include "dev/hints.h"

#define GLOBAL "P_global"
#define LATE_GLOBAL_MS 10000  /* out of order, see lvi_vg_locks_global() */

struct held {
	char *name;              /* lock file, or NULL */
	struct lvol_dev *dev;    /* image, or NULL */
	struct host_lock *lock;
};

struct vg_locks {
	const struct store_env *env;
	bool has_block_devices;
	int timeout_ms;
	ARRAY(struct held) held;
	unsigned char *images;   /* by device number: held already; of the devices that there were at the beginning */
	unsigned image_count;
	int hints;               /* lvm2's, empty while we have the list of PVs and VGs to ourselves; -1 */
};

int lvi_vg_locks_new(struct devset *devs, const struct store_env *env, int timeout_ms, struct vg_locks **out,
		struct lvol_error *err)
{
	struct vg_locks *l = calloc(1, sizeof *l);

	if (!l || !(l->images = calloc(devs->count + 1, 1))) {
		free(l);
		return lvi_error_nomem(err);
	}
	l->image_count = devs->count;
	l->hints = -1;
	l->env = env;
	l->timeout_ms = timeout_ms;
	for (const struct lvol_dev *d = devs->first; d; d = d->next)
		l->has_block_devices |= d->is_block;
	*out = l;
	return 0;
}

static bool holds_name(const struct vg_locks *l, const char *name)
{
	for (size_t i = 0; i < l->held.len; i++)
		if (l->held.items[i].name && !strcmp(l->held.items[i].name, name))
			return true;
	return false;
}

/* A device that came later is looked for among what is held. */
static bool holds_image(const struct vg_locks *l, const struct lvol_dev *dev)
{
	if (dev->number < l->image_count)
		return l->images[dev->number];
	for (size_t i = 0; i < l->held.len; i++)
		if (l->held.items[i].dev == dev)
			return true;
	return false;
}

static int take_file(struct vg_locks *l, const char *name, int timeout_ms, struct lvol_error *err)
{
	struct held *h;
	int ret;

	if (l->env->no_locking || !l->has_block_devices || holds_name(l, name))
		return 0;
	h = ARRAY_PUSH(&l->held);
	if (!h || !(h->name = strdup(name))) {
		l->held.len -= h != NULL;
		return lvi_error_nomem(err);
	}
	ret = lvi_lock_file(l->env->locking_dir, name, LOCK_MODE_EXCLUSIVE, timeout_ms, &h->lock, err);
	if (ret) {
		free(h->name);
		l->held.len--;
	}
	return ret;
}

int lvi_vg_locks_name(struct vg_locks *l, const char *vg_name, struct lvol_error *err)
{
	char name[160];

	snprintf(name, sizeof name, "V_%s", vg_name);
	return take_file(l, name, l->timeout_ms, err);
}

/*
 * Operations learn late that the list of VGs or PVs changes, when VG locks are held already: the wrong order, so a wait
 * without end could be one for each other. Hence a limit.
 */
int lvi_vg_locks_global(struct vg_locks *l, struct lvol_error *err)
{
	bool had = holds_name(l, GLOBAL);
	int ms = l->timeout_ms, ret;

	if (ms < 0 || ms > LATE_GLOBAL_MS)
		ms = l->held.len ? LATE_GLOBAL_MS : ms;
	ret = take_file(l, GLOBAL, ms, err);
	if (!ret && !had && holds_name(l, GLOBAL) && l->env->hints_dir)
		l->hints = lvi_hints_forget(l->env->hints_dir);
	return ret;
}

static int take_image(struct vg_locks *l, struct lvol_dev *dev, struct lvol_error *err)
{
	struct held *h;
	int ret;

	if (l->env->no_locking || dev->is_block || dev->fd < 0 || holds_image(l, dev))
		return 0;
	h = ARRAY_PUSH(&l->held);
	if (!h)
		return lvi_error_nomem(err);
	h->dev = dev;
	ret = lvi_lock_image(dev, LOCK_MODE_EXCLUSIVE, l->timeout_ms, &h->lock, err);
	if (ret)
		l->held.len--;
	else if (dev->number < l->image_count)
		l->images[dev->number] = 1;
	return ret;
}

static int compare_devs(const void *a, const void *b)
{
	const struct lvol_dev *x = *(struct lvol_dev *const *)a, *y = *(struct lvol_dev *const *)b;

	if (x->st_dev != y->st_dev)
		return x->st_dev < y->st_dev ? -1 : 1;
	return x->st_ino < y->st_ino ? -1 : x->st_ino > y->st_ino;
}

int lvi_vg_locks_images(struct vg_locks *l, struct lvol_dev *const *devs, size_t count, struct lvol_error *err)
{
	struct lvol_dev **sorted = malloc((count + 1) * sizeof *sorted);
	int ret = 0;

	if (!sorted)
		return lvi_error_nomem(err);
	memcpy(sorted, devs, count * sizeof *sorted);
	qsort(sorted, count, sizeof *sorted, compare_devs);
	for (size_t i = 0; i < count && !ret; i++)
		ret = take_image(l, sorted[i], err);
	free(sorted);
	return ret;
}

void lvi_vg_locks_free(struct vg_locks *l)
{
	if (!l)
		return;
	if (l->hints >= 0)
		close(l->hints);
	for (size_t i = l->held.len; i-- > 0;) {
		lvi_lock_release(l->held.items[i].lock);
		free(l->held.items[i].name);
	}
	ARRAY_FREE(&l->held);
	free(l->images);
	free(l);
}
