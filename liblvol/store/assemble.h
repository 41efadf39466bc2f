/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STORE_ASSEMBLE_H
#define LVI_STORE_ASSEMBLE_H

#include "store/survey.h"

/* The valid text of one VG among its copies. */
struct vg_pick {
	struct uuid id;
	struct text_version *best;   /* highest seqno */
	struct text_version *rival;  /* another text of the same seqno; NULL */
	struct vg_pick *next;
};

/* One pick for each VG id in the survey, in order of the devices; the survey's arena. */
int lvi_picks_make(struct survey *s, struct vg_pick **out, struct lvol_error *err);

/* The VG of a pick: imported, put onto its devices, judged, frozen. Marks the found PVs that it claims. */
int lvi_assemble_vg(struct survey *s, const struct vg_pick *pick, const struct store_env *env, struct lvol_vg **out,
		struct lvol_error *err);
/* Whether @known, read under locks that are still held, is what lvi_assemble_vg() would make of the pick: the same version
 * on the same devices, without problems. Marks the PVs as that does. */
bool lvi_assemble_is(struct survey *s, const struct vg_pick *pick, const struct lvol_vg *known);
/* The same as lvi_assemble_vg() for a text that does not come from a metadata area. Takes nothing over of @vg but changes it. */
int lvi_assemble_attach(struct survey *s, struct lvol_vg *vg, const struct vg_pick *pick, struct lvol_error *err);
/* The nameless VG of all PVs that nobody claimed. */
int lvi_assemble_orphans(struct survey *s, struct lvol_vg **out, struct lvol_error *err);

/* place.c: what a found PV shows, into the model. */
int lvi_place_pv(struct survey *s, struct lvol_pv *pv, struct found_pv *found, struct lvol_error *err);
/* What lvm2 calls the free bytes of a metadata area. */
uint64_t lvi_mda_free_bytes(const struct mda_header *h);

#endif
