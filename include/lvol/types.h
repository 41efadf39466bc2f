/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TYPES_H
#define LVOL_TYPES_H

/**
 * @file lvol/types.h
 * What every other header needs: export macros, handles, option structs.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/** @cond the compiler's business, not the reader's */
#ifdef __cplusplus
#define LVOL_BEGIN_DECLS extern "C" {
#define LVOL_END_DECLS }
#else
#define LVOL_BEGIN_DECLS
#define LVOL_END_DECLS
#endif

#if defined(__GNUC__) || defined(__clang__)
#define LVOL_API __attribute__((visibility("default")))
#define LVOL_MUST_CHECK __attribute__((warn_unused_result))
#define LVOL_PRINTF(fmt, args) __attribute__((format(printf, fmt, args)))
#else
#define LVOL_API
#define LVOL_MUST_CHECK
#define LVOL_PRINTF(fmt, args)
#endif
/** @endcond */

/**
 * Initializer of an option struct: every field zero, which means "default",
 * and `struct_size` set, which lets the library accept programs that were
 * built against an older or a newer version of the struct.
 */
#ifdef __cplusplus
#define LVOL_OPTS_INIT(type) { sizeof(type) }
#else
#define LVOL_OPTS_INIT(type) ((type) { .struct_size = sizeof(type) })
#endif

LVOL_BEGIN_DECLS

/* Handles. All are opaque; see the header that is named after each. */
struct lvol_ctx;      /**< <lvol/ctx.h> */
struct lvol_dev;      /**< <lvol/dev.h> */
struct lvol_vg;       /**< <lvol/vg.h> */
struct lvol_pv;       /**< <lvol/pv.h> */
struct lvol_lv;       /**< <lvol/lv.h> */
struct lvol_segment;  /**< <lvol/segment.h> */
struct lvol_txn;      /**< <lvol/txn.h> */
struct lvol_scan;     /**< <lvol/vg.h> */
struct lvol_changes;  /**< <lvol/txn.h> */
struct lvol_io;       /**< <lvol/io.h> */
struct lvol_queue;    /**< <lvol/io.h> */
struct lvol_job;      /**< <lvol/job.h> */
struct lvol_report;   /**< <lvol/report.h> */
struct lvol_status;   /**< <lvol/status.h> */
struct lvol_events;   /**< <lvol/events.h> */
struct lvol_table;    /**< <lvol/table.h> */
struct lvol_backend;  /**< <lvol/backend.h> */
struct lvol_error;    /**< <lvol/error.h> */
struct lvol_thin_view;      /**< <lvol/thin_insight.h> */
struct lvol_thin_ranges;    /**< <lvol/thin_insight.h> */
struct lvol_thin_diff;      /**< <lvol/thin_insight.h> */
struct lvol_thin_findings;  /**< <lvol/thin_insight.h> */
struct lvol_export;   /**< <lvol/stream.h> */
struct lvol_import;   /**< <lvol/stream.h> */

/** Allocation policies, in the words of lvm2. Since 0.1. */
enum lvol_alloc {
	LVOL_ALLOC_INHERIT = 0,    /**< LV only: what the VG says. */
	LVOL_ALLOC_CONTIGUOUS = 1, /**< "contiguous": next to what is there. */
	LVOL_ALLOC_CLING = 2,      /**< "cling": on the PVs already used. */
	LVOL_ALLOC_NORMAL = 3,     /**< "normal": parallel areas on different PVs. */
	LVOL_ALLOC_ANYWHERE = 4    /**< "anywhere": wherever there is room. */
};

/** Free a string that a call gave to the caller; NULL is fine. Since 0.1. */
LVOL_API void lvol_string_free(char *s);

LVOL_END_DECLS

#endif /* LVOL_TYPES_H */
