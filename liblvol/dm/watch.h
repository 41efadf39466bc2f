/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_WATCH_H
#define LVI_DM_WATCH_H

#include "dm/status.h"

/* How a watched device was when it was last looked at, and what differs from that. */
struct dm_watch {
	uint32_t fill_percent;      /* that is told, at the least */
	uint32_t next_percent;      /* that is told next */
	bool fills;                 /* something of it fills up; looked at by time */
	bool has_failed, is_behind;
};

/* 0 and false: no such event. */
struct dm_watch_found { uint32_t percent; bool failed, synced; };

void lvi_dm_watch_init(struct dm_watch *state, uint32_t fill_percent);
/* And make what @status says the state. */
void lvi_dm_watch_compare(struct dm_watch *state, const struct dm_status *status, struct dm_watch_found *out);

#endif
