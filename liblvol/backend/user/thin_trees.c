/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The trees of a thin pool: devices (id -> root of mappings), the mappings of each (block -> data block and time), and
 * what is known of each device.
 */
#include "backend/user/thin_metadata.h"

#define TIME_BITS 24

void lvi_thin_details_get(const uint8_t *v, struct thin_details *out)
{
	*out = (struct thin_details){ lvi_get_le64(v), lvi_get_le64(v + 8), lvi_get_le32(v + 16), lvi_get_le32(v + 20) };
}

void lvi_thin_mapping_get(const uint8_t *v, struct thin_mapping *out)
{
	uint64_t both = lvi_get_le64(v);

	out->block = both >> TIME_BITS;
	out->time = both & ((1u << TIME_BITS) - 1);
}

void lvi_thin_mapping_put(uint8_t *v, const struct thin_mapping *m)
{
	lvi_put_le64(v, m->block << TIME_BITS | (m->time & ((1u << TIME_BITS) - 1)));
}

typedef int (*change_fn)(struct space_map *sm, uint64_t begin, uint64_t end, struct lvol_error *err);

/* Data blocks of a leaf are often neighbours: they are counted in runs. */
static int change_data(struct thin_md *md, const uint8_t *values, unsigned count, change_fn change,
		struct lvol_error *err)
{
	struct thin_mapping m;
	uint64_t begin = 0, end = 0;
	int r = 0;

	for (unsigned i = 0; !r && i < count; i++) {
		lvi_thin_mapping_get(values + 8 * i, &m);
		if (m.block != end) {
			r = begin < end ? change(&md->data, begin, end, err) : 0;
			begin = m.block;
		}
		end = m.block + 1;
	}
	return r || begin == end ? r : change(&md->data, begin, end, err);
}

static int inc_data(void *arg, const uint8_t *values, unsigned count, struct lvol_error *err)
{
	return change_data(arg, values, count, lvi_sm_inc, err);
}

static int dec_data(void *arg, const uint8_t *values, unsigned count, struct lvol_error *err)
{
	return change_data(arg, values, count, lvi_sm_dec, err);
}

static int inc_device(void *arg, const uint8_t *values, unsigned count, struct lvol_error *err)
{
	struct thin_md *md = arg;
	int r = 0;

	for (unsigned i = 0; !r && i < count; i++)
		r = lvi_tm_inc(&md->tm, lvi_get_le64(values + 8 * i), err);
	return r;
}

static int dec_device(void *arg, const uint8_t *values, unsigned count, struct lvol_error *err)
{
	struct btree t = lvi_thin_mappings(arg);
	int r = 0;

	for (unsigned i = 0; !r && i < count; i++)
		r = lvi_btree_drop(&t, lvi_get_le64(values + 8 * i), err);
	return r;
}

const struct btree_type lvi_thin_mapping_type = { "mappings of a thin device", 8, inc_data, dec_data };
const struct btree_type lvi_thin_device_type = { "thin devices", 8, inc_device, dec_device };
const struct btree_type lvi_thin_details_type = { "details of thin devices", THIN_DETAILS_BYTES, NULL, NULL };

struct btree lvi_thin_mappings(struct thin_md *md)
{
	return (struct btree){ &md->tm, &lvi_thin_mapping_type, md };
}

struct btree lvi_thin_devices(struct thin_md *md)
{
	return (struct btree){ &md->tm, &lvi_thin_device_type, md };
}

struct btree lvi_thin_details_tree(struct thin_md *md)
{
	return (struct btree){ &md->tm, &lvi_thin_details_type, md };
}
