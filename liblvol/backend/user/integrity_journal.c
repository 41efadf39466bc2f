/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The journal: sections, each of 8 sectors with entries and then the blocks of these. An entry is the number of the
 * first sector (its high half all ones: unused), the last 8 bytes of each sector of the block, and the tag. In the
 * last 8 bytes of each sector of a section, data included, is the id of the commit: one of four numbers in turn, mixed
 * with the place. So a section that was cut off while it was written is known.
 *
 * Sections are used in a ring: free - being filled - committed - free. All that is committed and not yet in place is
 * found through the map. The number of the commit goes one further each time that the ring begins anew.
 */
#include "backend/user/integrity.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"
#include "base/units.h"

#define SECTOR 512
#define ID_OFFSET 504
#define ENTRY_SECTORS 8
#define SEQS 4
#define UNUSED UINT32_MAX
#define RUN_BYTES ((uint64_t)1 << 20)

uint64_t lvi_journal_commit_id(uint64_t section, uint64_t sector, uint8_t seq)
{
	return UINT64_C(0x1111111111111111) * (seq + 1) ^ (section << 32 ^ sector);
}

uint8_t *lvi_journal_sector(const struct integrity *in, uint64_t section, uint64_t sector)
{
	return in->journal + (section * in->section_sectors + sector) * SECTOR;
}

uint8_t *lvi_journal_entry(const struct integrity *in, uint64_t entry)
{
	uint64_t inside = entry % in->section_entries;

	return lvi_journal_sector(in, entry / in->section_entries, inside % ENTRY_SECTORS) +
		inside / ENTRY_SECTORS * in->entry_size;
}

bool lvi_journal_is_unused(const uint8_t *entry)
{
	return lvi_get_le32(entry + 4) == UNUSED;
}

static uint64_t sectors_per_block(const struct integrity *in)
{
	return UINT64_C(1) << in->super.log2_block;
}

static uint8_t *block_of(const struct integrity *in, uint64_t entry)
{
	return lvi_journal_sector(in, entry / in->section_entries,
			ENTRY_SECTORS + entry % in->section_entries * sectors_per_block(in));
}

/* A block as it was before ids were put into it. */
static void copy_block(const struct integrity *in, uint64_t entry, uint8_t *out)
{
	const uint8_t *e = lvi_journal_entry(in, entry);

	memcpy(out, block_of(in, entry), in->options.block);
	for (uint64_t s = 0; s < sectors_per_block(in); s++)
		memcpy(out + s * SECTOR + ID_OFFSET, e + 8 + s * 8, 8);
}

static uint64_t section_offset(const struct integrity *in, uint64_t section)
{
	return (in->options.start + INTEGRITY_SUPER_SECTORS + section * in->section_sectors) << LVI_SECTOR_SHIFT;
}

/* Sections with the ids of a commit in them; around the end of the ring it is the next one. */
static int write_sections(struct integrity *in, uint64_t first, uint64_t count, uint8_t seq, struct lvol_error *err)
{
	uint64_t bytes = in->section_sectors * SECTOR, n = in->super.journal_sections - first;
	int r;

	if (n > count)
		n = count;
	for (uint64_t i = first; i < first + n; i++)
		for (uint64_t s = 0; s < in->section_sectors; s++)
			lvi_put_le64(lvi_journal_sector(in, i, s) + ID_OFFSET, lvi_journal_commit_id(i, s, seq));
	r = lvi_user_port_write(in->meta, lvi_journal_sector(in, first, 0), n * bytes, section_offset(in, first), err);
	return r || n == count ? r : write_sections(in, 0, count - n, (seq + 1) % SEQS, err);
}

static void set_unused(struct integrity *in, uint64_t section)
{
	memset(lvi_journal_sector(in, section, 0), 0, in->section_sectors * SECTOR);
	for (uint64_t i = 0; i < in->section_entries; i++)
		lvi_put_le32(lvi_journal_entry(in, section * in->section_entries + i) + 4, UNUSED);
}

int lvi_journal_clear(struct integrity *in, uint64_t first, uint64_t count, uint8_t seq, struct lvol_error *err)
{
	int r;

	if (!count)
		return 0;
	for (uint64_t i = 0; i < count; i++)
		set_unused(in, (first + i) % in->super.journal_sections);
	/* the same commit on both sides of the end */
	if (first + count > in->super.journal_sections) {
		uint64_t n = in->super.journal_sections - first;

		r = write_sections(in, first, n, seq, err);
		if (!r)
			r = write_sections(in, 0, count - n, seq, err);
	} else {
		r = write_sections(in, first, count, seq, err);
	}
	return r ? r : lvi_user_port_flush(in->meta, err);
}

/* ---- reading ---- */

bool lvi_journal_find(const struct integrity *in, uint64_t block, void *buf)
{
	uint64_t entry;

	if (!lvi_exceptions_find(&in->map, block, &entry))
		return false;
	if (buf)
		copy_block(in, entry, buf);
	return true;
}

int lvi_journal_broken(const struct integrity *in, struct lvol_error *err)
{
	if (!in->broken)
		return 0;
	return lvi_error(err, LVOL_E_CORRUPT, in->device, "integrity %s: %s in the journal on %s", in->device, in->broken,
			in->meta->name);
}

int lvi_journal_load(struct integrity *in, struct lvol_error *err)
{
	uint64_t bytes = in->super.journal_sections * in->section_sectors * SECTOR;
	int r;

	in->journal = malloc(bytes);
	if (!in->journal)
		return lvi_error_nomem(err);
	if (in->format || in->super.flags & INTEGRITY_DIRTY_BITMAP) {
		/* what is there is no journal, but zeroes or bits */
		in->clear_journal = true;
		return 0;
	}
	r = lvi_user_port_read(in->meta, in->journal, bytes, section_offset(in, 0), err);
	return r ? r : lvi_journal_replay(in, err);
}

/* ---- writing; everything is held ---- */

static void set_entry(struct integrity *in, uint64_t entry, const uint8_t *data, uint64_t offset, const uint8_t *tag)
{
	uint8_t *e = lvi_journal_entry(in, entry), *block = block_of(in, entry);

	lvi_put_le64(e, offset >> LVI_SECTOR_SHIFT);
	memcpy(block, data, in->options.block);
	for (uint64_t s = 0; s < sectors_per_block(in); s++)
		memcpy(e + 8 + s * 8, data + s * SECTOR + ID_OFFSET, 8);
	memcpy(e + 8 + sectors_per_block(in) * 8, tag, in->options.tag_size);
}

static uint64_t next_entry(const struct integrity *in)
{
	return (in->first * in->section_entries + in->filled) % in->entries;
}

static int append(struct integrity *in, const uint8_t *data, uint64_t offset, struct lvol_error *err)
{
	uint64_t block = offset / in->options.block, size = in->options.tag_size;
	uint8_t digest[INTEGRITY_DIGEST_MAX], tag[INTEGRITY_TAG_MAX] = { 0 };
	struct exception e = { block, next_entry(in) };

	if (lvi_exceptions_reserve(&in->map, 1) || lvi_integrity_hash(&in->hash, offset >> LVI_SECTOR_SHIFT, data,
			in->options.block, digest))
		return lvi_error_nomem(err);
	memcpy(tag, digest, size < in->hash.size ? size : in->hash.size);
	if (!(in->filled % in->section_entries)) {
		set_unused(in, e.new / in->section_entries);
		in->used++;
	}
	in->filled++;
	set_entry(in, e.new, data, offset, tag);
	lvi_exceptions_remove(&in->map, block);
	lvi_exceptions_add(&in->map, &e);
	return 0;
}

int lvi_journal_append(struct integrity *in, const void *buf, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	const uint8_t *data = buf;
	int r = 0;

	for (; !r && len; data += in->options.block, offset += in->options.block, len -= in->options.block) {
		if (!(in->filled % in->section_entries) && in->used == in->super.journal_sections)
			r = lvi_journal_checkpoint(in, err);
		if (!r)
			r = append(in, data, offset, err);
	}
	return r;
}

/* The section that is being filled is committed as it is. */
int lvi_journal_commit(struct integrity *in, struct lvol_error *err)
{
	uint64_t sections = in->super.journal_sections, count = lvi_div_up(in->filled, in->section_entries);
	int r;

	if (!count)
		return 0;
	in->wrote_journal = true;
	r = write_sections(in, in->first, count, in->seq, err);
	if (!r)
		r = lvi_user_port_flush(in->meta, err);
	if (r)
		return r;
	if (in->first + count >= sections)
		in->seq = (in->seq + 1) % SEQS;
	in->first = (in->first + count) % sections;
	in->filled = 0;
	return 0;
}

static int by_block(const void *a, const void *b)
{
	const struct exception *x = a, *y = b;

	return (x->old > y->old) - (x->old < y->old);
}

/* What the map has, in the order of blocks. */
static struct exception *sorted(const struct integrity *in)
{
	struct exception *list = malloc((in->map.count + 1) * sizeof *list);
	size_t n = 0;

	for (size_t i = 0; list && i < in->map.size; i++)
		if (in->map.slots[i].new)
			list[n++] = (struct exception){ in->map.slots[i].old, in->map.slots[i].new - 1 };
	if (list)
		qsort(list, n, sizeof *list, by_block);
	return list;
}

static int write_in_place(struct integrity *in, const struct exception *list, size_t count, struct lvol_error *err)
{
	uint64_t block = in->options.block, most = RUN_BYTES / block, n;
	CLEANUP_FREE uint8_t *buf = malloc(RUN_BYTES);
	int r = buf ? 0 : lvi_error_nomem(err);

	for (; !r && count; list += n, count -= n) {
		for (n = 0; n < count && n < most && list[n].old == list[0].old + n; n++)
			copy_block(in, list[n].new, buf + n * block);
		r = lvi_integrity_write_place(in, buf, n * block, list[0].old * block, err);
	}
	return r ? r : lvi_integrity_flush_ports(in, err);
}

/* Until all of it has been done, the journal stays as it is. */
int lvi_journal_checkpoint(struct integrity *in, struct lvol_error *err)
{
	CLEANUP_FREE struct exception *list = NULL;
	int r = lvi_journal_commit(in, err);

	if (r)
		return r;
	if (in->map.count) {
		list = sorted(in);
		r = list ? write_in_place(in, list, in->map.count, err) : lvi_error_nomem(err);
	}
	if (r)
		return r;
	lvi_exceptions_free(&in->map);
	in->used = 0;
	return 0;
}

/* In the order of the kernel's: what a crash leaves on the way is understood. */
static int clear_all(struct integrity *in, struct lvol_error *err)
{
	uint64_t n = in->super.journal_sections, at = in->first;
	int r = lvi_journal_clear(in, at, 1, in->seq, err);

	if (!r && n > 2)
		r = lvi_journal_clear(in, (at + 1) % n, n - 2, in->seq, err);
	if (!r && n > 1)
		r = lvi_journal_clear(in, (at + n - 1) % n, 1, in->seq, err);
	if (r)
		return r;
	in->first = 0;
	in->seq = (in->seq + 1) % SEQS;
	in->clear_journal = false;
	return 0;
}

int lvi_journal_prepare(struct integrity *in, struct lvol_error *err)
{
	int r = lvi_journal_checkpoint(in, err);

	if (!r && in->clear_journal && in->options.mode == 'J')
		r = clear_all(in, err);
	return r;
}

/* Nothing is left to be replayed. */
int lvi_journal_stop(struct integrity *in, struct lvol_error *err)
{
	int r = lvi_journal_checkpoint(in, err);
	uint64_t first = in->first;

	if (r || !in->wrote_journal)
		return r;
	r = lvi_journal_clear(in, first, in->super.journal_sections - first, in->seq, err);
	if (!r)
		r = lvi_journal_clear(in, 0, first, (in->seq + 1) % SEQS, err);
	if (!r)
		in->wrote_journal = false;
	return r;
}
