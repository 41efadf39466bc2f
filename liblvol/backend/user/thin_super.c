/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/thin_super.h"

#include "base/bytes.h"
#include "base/error.h"

#define MAGIC 27022010u
#define VERSION 2u
#define METADATA_BLOCK_SECTORS (PD_BLOCK_BYTES / 512)

/* Bytes from the beginning of the block. */
enum {
	AT_FLAGS = 4, AT_MAGIC = 32, AT_VERSION = 40, AT_TIME = 44, AT_TRANSACTION = 48, AT_HELD_ROOT = 56, AT_DATA_SM = 64,
	AT_METADATA_SM = 192, AT_MAPPING = 320, AT_DETAILS = 328, AT_BLOCK_SECTORS = 336, AT_METADATA_BLOCK_SECTORS = 340,
	AT_METADATA_BLOCKS = 344, AT_COMPAT_RO = 356, AT_INCOMPAT = 360,
};

static const char *check(const uint8_t *b)
{
	uint32_t sectors = lvi_get_le32(b + AT_BLOCK_SECTORS);

	if (lvi_get_le64(b + AT_MAGIC) != MAGIC)
		return "it is none of a thin pool";
	if (lvi_get_le32(b + AT_METADATA_BLOCK_SECTORS) != METADATA_BLOCK_SECTORS)
		return "metadata blocks are not of 4 KiB";
	if (sectors < THIN_BLOCK_SECTORS_MIN || sectors > THIN_BLOCK_SECTORS_MAX || sectors % THIN_BLOCK_SECTORS_MIN)
		return "the size of data blocks cannot be";
	return NULL;
}

static const struct pd_kind kind = { "superblock", 160774, 8, check };

void lvi_thin_super_init(struct thin_super *sb, uint32_t block_sectors)
{
	memset(sb, 0, sizeof *sb);
	sb->version = VERSION;
	sb->block_sectors = block_sectors;
	lvi_put_le64(sb->raw + AT_MAGIC, MAGIC);
	lvi_put_le32(sb->raw + AT_METADATA_BLOCK_SECTORS, METADATA_BLOCK_SECTORS);
}

static void decode(struct thin_super *sb)
{
	const uint8_t *b = sb->raw;

	sb->flags = lvi_get_le32(b + AT_FLAGS);
	sb->version = lvi_get_le32(b + AT_VERSION);
	sb->time = lvi_get_le32(b + AT_TIME);
	sb->transaction_id = lvi_get_le64(b + AT_TRANSACTION);
	sb->held_root = lvi_get_le64(b + AT_HELD_ROOT);
	sb->mapping_root = lvi_get_le64(b + AT_MAPPING);
	sb->details_root = lvi_get_le64(b + AT_DETAILS);
	sb->block_sectors = lvi_get_le32(b + AT_BLOCK_SECTORS);
	sb->compat_ro = lvi_get_le32(b + AT_COMPAT_RO);
	lvi_sm_root_get(b + AT_DATA_SM, &sb->data);
	lvi_sm_root_get(b + AT_METADATA_SM, &sb->metadata);
}

int lvi_thin_super_read(const struct pd_store *store, uint64_t number, struct thin_super *out, struct lvol_error *err)
{
	uint32_t version, incompat;
	const char *wrong;
	int r;

	if (number >= store->blocks)
		return lvi_error(err, LVOL_E_CORRUPT, store->name,
				"superblock of %s is said to be block %llu of %llu", store->name,
				(unsigned long long)number, (unsigned long long)store->blocks);
	r = store->read(store->arg, out->raw, PD_BLOCK_BYTES, number * PD_BLOCK_BYTES, err);
	if (r)
		return r;
	if (!number && lvi_pd_is_zero(out->raw))
		return 0;
	wrong = lvi_pd_verify(out->raw, number, &kind);
	if (wrong)
		return lvi_error(err, LVOL_E_CORRUPT, store->name,
				"superblock %llu of %s is damaged: %s; thin_check tells more, thin_repair or lvconvert --repair may help",
				(unsigned long long)number, store->name, wrong);
	version = lvi_get_le32(out->raw + AT_VERSION);
	incompat = lvi_get_le32(out->raw + AT_INCOMPAT);
	if (!version || version > VERSION || incompat)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, store->name,
				"thin pool metadata of %s is of version %u with features %#x, and this library knows version %u without any; "
				"use a newer one", store->name, version, incompat, VERSION);
	decode(out);
	/* each bitmap is a block of metadata, so that walks over all data blocks have an end */
	if (lvi_div_up(out->data.nr_blocks, SM_BITMAP_ENTRIES) > store->blocks)
		return lvi_error(err, LVOL_E_CORRUPT, store->name,
				"superblock %llu of %s is damaged: it tells of %llu data blocks, more than %llu blocks of metadata describe",
				(unsigned long long)number, store->name, (unsigned long long)out->data.nr_blocks,
				(unsigned long long)store->blocks);
	return 1;
}

void lvi_thin_super_seal(struct thin_super *sb, uint64_t number)
{
	uint8_t *b = sb->raw;

	lvi_put_le32(b + AT_FLAGS, sb->flags);
	lvi_put_le32(b + AT_VERSION, sb->version);
	lvi_put_le32(b + AT_TIME, sb->time);
	lvi_put_le64(b + AT_TRANSACTION, sb->transaction_id);
	lvi_put_le64(b + AT_HELD_ROOT, sb->held_root);
	lvi_put_le64(b + AT_MAPPING, sb->mapping_root);
	lvi_put_le64(b + AT_DETAILS, sb->details_root);
	lvi_put_le32(b + AT_BLOCK_SECTORS, sb->block_sectors);
	if (!lvi_get_le64(b + AT_METADATA_BLOCKS))
		lvi_put_le64(b + AT_METADATA_BLOCKS, sb->metadata.nr_blocks);
	lvi_sm_root_put(b + AT_DATA_SM, &sb->data);
	lvi_sm_root_put(b + AT_METADATA_SM, &sb->metadata);
	lvi_pd_seal(b, number, &kind);
}

int lvi_thin_super_write(const struct pd_store *store, struct thin_super *sb, struct lvol_error *err)
{
	int r;

	lvi_thin_super_seal(sb, 0);
	r = store->write(store->arg, sb->raw, PD_BLOCK_BYTES, 0, err);
	return r ? r : store->flush(store->arg, err);
}
