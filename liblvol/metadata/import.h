/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_METADATA_IMPORT_H
#define LVI_METADATA_IMPORT_H

#include "config/writer.h"
#include "metadata/flags.h"
#include "model/build.h"
#include "segtype/segtype.h"

/*
 * One import. Every reader marks the nodes that it understood as used; what is left in a section becomes its `extra`.
 * Nothing of the tree or the text outlives the import: strings are copied into the VG's arena.
 */
struct import {
	struct lvol_vg *vg;
	struct cfg_node *vg_node;
	struct cfg_source source;  /* LVs are opened one by one, so that the tree of only one is there at a time */
	struct arena *lv_arena;    /* for that tree */
	struct hash pv_names;      /* key of the PV's section ("pv0") -> struct lvol_pv */
	struct cfg_writer scratch; /* for pieces of text that are kept */
	struct lvol_error *err;
};

/* A section that is being read, and how to name it in a message: subject "vg" or "vg/lv", part "segment1" or NULL. */
struct section {
	struct import *im;
	const struct cfg_node *node;
	const char *lv, *part;
};

/* Fails with LVOL_E_CORRUPT that names VG, LV and part. */
int lvi_import_fail(const struct section *s, const char *fmt, ...) LVOL_PRINTF(2, 3);

/*
 * Readers of one field. As in LVM2 the first value of a list counts as the value. `need` fails when it is missing or
 * of another type; `take` leaves *out alone and the field unread when it is missing or of another type.
 */
int lvi_need_u64(const struct section *s, const char *key, uint64_t *out);
int lvi_need_u32(const struct section *s, const char *key, uint32_t *out);
int lvi_need_id(const struct section *s, struct uuid *out);
bool lvi_take_number(const struct section *s, const char *key, int64_t *out);
bool lvi_take_u32(const struct section *s, const char *key, uint32_t *out);
const char *lvi_take_text(const struct section *s, const char *key);   /* in the tree; NULL: none */
/* The same, copied into the VG's arena. */
int lvi_take_str(const struct section *s, const char *key, const char **out);
/* For a field that is always written: what stands there, of whatever type, must not be kept beside it. */
void lvi_drop(const struct section *s, const char *key);
/* A list of strings (or a lone one); nothing when the field is missing. */
int lvi_take_strings(const struct section *s, const char *key, struct strings *out);
/* enum lvol_alloc of "allocation_policy"; a word that is not known is noted and @fallback taken. */
int lvi_take_alloc(const struct section *s, int fallback, int *out);
/* "status" (required) and "flags". */
int lvi_need_flags(const struct section *s, const struct flag_word *table, unsigned *bits, struct strings *others);
/* What was not used, as text; NULL when nothing is left. */
int lvi_take_extra(const struct section *s, const char **out);
/* The inside of a section as text. */
int lvi_section_text(const struct section *s, const struct cfg_node *node, const char **out);

int lvi_import_pvs(struct import *im);
/* Names and properties of all LVs; then, when every name is known, their segments. */
int lvi_import_lvs(struct import *im);
int lvi_import_historical(struct import *im);
int lvi_import_segment(struct import *im, struct lvol_lv *lv, const struct cfg_node *node);
int lvi_import_areas(const struct section *s, struct lvol_lv *lv, const struct segtype *type, uint32_t extents,
		struct lvol_segment **out);

#endif
