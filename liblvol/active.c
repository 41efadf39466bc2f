/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "active.h"

#include <string.h>

#include "backend/control.h"
#include "base/error.h"
#include "dev/dev.h"
#include "map/names.h"
#include "model/walk.h"

struct search {
	struct control_devices devices;
	const struct lvol_lv *found;
	const char *device;
};

static int is_block(void *arg, const struct lvol_pv *pv)
{
	(void)arg;
	return pv->dev && pv->dev->is_block;
}

/* Whatever layer of it: the ids are what all of its uuids begin with. */
static int look_for(void *arg, const struct lvol_lv *lv)
{
	struct search *s = arg;
	char uuid[LVI_DM_UUID_SIZE];

	lvi_dm_uuid(lv, NULL, uuid);
	for (size_t i = 0; i < s->devices.list.len; i++)
		if (!strncmp(s->devices.list.items[i].uuid, uuid, strlen(uuid))) {
			s->found = lv;
			s->device = s->devices.list.items[i].name;
			return 1;
		}
	return 0;
}

/* In the devices of its VG, by /sys, since LVs are opened without any privilege. */
static int search(const struct lvol_lv *lv, struct lvol_error *err)
{
	char uuid[LVI_DM_UUID_SIZE];
	struct search s = { 0 };
	int r;

	lvi_dm_uuid(lv, NULL, uuid);
	uuid[strlen("LVM-") + LVI_UUID_LEN] = '\0';
	r = lvi_sysfs_list(uuid, &s.devices, err);
	if (!r && s.devices.list.len && lvi_lv_walk(lv, look_for, &s) < 0)
		r = lvi_error_nomem(err);
	if (s.found)
		r = lvi_error(err, LVOL_E_BUSY, s.device, "LV %s/%s is active in the kernel as device %s; deactivate it first",
				s.found->vg->name, s.found->name, s.device);
	ARRAY_FREE(&s.devices.list);
	return r;
}

int lvi_lv_must_be_inactive(const struct lvol_lv *lv, struct lvol_error *err)
{
	int r = lvi_lv_walk_pvs(lv, is_block, NULL);

	if (r <= 0)
		return r ? lvi_error_nomem(err) : 0;
	return search(lv, err);
}
