/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_MODEL_PV_H
#define LVI_MODEL_PV_H

#include "model/vg.h"

struct pv_start;  /* txn/start.h */

enum pv_flag { PV_ALLOCATABLE = 1u << 0, PV_EXPORTED = 1u << 1, PV_MISSING = 1u << 2 };

/* Extents of a PV that a segment's area uses. */
struct pv_run {
	uint32_t start, count;
	struct lvol_segment *seg;
	uint32_t area;              /* index of the area in the segment: data areas, then metadata areas */
};

/* A metadata area of a PV, as its device showed it. */
struct pv_mda {
	uint64_t start, size;       /* bytes */
	bool ignored;
	bool damaged;               /* header or text unusable */
	uint64_t free_bytes;        /* lvm2's pv_mda_free: what a growing text may still use */
	uint64_t text_offset, text_size;  /* of the committed text when it was read; 0: none */
	uint32_t text_crc;
	bool rolled_forward;        /* that text is the precommitted one: its transaction had happened (store/copies.c) */
};

struct lvol_pv {
	struct lvol_vg *vg;         /* never NULL: orphans belong to a nameless VG */
	struct lvol_pv *next, *prev;
	uint32_t index;             /* position among the VG's PVs, valid when frozen */

	struct uuid id;
	struct uuid label_id;       /* as the label has it, while a change of the id is not settled; zeroes: not known */
	const char *device_hint;    /* path when last written; NULL */
	const char *device_id, *device_id_type;  /* NULL: absent */
	unsigned flags;             /* enum pv_flag */
	struct strings other_flags;
	struct strings tags;
	uint64_t dev_sectors;       /* whole device, as in the text; 0 when absent */
	uint64_t pe_start_sectors;
	uint32_t pe_count;
	uint64_t ba_start_sectors, ba_size_sectors;  /* 0, 0: none */
	const char *extra;

	/* what the VG uses of it; valid when frozen */
	uint32_t pe_used;           /* kept up to date while under construction too */
	struct pv_run *runs;        /* ascending, not overlapping */
	size_t run_count;
	struct free_runs *free;     /* under construction only; see model/free_runs.h */
	const struct pv_start *starts;  /* under construction only: what a commit writes there, the newest first */

	/* where it is; set by room store, dev NULL when it is missing */
	struct lvol_dev *dev;
	const char *dev_name;       /* NULL when missing */
	uint64_t dev_bytes;         /* of the device found */
	uint32_t ext_version, ext_flags;
	unsigned label_sector;
	bool duplicate;             /* a second device carries the same id */
	struct pv_mda *mdas;
	unsigned mda_count;
};

#endif
