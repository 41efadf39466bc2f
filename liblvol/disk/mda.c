/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A metadata area: one sector of header, and behind it, to the end of the area, a ring that holds metadata texts.
 *
 *   512            committed text               new text                  size
 *    |  old texts  |############|..up to 512 ...|############|zeroes|......|
 *
 * Rules of the ring, which are lvm2's (see docs/on-disk-format.md):
 * - Positions count from the start of the area; the ring is 512 .. size - 1, where size is the header's own word.
 * - A new text starts at the first multiple of 512 behind the committed one; at 512 if less than 512 bytes would be
 *   left before the end, and if there is no committed text, or the area was ignored: nothing is trusted then.
 * - A text that reaches the end goes on at 512. What remains of its last 512 bytes is filled with zeroes.
 * - No text is longer than half of the ring less 512 bytes, so that the new one never touches the committed one.
 *   Old releases did not keep to that; hence ring_overlaps().
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/bytes.h"
#include "base/cleanup.h"
#include "base/crc.h"
#include "base/error.h"
#include "disk/mda.h"

#define ALIGN 512
#define CRC_START offsetof(struct disk_mda_header, magic)

static bool locn_fits(uint64_t area, const struct raw_locn *l)
{
	return l->offset >= MDA_HEADER_BYTES && l->offset < area && l->size && l->size <= area - MDA_HEADER_BYTES &&
		l->size <= UINT32_MAX;
}

static struct raw_locn get_locn(const uint8_t *p)
{
	struct raw_locn l = {
		.offset = lvi_get_le64(p + offsetof(struct disk_raw_locn, offset)),
		.size = lvi_get_le64(p + offsetof(struct disk_raw_locn, size)),
		.crc = lvi_get_le32(p + offsetof(struct disk_raw_locn, crc)),
		.flags = lvi_get_le32(p + offsetof(struct disk_raw_locn, flags)),
	};

	return l;
}

static void put_locn(uint8_t *p, const struct raw_locn *l)
{
	lvi_put_le64(p + offsetof(struct disk_raw_locn, offset), l->offset);
	lvi_put_le64(p + offsetof(struct disk_raw_locn, size), l->size);
	lvi_put_le32(p + offsetof(struct disk_raw_locn, crc), l->crc);
	lvi_put_le32(p + offsetof(struct disk_raw_locn, flags), l->flags);
}

static void forget_text(struct raw_locn *l)
{
	*l = (struct raw_locn){ .flags = l->flags };
}

static int check_frame(const uint8_t *sector, uint64_t start, uint64_t limit, struct lvol_error *err)
{
	uint64_t says = lvi_get_le64(sector + offsetof(struct disk_mda_header, start));
	uint64_t size = lvi_get_le64(sector + offsetof(struct disk_mda_header, size));
	uint32_t version = lvi_get_le32(sector + offsetof(struct disk_mda_header, version));

	if (memcmp(sector + offsetof(struct disk_mda_header, magic), MDA_MAGIC, sizeof MDA_MAGIC - 1))
		return lvi_error(err, LVOL_E_CORRUPT, NULL,
				"no metadata area header at %" PRIu64 ": the magic is not there", start);
	if (lvi_get_le32(sector) != lvi_crc_lvm(LVI_CRC_LVM_SEED, sector + CRC_START, MDA_HEADER_BYTES - CRC_START))
		return lvi_error(err, LVOL_E_CORRUPT, NULL,
				"metadata area header at %" PRIu64 " has a wrong checksum", start);
	if (version != MDA_VERSION)
		return lvi_error(err, LVOL_E_CORRUPT, NULL, "metadata area header at %" PRIu64 " has unknown version %u",
				start, version);
	if (says != start)
		return lvi_error(err, LVOL_E_CORRUPT, NULL,
				"metadata area header at %" PRIu64 " says that it is at %" PRIu64, start, says);
	if (size < MDA_HEADER_BYTES || start > limit || size > limit - start)
		return lvi_error(err, LVOL_E_CORRUPT, NULL, "metadata area at %" PRIu64 " says that it has %" PRIu64
				" bytes, of a device of %" PRIu64, start, size, limit);
	return 0;
}

int lvi_mda_parse(const uint8_t sector[MDA_HEADER_BYTES], uint64_t start, uint64_t limit, struct mda_header *out,
		struct lvol_error *err)
{
	int r = check_frame(sector, start, limit, err);
	struct mda_header h = { .start = start };

	if (r)
		return r;
	h.size = lvi_get_le64(sector + offsetof(struct disk_mda_header, size));
	h.committed = get_locn(sector + offsetof(struct disk_mda_header, slots));
	h.precommitted = get_locn(sector + offsetof(struct disk_mda_header, slots) + sizeof(struct disk_raw_locn));
	/* Of an ignored area the flag counts and nothing else; what a dead transaction precommitted is no news either. */
	if (!h.committed.offset || (lvi_mda_ignored(&h) && !locn_fits(h.size, &h.committed)))
		forget_text(&h.committed);
	if (!locn_fits(h.size, &h.precommitted))
		forget_text(&h.precommitted);
	if (h.committed.offset && !locn_fits(h.size, &h.committed))
		return lvi_error(err, LVOL_E_CORRUPT, NULL, "metadata area at %" PRIu64 " of %" PRIu64
				" bytes points to a text of %" PRIu64 " bytes at %" PRIu64, start, h.size,
				h.committed.size, h.committed.offset);
	*out = h;
	return 0;
}

void lvi_mda_format(const struct mda_header *h, uint8_t sector[MDA_HEADER_BYTES])
{
	uint8_t *slots = sector + offsetof(struct disk_mda_header, slots);

	memset(sector, 0, MDA_HEADER_BYTES);
	memcpy(sector + offsetof(struct disk_mda_header, magic), MDA_MAGIC, sizeof MDA_MAGIC - 1);
	lvi_put_le32(sector + offsetof(struct disk_mda_header, version), MDA_VERSION);
	lvi_put_le64(sector + offsetof(struct disk_mda_header, start), h->start);
	lvi_put_le64(sector + offsetof(struct disk_mda_header, size), h->size);
	put_locn(slots, &h->committed);
	put_locn(slots + sizeof(struct disk_raw_locn), &h->precommitted);
	lvi_put_le32(sector, lvi_crc_lvm(LVI_CRC_LVM_SEED, sector + CRC_START, MDA_HEADER_BYTES - CRC_START));
}

uint64_t lvi_mda_max_text(const struct mda_header *h)
{
	uint64_t half = h->size < MDA_HEADER_BYTES ? 0 : (h->size - MDA_HEADER_BYTES) / 2, max;

	max = half > ALIGN ? half - ALIGN : 0;
	return max > UINT32_MAX ? UINT32_MAX : max;
}

/* Where the bytes of a text of @size at @offset go: @first from there on, then @second from the start of the ring. */
struct ring_parts { uint64_t first, second; };

static struct ring_parts ring_split(const struct mda_header *h, uint64_t offset, uint64_t size)
{
	struct ring_parts p = { .first = size };

	if (size > h->size - offset) {
		p.first = h->size - offset;
		p.second = size - p.first;
	}
	return p;
}

/* The same with the zeroes to the next 512, which never go past the end of the area. */
static struct ring_parts ring_fill(const struct mda_header *h, uint64_t offset, uint64_t size)
{
	struct ring_parts p = ring_split(h, offset, size);
	uint64_t room = h->size - (p.second ? MDA_HEADER_BYTES : offset);

	if (p.second)
		p.second = lvi_round_up(p.second, ALIGN) < room ? lvi_round_up(p.second, ALIGN) : room;
	else
		p.first = lvi_round_up(offset + p.first, ALIGN) - offset < room ?
			lvi_round_up(offset + p.first, ALIGN) - offset : room;
	return p;
}

static uint64_t place_after(const struct mda_header *h, const struct raw_locn *old)
{
	struct ring_parts p = ring_split(h, old->offset, old->size);
	uint64_t last = p.second ? MDA_HEADER_BYTES + p.second - 1 : old->offset + p.first - 1, next;

	if (h->size - last < ALIGN)
		return MDA_HEADER_BYTES;
	next = lvi_round_up(last + 1, ALIGN);
	return next > h->size - ALIGN ? MDA_HEADER_BYTES : next;
}

static bool ring_overlaps(const struct mda_header *h, const struct raw_locn *old, uint64_t offset, uint64_t size)
{
	struct ring_parts p = ring_fill(h, offset, size);
	uint64_t ring = h->size - MDA_HEADER_BYTES;
	uint64_t ahead = offset >= old->offset ? offset - old->offset : ring - (old->offset - offset);

	/* the old one reaches into the new, or the new one comes round to the old */
	return ahead < old->size || (ahead && ring - ahead < p.first + p.second);
}

int lvi_mda_place(const struct mda_header *h, uint64_t size, uint64_t *offset, struct lvol_error *err)
{
	uint64_t max = lvi_mda_max_text(h), at = MDA_HEADER_BYTES;

	if (!size)
		return lvi_error(err, LVOL_E_INVALID, NULL, "a metadata text has at least its NUL");
	if (size > max)
		return lvi_error(err, LVOL_E_NO_SPACE, NULL, "metadata of %" PRIu64 " bytes is longer than the %" PRIu64
				" that the metadata area at %" PRIu64 " takes; remove LVs, or use PVs with larger areas",
				size, max, h->start);
	if (lvi_mda_empty(h) || lvi_mda_ignored(h)) {
		*offset = at;
		return 0;
	}
	if (!locn_fits(h->size, &h->committed))
		return lvi_error(err, LVOL_E_CORRUPT, NULL,
				"the committed metadata does not lie in the area at %" PRIu64, h->start);
	at = place_after(h, &h->committed);
	if (ring_overlaps(h, &h->committed, at, size))
		return lvi_error(err, LVOL_E_NO_SPACE, NULL, "metadata of %" PRIu64 " bytes does not fit beside %" PRIu64
				" committed bytes in the metadata area at %" PRIu64 " of %" PRIu64 " bytes",
				size, h->committed.size, h->start, h->size);
	*offset = at;
	return 0;
}

int lvi_mda_read_header(struct lvol_dev *dev, uint64_t start, struct mda_header *out, struct lvol_error *err)
{
	uint8_t sector[MDA_HEADER_BYTES];
	int r = lvi_dev_read(dev, sector, sizeof sector, start, err);

	if (r)
		return lvi_error_prefix(err, r, "reading a metadata area");
	r = lvi_mda_parse(sector, start, dev->size, out, err);
	if (r && err)
		snprintf(err->subject, sizeof err->subject, "%s", dev->name);
	return r ? lvi_error_prefix(err, r, "%s", dev->name) : 0;
}

int lvi_mda_read_header_in(struct lvol_dev *dev, uint64_t start, uint64_t room, struct mda_header *out,
		struct lvol_error *err)
{
	struct mda_header h;
	int r = lvi_mda_read_header(dev, start, &h, err);

	if (!r && h.size > room)
		r = lvi_error(err, LVOL_E_CORRUPT, dev->name, "%s: metadata area at %" PRIu64 " says that it has %" PRIu64
				" bytes, but the label gives it %" PRIu64, dev->name, start, h.size, room);
	if (!r)
		*out = h;
	return r;
}

int lvi_mda_write_header(struct lvol_dev *dev, const struct mda_header *h, struct lvol_error *err)
{
	uint8_t sector[MDA_HEADER_BYTES];
	int r;

	lvi_mda_format(h, sector);
	r = lvi_dev_write(dev, sector, sizeof sector, h->start, err);
	return r ? lvi_error_prefix(err, r, "writing the metadata area header of %s", dev->name) : 0;
}

static int read_parts(struct lvol_dev *dev, const struct mda_header *h, const struct raw_locn *locn, char *text,
		struct lvol_error *err)
{
	struct ring_parts p = ring_split(h, locn->offset, locn->size);
	int r = lvi_dev_read(dev, text, p.first, h->start + locn->offset, err);

	if (!r && p.second)
		r = lvi_dev_read(dev, text + p.first, p.second, h->start + MDA_HEADER_BYTES, err);
	return r ? lvi_error_prefix(err, r, "reading metadata") : 0;
}

/* Header and place may come from anywhere: nothing is added up here before it is known to lie in the device. */
static int check_place(struct lvol_dev *dev, const struct mda_header *h, const struct raw_locn *locn,
		struct lvol_error *err)
{
	if (h->start <= dev->size && h->size >= MDA_HEADER_BYTES && h->size <= dev->size - h->start &&
	    locn_fits(h->size, locn))
		return 0;
	return lvi_error(err, LVOL_E_CORRUPT, dev->name, "%" PRIu64 " bytes of metadata at %" PRIu64
			" do not lie in the metadata area of %s (%" PRIu64 " bytes at %" PRIu64 ")",
			locn->size, locn->offset, dev->name, h->size, h->start);
}

int lvi_mda_read_text(struct lvol_dev *dev, const struct mda_header *h, const struct raw_locn *locn, char **text,
		struct lvol_error *err)
{
	CLEANUP_FREE char *buf = NULL;
	int r = check_place(dev, h, locn, err);

	if (r)
		return r;
	buf = malloc(locn->size + 1);
	if (!buf)
		return lvi_error_nomem(err);
	r = read_parts(dev, h, locn, buf, err);
	if (r)
		return r;
	if (lvi_crc_lvm(LVI_CRC_LVM_SEED, buf, locn->size) != locn->crc)
		return lvi_error(err, LVOL_E_CORRUPT, dev->name, "metadata on %s (%" PRIu64 " bytes at %" PRIu64
				" of the area at %" PRIu64 ") has a wrong checksum", dev->name, locn->size, locn->offset,
				h->start);
	buf[locn->size] = 0;
	*text = STEAL(buf);
	return 0;
}

/* The text with its zeroes in one buffer, so that each part goes out in one write of whole sectors. */
static int write_parts(struct lvol_dev *dev, const struct mda_header *h, const struct raw_locn *locn, const char *text,
		struct lvol_error *err)
{
	struct ring_parts p = ring_fill(h, locn->offset, locn->size);
	CLEANUP_FREE void *buf = NULL;
	int r;

	if (posix_memalign(&buf, 4096, p.first + p.second)) {
		buf = NULL;
		return lvi_error_nomem(err);
	}
	memcpy(buf, text, locn->size);
	memset((char *)buf + locn->size, 0, p.first + p.second - locn->size);
	r = lvi_dev_write(dev, buf, p.first, h->start + locn->offset, err);
	if (!r && p.second)
		r = lvi_dev_write(dev, (char *)buf + p.first, p.second, h->start + MDA_HEADER_BYTES, err);
	return r ? lvi_error_prefix(err, r, "writing metadata") : 0;
}

int lvi_mda_write_text(struct lvol_dev *dev, const struct mda_header *h, const char *text, struct raw_locn *locn,
		struct lvol_error *err)
{
	int r = check_place(dev, h, locn, err);

	if (r)
		return r;
	locn->crc = lvi_crc_lvm(LVI_CRC_LVM_SEED, text, locn->size);
	return write_parts(dev, h, locn, text, err);
}
