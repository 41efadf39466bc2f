/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/cache_metadata.h"

#include <stdlib.h>

#include "base/error.h"
#include "base/units.h"

#define CACHE_BLOCKS 1024  /* of 4 KiB metadata that are kept in memory */
#define CHANGE_MAX 32      /* blocks that a change and a commit copy */
#define HINT_BYTES 4u
#define VALID 1u
#define DIRTY 2u
#define ORIGIN_SHIFT 16

static const uint32_t policy_version[3] = { 2, 0, 0 };  /* of all policies since Linux 4.6 */

static struct pd_array mappings(struct cache_md *md) { return (struct pd_array){ &md->tm, "mapping array", 8 }; }
static struct pd_array dirty_bits(struct cache_md *md) { return (struct pd_array){ &md->tm, "dirty bitset", 8 }; }
static struct pd_array discard_bits(struct cache_md *md) { return (struct pd_array){ &md->tm, "discard bitset", 8 }; }
static struct pd_array hints(struct cache_md *md) { return (struct pd_array){ &md->tm, "hint array", HINT_BYTES }; }

int lvi_cache_md_new(const struct pd_store *store, struct cache_md **out, struct lvol_error *err)
{
	struct cache_md *md = calloc(1, sizeof *md);
	int r;

	if (!md)
		return lvi_error_nomem(err);
	md->store = *store;
	r = lvi_pd_cache_new(store, CACHE_BLOCKS, &md->cache, err);
	lvi_tm_init(&md->tm, md->cache);
	if (!r)
		r = lvi_cache_super_read(store, &md->sb, err);
	md->formatted = r > 0;
	if (r > 0)
		r = lvi_tm_open(&md->tm, &md->sb.metadata, err);
	if (r)
		lvi_cache_md_free(md);
	else
		*out = md;
	return r;
}

void lvi_cache_md_free(struct cache_md *md)
{
	if (!md)
		return;
	lvi_tm_close(&md->tm);
	lvi_pd_cache_free(md->cache);
	free(md);
}

/* Reading. */

struct load { struct cache_md *md; const struct cache_tables *to; bool clean; };

static int bad_mapping(const struct load *l, uint64_t c, const char *what, struct lvol_error *err)
{
	const char *name = l->md->store.name;

	return lvi_error(err, LVOL_E_CORRUPT, name, "cache metadata of %s are damaged: block %llu of the cache %s; "
			"cache_check tells more, cache_repair may help", name, (unsigned long long)c, what);
}

static int load_mapping(void *arg, uint64_t c, uint64_t value, struct lvol_error *err)
{
	struct load *l = arg;
	struct cache_map *map = l->to->map;
	uint64_t origin = value >> ORIGIN_SHIFT;

	if (!(value & VALID))
		return 0;
	if (c >= map->blocks)
		return bad_mapping(l, c, "is in use, and the cache is smaller than that", err);
	if (origin >= l->to->origin_blocks) {
		l->md->stale = true;
		return 0;
	}
	if (lvi_cache_map_find(map, origin) != CACHE_NONE)
		return bad_mapping(l, c, "is to hold what another one holds, too", err);
	lvi_cache_map_put(map, c, origin, CACHE_LEVELS / 2);
	if (!l->clean || (l->md->sb.version == 1 && value & DIRTY))
		lvi_cache_map_set_dirty(map, c, true);
	return 0;
}

static int load_dirty(void *arg, uint64_t i, uint64_t word, struct lvol_error *err)
{
	struct cache_map *map = ((struct load *)arg)->to->map;

	(void)err;
	for (; word; word &= word - 1) {
		uint64_t c = i * 64 + __builtin_ctzll(word);

		/* as in the kernel, the bit of a block that is not mapped means nothing */
		if (c < map->blocks && lvi_cache_map_is_mapped(map, c))
			lvi_cache_map_set_dirty(map, c, true);
	}
	return 0;
}

static int load_hint(void *arg, uint64_t c, uint64_t hint, struct lvol_error *err)
{
	struct cache_map *map = ((struct load *)arg)->to->map;

	(void)err;
	if (c < map->blocks && lvi_cache_map_is_mapped(map, c))
		map->level[c] = hint < CACHE_LEVELS ? hint : CACHE_LEVELS - 1;
	return 0;
}

/* Blocks of discards may have been of another size. Whole runs, so that small ones make up large ones. */
struct run { struct load *load; uint64_t begin, end; };

static void end_run(struct run *run)
{
	uint64_t bytes = run->load->md->sb.discard_sectors << LVI_SECTOR_SHIFT;

	if (run->begin < run->end)
		lvi_cache_discards_set(run->load->to->discards, run->begin * bytes, run->end * bytes);
}

static int load_discards(void *arg, uint64_t i, uint64_t word, struct lvol_error *err)
{
	struct run *run = arg;

	(void)err;
	for (; word; word &= word - 1) {
		uint64_t b = i * 64 + __builtin_ctzll(word);

		if (b >= run->load->md->sb.discard_blocks)
			break;
		if (b != run->end) {
			end_run(run);
			run->begin = b;
		}
		run->end = b + 1;
	}
	return 0;
}

static int read_discards(struct load *l, struct lvol_error *err)
{
	const struct cache_super *sb = &l->md->sb;
	struct pd_array a = discard_bits(l->md);
	struct run run = { .load = l };
	int r;

	if (sb->discard_sectors && sb->discard_blocks > (UINT64_MAX >> LVI_SECTOR_SHIFT) / sb->discard_sectors)
		return lvi_error(err, LVOL_E_CORRUPT, l->md->store.name, "cache metadata of %s are damaged: %llu blocks that may "
				"be discarded cannot be", l->md->store.name, (unsigned long long)sb->discard_blocks);
	r = lvi_array_walk(&a, &(struct pd_array_range){ sb->discard_root, 0, lvi_bitset_words(sb->discard_blocks) },
			load_discards, &run, err);
	if (!r)
		end_run(&run);
	return r;
}

static bool hints_fit(const struct cache_super *sb, const char *policy)
{
	return sb->hint_root && sb->hint_bytes == HINT_BYTES && sb->policy_version[0] == policy_version[0] &&
			!strcmp(sb->policy, policy);
}

int lvi_cache_md_load(struct cache_md *md, const struct cache_tables *to, const char *policy, struct lvol_error *err)
{
	const struct cache_super *sb = &md->sb;
	struct load l = { md, to, sb->flags & CACHE_CLEAN_SHUTDOWN };
	struct pd_array a = mappings(md);
	int r = lvi_array_walk(&a, &(struct pd_array_range){ sb->mapping_root, 0, sb->cache_blocks }, load_mapping, &l, err);

	if (r || !l.clean)
		return r;
	a = dirty_bits(md);
	if (sb->version >= 2)
		r = lvi_array_walk(&a, &(struct pd_array_range){ sb->dirty_root, 0, lvi_bitset_words(sb->cache_blocks) },
				load_dirty, &l, err);
	a = hints(md);
	if (!r && hints_fit(sb, policy))
		r = lvi_array_walk(&a, &(struct pd_array_range){ sb->hint_root, 0, sb->cache_blocks }, load_hint, &l, err);
	return r ? r : read_discards(&l, err);
}

/* Changing. */

/* Whoever uses the metadata next, the kernel too, is to look at what happened first. */
static void mark_needs_check(struct cache_md *md)
{
	struct cache_super sb;

	if (lvi_cache_super_read(&md->store, &sb, NULL) <= 0)
		return;
	sb.flags |= CACHE_NEEDS_CHECK;
	lvi_cache_super_write(&md->store, &sb, NULL);
}

static int changed(struct cache_md *md, int r)
{
	md->changed = true;
	if (r < 0 && !md->failed) {
		md->failed = true;
		md->sb.flags |= CACHE_NEEDS_CHECK;
		mark_needs_check(md);
	}
	return r;
}

static int usable(const struct cache_md *md, struct lvol_error *err)
{
	const char *name = md->store.name;

	return md->failed ? lvi_error(err, LVOL_E_READ_ONLY, name, "cache metadata on %s could not be changed before, and "
			"are not written any more; close the cache, have cache_check look at them, and open it again", name) : 0;
}

int lvi_cache_md_format(struct cache_md *md, uint32_t version, uint32_t block_sectors, struct lvol_error *err)
{
	const uint64_t most = (uint64_t)SM_INDEX_ENTRIES * SM_BITMAP_ENTRIES;
	struct pd_array mapping = mappings(md), dirty = dirty_bits(md), discards = discard_bits(md);
	int r;

	lvi_cache_super_init(&md->sb, version, block_sectors);
	r = lvi_tm_create(&md->tm, md->store.blocks < most ? md->store.blocks : most, err);
	if (!r)
		r = lvi_array_new(&mapping, &md->sb.mapping_root, err);
	if (!r && version >= 2)
		r = lvi_array_new(&dirty, &md->sb.dirty_root, err);
	if (!r)
		r = lvi_array_new(&discards, &md->sb.discard_root, err);
	md->formatted = !r;
	/* nothing is lost: it begins anew the next time */
	return r ? r : changed(md, 0);
}

static uint64_t mapping_value(const void *arg, uint64_t c)
{
	const struct cache_map *map = arg;

	if (!lvi_cache_map_is_mapped(map, c))
		return 0;
	return map->origin[c] << ORIGIN_SHIFT | VALID | (lvi_cache_map_is_dirty(map, c) ? DIRTY : 0);
}

/* Without what is stale: the origin may grow again, and those blocks are not in the cache then. */
static int write_mappings(struct cache_md *md, const struct cache_map *map, struct lvol_error *err)
{
	struct pd_array mapping = mappings(md);

	md->stale = false;
	return lvi_array_replace(&mapping, &md->sb.mapping_root, &(struct pd_array_source){ map->blocks, mapping_value, map }, err);
}

int lvi_cache_md_begin(struct cache_md *md, const struct cache_map *map, struct lvol_error *err)
{
	struct pd_array mapping = mappings(md), dirty = dirty_bits(md);
	uint64_t lengths[2] = { md->sb.cache_blocks, map->blocks };
	int r = usable(md, err);

	if (r)
		return r;
	if (md->stale)
		r = write_mappings(md, map, err);
	else
		r = lvi_array_resize(&mapping, &md->sb.mapping_root, lengths, err);
	lengths[0] = lvi_bitset_words(lengths[0]);
	lengths[1] = lvi_bitset_words(lengths[1]);
	if (!r && md->sb.version >= 2)
		r = lvi_array_resize(&dirty, &md->sb.dirty_root, lengths, err);
	md->sb.cache_blocks = map->blocks;
	md->sb.flags &= ~CACHE_CLEAN_SHUTDOWN;
	r = changed(md, r);
	return r ? r : lvi_cache_md_commit(md, err);
}

int lvi_cache_md_set(struct cache_md *md, uint32_t c, uint64_t origin, struct lvol_error *err)
{
	struct pd_array a = mappings(md);
	int r = usable(md, err);

	return r ? r : changed(md, lvi_array_set(&a, &md->sb.mapping_root, c,
			origin == CACHE_FREE ? 0 : origin << ORIGIN_SHIFT | VALID, err));
}

/* Array blocks, and with them some nodes. */
static uint64_t blocks_of(uint64_t count, const struct pd_array *a)
{
	uint64_t blocks = lvi_div_up(count, lvi_array_per_block(a));

	return blocks + blocks / 32 + 2;
}

bool lvi_cache_md_has_room(const struct cache_md *md, const struct cache_tables *tables)
{
	struct pd_array words = { .value_bytes = 8 }, small = { .value_bytes = HINT_BYTES };
	uint64_t n = tables->map->blocks, need = CHANGE_MAX + blocks_of(n, &small) +
			blocks_of(md->sb.version == 1 ? n : lvi_bitset_words(n), &words) +
			blocks_of(lvi_bitset_words(tables->discards->blocks), &words);

	return lvi_tm_available(&md->tm) > need + need / 8;
}

int lvi_cache_md_commit(struct cache_md *md, struct lvol_error *err)
{
	int r = usable(md, err);

	if (r || !md->changed)
		return r;
	r = lvi_tm_precommit(&md->tm, err);
	if (!r) {
		md->sb.metadata = md->tm.sm.now;
		r = lvi_cache_super_write(&md->store, &md->sb, err);
	}
	if (r)
		return changed(md, r);
	lvi_tm_committed(&md->tm);
	md->changed = false;
	return 0;
}

/* The end. */

static uint64_t word(const void *arg, uint64_t i) { return ((const uint64_t *)arg)[i]; }
static uint64_t hint(const void *arg, uint64_t c) { return ((const uint8_t *)arg)[c]; }

static int save_dirty(struct cache_md *md, const struct cache_map *map, struct lvol_error *err)
{
	struct pd_array dirty = dirty_bits(md);

	if (md->sb.version == 1)
		return write_mappings(md, map, err);
	return lvi_array_replace(&dirty, &md->sb.dirty_root,
			&(struct pd_array_source){ lvi_bitset_words(map->blocks), word, map->dirty }, err);
}

static int save_all(struct cache_md *md, const struct cache_tables *from, struct lvol_error *err)
{
	const struct cache_discards *d = from->discards;
	struct pd_array hint_array = hints(md), discards = discard_bits(md);
	int r = save_dirty(md, from->map, err);

	if (!r)
		r = lvi_array_replace(&discards, &md->sb.discard_root,
				&(struct pd_array_source){ lvi_bitset_words(d->blocks), word, d->bits }, err);
	return r ? r : lvi_array_replace(&hint_array, &md->sb.hint_root,
			&(struct pd_array_source){ from->map->blocks, hint, from->map->level }, err);
}

int lvi_cache_md_save(struct cache_md *md, const struct cache_tables *from, const char *policy, struct lvol_error *err)
{
	int r = usable(md, err);

	if (!r)
		r = changed(md, save_all(md, from, err));
	if (r)
		return r;
	md->sb.discard_sectors = from->discards->block_bytes >> LVI_SECTOR_SHIFT;
	md->sb.discard_blocks = from->discards->blocks;
	memset(md->sb.policy, 0, sizeof md->sb.policy);
	memcpy(md->sb.policy, policy, strlen(policy));
	memcpy(md->sb.policy_version, policy_version, sizeof policy_version);
	md->sb.hint_bytes = HINT_BYTES;
	md->sb.flags |= CACHE_CLEAN_SHUTDOWN;
	return lvi_cache_md_commit(md, err);
}
