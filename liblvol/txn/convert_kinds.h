/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_TXN_CONVERT_KINDS_H
#define LVI_TXN_CONVERT_KINDS_H

#include "txn/convert.h"

/* Ways to convert; op_lv_convert.c chooses. */

struct copies_wanted {
	const struct segtype *type;     /* striped (for linear), mirror or raid1 */
	uint32_t copies;
	uint32_t region_bytes;          /* 0: as it is, or the default */
	uint32_t log;                   /* enum lvol_mirror_log: CORE, or DISK */
};
/* convert_copies.c: among linear, mirror and raid1. */
int lvi_convert_copies(struct convert *c, const struct copies_wanted *w, struct lvol_error *err);

struct takeover_wanted {
	const struct segtype *type;
	const char *word;               /* of the text */
	uint32_t region_bytes, stripe_bytes;
};
/* convert_takeover.c: to another level, as far as data stays where it is. */
int lvi_convert_takeover(struct convert *c, const struct takeover_wanted *w, struct lvol_error *err);
/* Of a raid that stays what it is. */
int lvi_convert_region(struct convert *c, uint32_t bytes, struct lvol_error *err);

#endif
