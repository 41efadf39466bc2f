/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_RAID_ARGS_H
#define LVI_BACKEND_USER_RAID_ARGS_H

#include "dm/raid_geometry.h"
#include "backend/user/target.h"

/*
 * The arguments of a raid line:
 *     TYPE COUNT CHUNK_SECTORS [KEY [VALUE]]... LEGS (META|- DATA|-)...
 * COUNT counts the words from CHUNK_SECTORS to before LEGS.
 */
#define RAID_NO_PORT UINT32_MAX

struct raid_leg_args {
	unsigned meta, data;       /* ports; RAID_NO_PORT: "-" */
	bool rebuild, write_mostly;
};

struct raid_args {
	struct raid_shape shape;
	bool sync, nosync, rebuild, has_data_offset;
	uint64_t region_sectors;   /* as given or as the kernel chooses it */
	uint64_t data_offset_sectors, daemon_sleep_ms, write_behind_sectors;
	struct raid_leg_args *legs;  /* shape.legs of them */
};

int lvi_raid_args_parse(const struct user_line *line, struct raid_args *out, struct lvol_error *err);
void lvi_raid_args_free(struct raid_args *args);

#endif
