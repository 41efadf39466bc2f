/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MODEL_VG_H
#define LVI_MODEL_VG_H

#include <stdatomic.h>

#include <lvol/error.h>

#include "base/arena.h"
#include "base/hash.h"
#include "base/uuid.h"

/*
 * The VG model. `struct lvol_vg` of the public API is this struct, and likewise PV, LV and segment.
 *
 * Two lives: a VG under construction (by the metadata import, or as a transaction's working copy) is changed through
 * model/build.h by one thread; lvi_vg_freeze() links it, after which it never changes and is shared by reference
 * count. To change a frozen VG, clone it (lvi_vg_clone). All it holds lives in its arena and dies with it.
 * Sizes here are as in the text: 512-byte sectors (`_sectors`) or extents.
 */

/* VG status and flags, one bit each, names as in the text. */
enum vg_flag {
	VG_EXPORTED = 1u << 0, VG_RESIZEABLE = 1u << 1, VG_PVMOVE = 1u << 2, VG_READ = 1u << 3, VG_WRITE = 1u << 4,
	VG_CLUSTERED = 1u << 5, VG_SHARED = 1u << 6, VG_PARTIAL = 1u << 7,
	VG_WRITE_LOCKED = 1u << 8,   /* kept as read; VG_WRITE is set with it */
	VG_NOAUTOACTIVATE = 1u << 9
};

struct strings { const char *const *items; size_t count; };  /* never changed in place: replaced */

/* Somebody who must outlive the VG (the devices it was read from). */
struct vg_owner { void (*put)(void *who); void *who; };

/* What a reader should know about a VG but that did not keep it from being read. */
struct vg_problem {
	int code;             /* enum lvol_problem_code, <lvol/vg.h> */
	bool blocks_writing;
	const char *subject, *message;
	struct vg_problem *next;
};

struct historical_lv {
	const char *name;
	struct uuid id;
	uint64_t creation_time, removal_time;
	const char *origin;            /* "lv" or "-historical"; NULL */
	struct strings descendants;    /* "lv" or "-historical", as in the text */
	const char *extra;
	struct historical_lv *next;
};

struct lvol_vg {
	atomic_uint refs;
	struct arena *arena;
	struct vg_owner owner;
	bool frozen;
	bool unwritten;                /* not what the devices have: a preview, or from a backup text */
	bool unknown_segtypes;         /* set by freeze; blocks writing */

	const char *name;
	struct uuid id;
	uint32_t seqno;
	unsigned flags;                /* enum vg_flag */
	struct strings other_flags;    /* words of `flags` that we do not know */
	const char *format;            /* "lvm2" or NULL when the field was absent */
	const char *system_id, *lock_type, *lock_args, *profile;  /* NULL: absent */
	uint64_t extent_sectors;
	uint32_t max_lv, max_pv, metadata_copies;
	int alloc;                     /* enum lvol_alloc; NORMAL when absent */
	struct strings tags;
	const char *extra;             /* unknown fields and sections of the VG section, as text in disk style; NULL */
	const char *extra_top;         /* the same beside the VG section */
	/* of the text that it was read from */
	const char *description, *creation_host, *creation_host_system_id;
	uint64_t creation_time;

	struct lvol_pv *pv_first, *pv_last;
	struct lvol_lv *lv_first, *lv_last;          /* in order of the text */
	struct historical_lv *historical;
	uint32_t pv_count, lv_count;                 /* all LVs, hidden ones too */
	uint64_t extent_count, free_count;           /* of all PVs; kept up to date while under construction too */
	struct hash lv_by_name, lv_by_id, pv_by_id;
	struct free_run_pool *run_pool;              /* of the PVs' free runs; NULL when not prepared for changes */
	struct vg_problem *problems, *problems_last;
};

struct lvol_vg *lvi_vg_ref(struct lvol_vg *vg);
void lvi_vg_unref(struct lvol_vg *vg);  /* NULL ok */

/* "" or the name as the text has it; never NULL */
struct lvol_lv *lvi_vg_find_lv(const struct lvol_vg *vg, const char *name);
struct lvol_lv *lvi_vg_find_lv_by_id(const struct lvol_vg *vg, const struct uuid *id);
struct lvol_pv *lvi_vg_find_pv(const struct lvol_vg *vg, const struct uuid *id);
bool lvi_vg_has_problem(const struct lvol_vg *vg, int code);

#endif
