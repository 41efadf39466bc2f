/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_SEGMENT_H
#define LVOL_SEGMENT_H

/**
 * @file lvol/segment.h
 * Segments: the runs of extents that an LV consists of, and what lies under them. Read only.
 *
 * Ownership: as the LV's VG. Units: bytes or extents. Threads: immutable.
 */

#include <lvol/error.h>

LVOL_BEGIN_DECLS

/** The segment after @p seg, or NULL after the last. Since 0.1. */
LVOL_API const struct lvol_segment *lvol_segment_next(const struct lvol_segment *seg);

/** Its LV. Since 0.1. */
LVOL_API const struct lvol_lv *lvol_segment_lv(const struct lvol_segment *seg);

/** Type as lvm2 names it: "linear", "striped", "raid1", "thin-pool" ..., never NULL. Since 0.1. */
LVOL_API const char *lvol_segment_type(const struct lvol_segment *seg);

/** First extent on the LV. Since 0.1. */
LVOL_API uint32_t lvol_segment_start_extents(const struct lvol_segment *seg);

/** Number of extents. Since 0.1. */
LVOL_API uint32_t lvol_segment_size_extents(const struct lvol_segment *seg);

/** Number of areas: stripes, mirror legs, raid images. Since 0.1. */
LVOL_API uint32_t lvol_segment_area_count(const struct lvol_segment *seg);

/** Size of a stripe, 0 if it does not stripe. Since 0.1. */
LVOL_API uint64_t lvol_segment_stripe_bytes(const struct lvol_segment *seg);

/** Size of a mirror's or raid's region, 0 if it has none. Since 0.1. */
LVOL_API uint64_t lvol_segment_region_bytes(const struct lvol_segment *seg);

/** Size of a snapshot's, pool's or cache's chunk, 0 if it has none. Since 0.1. */
LVOL_API uint64_t lvol_segment_chunk_bytes(const struct lvol_segment *seg);

/** Where an area lies: on a PV or an LV; both NULL when it is gone. Since 0.1. */
struct lvol_area {
	const struct lvol_pv *pv; /**< Or NULL. */
	const struct lvol_lv *lv; /**< Or NULL. */
	uint32_t start_extent;    /**< On that PV or LV. */
	uint32_t count_extents;   /**< Extents that the area has. */
};

/** Fill in @p out with area @p i; false past the last. Since 0.1. */
LVOL_API bool lvol_segment_area(const struct lvol_segment *seg, uint32_t i, struct lvol_area *out);

/** The same for metadata area @p i of raid. Since 0.1. */
LVOL_API bool lvol_segment_meta_area(const struct lvol_segment *seg, uint32_t i, struct lvol_area *out);

/**
 * An LV that the segment stands on or refers to by name, by the @p key that the metadata text uses: "origin",
 * "cow_store", "merging_store", "pool", "metadata", "thin_pool", "external_origin", "mirror_log",
 * "cache_pool", "writecache" ... NULL when there is none. Since 0.1.
 */
LVOL_API const struct lvol_lv *lvol_segment_ref(const struct lvol_segment *seg, const char *key);

/**
 * A number of the segment, by the @p key that the metadata text uses ("transaction_id", "device_id",
 * "stripe_size" ...), in the text's unit. False when it is absent. Since 0.1.
 */
LVOL_API bool lvol_segment_number(const struct lvol_segment *seg, const char *key, uint64_t *out);

/** A word of the segment, by @p key ("discards", "cache_mode", "policy" ...); NULL when it is absent. Since 0.1. */
LVOL_API const char *lvol_segment_text(const struct lvol_segment *seg, const char *key);

LVOL_END_DECLS

#endif /* LVOL_SEGMENT_H */
