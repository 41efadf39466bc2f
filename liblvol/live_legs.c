/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "live_legs.h"

#include <string.h>

#include "base/error.h"
#include "status.h"

static void note_raid(const struct lvol_raid_status *s, struct live_legs *out)
{
	out->count = (uint32_t)strlen(s->health);
	/* as for lvm2 a check that goes on counts too; a leg that waits to be rebuilt is no part of the ratio yet */
	out->in_sync = s->synced_sectors == s->total_sectors && !strchr(s->health, 'a');
}

static void note_mirror(const struct lvol_mirror_status *s, struct live_legs *out)
{
	out->count = (uint32_t)strlen(s->health);
	out->in_sync = s->synced_regions == s->total_regions && strspn(s->health, "A") == out->count;
}

static int note_line(const struct lvol_lv *lv, const struct lvol_status_line *line, struct live_legs *out,
		struct lvol_error *err)
{
	const char *health = line->raid ? line->raid->health : line->mirror ? line->mirror->health : NULL;

	if (!health)
		return 0;
	if (strlen(health) > LIVE_LEGS_MAX)
		return lvi_error(err, LVOL_E_CORRUPT, lv->name, "the device of LV %s/%s says that it has %zu legs", lv->vg->name, lv->name,
				strlen(health));
	out->runs = true;
	memcpy(out->health, health, strlen(health));
	if (line->raid)
		note_raid(line->raid, out);
	else
		note_mirror(line->mirror, out);
	return 0;
}

int lvi_live_legs(const struct lvol_lv *lv, struct backend_control *control, struct live_legs *out,
		struct lvol_error *err)
{
	struct dm_status status;
	int r = lvi_dm_status_init(&status, err);

	*out = (struct live_legs){ 0 };
	if (!r)
		r = lvi_status_of_lv(lv, control, &status, err);
	for (size_t i = 0; i < status.lines.len && !r && !out->runs; i++)
		r = note_line(lv, &status.lines.items[i], out, err);
	lvi_dm_status_free(&status);
	return r;
}
