/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_IO_H
#define LVI_IO_H

#include "backend/backend.h"
#include "model/lv.h"
#include "store/open_lock.h"

/* An LV opened by lvol_io_open(). Never changes; what moves is behind dev. */
struct lvol_io {
	struct lvol_vg *vg;          /* one reference: lv, and the devices, stay */
	const struct lvol_lv *lv;
	struct backend_device *dev;
	struct open_lock *lock;
	bool writable;
};

/* LVOL_E_RANGE, and with @write LVOL_E_READ_ONLY. */
int lvi_io_check(const struct lvol_io *io, bool write, uint64_t len, uint64_t offset, struct lvol_error *err);

#endif
