/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dm/raid_super.h"
#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

#define MAGIC UINT32_C(0x64526D44)    /* "DmRd" */

/* Where the fields are. */
enum {
	AT_MAGIC = 0, AT_COMPAT = 4, AT_LEGS = 8, AT_POSITION = 12, AT_EVENTS = 16, AT_FAILED = 24, AT_RECOVERED = 32,
	AT_RESYNCED = 40, AT_LEVEL = 48, AT_LAYOUT = 52, AT_CHUNK = 56, AT_FLAGS = 60, AT_RESHAPED = 64,
	AT_NEW_LEVEL = 72,
	AT_NEW_LAYOUT = 76, AT_NEW_CHUNK = 80, AT_DELTA = 84, AT_SIZE = 88, AT_DATA = 96, AT_NEW_DATA = 104,
	AT_LEG_SIZE = 112, AT_MORE_FAILED = 120, AT_INCOMPAT = 144
};
#define COMPAT_EXTENDED UINT32_C(1)   /* all from AT_FLAGS on is valid */
#define FLAG_RESHAPING UINT32_C(1)

/* Sectors from disk; what is too much for a device is kept as too much. */
static uint64_t get_bytes(const uint8_t *sector, size_t at)
{
	uint64_t v = lvi_get_le64(sector + at);

	return v > UINT64_MAX >> LVI_SECTOR_SHIFT ? RAID_ALL : v << LVI_SECTOR_SHIFT;
}

static void put_bytes(uint8_t *sector, size_t at, uint64_t v)
{
	lvi_put_le64(sector + at, v == RAID_ALL ? v : v >> LVI_SECTOR_SHIFT);
}

static void decode_extended(const uint8_t *sector, struct raid_super *s)
{
	s->reshaping = lvi_get_le32(sector + AT_FLAGS) & FLAG_RESHAPING;
	s->has_sizes = true;
	s->size = get_bytes(sector, AT_SIZE);
	s->leg_size = get_bytes(sector, AT_LEG_SIZE);
	s->data_offset = get_bytes(sector, AT_DATA);
	s->new_data_offset = get_bytes(sector, AT_NEW_DATA);
	for (unsigned i = 0; i < 3; i++)
		s->failed.words[i + 1] = lvi_get_le64(sector + AT_MORE_FAILED + 8 * i);
}

int lvi_raid_super_decode(const uint8_t *sector, const char *name, struct raid_super *out, struct lvol_error *err)
{
	struct raid_super s = { 0 };
	uint32_t compat = lvi_get_le32(sector + AT_COMPAT), incompat = lvi_get_le32(sector + AT_INCOMPAT);

	if (lvi_get_le32(sector + AT_MAGIC) != MAGIC) {
		s.is_new = true;
		s.recovered = RAID_ALL;
		*out = s;
		return 0;
	}
	if (compat & ~COMPAT_EXTENDED || (compat && incompat))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, name, "raid superblock on %s has features 0x%x/0x%x "
				"that are not known here", name, compat, incompat);
	s.legs = lvi_get_le32(sector + AT_LEGS);
	s.position = lvi_get_le32(sector + AT_POSITION);
	s.events = lvi_get_le64(sector + AT_EVENTS);
	s.failed.words[0] = lvi_get_le64(sector + AT_FAILED);
	s.recovered = get_bytes(sector, AT_RECOVERED);
	s.resynced = get_bytes(sector, AT_RESYNCED);
	s.level = lvi_get_le32(sector + AT_LEVEL);
	s.layout = lvi_get_le32(sector + AT_LAYOUT);
	s.chunk = (uint64_t)lvi_get_le32(sector + AT_CHUNK) << LVI_SECTOR_SHIFT;
	if (compat)
		decode_extended(sector, &s);
	*out = s;
	return 0;
}

/* Both the present and the new geometry are this one: no reshaping goes on. */
static void put_geometry(const struct raid_super *s, uint8_t *sector)
{
	uint32_t chunk = s->chunk >> LVI_SECTOR_SHIFT;

	lvi_put_le32(sector + AT_LEVEL, s->level);
	lvi_put_le32(sector + AT_LAYOUT, s->layout);
	lvi_put_le32(sector + AT_CHUNK, chunk);
	lvi_put_le64(sector + AT_RESHAPED, RAID_ALL);
	lvi_put_le32(sector + AT_NEW_LEVEL, s->level);
	lvi_put_le32(sector + AT_NEW_LAYOUT, s->layout);
	lvi_put_le32(sector + AT_NEW_CHUNK, chunk);
	put_bytes(sector, AT_SIZE, s->size);
	put_bytes(sector, AT_DATA, s->data_offset);
	put_bytes(sector, AT_NEW_DATA, s->new_data_offset);
	put_bytes(sector, AT_LEG_SIZE, s->leg_size);
}

void lvi_raid_super_encode(const struct raid_super *s, uint8_t *sector)
{
	memset(sector, 0, RAID_SUPER_BYTES);
	lvi_put_le32(sector + AT_MAGIC, MAGIC);
	lvi_put_le32(sector + AT_COMPAT, COMPAT_EXTENDED);
	lvi_put_le32(sector + AT_LEGS, s->legs);
	lvi_put_le32(sector + AT_POSITION, s->position);
	lvi_put_le64(sector + AT_EVENTS, s->events);
	lvi_put_le64(sector + AT_FAILED, s->failed.words[0]);
	put_bytes(sector, AT_RECOVERED, s->recovered);
	put_bytes(sector, AT_RESYNCED, s->resynced);
	put_geometry(s, sector);
	for (unsigned i = 0; i < 3; i++)
		lvi_put_le64(sector + AT_MORE_FAILED + 8 * i, s->failed.words[i + 1]);
}
