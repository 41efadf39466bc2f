/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/thin_size.h"

#include "base/bytes.h"
#include "base/error.h"
#include "base/units.h"

#define CHUNK_MIN UINT64_C(128)             /* sectors, as all here */
#define CHUNK_MAX UINT64_C(2097152)
#define METADATA_MIN UINT64_C(4096)
#define METADATA_GOOD UINT64_C(262144)      /* no more by choice */
#define METADATA_MAX UINT64_C(33292800)     /* 255 bitmaps of 16320 blocks */
#define METADATA_CROPPED UINT64_C(33423360) /* what lvm2 calls cropped, before it knew the limit */
#define SPARE_MAX UINT64_C(33554432)
#define CHUNKS_IN_SECTOR 8                  /* 64 bytes of metadata for each */

static uint64_t data_sectors(const struct thin_sizes *s)
{
	return s->data_extents * s->extent_sectors;
}

uint64_t lvi_thin_most_metadata(uint64_t extent_sectors)
{
	return lvi_div_up(METADATA_MAX, extent_sectors);
}

uint64_t lvi_thin_most_spare(uint64_t extent_sectors)
{
	return lvi_div_up(SPARE_MAX, extent_sectors);
}

/* Of a power of two, as lvm2 rounds: up to one, or from 1 MiB on to a multiple of that. */
static uint64_t chunk_for(const struct thin_sizes *s)
{
	const uint64_t big = 2048;
	uint64_t chunk = data_sectors(s) / (s->metadata_sectors * CHUNKS_IN_SECTOR), power = CHUNK_MIN;

	if (chunk > big - 1)
		power = lvi_div_up(chunk, big) * big;
	else
		while (power < chunk)
			power *= 2;
	return power > CHUNK_MAX ? CHUNK_MAX : power;
}

static void choose(struct thin_sizes *s)
{
	bool chosen = !s->chunk_sectors;

	if (s->metadata_sectors) {
		if (chosen)
			s->chunk_sectors = chunk_for(s);
		return;
	}
	if (chosen)
		s->chunk_sectors = CHUNK_MIN;
	s->metadata_sectors = data_sectors(s) / (s->chunk_sectors * CHUNKS_IN_SECTOR);
	while (chosen && s->metadata_sectors > METADATA_GOOD && s->chunk_sectors < CHUNK_MAX) {
		s->chunk_sectors *= 2;
		s->metadata_sectors /= 2;
	}
}

static int check_chunk(const struct thin_sizes *s, const char *subject, struct lvol_error *err)
{
	uint64_t c = s->chunk_sectors;

	if (!c || (c >= CHUNK_MIN && c <= CHUNK_MAX && !(c % LVI_THIN_CHUNK_STEP)))
		return 0;
	return lvi_error(err, LVOL_E_INVALID, subject, "%s: chunks of %llu bytes; a multiple of 64 KiB up to 1 GiB is needed", subject,
			(unsigned long long)(c * LVI_SECTOR_BYTES));
}

static int check_data(const struct thin_sizes *s, const char *subject, struct lvol_error *err)
{
	char chunk[LVI_SIZE_TEXT_LEN], most[LVI_SIZE_TEXT_LEN];
	uint64_t max = METADATA_MAX * CHUNKS_IN_SECTOR * s->chunk_sectors;

	lvi_size_text(chunk, s->chunk_sectors * LVI_SECTOR_BYTES);
	lvi_size_text(most, max * LVI_SECTOR_BYTES);
	if (s->chunk_sectors > data_sectors(s))
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: its data would be smaller than one chunk of %s", subject, chunk);
	if (max / s->extent_sectors < s->data_extents)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: with chunks of %s a pool has no more than %s; take larger ones",
				subject, chunk, most);
	return 0;
}

int lvi_thin_sizes(struct thin_sizes *s, const char *subject, struct lvol_error *err)
{
	uint64_t least = lvi_div_up(METADATA_MIN, s->extent_sectors), most = lvi_thin_most_metadata(s->extent_sectors), n;
	int ret = check_chunk(s, subject, err);

	if (ret)
		return ret;
	choose(s);
	n = lvi_div_up(s->metadata_sectors, s->extent_sectors);
	if (s->metadata_is_there && n < least)
		return lvi_error(err, LVOL_E_INVALID, subject, "%s: an LV of %u extents is too small for a pool's metadata; 2 MiB are "
				"the least", subject, (unsigned)n);
	if (!s->metadata_is_there)
		n = n < least ? least : n > most ? most : n;
	s->metadata_extents = (uint32_t)n;
	s->too_large = n * s->extent_sectors > METADATA_CROPPED;
	return check_data(s, subject, err);
}
