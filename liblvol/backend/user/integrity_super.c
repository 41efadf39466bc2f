/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The superblock, and where everything lies. The kernel's choices for a new one are taken from its behaviour. */
#include <inttypes.h>
#include <string.h>

#include "backend/user/integrity.h"
#include "base/error.h"
#include "base/units.h"

#define MAGIC "integrt"              /* with the zero behind it */
#define VERSION_MAX 5                /* 6 is for tags that the disk itself keeps */
#define SECTOR 512
#define SUPER_BYTES (INTEGRITY_SUPER_SECTORS * SECTOR)
#define ENTRY_ROUND 8
#define SECTOR_ROOM 504              /* bytes of entries in a sector of the journal */
#define ENTRY_SECTORS 8              /* with entries, in a section */
#define PADDING_SECTORS 8
#define JOURNAL_SECTORS_MAX 131072
#define JOURNAL_PART 7               /* of the data: one 2^7th */
#define INTERLEAVE_DEFAULT 32768
#define INTERLEAVE_MIN 3             /* log2 */
#define INTERLEAVE_MAX 31
#define BUFFER_MIN 3                 /* log2, sectors */
#define BUFFER_MAX 22
#define REGION_MAX 53                /* log2, sectors */
/* A limit of ours, of a journal in memory: 1 GiB. */
#define JOURNAL_BYTES_MAX ((uint64_t)1 << 30)

static unsigned log2_of(uint64_t v)
{
	return v ? 63 - __builtin_clzll(v) : 0;
}

static int corrupt(const struct integrity *in, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_CORRUPT, in->device, "integrity %s: %s (superblock on %s)", in->device, what,
			in->meta->name);
}

static uint64_t sectors_of(const struct user_port *port)
{
	return port->size >> LVI_SECTOR_SHIFT;
}

static void set_section(struct integrity *in)
{
	uint64_t spb = UINT64_C(1) << in->super.log2_block;

	in->entry_size = lvi_round_up(8 + 8 * spb + in->options.tag_size, ENTRY_ROUND);
	in->section_entries = SECTOR_ROOM / in->entry_size * ENTRY_SECTORS;
	in->section_sectors = in->section_entries * spb + ENTRY_SECTORS;
}

static bool tags_fit(const struct integrity *in, unsigned log2_buffer)
{
	uint64_t bytes = (in->super.provided >> in->super.log2_block) * in->options.tag_size;
	uint64_t sectors = lvi_round_up(bytes, (uint64_t)SECTOR << log2_buffer) >> LVI_SECTOR_SHIFT;

	return in->options.start + in->initial_sectors + sectors <= sectors_of(in->meta);
}

static uint64_t data_sector(const struct integrity *in, uint64_t sector)
{
	uint64_t area = sector >> in->super.log2_interleave;

	return sector + (area + 1) * in->run_sectors + in->initial_sectors + in->options.start;
}

/* Whether journal and tags, or all of it, have room. */
static bool fits(struct integrity *in, unsigned log2_buffer)
{
	uint64_t pad = in->super.flags & INTEGRITY_FIXED_PADDING ? PADDING_SECTORS << LVI_SECTOR_SHIFT :
		1 << LVI_SECTOR_SHIFT << PADDING_SECTORS, initial;

	set_section(in);
	initial = INTEGRITY_SUPER_SECTORS + in->section_sectors * in->super.journal_sections;
	if (initial + PADDING_SECTORS >= sectors_of(in->meta) || initial > UINT32_MAX)
		return false;
	in->initial_sectors = initial;
	in->run_sectors = 0;
	if (in->separate)
		return tags_fit(in, log2_buffer);
	in->run_sectors = lvi_round_up(in->options.tag_size << (in->super.log2_interleave - in->super.log2_block), pad) >>
		LVI_SECTOR_SHIFT;
	return data_sector(in, in->super.provided - 1) < sectors_of(in->meta);
}

static bool fits_some_buffer(struct integrity *in)
{
	unsigned log2 = log2_of(in->options.buffer_sectors);

	for (log2 = log2 > BUFFER_MAX ? BUFFER_MAX : log2;; log2--) {
		if (fits(in, log2))
			return true;
		if (!in->separate || log2 <= BUFFER_MIN)
			return false;
	}
}

/* On one device as much as there is room for; on two as much as there is data. */
static void set_provided(struct integrity *in)
{
	struct integrity_super *s = &in->super;

	if (in->separate) {
		s->provided = lvi_round_down(sectors_of(in->data), in->options.block / SECTOR);
		return;
	}
	s->provided = 0;
	for (int bit = log2_of(sectors_of(in->meta)); bit >= 3; bit--) {
		s->provided |= UINT64_C(1) << bit;
		if (!fits(in, 0))
			s->provided -= UINT64_C(1) << bit;
	}
}

static uint64_t journal_sectors(const struct integrity *in)
{
	uint64_t n = sectors_of(in->data) >> JOURNAL_PART;

	if (in->options.journal_sectors)
		return in->options.journal_sectors;
	return n < JOURNAL_SECTORS_MAX ? n : JOURNAL_SECTORS_MAX;
}

static void set_interleave(struct integrity *in)
{
	unsigned log2 = log2_of(in->options.interleave_sectors ? in->options.interleave_sectors : INTERLEAVE_DEFAULT);

	in->super.log2_interleave = log2 < INTERLEAVE_MIN ? INTERLEAVE_MIN : log2 > INTERLEAVE_MAX ? INTERLEAVE_MAX : log2;
	if (in->options.fix_padding)
		in->super.flags |= INTEGRITY_FIXED_PADDING;
}

/* As many sections as fit, and are wanted. */
static bool set_sections(struct integrity *in, uint32_t wanted)
{
	unsigned log2 = log2_of(in->options.buffer_sectors);

	for (log2 = log2 > BUFFER_MAX ? BUFFER_MAX : log2;; log2--) {
		in->super.journal_sections = 0;
		for (int bit = log2_of(wanted); bit >= 0; bit--) {
			uint32_t before = in->super.journal_sections;

			in->super.journal_sections |= UINT32_C(1) << bit;
			if (in->super.journal_sections > wanted || !fits(in, log2))
				in->super.journal_sections = before;
		}
		if (in->super.journal_sections || log2 <= BUFFER_MIN)
			return in->super.journal_sections;
	}
}

static int new_super(struct integrity *in, struct lvol_error *err)
{
	uint64_t wanted;
	bool fit;

	in->format = true;
	in->super = (struct integrity_super){ .log2_block = log2_of(in->options.block / SECTOR) };
	set_section(in);
	wanted = journal_sectors(in) / in->section_sectors;
	wanted = wanted ? wanted : 1;
	if (in->separate) {
		set_provided(in);
		fit = in->super.provided && set_sections(in, wanted);
	} else {
		in->super.journal_sections = wanted;
		set_interleave(in);
		set_provided(in);
		fit = in->super.provided;
	}
	return fit ? 0 : lvi_error(err, LVOL_E_CORRUPT, in->device, "integrity %s: %s is too small for a journal and tags",
			in->device, in->meta->name);
}

static int check_super(const struct integrity *in, const uint8_t *disk, struct lvol_error *err)
{
	const struct integrity_super *s = &in->super;

	if (!disk[8] || disk[8] > VERSION_MAX)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, in->device, "integrity %s: the superblock on %s is of version %u, "
				"and only 1 to %d are known", in->device, in->meta->name, disk[8], VERSION_MAX);
	if (s->flags & (INTEGRITY_JOURNAL_MAC | INTEGRITY_FIXED_HMAC | INTEGRITY_INLINE))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, in->device, "integrity %s: the superblock on %s asks for keys of "
				"the journal or tags that the disk keeps (flags %" PRIx32 "), which only the kernel can do", in->device,
				in->meta->name, s->flags);
	if (lvi_get_le16(disk + 10) != in->options.tag_size)
		return corrupt(in, "tags are of another size than its table says", err);
	if (s->log2_block != log2_of(in->options.block / SECTOR))
		return corrupt(in, "blocks are of another size than its table says", err);
	if (!s->journal_sections)
		return corrupt(in, "there are no sections of the journal", err);
	if (in->separate ? s->log2_interleave : s->log2_interleave < INTERLEAVE_MIN || s->log2_interleave > INTERLEAVE_MAX)
		return corrupt(in, "runs of tags and data have a length that cannot be", err);
	return 0;
}

static int known_super(struct integrity *in, const uint8_t *disk, struct lvol_error *err)
{
	struct integrity_super *s = &in->super;

	s->log2_interleave = disk[9];
	s->journal_sections = lvi_get_le32(disk + 12);
	s->flags = lvi_get_le32(disk + 24);
	s->log2_block = disk[28];
	s->log2_bit = disk[29];
	s->recalc = lvi_get_le64(disk + 32);
	memcpy(s->salt, disk + 48, sizeof s->salt);
	return check_super(in, disk, err);
}

/* Regions grow until there is a bit for each in the room of the journal. */
static void set_regions(struct integrity *in)
{
	uint64_t bits = in->section_sectors * in->super.journal_sections * SECTOR * 8;
	unsigned log2 = log2_of(in->options.sectors_per_bit);

	log2 = log2 > REGION_MAX ? REGION_MAX : log2;
	if (log2 < in->super.log2_block)
		log2 = in->super.log2_block;
	if (bits > UINT32_MAX)
		bits = UINT32_MAX;
	while (bits < lvi_div_up(in->super.provided, UINT64_C(1) << log2))
		log2++;
	in->log2_bit = log2 - in->super.log2_block;
	in->bitmap_bytes = lvi_round_up(lvi_div_up(lvi_div_up(in->super.provided, UINT64_C(1) << log2), 8),
			INTEGRITY_BITMAP_BLOCK);
}

static int set_geometry(struct integrity *in, struct lvol_error *err)
{
	struct integrity_super *s = &in->super;

	set_provided(in);
	if (!s->provided || !fits_some_buffer(in))
		return lvi_error(err, LVOL_E_CORRUPT, in->device, "integrity %s: %s is too small for the journal and the tags "
				"of its superblock", in->device, in->meta->name);
	if (in->live->length > lvi_integrity_provided_bytes(in))
		return lvi_error(err, LVOL_E_CORRUPT, in->device, "integrity %s needs %" PRIu64 " bytes, and there are tags "
				"for %" PRIu64 " only", in->device, in->live->length, lvi_integrity_provided_bytes(in));
	if (in->section_sectors * s->journal_sections * SECTOR > JOURNAL_BYTES_MAX)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, in->device, "integrity %s: the journal on %s has more than %" PRIu64
				" bytes", in->device, in->meta->name, JOURNAL_BYTES_MAX);
	set_regions(in);
	if (in->format)
		s->log2_bit = in->log2_bit;
	in->entries = in->section_entries * s->journal_sections;
	if ((in->options.recalculate && !(s->flags & INTEGRITY_RECALCULATING)) || in->options.reset_recalculate) {
		s->flags |= INTEGRITY_RECALCULATING;
		s->recalc = 0;
	}
	if (s->recalc > s->provided)
		s->recalc = s->provided;
	return 0;
}

int lvi_integrity_load_super(struct integrity *in, struct lvol_error *err)
{
	static const uint8_t zeroes[SUPER_BYTES];
	uint8_t disk[SUPER_BYTES];
	int r = lvi_user_port_read(in->meta, disk, sizeof disk, in->options.start << LVI_SECTOR_SHIFT, err);

	if (r)
		return r;
	if (!memcmp(disk, MAGIC, 8))
		r = known_super(in, disk, err);
	else if (!memcmp(disk, zeroes, sizeof disk))
		r = new_super(in, err);
	else
		r = lvi_error(err, LVOL_E_CORRUPT, in->device, "integrity %s: there is neither a superblock nor zeroes on %s",
				in->device, in->meta->name);
	return r ? r : set_geometry(in, err);
}

static unsigned version(const struct integrity *in)
{
	if (in->super.flags & INTEGRITY_FIXED_PADDING)
		return 4;
	if (in->options.mode == 'B' || in->super.flags & INTEGRITY_DIRTY_BITMAP)
		return 3;
	return in->separate || in->super.flags & INTEGRITY_RECALCULATING ? 2 : 1;
}

int lvi_integrity_write_super(struct integrity *in, struct lvol_error *err)
{
	const struct integrity_super *s = &in->super;
	uint8_t disk[SECTOR] = MAGIC;
	int r;

	disk[8] = version(in);
	disk[9] = s->log2_interleave;
	lvi_put_le16(disk + 10, in->options.tag_size);
	lvi_put_le32(disk + 12, s->journal_sections);
	lvi_put_le64(disk + 16, s->provided);
	lvi_put_le32(disk + 24, s->flags);
	disk[28] = s->log2_block;
	disk[29] = s->log2_bit;
	lvi_put_le64(disk + 32, s->recalc);
	memcpy(disk + 48, s->salt, sizeof s->salt);
	r = lvi_user_port_write(in->meta, disk, sizeof disk, in->options.start << LVI_SECTOR_SHIFT, err);
	return r ? r : lvi_user_port_flush(in->meta, err);
}

struct integrity_run lvi_integrity_run(const struct integrity *in, uint64_t offset, uint64_t len)
{
	uint64_t tags = (in->options.start + in->initial_sectors) << LVI_SECTOR_SHIFT, area, inside;
	struct integrity_run run = { .data = offset, .len = len };

	if (in->separate) {
		run.tags = tags + offset / in->options.block * in->options.tag_size;
		return run;
	}
	area = offset >> LVI_SECTOR_SHIFT >> in->super.log2_interleave;
	inside = offset - (area << in->super.log2_interleave << LVI_SECTOR_SHIFT);
	run.data = (data_sector(in, offset >> LVI_SECTOR_SHIFT)) << LVI_SECTOR_SHIFT;
	run.tags = tags + (((area << in->super.log2_interleave) + area * in->run_sectors) << LVI_SECTOR_SHIFT) +
		inside / in->options.block * in->options.tag_size;
	if (run.len > (UINT64_C(512) << in->super.log2_interleave) - inside)
		run.len = (UINT64_C(512) << in->super.log2_interleave) - inside;
	return run;
}
