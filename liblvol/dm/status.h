/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_STATUS_H
#define LVI_DM_STATUS_H

#include <lvol/status.h>

#include "base/arena.h"
#include "base/array.h"
#include "dm/words.h"

/*
 * What the targets of devices say, read: lines of "START LENGTH TARGET TEXT". One table has a reader for each target that
 * says anything; the text of any other is kept as it is.
 */
struct dm_status {
	struct arena *arena;    /* holds names, texts and what they mean */
	ARRAY(struct lvol_status_line) lines;
};

struct dm_status_target {
	const char *name;
	/* Sets the pointer of @line that is the target's; what is wrong stays in @w. */
	void (*read)(struct dm_words *w, struct lvol_status_line *line);
};

int lvi_dm_status_init(struct dm_status *s, struct lvol_error *err);
void lvi_dm_status_free(struct dm_status *s);
/* Append the lines of a device. LVOL_E_INVALID: one cannot be understood; line and word are named. */
int lvi_dm_status_add(struct dm_status *s, const char *device, const char *text, struct lvol_error *err);

/* status_targets.c, status_cache.c */
extern const struct dm_status_target lvi_dm_status_targets[];  /* ended by a NULL name */
void lvi_dm_status_cache(struct dm_words *w, struct lvol_status_line *line);
void lvi_dm_status_writecache(struct dm_words *w, struct lvol_status_line *line);

#endif
