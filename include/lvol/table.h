/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TABLE_H
#define LVOL_TABLE_H

/**
 * @file lvol/table.h
 * Device-mapper tables: what a device consists of, a line for each range, as `dmsetup table` prints it and
 * `dmsetup create` reads it: "START LENGTH TARGET ARGUMENT...".
 *
 * Ownership: a table is the caller's. What is read from it is borrowed from it. It never changes.
 * Units: sectors of 512 bytes, as everywhere in device-mapper.
 * Threads: any number may read a table at once.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** A line of a table. Since 0.1. */
struct lvol_table_line {
	/** Where it begins on the device. */
	uint64_t start_sectors, length_sectors;  /**< How long it is. */
	const char *target;                      /**< "linear", "striped", "thin" ... */
	const char *arguments;                   /**< What follows the target, words separated by one space; may be "". */
};

/**
 * Read a table from text. Words are separated by blanks; empty lines and those that begin with # are nothing.
 * What the arguments mean is the target's business and is not looked at.
 *
 * @param text  Lines that follow each other from sector 0 without gap.
 * @param out   The caller's: lvol_table_free().
 * @retval -LVOL_E_INVALID a line is not "START LENGTH TARGET ARGUMENT...", does not begin where the one before ends, or
 *                         there is none; it is named
 *
 * Since 0.1.
 */
LVOL_API LVOL_MUST_CHECK int lvol_table_new(const char *text, struct lvol_table **out, struct lvol_error *err);

/** Free a table; NULL is fine. Since 0.1. */
LVOL_API void lvol_table_free(struct lvol_table *table);

/** Number of lines. Since 0.1. */
LVOL_API size_t lvol_table_line_count(const struct lvol_table *table);

/** Fill in @p out with line @p i; false past the last. Since 0.1. */
LVOL_API bool lvol_table_line(const struct lvol_table *table, size_t i, struct lvol_table_line *out);

/** Size of a device with this table. Since 0.1. */
LVOL_API uint64_t lvol_table_size_sectors(const struct lvol_table *table);

/** The table as text, a line each with a newline at its end. Since 0.1. */
LVOL_API const char *lvol_table_text(const struct lvol_table *table);

LVOL_END_DECLS

#endif /* LVOL_TABLE_H */
