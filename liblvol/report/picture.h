/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_REPORT_PICTURE_H
#define LVI_REPORT_PICTURE_H

#include "base/textbuf.h"
#include "report/internal.h"

/*
 * A picture of a VG: a bar for each PV, as long as the PV is large, cut into what lies there. Everything that belongs to
 * one LV that users see (its raid images, pool data ...) has that LV's colour: the LV is its owner.
 */
struct owner {
	const struct lvol_lv *lv;
	uint64_t extents;            /* on PVs */
	uint32_t pv_count;
	const struct lvol_pv *pv;    /* the last one met */
	uint32_t colour;             /* number, from 0 */
};

struct picture {
	struct arena *arena;
	const struct lvol_vg *vg;
	struct vg_info *vi;
	struct owner *owners;        /* in the order of the text */
	struct owner **by_size;      /* largest first */
	size_t owner_count;
	uint32_t *owner_of;          /* by lv->index: place in owners */
	uint32_t largest_pv;         /* extents */
};

enum piece_kind { PIECE_FREE, PIECE_LV, PIECE_MIXED };

/* Some columns (or pixels) of a bar. */
struct piece {
	enum piece_kind kind;
	const struct lvol_lv *lv;
	const struct owner *owner;
	uint32_t at, width;
	uint32_t runs, extents;      /* what is in it */
};

int lvi_picture_make(const struct lvol_vg *vg, struct picture *out, struct lvol_error *err);
void lvi_picture_free(struct picture *p);

/* Columns for the bar of @pv when the largest PV has @full. */
uint32_t lvi_picture_bar(const struct picture *p, const struct lvol_pv *pv, uint32_t full, uint32_t least);
/*
 * Cut @columns into pieces of at least @least columns. Runs that are too small for one share a mixed piece; pieces are in
 * the arena. @columns >= @least.
 */
struct pieces { struct piece *items; size_t count; };
int lvi_picture_cut(const struct picture *p, const struct lvol_pv *pv, uint32_t columns, uint32_t least,
		struct pieces *out);

/* What to write on a piece of an LV: its name, or its owner's, which is shorter, if there is no room. */
const char *lvi_picture_label(const struct piece *piece, size_t room);
/* Names come from disks: what is no printable ASCII becomes '?'. At most @len characters, no NUL needed in @name. */
void lvi_picture_name(struct textbuf *t, const char *name, size_t len);
/* "/dev/sda" or "missing PV" with its UUID. */
void lvi_picture_pv_name(struct textbuf *t, const struct lvol_pv *pv);
/* "vg0: 1.00 GiB in 256 extents of 4.00 MiB, 12.00 MiB free, 2 PVs, 3 LVs" */
void lvi_picture_title(struct textbuf *t, const struct picture *p);
/* "128.00 MiB, 4.00 MiB free" */
void lvi_picture_pv_sizes(struct textbuf *t, const struct lvol_pv *pv);
const char *lvi_picture_size(char out[32], const struct lvol_vg *vg, uint64_t extents);

int lvi_picture_text(const struct picture *p, const struct lvol_picture_opts *opts, struct textbuf *t);
int lvi_picture_svg(const struct picture *p, const struct lvol_picture_opts *opts, struct textbuf *t);

#endif
