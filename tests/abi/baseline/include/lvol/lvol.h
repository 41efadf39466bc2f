/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_LVOL_H
#define LVOL_LVOL_H

/**
 * @file lvol/lvol.h
 * All of liblvol. Read in this order: error.h, ctx.h, dev.h, vg.h, pv.h, lv.h, segment.h, txn.h, io.h, report.h.
 */

#include <lvol/ctx.h>
#include <lvol/dev.h>
#include <lvol/error.h>
#include <lvol/io.h>
#include <lvol/lv.h>
#include <lvol/pv.h>
#include <lvol/report.h>
#include <lvol/segment.h>
#include <lvol/txn.h>
#include <lvol/types.h>
#include <lvol/version.h>
#include <lvol/vg.h>

#endif /* LVOL_LVOL_H */
