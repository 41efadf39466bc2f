/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_METADATA_EXPORT_H
#define LVI_METADATA_EXPORT_H

#include "config/writer.h"
#include "model/pv.h"
#include "model/segment.h"

/* A number with its size as a comment where comments are written. */
void lvi_export_size(struct cfg_writer *w, const char *key, uint64_t v, uint64_t sectors);
/* Seconds since 1970 with the date as a comment. */
void lvi_export_time(struct cfg_writer *w, const char *key, uint64_t seconds);
void lvi_export_id(struct cfg_writer *w, const struct uuid *id);
void lvi_export_str(struct cfg_writer *w, const char *key, const char *s);   /* nothing when NULL */
/* key = ["a", "b"]; nothing when empty */
void lvi_export_strings(struct cfg_writer *w, const char *key, const struct strings *list);
void lvi_export_alloc(struct cfg_writer *w, int alloc, int absent);
/* Fields that were kept as text; NULL: none. */
void lvi_export_extra(struct cfg_writer *w, const char *extra);
/* WRITE gives way to WRITE_LOCKED everywhere in a VG that old versions must not write. */
bool lvi_export_write_locked(const struct lvol_vg *vg);

/* The name of a PV in this text: "pv" and its number. */
#define LVI_PV_KEY_LEN 32
const char *lvi_export_pv_key(char out[LVI_PV_KEY_LEN], const struct lvol_pv *pv);

void lvi_export_pvs(struct cfg_writer *w, const struct lvol_vg *vg);
void lvi_export_lvs(struct cfg_writer *w, const struct lvol_vg *vg);
void lvi_export_historical(struct cfg_writer *w, const struct lvol_vg *vg);
void lvi_export_segment(struct cfg_writer *w, const struct lvol_segment *seg, unsigned number);

#endif
