/* SPDX-License-Identifier: MIT */
#ifndef TARGETS_H
#define TARGETS_H

/* What a command works on, from the words of its call: names, "@tag", or what --select chooses. */

#include "command.h"

/*
 * Fill in call->targets: device names (LVOL_REPORT_PVS), VGs (LVOL_REPORT_VGS), VGs and "vg/lv" (LVOL_REPORT_LVS). Names
 * are taken as they are, since a script may use what it has made before; no words mean everything there is, of which
 * `select` (or NULL) chooses.
 */
int targets_find(struct call *call, enum lvol_report_kind kind, const char *select, struct lvol_error *err);

/* The VGs among them, for a transaction to begin on. */
int targets_need_vgs(struct call *call, struct vg_set *vgs, const char *select, struct lvol_error *err);

/* The names of the visible LVs of a VG as the transaction has it ("vg/lv"). */
int targets_of_vg(const struct call *call, struct lvol_txn *txn, const char *vg, struct words *out,
		struct lvol_error *err);

#endif
