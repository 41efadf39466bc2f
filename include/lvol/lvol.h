/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_LVOL_H
#define LVOL_LVOL_H

/**
 * @file lvol/lvol.h
 * All of liblvol. Read in this order: error.h, ctx.h, dev.h, vg.h, pv.h, lv.h, segment.h, txn.h, io.h, report.h;
 * table.h and backend.h are device-mapper without LVM, activate.h is LVs on it, status.h what both say of themselves. thin_insight.h
 * looks into thin pools, stream.h carries volumes elsewhere.
 */

#include <lvol/activate.h>
#include <lvol/backend.h>
#include <lvol/cache.h>
#include <lvol/convert.h>
#include <lvol/ctx.h>
#include <lvol/dev.h>
#include <lvol/error.h>
#include <lvol/events.h>
#include <lvol/integrity.h>
#include <lvol/io.h>
#include <lvol/job.h>
#include <lvol/luks.h>
#include <lvol/lv.h>
#include <lvol/move.h>
#include <lvol/pv.h>
#include <lvol/raid.h>
#include <lvol/report.h>
#include <lvol/segment.h>
#include <lvol/status.h>
#include <lvol/snapshot.h>
#include <lvol/stream.h>
#include <lvol/table.h>
#include <lvol/thin.h>
#include <lvol/thin_insight.h>
#include <lvol/txn.h>
#include <lvol/types.h>
#include <lvol/version.h>
#include <lvol/vg.h>
#include <lvol/writecache.h>

#endif /* LVOL_LVOL_H */
