/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_DM_RAID_GEOMETRY_H
#define LVI_DM_RAID_GEOMETRY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lvol/error.h>

/*
 * Where a raid array keeps its bytes. There are two families.
 *
 * Copies (raid0, raid1, raid10 near): chunk k has c copies; copy j is slot k*c+j, slots are dealt out over the n legs
 * row by row. raid0 has one copy, raid1 as many as legs, and one chunk as long as a leg.
 *
 * Parity (raid4, raid5, raid6): row r has a chunk on each leg: n-1 or n-2 of data, P, and Q for raid6. A layout is
 * where P goes, where Q goes, and how the data is numbered over the legs that are left.
 *
 * All sizes are bytes. A position in "sync space" is what resynchronising counts in, and the regions of the bitmap:
 * the offset in the array for copies, the offset on each leg for parity.
 */
#define RAID_MAX_LEGS 253        /* the kernel's */
#define RAID_NO_LEG UINT32_MAX

struct raid_type {
	const char *name;          /* as in a table */
	uint32_t level, layout;    /* as in the superblock; raid10: layout of two copies */
	unsigned parity, min_legs;
	bool any_copies;           /* as many copies as legs (raid1), or as raid10_copies says */
	enum { RAID_P_FIRST, RAID_P_LAST, RAID_P_LEFT, RAID_P_LEFT_SHIFTED, RAID_P_RIGHT } p;
	enum { RAID_Q_NONE, RAID_Q_AFTER_P, RAID_Q_BEFORE_P, RAID_Q_LAST } q;
	bool after_p;              /* data begins on the leg behind P and goes round; else in the order of the legs */
};

const struct raid_type *lvi_raid_type_find(const char *name);
/* What a superblock says; NULL: nothing that is known. */
const struct raid_type *lvi_raid_type_of(uint32_t level, uint32_t layout);

struct raid_shape {
	const struct raid_type *type;
	unsigned legs, copies, data;   /* copies: of each byte, 1 for parity; data: chunks of data in a row of parity */
	uint64_t chunk, leg_size, size, sync_size;
};

struct raid_shape_request {
	const struct raid_type *type;
	unsigned legs, copies;
	uint64_t chunk_sectors, length_sectors;
};
/* LVOL_E_CORRUPT: not whole rows, or too few legs; @name is the device's. */
int lvi_raid_shape_init(const struct raid_shape_request *request, const char *name, struct raid_shape *out,
		struct lvol_error *err);
/* The layout word of the superblock. */
uint32_t lvi_raid_shape_layout(const struct raid_shape *shape);

/* One place of an array byte, and how many bytes go on like that. */
struct raid_place { unsigned leg; uint64_t offset, length; };
/* Copy @copy of what lies at @offset. */
struct raid_place lvi_raid_copy_place(const struct raid_shape *shape, uint64_t offset, unsigned copy);

struct raid_row { uint64_t number; unsigned p, q; };   /* q may be RAID_NO_LEG */
struct raid_row lvi_raid_row(const struct raid_shape *shape, uint64_t number);
unsigned lvi_raid_data_leg(const struct raid_shape *shape, const struct raid_row *row, unsigned i);
/* The number of the data chunk on @leg; RAID_NO_LEG: it holds P or Q. */
unsigned lvi_raid_data_index(const struct raid_shape *shape, const struct raid_row *row, unsigned leg);
/* Q is the sum of g^exponent times the data chunk. */
unsigned lvi_raid_exponent(const struct raid_shape *shape, const struct raid_row *row, unsigned i);
/* Where an array byte of parity raid lies. */
struct raid_place lvi_raid_data_place(const struct raid_shape *shape, uint64_t offset);

/* Up to where a leg is complete when the array is up to @pos of sync space, and the other way round. */
uint64_t lvi_raid_leg_position(const struct raid_shape *shape, uint64_t pos);
uint64_t lvi_raid_sync_position(const struct raid_shape *shape, uint64_t leg_offset);

#endif
