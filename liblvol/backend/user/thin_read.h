/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_THIN_READ_H
#define LVI_BACKEND_USER_THIN_READ_H

#include "backend/user/thin_metadata.h"
#include "base/array.h"
#include "base/textbuf.h"

/*
 * What the metadata of a thin pool say, for who wants to know and not to change. Nothing may be changed meanwhile: of a
 * pool in use, that is so for the metadata snapshot.
 */
struct thin_view {
	struct thin_md *md;
	uint64_t mapping_root, details_root, transaction_id;
	uint32_t time;
};
/* Of the pool as it is, or of its metadata snapshot: LVOL_E_NOT_FOUND, there is none. */
int lvi_thin_view(struct thin_md *md, bool held, struct thin_view *out, struct lvol_error *err);

/* The first device with an id not below @id: 1, or 0. */
struct thin_listed { uint32_t id; uint64_t root; struct thin_details details; };
int lvi_thin_view_device(const struct thin_view *view, uint64_t id, struct thin_listed *out, struct lvol_error *err);

/*
 * Mappings as ranges: @length blocks from @begin on lie from @data on, and were mapped at @time.
 *	for (r = lvi_thin_ranges_first(&w, md, root, begin, err); r > 0; r = lvi_thin_ranges_next(&w, err))
 *		use(&w.range);
 *	lvi_thin_ranges_end(&w);
 */
struct thin_range { uint64_t begin, data, length; uint32_t time; };
struct thin_ranges { struct btree tree; struct btree_cursor cursor; struct thin_range range; };
int lvi_thin_ranges_first(struct thin_ranges *w, struct thin_md *md, uint64_t root, uint64_t begin,
		struct lvol_error *err);
int lvi_thin_ranges_next(struct thin_ranges *w, struct lvol_error *err);
void lvi_thin_ranges_end(struct thin_ranges *w);

/* Blocks of a device that no other device maps (nor a metadata snapshot). Shared subtrees are not read. */
int lvi_thin_exclusive(struct thin_md *md, uint64_t root, uint64_t *out, struct lvol_error *err);

/*
 * The same for all devices of a view at once, by counting references: for a metadata snapshot, whose space maps are not
 * kept, and for a pool that has one, whose blocks it counts too. What the metadata snapshot refers to does not count.
 * Trees are read twice for each 2^25 data blocks that the pool has; memory is a byte for each metadata block, and at
 * most 32 MiB.
 */
struct thin_used { uint32_t id; uint64_t root, exclusive; };
struct thin_usage { ARRAY(struct thin_used) devices; };
int lvi_thin_usage(const struct thin_view *view, struct thin_usage *out, struct lvol_error *err);

/*
 * Where two devices differ, in ascending order and joined as far as it goes. Subtrees that they share are not read, but for
 * @all: then THIN_SAME is told too, of everything that both map to the same place.
 *	while ((r = lvi_thin_diff_next(diff, &part, err)) > 0)
 *		use(&part);
 *	lvi_thin_diff_close(diff);
 */
enum thin_difference { THIN_SAME, THIN_CHANGED, THIN_LEFT_ONLY, THIN_RIGHT_ONLY };
struct thin_diff_of { uint64_t left, right; bool all; };  /* roots */
struct thin_diff_part { enum thin_difference what; uint64_t begin, length; };
struct thin_diff;
int lvi_thin_diff_open(struct thin_md *md, const struct thin_diff_of *of, struct thin_diff **out,
		struct lvol_error *err);
int lvi_thin_diff_next(struct thin_diff *diff, struct thin_diff_part *out, struct lvol_error *err);
void lvi_thin_diff_close(struct thin_diff *diff);  /* NULL ok */

/* As `thin_dump` prints it. */
int lvi_thin_dump(const struct thin_view *view, struct textbuf *out, struct lvol_error *err);

#endif
