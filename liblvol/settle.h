/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_SETTLE_H
#define LVI_SETTLE_H

#include "backend/backend.h"
#include "model/lv.h"

struct lvol_txn;

/*
 * Before a transaction takes a layer off an LV: the LV as it is on the devices is opened in user space, told @message
 * (NULL: nothing), and the work of that kind is done until nothing is left. Nothing is done for an LV that the
 * transaction made. LVOL_E_BUSY: it is active in the kernel, or open.
 */
struct settling {
	enum backend_work work;
	const char *message;
	bool once;               /* beginning it is enough */
	bool active_is_fine;     /* then the kernel does it */
};
int lvi_settle(struct lvol_txn *txn, const char *name, const struct settling *what, struct lvol_error *err);

#endif
