/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/cache_super.h"

#include "base/bytes.h"
#include "base/error.h"

#define MAGIC 06142003u  /* octal, as the kernel has it */
#define VERSION_MAX 2u
#define METADATA_BLOCK_SECTORS (PD_BLOCK_BYTES / 512)

/* Bytes from the beginning of the block. */
enum {
	AT_FLAGS = 4, AT_MAGIC = 32, AT_VERSION = 40, AT_POLICY = 44, AT_HINT_BYTES = 60, AT_METADATA_SM = 64,
	AT_MAPPING = 192, AT_HINTS = 200, AT_DISCARDS = 208, AT_DISCARD_SECTORS = 216, AT_DISCARD_BLOCKS = 224,
	AT_BLOCK_SECTORS = 232, AT_METADATA_BLOCK_SECTORS = 236, AT_CACHE_BLOCKS = 240, AT_COMPAT_RO = 248,
	AT_INCOMPAT = 252, AT_COUNTS = 256, AT_POLICY_VERSION = 272, AT_DIRTY = 284,
};

static const char *check(const uint8_t *b)
{
	uint32_t sectors = lvi_get_le32(b + AT_BLOCK_SECTORS);

	if (lvi_get_le64(b + AT_MAGIC) != MAGIC)
		return "it is none of a cache";
	if (lvi_get_le32(b + AT_METADATA_BLOCK_SECTORS) != METADATA_BLOCK_SECTORS)
		return "metadata blocks are not of 4 KiB";
	if (!sectors || sectors > CACHE_BLOCK_SECTORS_MAX || sectors % CACHE_BLOCK_SECTORS_STEP)
		return "the size of cache blocks cannot be";
	return NULL;
}

static const struct pd_kind kind = { "superblock", 9031977, 8, check };

void lvi_cache_super_init(struct cache_super *sb, uint32_t version, uint32_t block_sectors)
{
	memset(sb, 0, sizeof *sb);
	sb->version = version;
	sb->block_sectors = block_sectors;
	lvi_put_le64(sb->raw + AT_MAGIC, MAGIC);
	lvi_put_le32(sb->raw + AT_METADATA_BLOCK_SECTORS, METADATA_BLOCK_SECTORS);
}

static void decode(struct cache_super *sb)
{
	const uint8_t *b = sb->raw;

	sb->flags = lvi_get_le32(b + AT_FLAGS);
	sb->version = lvi_get_le32(b + AT_VERSION);
	memcpy(sb->policy, b + AT_POLICY, CACHE_POLICY_NAME_BYTES);
	sb->policy[CACHE_POLICY_NAME_BYTES] = '\0';
	sb->hint_bytes = lvi_get_le32(b + AT_HINT_BYTES);
	lvi_sm_root_get(b + AT_METADATA_SM, &sb->metadata);
	sb->mapping_root = lvi_get_le64(b + AT_MAPPING);
	sb->hint_root = lvi_get_le64(b + AT_HINTS);
	sb->discard_root = lvi_get_le64(b + AT_DISCARDS);
	sb->discard_sectors = lvi_get_le64(b + AT_DISCARD_SECTORS);
	sb->discard_blocks = lvi_get_le64(b + AT_DISCARD_BLOCKS);
	sb->block_sectors = lvi_get_le32(b + AT_BLOCK_SECTORS);
	sb->cache_blocks = lvi_get_le32(b + AT_CACHE_BLOCKS);
	sb->compat_ro = lvi_get_le32(b + AT_COMPAT_RO);
	sb->counts = (struct cache_counts){ lvi_get_le32(b + AT_COUNTS), lvi_get_le32(b + AT_COUNTS + 4),
			lvi_get_le32(b + AT_COUNTS + 8), lvi_get_le32(b + AT_COUNTS + 12) };
	for (unsigned i = 0; i < 3; i++)
		sb->policy_version[i] = lvi_get_le32(b + AT_POLICY_VERSION + 4 * i);
	sb->dirty_root = sb->version >= 2 ? lvi_get_le64(b + AT_DIRTY) : 0;
}

int lvi_cache_super_read(const struct pd_store *store, struct cache_super *out, struct lvol_error *err)
{
	uint32_t version, incompat;
	const char *wrong;
	int r = store->read(store->arg, out->raw, PD_BLOCK_BYTES, 0, err);

	if (r)
		return r;
	if (lvi_pd_is_zero(out->raw))
		return 0;
	wrong = lvi_pd_verify(out->raw, 0, &kind);
	if (wrong)
		return lvi_error(err, LVOL_E_CORRUPT, store->name, "superblock of cache metadata on %s is damaged: %s; cache_check "
				"tells more, cache_repair may help", store->name, wrong);
	version = lvi_get_le32(out->raw + AT_VERSION);
	incompat = lvi_get_le32(out->raw + AT_INCOMPAT);
	if (!version || version > VERSION_MAX || incompat)
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, store->name,
				"cache metadata of %s are of version %u with features %#x, and this library knows versions 1 and 2 without "
				"any; use a newer one", store->name, version, incompat);
	decode(out);
	return 1;
}

static void encode(struct cache_super *sb)
{
	uint8_t *b = sb->raw;

	lvi_put_le32(b + AT_FLAGS, sb->flags);
	lvi_put_le32(b + AT_VERSION, sb->version);
	memcpy(b + AT_POLICY, sb->policy, CACHE_POLICY_NAME_BYTES);
	lvi_put_le32(b + AT_HINT_BYTES, sb->hint_bytes);
	lvi_sm_root_put(b + AT_METADATA_SM, &sb->metadata);
	lvi_put_le64(b + AT_MAPPING, sb->mapping_root);
	lvi_put_le64(b + AT_HINTS, sb->hint_root);
	lvi_put_le64(b + AT_DISCARDS, sb->discard_root);
	lvi_put_le64(b + AT_DISCARD_SECTORS, sb->discard_sectors);
	lvi_put_le64(b + AT_DISCARD_BLOCKS, sb->discard_blocks);
	lvi_put_le32(b + AT_BLOCK_SECTORS, sb->block_sectors);
	lvi_put_le32(b + AT_CACHE_BLOCKS, sb->cache_blocks);
	lvi_put_le32(b + AT_COUNTS, sb->counts.read_hits);
	lvi_put_le32(b + AT_COUNTS + 4, sb->counts.read_misses);
	lvi_put_le32(b + AT_COUNTS + 8, sb->counts.write_hits);
	lvi_put_le32(b + AT_COUNTS + 12, sb->counts.write_misses);
	for (unsigned i = 0; i < 3; i++)
		lvi_put_le32(b + AT_POLICY_VERSION + 4 * i, sb->policy_version[i]);
	if (sb->version >= 2)
		lvi_put_le64(b + AT_DIRTY, sb->dirty_root);
}

int lvi_cache_super_write(const struct pd_store *store, struct cache_super *sb, struct lvol_error *err)
{
	int r;

	encode(sb);
	lvi_pd_seal(sb->raw, 0, &kind);
	r = store->write(store->arg, sb->raw, PD_BLOCK_BYTES, 0, err);
	return r ? r : store->flush(store->arg, err);
}
