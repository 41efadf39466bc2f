/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What a journal has that may not be in its place: the sections behind the newest one, which are the oldest, around to
 * the newest. The numbers of commits that are there say which that is: of four at least one is not used.
 */
#include "backend/user/integrity.h"

#include <string.h>

#include "base/error.h"
#include "base/units.h"

#define SEQS 4
#define ID_OFFSET 504
#define ENTRY_SECTORS 8

static uint8_t before(uint8_t seq)
{
	return (seq + SEQS - 1) % SEQS;
}

static bool has_seq(const struct integrity *in, uint64_t section, uint64_t sector, uint8_t seq)
{
	return lvi_get_le64(lvi_journal_sector(in, section, sector) + ID_OFFSET) == lvi_journal_commit_id(section, sector,
			seq);
}

struct seen { bool used[SEQS]; uint64_t last_section[SEQS]; bool empty; };

static bool look_at_section(const struct integrity *in, uint64_t section, struct seen *seen)
{
	for (uint64_t s = 0; s < in->section_sectors; s++) {
		uint8_t seq = 0;

		while (seq < SEQS && !has_seq(in, section, s, seq))
			seq++;
		if (seq == SEQS)
			return false;
		seen->used[seq] = true;
		seen->last_section[seq] = section;
	}
	for (uint64_t i = 0; i < in->section_entries && seen->empty; i++)
		seen->empty = lvi_journal_is_unused(lvi_journal_entry(in, section * in->section_entries + i));
	return true;
}

/* The first of the numbers that are not used, behind those that are. */
static bool find_unused(const struct seen *seen, uint8_t *out)
{
	uint8_t seq = 0;

	if (!seen->used[SEQS - 1])
		for (seq = SEQS - 1; seq && !seen->used[seq - 1];)
			seq--;
	else
		while (seq < SEQS && seen->used[seq])
			seq++;
	*out = seq;
	return seq < SEQS;
}

static bool is_whole(const struct integrity *in, uint64_t section, uint8_t seq)
{
	for (uint64_t s = 0; s < in->section_sectors; s++)
		if (!has_seq(in, section, s, seq))
			return false;
	return true;
}

/* An entry goes to the map if it is one. */
static int add_entry(struct integrity *in, uint64_t entry, struct lvol_error *err)
{
	const uint8_t *e = lvi_journal_entry(in, entry);
	uint64_t sector = lvi_get_le64(e), size = in->options.tag_size, spb = in->options.block >> LVI_SECTOR_SHIFT;
	uint8_t digest[INTEGRITY_DIGEST_MAX], tag[INTEGRITY_TAG_MAX] = { 0 }, block[4096];
	struct exception x = { sector / spb, entry };

	if (lvi_journal_is_unused(e) || sector >= in->super.provided)
		return 0;
	if (sector % spb) {
		in->broken = "there is an entry that is no beginning of a block";
		return 0;
	}
	if (lvi_exceptions_reserve(&in->map, 1))
		return lvi_error_nomem(err);
	lvi_exceptions_remove(&in->map, x.old);
	lvi_exceptions_add(&in->map, &x);
	lvi_journal_find(in, x.old, block);
	if (lvi_integrity_hash(&in->hash, sector, block, in->options.block, digest))
		return lvi_error_nomem(err);
	memcpy(tag, digest, size < in->hash.size ? size : in->hash.size);
	if (memcmp(tag, e + 8 + 8 * spb, size))
		in->broken = "there is a block that does not fit its tag";
	return 0;
}

static int add_sections(struct integrity *in, uint64_t first, uint64_t count, struct lvol_error *err)
{
	int r = 0;

	for (uint64_t i = 0; i < count * in->section_entries && !r && !in->broken; i++)
		r = add_entry(in, (first * in->section_entries + i) % in->entries, err);
	return r;
}

int lvi_journal_replay(struct integrity *in, struct lvol_error *err)
{
	uint64_t sections = in->super.journal_sections, start, count, at;
	struct seen seen = { .empty = true };
	uint8_t unused, newest, want;
	int r;

	for (uint64_t i = 0; i < sections && !in->broken; i++)
		if (!look_at_section(in, i, &seen))
			in->broken = "there is a sector of no commit";
	if (!in->broken && !find_unused(&seen, &unused))
		in->broken = "there are sectors of too many commits";
	if (in->broken)
		return 0;
	newest = before(unused);
	want = before(newest);
	if (!seen.used[want] && seen.used[before(want)])
		seen.empty = true;
	start = seen.last_section[newest] + 1;
	if (start == sections) {
		start = 0;
		want = newest;
	}
	for (at = start, count = 0; count < sections && is_whole(in, at, want); count++)
		if (++at == sections) {
			at = 0;
			want = (want + 1) % SEQS;
		}
	r = seen.empty ? 0 : add_sections(in, start, count, err);
	in->first = start;
	in->clear_journal = count < sections || (in->options.mode != 'J' && !seen.empty);
	in->seq = in->clear_journal ? before(before(newest)) : want;
	return r;
}
