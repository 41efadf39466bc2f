/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_REPORT_LIVE_H
#define LVI_REPORT_LIVE_H

#include "backend/control.h"
#include "dm/status.h"
#include "report/internal.h"

/*
 * What a device-mapper has of the LVs of a report. It is asked for its devices once, and then for each device that is
 * there and that a cell speaks of, once. An error sticks; what was asked for is not there then.
 */
struct live_device {
	struct control_live info;
	struct dm_status lines;         /* empty if they cannot be read */
	bool is_asked, is_readable;
};

struct live;

int lvi_live_new(struct backend_control *control, bool asks_status, struct live **out, struct lvol_error *err);
void lvi_live_free(struct live *live);  /* NULL ok */
/* The error of anything that failed since the beginning; 0: nothing did. */
int lvi_live_failed(const struct live *live, struct lvol_error *err);
/* Cells are filled for LVs' state as such (false), or for what their targets say too. */
bool lvi_live_asks_status(const struct live *live);

/* The device of an LV, or of its @layer; NULL: it is not there. */
const struct live_device *lvi_live_device(struct live *live, const struct lvol_lv *lv, const char *layer);
/* Whether there is one, which the list tells. */
bool lvi_live_exists(struct live *live, const struct lvol_lv *lv, const char *layer);
/* The device id in the table of a thin LV that is active; -1. */
int64_t lvi_live_thin_id(struct live *live, const struct lvol_lv *lv, const char *layer);
uint32_t lvi_live_read_ahead(struct live *live, const struct live_device *device);

/* lv_state.c: what lvm2 shows of the device and of what its target says; which devices it asks depends on the LV. */
enum lv_said { SAID_NOTHING, SAID_UNKNOWN, SAID };
struct lv_state {
	bool exists;                           /* its device; the rest of the first part is 0 when not */
	struct control_live info;
	uint32_t read_ahead_sectors;
	enum lv_said said;                     /* UNKNOWN: not what the metadata let expect */
	const struct lvol_status_line *line;   /* of SAID */
	const struct lvol_lv *lv;              /* whose segment that is */
	bool is_done;                          /* it has been looked at */
};
const struct lv_state *lvi_lv_state(const struct item *it);
const struct live_device *lvi_lv_own_device(const struct item *it, const struct lvol_lv *lv);
bool lvi_lv_is_active(const struct item *it, const struct lvol_lv *lv);
const char *lvi_lv_layer(const struct item *it, const struct lvol_lv *lv);

/* lv_sync.c: raids and mirrors */
const struct lvol_raid_status *lvi_lv_raid(const struct item *it, const struct lvol_lv *lv);  /* NULL: not active */
bool lvi_lv_raid_is_healthy(const struct item *it);
bool lvi_lv_image_is_synced(const struct item *it);
/* False: there is no integrity, or it does not run. */
bool lvi_lv_integrity_mismatches(const struct item *it, uint64_t *out);

/* lv_percent.c; in units of 1/1000000 percent, NUMBER_UNDEFINED: there is none. */
uint64_t lvi_percent(uint64_t part, uint64_t whole);
uint64_t lvi_lv_data_percent(const struct item *it);
uint64_t lvi_lv_metadata_percent(const struct item *it);
uint64_t lvi_lv_sync_percent(const struct item *it);
uint64_t lvi_lv_mirror_percent(const struct item *it, const struct lvol_lv *lv);
int lvi_put_percent(struct out *o, uint64_t percent);

#endif
