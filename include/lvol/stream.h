/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_STREAM_H
#define LVOL_STREAM_H

/**
 * @file lvol/stream.h
 * The content of an LV as a stream, for backups and for copies elsewhere: all of it, or, of a thin volume, what changed since
 * another volume of the pool, usually an earlier snapshot. Streams are checksummed, can be gone on with after an interruption,
 * and are refused where they do not fit; docs/thin-stream.md has the format.
 *
 * Bytes are pulled out of an export and pushed into an import, in pieces of any size: through a file, a pipe or a network, as
 * the program likes. An LV that is being written while it is exported gives a stream of no one moment: export a snapshot.
 *
 * A content has a name: the LV's UUID, and of a thin volume a state of its mappings. An import tells the name of what the
 * volume holds in the end; who keeps that with the volume (as a tag, say) can have the next one check that it begins where
 * the last one ended. In any case, what changes is compared with what it was before it is overwritten, as far as the exporter
 * could read that.
 *
 * Units: bytes.
 * Threads: an export or import is used by one thread at a time.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** What to export. Zero means default. Since 0.1. */
struct lvol_export_opts {
	size_t struct_size;            /**< Set by LVOL_EXPORT_OPTS_INIT. */
	uint32_t flags;                /**< Zero. */
	uint32_t view_flags;           /**< LVOL_THIN_VIEW_..., of a thin volume. */
	const struct lvol_lv *since;   /**< Only what changed since this thin volume of the same pool, of the same
	                                    struct lvol_vg. Default: everything. */
	const char *resume;            /**< From where an import stopped: what lvol_import_resume() said there. Default: from the
	                                    beginning. */
	struct lvol_backend *backend;  /**< The kernel, where the LV may be active. Default: it is not. Stays open as long as the
	                                    export. */
};
/** Begin a struct lvol_export_opts with this: every field default. Since 0.1. */
#define LVOL_EXPORT_OPTS_INIT LVOL_OPTS_INIT(struct lvol_export_opts)

/**
 * Begin to export an LV.
 *
 * @param opts  NULL for all defaults.
 * @param out   The caller's: lvol_export_close().
 * @retval -LVOL_E_INVALID  `since` is no thin volume of the same pool, or made from another LV outside of it; `resume` is no such
 *                          text
 * @retval -LVOL_E_CONFLICT `resume` is of another content: the LV or its base has changed since; begin anew
 * @retval -LVOL_E_STATE    the pool is active in the kernel, and the LV is not
 * @retval -LVOL_E_BUSY, -LVOL_E_MISSING_PV, -LVOL_E_NOT_SUPPORTED, -LVOL_E_CORRUPT as lvol_io_open() and
 *                          lvol_thin_view_open()
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_export_open(const struct lvol_lv *lv, const struct lvol_export_opts *opts,
		struct lvol_export **out, struct lvol_error *err);

/** Fill @p buf with the next @p len bytes of the stream; @p got is how many there were, less at the end only. Since 0.1.
 * @retval -LVOL_E_IO, -LVOL_E_CORRUPT, -LVOL_E_MISSING_PV as lvol_io_pread() */
LVOL_API LVOL_MUST_CHECK int lvol_export_read(struct lvol_export *exporting, void *buf, size_t len, size_t *got,
		struct lvol_error *err);

/** How far in the LV it has come; its size at the end. Since 0.1. */
LVOL_API uint64_t lvol_export_position(const struct lvol_export *exporting);

/** Name of the content. Since 0.1. */
LVOL_API const char *lvol_export_content(const struct lvol_export *exporting);

/** Close; NULL is fine. Since 0.1. */
LVOL_API void lvol_export_close(struct lvol_export *exporting);

/** Take a base whose name is not known, or is another one; what changes is still compared where the stream can tell. Since 0.1. */
#define LVOL_IMPORT_ANY_BASE (1u << 0)
/** Do not compare what changes with what it was; the target may end as neither the one nor the other. Since 0.1. */
#define LVOL_IMPORT_UNCHECKED (1u << 1)

/** How to import. Zero means default. Since 0.1. */
struct lvol_import_opts {
	size_t struct_size;    /**< Set by LVOL_IMPORT_OPTS_INIT. */
	uint32_t flags;        /**< LVOL_IMPORT_... */
	uint32_t reserved;     /**< Zero. */
	const char *content;   /**< Name of what the LV holds now, if it is known: what lvol_import_content() said last. */
	const char *resume;    /**< An interrupted import goes on: what lvol_import_resume() said there. */
};
/** Begin a struct lvol_import_opts with this: every field default. Since 0.1. */
#define LVOL_IMPORT_OPTS_INIT LVOL_OPTS_INIT(struct lvol_import_opts)

/**
 * Begin to import a stream into an LV.
 *
 * @param io    Open for writing; stays open as long as the import. It may be larger than the volume of the stream: what is
 *              behind it stays.
 * @param opts  NULL for all defaults.
 * @param out   The caller's: lvol_import_close().
 * @retval -LVOL_E_READ_ONLY not open for writing
 * @retval -LVOL_E_INVALID   `resume` is no such text
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_import_open(struct lvol_io *io, const struct lvol_import_opts *opts,
		struct lvol_import **out, struct lvol_error *err);

/**
 * Take the next @p len bytes of the stream, in @p buf, and write what they say. After an error nothing more is taken; what
 * was written before stays, and lvol_import_resume() says from where it can go on.
 *
 * @retval -LVOL_E_CORRUPT       the stream is damaged, or is none
 * @retval -LVOL_E_NOT_SUPPORTED its format is newer
 * @retval -LVOL_E_CONFLICT      the LV does not hold the base (its name, or where which content was found); or the stream does not go
 *                               on where `resume` says
 * @retval -LVOL_E_RANGE         the volume is larger than the LV
 * @retval -LVOL_E_IO, -LVOL_E_NO_SPACE as lvol_io_pwrite()
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_import_write(struct lvol_import *importing, const void *buf, size_t len,
		struct lvol_error *err);

/** The stream is over: everything is there and flushed. Since 0.1.
 * @retval -LVOL_E_STATE it is not: the stream ended too early; it can be resumed */
LVOL_API LVOL_MUST_CHECK int lvol_import_finish(struct lvol_import *importing, struct lvol_error *err);

/** How far in the LV it has come. Since 0.1. */
LVOL_API uint64_t lvol_import_position(const struct lvol_import *importing);

/** Name of the content that the stream brings; "" before its head was taken. Since 0.1. */
LVOL_API const char *lvol_import_content(const struct lvol_import *importing);

/** From where an interrupted import can go on, for the `resume` of an export and of the import of that; "" before the head was
 *  taken. All that is before is flushed. It changes with lvol_import_write(). Since 0.1. */
LVOL_API const char *lvol_import_resume(const struct lvol_import *importing);

/** Close; NULL is fine. Since 0.1. */
LVOL_API void lvol_import_close(struct lvol_import *importing);

LVOL_END_DECLS

#endif /* LVOL_STREAM_H */
