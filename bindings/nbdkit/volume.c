/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The LVs that are open, each once for all connections that want it in the same way: a flush on one of them then covers
 * what another has written, as NBD_FLAG_CAN_MULTI_CONN promises. The last connection to go closes it, and the next
 * to come reads the VG again.
 */
#include "volume.h"

#include "error.h"

#include <stdlib.h>
#include <string.h>

static void volume_free(struct volume *volume)
{
	if (!volume)
		return;
	images_close(volume);
	lvol_io_close(volume->io);
	free(volume->name);
	free(volume);
}

static struct volume *volume_new(const char *name, bool readonly, struct lvol_error *err)
{
	struct volume *volume = calloc(1, sizeof(*volume));
	char *copy = strdup(name);

	if (!volume || !copy) {
		error_make(err, LVOL_E_NO_MEMORY, "out of memory");
		free(volume);
		free(copy);
		return NULL;
	}
	volume->name = copy;
	volume->readonly = readonly;
	return volume;
}

/* For writing unless that was not asked for, or LV, VG or devices do not allow it. Busy is no reason to fall back. */
static int open_io(struct volume *volume, const struct lvol_lv *lv, uint32_t flags, struct lvol_error *err)
{
	int ret = -LVOL_E_READ_ONLY;

	if (!volume->readonly)
		ret = lvol_io_open(lv, flags | LVOL_IO_WRITE, &volume->io, err);
	volume->writable = ret == 0;
	return ret == -LVOL_E_READ_ONLY ? lvol_io_open(lv, flags, &volume->io, err) : ret;
}

static int volume_open(struct volume *volume, const struct settings *settings, struct lvol_error *err)
{
	const struct lvol_lv *lv;
	struct group group;
	int ret = group_open(&group, settings, volume->readonly, err);

	if (ret < 0)
		return ret;
	lv = group_find(&group, volume->name);
	if (lv)
		ret = open_io(volume, lv, settings->partial ? LVOL_IO_PARTIAL : 0, err);
	else
		ret = error_make(err, LVOL_E_NOT_FOUND, "VG %s has no LV called %s", settings->vg, volume->name);
	if (ret == 0) {
		volume->size = lvol_io_size_bytes(volume->io);
		group_describe(lv, volume->description);
		ret = images_open(volume, group.ctx, err);
	}
	group_close(&group);  /* an open LV keeps what it needs */
	return ret;
}

static struct volume *find(const struct volumes *volumes, const char *name, bool readonly)
{
	for (struct volume *volume = volumes->first; volume; volume = volume->next)
		if (volume->readonly == readonly && !strcmp(volume->name, name))
			return volume;
	return NULL;
}

static int get_locked(struct volumes *volumes, const struct settings *settings, struct volume *fresh,
		struct volume **out, struct lvol_error *err)
{
	struct volume *there = find(volumes, fresh->name, fresh->readonly);
	int ret = 0;

	if (!there) {
		ret = volume_open(fresh, settings, err);
		if (ret < 0)
			return ret;
		fresh->next = volumes->first;
		volumes->first = there = fresh;
	}
	there->users++;
	*out = there;
	return 0;
}

int volume_get(struct volumes *volumes, const struct settings *settings, const char *name, bool readonly,
		struct volume **out, struct lvol_error *err)
{
	struct volume *fresh = volume_new(name, readonly, err);
	struct volume *got = NULL;
	int ret;

	if (!fresh)
		return -LVOL_E_NO_MEMORY;
	pthread_mutex_lock(&volumes->lock);
	ret = get_locked(volumes, settings, fresh, &got, err);
	pthread_mutex_unlock(&volumes->lock);
	if (got != fresh)
		volume_free(fresh);
	if (ret == 0)
		*out = got;
	return ret;
}

/* Closed under the lock: whoever opens the LV again at once must not find it busy. */
void volume_put(struct volumes *volumes, struct volume *volume)
{
	struct volume **at = &volumes->first;

	if (!volume)
		return;
	pthread_mutex_lock(&volumes->lock);
	if (--volume->users == 0) {
		while (*at != volume)
			at = &(*at)->next;
		*at = volume->next;
		volume_free(volume);
	}
	pthread_mutex_unlock(&volumes->lock);
}
