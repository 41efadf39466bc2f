/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's persistent exception store, version 1. All numbers are little-endian, and there are no checksums.
 *
 *   chunk 0       header: magic, valid, version, chunk size in sectors; zeroes
 *   chunk 1       metadata area 0: `epa` entries of 16 bytes, old chunk and new chunk
 *   chunks 2 ...  copies, with an area k in chunk 1 + k * (epa + 1)
 *
 * The list goes through the areas in order and ends with the first entry whose new chunk is 0; an area that is full is
 * always followed by one. Order of writing: copies, flush, area, flush. An area that becomes full waits for the next one
 * to be zeroed. A store whose magic is 0 is new: header and area 0 are made by the first commit.
 *
 * A store is merged from the end of the list: entries go away one run after the other.
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "backend/user/exception_store.h"
#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/units.h"
#include "dm/snapshot_store.h"

#define VERSION 1
#define ENTRY_BYTES 16
#define FIRST_DATA_CHUNK 2
/* LVM2 goes up to 512 KiB. One chunk is kept in memory. */
#define CHUNK_MAX ((uint64_t)16 << 20)

struct exception_area {
	bool is_new;          /* nothing has been written yet */
	uint64_t epa;
	uint64_t number;      /* of the area that is filled, and in `bytes` */
	uint64_t used;        /* its entries */
	unsigned char bytes[];
};

static uint64_t area_chunk(const struct exception_area *a, uint64_t number)
{
	return 1 + number * (a->epa + 1);
}

static bool persistent_is_metadata(const struct exception_store *s, uint64_t chunk)
{
	return chunk % (s->area->epa + 1) == 1 || !chunk;
}

static int bad_chunk_size(const struct exception_store *s, uint64_t sectors, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, s->device, "snapshot %s: chunks of %" PRIu64
			" sectors; a power of two up to %" PRIu64 " is needed", s->device, sectors, CHUNK_MAX >> LVI_SECTOR_SHIFT);
}

static int read_header(struct exception_store *s, bool *is_new, struct lvol_error *err)
{
	unsigned char h[SNAPSHOT_STORE_HEADER_BYTES];
	uint64_t sectors;
	int r = lvi_user_port_read(s->cow, h, sizeof h, 0, err);

	if (r)
		return r;
	*is_new = !lvi_get_le32(h);
	if (*is_new)
		return 0;
	if (lvi_get_le32(h) != SNAPSHOT_STORE_MAGIC)
		return lvi_error(err, LVOL_E_CORRUPT, s->device, "snapshot %s: %s has no exception store (its first bytes are "
				"%08" PRIx32 "); was it written to by something else?", s->device, s->cow->name, lvi_get_le32(h));
	if (lvi_get_le32(h + 8) != VERSION)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, s->device, "snapshot %s: its store is of version %" PRIu32
				", and only version 1 is known", s->device, lvi_get_le32(h + 8));
	sectors = lvi_get_le32(h + 12);
	s->valid = lvi_get_le32(h + 4) != 0;
	s->chunk_bytes = sectors << LVI_SECTOR_SHIFT;
	return 0;
}

static int check_size(const struct exception_store *s, struct lvol_error *err)
{
	if (!lvi_is_pow2(s->chunk_bytes) || s->chunk_bytes > CHUNK_MAX)
		return bad_chunk_size(s, s->chunk_bytes >> LVI_SECTOR_SHIFT, err);
	if (s->cow->size / s->chunk_bytes <= FIRST_DATA_CHUNK)
		return lvi_error(err, LVOL_E_CORRUPT, s->device, "snapshot %s: a store of %" PRIu64
				" bytes has no room for any chunk of %" PRIu64, s->device, s->cow->size, s->chunk_bytes);
	return 0;
}

static int read_area(const struct exception_store *s, uint64_t number, struct lvol_error *err)
{
	return lvi_user_port_read(s->cow, s->area->bytes, s->chunk_bytes, area_chunk(s->area, number) * s->chunk_bytes, err);
}

static struct exception entry_at(const struct exception_area *a, uint64_t i)
{
	const unsigned char *p = a->bytes + i * ENTRY_BYTES;

	return (struct exception){ lvi_get_le64(p), lvi_get_le64(p + 8) };
}

static void put_entry(struct exception_area *a, uint64_t i, const struct exception *e)
{
	lvi_put_le64(a->bytes + i * ENTRY_BYTES, e->old);
	lvi_put_le64(a->bytes + i * ENTRY_BYTES + 8, e->new);
}

static int add_loaded(struct exception_store *s, struct exceptions *out, uint64_t i, struct lvol_error *err)
{
	struct exception e = entry_at(s->area, i);

	if (persistent_is_metadata(s, e.new) || e.new >= s->cow->size / s->chunk_bytes)
		return lvi_error(err, LVOL_E_CORRUPT, s->device, "snapshot %s: entry %" PRIu64 " of area %" PRIu64
				" of its store points at chunk %" PRIu64 ", which can hold no copy", s->device, i, s->area->number, e.new);
	if (e.old > INT64_MAX / s->chunk_bytes)
		return lvi_error(err, LVOL_E_CORRUPT, s->device, "snapshot %s: entry %" PRIu64 " of area %" PRIu64
				" of its store is for chunk %" PRIu64 ", which no origin has", s->device, i, s->area->number, e.old);
	if (!lvi_exceptions_add(out, &e))
		return lvi_error(err, LVOL_E_CORRUPT, s->device, "snapshot %s: its store has two copies of chunk %" PRIu64,
				s->device, e.old);
	if (s->next_free <= e.new)
		s->next_free = e.new + 1;
	return 0;
}

static int load_area(struct exception_store *s, struct exceptions *out, struct lvol_error *err)
{
	struct exception_area *a = s->area;
	int r = read_area(s, a->number, err);

	for (a->used = 0; !r && a->used < a->epa && entry_at(a, a->used).new; a->used++)
		;
	/* what lies behind the end of the list must not come to be in it when the area is written again */
	memset(a->bytes + a->used * ENTRY_BYTES, 0, s->chunk_bytes - a->used * ENTRY_BYTES);
	if (!r && lvi_exceptions_reserve(out, a->used))
		return lvi_error_nomem(err);
	for (uint64_t i = 0; !r && i < a->used; i++)
		r = add_loaded(s, out, i, err);
	return r;
}

static int load_list(struct exception_store *s, struct exceptions *out, struct lvol_error *err)
{
	struct exception_area *a = s->area;
	int r = load_area(s, out, err);

	while (!r && a->used == a->epa) {
		a->number++;
		r = load_area(s, out, err);
	}
	if (!r && persistent_is_metadata(s, s->next_free))
		s->next_free++;
	return r;
}

static int persistent_load(struct exception_store *s, struct exceptions *out, struct lvol_error *err)
{
	bool is_new;
	int r = read_header(s, &is_new, err);

	if (!r)
		r = check_size(s, err);
	if (r)
		return r;
	s->area = calloc(1, sizeof *s->area + s->chunk_bytes);
	if (!s->area)
		return lvi_error_nomem(err);
	s->area->is_new = is_new;
	s->area->epa = s->chunk_bytes / ENTRY_BYTES;
	s->next_free = FIRST_DATA_CHUNK;
	return is_new || !s->valid ? 0 : load_list(s, out, err);
}

static void persistent_free(struct exception_store *s)
{
	free(s->area);
	s->area = NULL;
}

static int write_header(struct exception_store *s, bool valid, struct lvol_error *err)
{
	CLEANUP_FREE unsigned char *chunk = calloc(1, s->chunk_bytes);

	if (!chunk)
		return lvi_error_nomem(err);
	lvi_put_le32(chunk, SNAPSHOT_STORE_MAGIC);
	lvi_put_le32(chunk + 4, valid);
	lvi_put_le32(chunk + 8, VERSION);
	lvi_put_le32(chunk + 12, s->chunk_bytes >> LVI_SECTOR_SHIFT);
	return lvi_user_port_write(s->cow, chunk, s->chunk_bytes, 0, err);
}

static int zero_area(struct exception_store *s, uint64_t number, struct lvol_error *err)
{
	return lvi_user_port_zero(s->cow, s->chunk_bytes, area_chunk(s->area, number) * s->chunk_bytes, err);
}

/* The header last: without it the store is new, whatever was left in area 0. */
static int begin_store(struct exception_store *s, struct lvol_error *err)
{
	int r = zero_area(s, 0, err);

	if (!r)
		r = lvi_user_port_flush(s->cow, err);
	if (!r)
		r = write_header(s, true, err);
	if (!r)
		s->area->is_new = false;
	return r;
}

/* What comes before is durable first, then the area. */
static int write_area(struct exception_store *s, struct lvol_error *err)
{
	struct exception_area *a = s->area;
	int r = lvi_user_port_flush(s->cow, err);

	if (!r)
		r = lvi_user_port_write(s->cow, a->bytes, s->chunk_bytes, area_chunk(a, a->number) * s->chunk_bytes, err);
	return r ? r : lvi_user_port_flush(s->cow, err);
}

/* Fills the area with up to @count entries; returns how many there was room for. */
static size_t fill_area(struct exception_area *a, const struct exception *entries, size_t count)
{
	size_t n;

	for (n = 0; n < count && a->used < a->epa; n++)
		put_entry(a, a->used++, &entries[n]);
	return n;
}

static int next_area(struct exception_store *s, struct lvol_error *err)
{
	struct exception_area *a = s->area;
	int r = zero_area(s, a->number + 1, err);

	if (!r)
		r = write_area(s, err);
	if (r)
		return r;
	/* usage is asked for by others meanwhile */
	pthread_mutex_lock(&s->lock);
	a->number++;
	pthread_mutex_unlock(&s->lock);
	a->used = 0;
	memset(a->bytes, 0, s->chunk_bytes);
	return 0;
}

static int persistent_append(struct exception_store *s, const struct exception *entries, size_t count,
		struct lvol_error *err)
{
	struct exception_area *a = s->area;
	int r = a->is_new ? begin_store(s, err) : 0;

	while (!r && count) {
		size_t n = fill_area(a, entries, count);

		entries += n;
		count -= n;
		if (a->used == a->epa)
			r = next_area(s, err);
		else
			r = write_area(s, err);
	}
	return r;
}

static int persistent_invalidate(struct exception_store *s, struct lvol_error *err)
{
	int r = write_header(s, false, err);

	return r ? r : lvi_user_port_flush(s->cow, err);
}

static uint64_t persistent_metadata_chunks(const struct exception_store *s)
{
	return s->area->number + 2;
}

/* With merging the list ends in ever earlier areas. */
static int previous_area(struct exception_store *s, struct lvol_error *err)
{
	struct exception_area *a = s->area;
	int r = read_area(s, a->number - 1, err);

	if (r)
		return r;
	pthread_mutex_lock(&s->lock);
	a->number--;
	pthread_mutex_unlock(&s->lock);
	a->used = a->epa;
	return 0;
}

static int persistent_last_run(struct exception_store *s, struct exception *last, uint64_t *count,
		struct lvol_error *err)
{
	struct exception_area *a = s->area;
	struct exception e;
	uint64_t n;
	int r = a->used || !a->number ? 0 : previous_area(s, err);

	*count = 0;
	if (r || !a->used)
		return r;
	*last = entry_at(a, a->used - 1);
	for (n = 1; n < a->used; n++) {
		e = entry_at(a, a->used - 1 - n);
		if (e.old != last->old - n || e.new != last->new - n || e.old > last->old || e.new > last->new)
			break;
	}
	*count = n;
	return 0;
}

static int persistent_forget(struct exception_store *s, uint64_t count, struct lvol_error *err)
{
	struct exception_area *a = s->area;

	for (uint64_t i = 0; i < count; i++)
		put_entry(a, a->used - 1 - i, &(struct exception){ 0 });
	a->used -= count;
	pthread_mutex_lock(&s->lock);
	s->next_free = area_chunk(a, a->number) + a->used + 1;
	pthread_mutex_unlock(&s->lock);
	return write_area(s, err);
}

const struct exception_store_ops lvi_exception_store_persistent = {
	.type = "P",
	.load = persistent_load,
	.free = persistent_free,
	.is_metadata = persistent_is_metadata,
	.append = persistent_append,
	.invalidate = persistent_invalidate,
	.metadata_chunks = persistent_metadata_chunks,
	.last_run = persistent_last_run,
	.forget = persistent_forget,
};
