/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_METADATA_METADATA_H
#define LVI_METADATA_METADATA_H

#include "config/writer.h"
#include "model/build.h"
#include "segtype/segtype.h"

/*
 * Between LVM2's text and the model.
 *
 * Import: @text (malloc'ed, @len bytes, changed in place) is taken over whatever the result. The VG is under
 * construction: the caller adds where its PVs are and freezes it. What LVM2 would refuse to read is LVOL_E_CORRUPT with
 * the VG, LV and field; what it would only refuse to write becomes a problem that blocks writing.
 */
int lvi_metadata_import(char *text, size_t len, const char *subject, struct lvol_vg **out, struct lvol_error *err);
/* The same of text that stays the caller's and as it is. */
int lvi_metadata_import_copy(const char *text, size_t len, const char *subject, struct lvol_vg **out, struct lvol_error *err);

/* Quick look: VG name, id and seqno without the rest. Strings point into @text, which is not changed. */
struct metadata_head { const char *name; size_t name_len; struct uuid id; uint32_t seqno; };
int lvi_metadata_peek(const char *text, size_t len, const char *subject, struct metadata_head *out,
		struct lvol_error *err);

/* What a text says about who wrote it. */
struct metadata_origin {
	const char *description;      /* "Write from ..." */
	const char *host;
	const char *system_id;        /* creation_host_system_id; NULL */
	uint64_t time;                /* Unix seconds */
};

/* Text of a frozen VG. *text is malloc'ed with *len bytes and a NUL behind, which is not counted. */
int lvi_metadata_export(const struct lvol_vg *vg, enum cfg_style style, const struct metadata_origin *origin,
		char **text, size_t *len, struct lvol_error *err);

/* All checks, the model's and each segment type's, on a frozen VG. Returns what the sink returns first that is not 0. */
int lvi_metadata_validate(const struct lvol_vg *vg, const struct check_sink *sink);
/* First finding as LVOL_E_CORRUPT: before a write. */
int lvi_metadata_must_be_valid(const struct lvol_vg *vg, struct lvol_error *err);
/* Every finding becomes a problem of the VG (not frozen yet is allowed: it freezes first): after a read. */
int lvi_metadata_note_problems(struct lvol_vg *vg, struct lvol_error *err);

#endif
