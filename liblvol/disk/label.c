/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The label of a PV: one sector of the first four, which holds the PV header.
 *
 * LVM2 takes the first sector that says LABELONE, knows its own number, has the right checksum and is of type
 * "LVM2 001". Which one that is, is decided before the header in it is looked at; so a header that makes no sense is
 * not passed over in favour of a later label, because lvm2 would not do so either.
 *
 * The header is a chain of lists, each ended by an entry of offset 0, and only a walk finds what follows. A reader of
 * bytes that anybody may have written: struct cursor never passes the end of the sector.
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "base/error.h"
#include "disk/label.h"

#define SECTOR 512
#define CRC_START offsetof(struct disk_label, offset)

struct cursor {
	const uint8_t *sector;
	size_t at;
};

static bool has_id(const uint8_t *sector)
{
	return !memcmp(sector, LABEL_ID, sizeof LABEL_ID - 1);
}

static bool has_type(const uint8_t *sector)
{
	return !memcmp(sector + offsetof(struct disk_label, type), LABEL_TYPE, sizeof LABEL_TYPE - 1);
}

/* NULL: this is a label as lvm2 takes it; else what is wrong. */
static const char *check_label(const uint8_t *sector, unsigned number)
{
	if (lvi_get_le64(sector + offsetof(struct disk_label, sector)) != number)
		return "its sector number is not where it lies";
	if (lvi_get_le32(sector + offsetof(struct disk_label, crc)) !=
	    lvi_crc_lvm(LVI_CRC_LVM_SEED, sector + CRC_START, SECTOR - CRC_START))
		return "its checksum is wrong";
	if (!has_type(sector))
		return "its type is not \"" LABEL_TYPE "\"";
	return NULL;
}

static const char *read_list(struct cursor *c, struct disk_area *areas, unsigned max, unsigned *count)
{
	struct disk_area a;

	for (*count = 0;;) {
		if (c->at > SECTOR - sizeof(struct disk_locn))
			return "a list of areas runs out of the sector";
		a.offset = lvi_get_le64(c->sector + c->at + offsetof(struct disk_locn, offset));
		a.size = lvi_get_le64(c->sector + c->at + offsetof(struct disk_locn, size));
		c->at += sizeof(struct disk_locn);
		if (!a.offset)
			return NULL;
		if (*count == max)
			return "it has more areas than are known to be possible";
		areas[(*count)++] = a;
	}
}

/* The extension came with later versions of LVM2: a sector that is full before it, or a version 0, has none. */
static const char *read_extension(struct cursor *c, struct label *label)
{
	unsigned count;

	if (c->at > SECTOR - sizeof(struct disk_pv_ext))
		return NULL;
	label->ext_version = lvi_get_le32(c->sector + c->at + offsetof(struct disk_pv_ext, version));
	if (!label->ext_version)
		return NULL;
	label->ext_flags = lvi_get_le32(c->sector + c->at + offsetof(struct disk_pv_ext, flags));
	c->at += sizeof(struct disk_pv_ext);
	return read_list(c, &label->bootloader, 1, &count);
}

static const char *read_pv_header(const uint8_t *sector, struct label *label)
{
	struct cursor c = { .sector = sector };
	uint32_t offset = lvi_get_le32(sector + offsetof(struct disk_label, offset));
	const char *why;

	if (offset < sizeof(struct disk_label) || offset > SECTOR - sizeof(struct disk_pv_header))
		return "its PV header lies outside of the sector";
	memcpy(label->pv_id.c, sector + offset + offsetof(struct disk_pv_header, uuid), sizeof label->pv_id.c);
	if (!lvi_uuid_valid(&label->pv_id))
		return "its PV UUID has characters that no UUID has";
	label->device_size = lvi_get_le64(sector + offset + offsetof(struct disk_pv_header, device_size));
	c.at = offset + sizeof(struct disk_pv_header);
	why = read_list(&c, label->data, LABEL_MAX_DATA, &label->data_count);
	if (!why)
		why = read_list(&c, label->mdas, LABEL_MAX_MDAS, &label->mda_count);
	return why ? why : read_extension(&c, label);
}

static bool inside(const struct disk_area *a, uint64_t device_size)
{
	return a->offset <= device_size && a->size <= device_size - a->offset;
}

static const char *check_areas(const struct label *label, uint64_t device_size)
{
	for (unsigned i = 0; i < label->data_count; i++)
		if (!inside(&label->data[i], device_size))
			return "its data area lies outside of the device";
	for (unsigned i = 0; i < label->mda_count; i++)
		if (label->mdas[i].size < MDA_HEADER_BYTES || !inside(&label->mdas[i], device_size))
			return "its metadata area lies outside of the device or has no room";
	if (label->bootloader.offset && !inside(&label->bootloader, device_size))
		return "its bootloader area lies outside of the device";
	return NULL;
}

static void set_damaged(struct label_scan *out, unsigned number, const char *why)
{
	out->state = LABEL_DAMAGED;
	snprintf(out->why, sizeof out->why, "label in sector %u: %s", number, why);
}

static void take_label(const uint8_t *sector, unsigned number, uint64_t device_size, struct label_scan *out)
{
	const char *why;

	memset(&out->label, 0, sizeof out->label);
	out->label.sector = number;
	why = read_pv_header(sector, &out->label);
	if (!why)
		why = check_areas(&out->label, device_size);
	if (why) {
		set_damaged(out, number, why);
		memset(&out->label, 0, sizeof out->label);
		return;
	}
	out->state = LABEL_OK;
	out->why[0] = 0;
}

void lvi_label_parse(const uint8_t buf[LABEL_SCAN_BYTES], uint64_t device_size, struct label_scan *out)
{
	const uint8_t *sector = buf;
	bool taken = false;
	const char *why;

	memset(out, 0, sizeof *out);
	for (unsigned i = 0; i < LABEL_SCAN_SECTORS; i++, sector += SECTOR) {
		if (!has_id(sector)) {
			out->torn_type_only |= has_type(sector);
			continue;
		}
		why = check_label(sector, i);
		if (why && out->state == LABEL_NONE) {
			set_damaged(out, i, why);
		} else if (!why && taken) {
			out->additional++;
		} else if (!why) {
			taken = true;
			take_label(sector, i, device_size, out);
		}
	}
}

static size_t put_list(uint8_t *sector, size_t at, const struct disk_area *areas, unsigned count)
{
	for (unsigned i = 0; i < count; i++, at += sizeof(struct disk_locn)) {
		lvi_put_le64(sector + at + offsetof(struct disk_locn, offset), areas[i].offset);
		lvi_put_le64(sector + at + offsetof(struct disk_locn, size), areas[i].size);
	}
	return at + sizeof(struct disk_locn);  /* the end of the list, which is zero as the whole sector was */
}

static bool any_at_zero(const struct disk_area *areas, unsigned count)
{
	for (unsigned i = 0; i < count; i++)
		if (!areas[i].offset)
			return true;
	return false;
}

/* 8 data areas, 2 metadata areas and a bootloader area with their ends make 32 + 40 + 224 + 8 + 32 < 512 bytes: what
 * passes here fits. */
static const char *check_format(const struct label *label)
{
	if (label->sector >= LABEL_SCAN_SECTORS)
		return "a label can be in sectors 0 to 3 only";
	if (!lvi_uuid_valid(&label->pv_id))
		return "the PV UUID is not valid";
	if (label->data_count > LABEL_MAX_DATA || label->mda_count > LABEL_MAX_MDAS)
		return "there are too many areas";
	if (any_at_zero(label->data, label->data_count) || any_at_zero(label->mdas, label->mda_count))
		return "an area at offset 0 cannot be expressed in a label";
	if (!label->ext_version && (label->ext_flags || label->bootloader.offset))
		return "flags and bootloader area need an extension version of 1 or more";
	return NULL;
}

int lvi_label_format(const struct label *label, uint8_t sector[SECTOR], struct lvol_error *err)
{
	const char *why = check_format(label);
	uint8_t *pv = sector + sizeof(struct disk_label);
	size_t at = sizeof(struct disk_label) + sizeof(struct disk_pv_header);

	if (why)
		return lvi_error(err, LVOL_E_INVALID, NULL, "cannot make a PV label: %s", why);
	memset(sector, 0, SECTOR);
	memcpy(sector + offsetof(struct disk_label, id), LABEL_ID, sizeof LABEL_ID - 1);
	lvi_put_le64(sector + offsetof(struct disk_label, sector), label->sector);
	lvi_put_le32(sector + offsetof(struct disk_label, offset), sizeof(struct disk_label));
	memcpy(sector + offsetof(struct disk_label, type), LABEL_TYPE, sizeof LABEL_TYPE - 1);
	memcpy(pv + offsetof(struct disk_pv_header, uuid), label->pv_id.c, sizeof label->pv_id.c);
	lvi_put_le64(pv + offsetof(struct disk_pv_header, device_size), label->device_size);
	at = put_list(sector, at, label->data, label->data_count);
	at = put_list(sector, at, label->mdas, label->mda_count);
	if (label->ext_version) {
		lvi_put_le32(sector + at + offsetof(struct disk_pv_ext, version), label->ext_version);
		lvi_put_le32(sector + at + offsetof(struct disk_pv_ext, flags), label->ext_flags);
		put_list(sector, at + sizeof(struct disk_pv_ext), &label->bootloader, label->bootloader.offset != 0);
	}
	lvi_put_le32(sector + offsetof(struct disk_label, crc),
			lvi_crc_lvm(LVI_CRC_LVM_SEED, sector + CRC_START, SECTOR - CRC_START));
	return 0;
}

static int read_sectors(struct lvol_dev *dev, uint8_t buf[LABEL_SCAN_BYTES], struct lvol_error *err)
{
	size_t len = dev->size < LABEL_SCAN_BYTES ? dev->size : LABEL_SCAN_BYTES;
	int r;

	memset(buf + len, 0, LABEL_SCAN_BYTES - len);
	r = lvi_dev_read(dev, buf, len, 0, err);
	return r ? lvi_error_prefix(err, r, "reading the PV label") : 0;
}

int lvi_label_read(struct lvol_dev *dev, struct label_scan *out, struct lvol_error *err)
{
	uint8_t buf[LABEL_SCAN_BYTES];
	int r = read_sectors(dev, buf, err);

	if (!r)
		lvi_label_parse(buf, dev->size, out);
	return r;
}

int lvi_label_write(struct lvol_dev *dev, const struct label *label, struct lvol_error *err)
{
	uint8_t sector[SECTOR];
	int r = lvi_label_format(label, sector, err);

	if (!r)
		r = lvi_dev_write(dev, sector, sizeof sector, (uint64_t)label->sector * SECTOR, err);
	return r ? lvi_error_prefix(err, r, "writing the PV label of %s", dev->name) : 0;
}

int lvi_label_wipe(struct lvol_dev *dev, struct lvol_error *err)
{
	uint8_t buf[LABEL_SCAN_BYTES];
	static const uint8_t zeroes[SECTOR];
	int r = read_sectors(dev, buf, err);

	for (unsigned i = 0; i < LABEL_SCAN_SECTORS && !r; i++) {
		const uint8_t *sector = buf + i * SECTOR;

		/* lvm2 takes a sector for a label by its type alone, so it must go as well */
		if (!has_id(sector) && !has_type(sector))
			continue;
		r = lvi_dev_write(dev, zeroes, sizeof zeroes, (uint64_t)i * SECTOR, err);
		if (r)
			lvi_error_prefix(err, r, "wiping the PV label");
	}
	return r;
}
