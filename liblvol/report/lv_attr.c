/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <string.h>

#include <lvol/types.h>

#include "report/live.h"
#include "segtype/segtype.h"

/* The ten letters of lv_attr, and what lvm2 says of the health of an LV. */

static const struct { const char *name; char letter; } allocs[] = {
	[LVOL_ALLOC_INHERIT] = { "inherit", 'i' }, [LVOL_ALLOC_CONTIGUOUS] = { "contiguous", 'c' },
	[LVOL_ALLOC_CLING] = { "cling", 'l' }, [LVOL_ALLOC_NORMAL] = { "normal", 'n' },
	[LVOL_ALLOC_ANYWHERE] = { "anywhere", 'a' }
};

const char *lvi_alloc_name(int alloc)
{
	return alloc >= 0 && (size_t)alloc < sizeof allocs / sizeof *allocs ? allocs[alloc].name : "unknown";
}

char lvi_alloc_char(int alloc)
{
	return alloc >= 0 && (size_t)alloc < sizeof allocs / sizeof *allocs ? allocs[alloc].letter : '-';
}

#define IS_CACHE_TYPE (KIND_CACHE_DATA | KIND_CACHE_META)

static bool is_cache_type(const struct item *it)
{
	return (it->li->types & (SEGTYPE_CACHE | SEGTYPE_CACHE_POOL)) || (it->li->kinds & IS_CACHE_TYPE) ||
		(it->lv->flags & LV_CACHE_VOL);
}

/* What data it is: the first of these rules that fits, in lvm2's order. @lower is for when its flag is not set. */
static const struct kind_letter { unsigned kinds, types; char letter; } by_use[] = {
	{ .kinds = KIND_CACHE_META | KIND_THIN_META | KIND_SPARE | KIND_RAID_META | KIND_INTEGRITY_META, .letter = 'e' }
}, by_type[] = {
	{ .types = SEGTYPE_WRITECACHE, .letter = 'C' },
	{ .types = SEGTYPE_INTEGRITY, .letter = 'g' },
	{ .types = SEGTYPE_RAID, .letter = 'r' },
	{ .types = SEGTYPE_MIRROR, .letter = 'm' },
	{ .types = SEGTYPE_THIN, .letter = 'V' },
	{ .types = SEGTYPE_VDO_POOL, .letter = 'd' },
	{ .kinds = KIND_VDO_DATA, .letter = 'D' },
	{ .kinds = KIND_VIRTUAL, .letter = 'v' },
	{ .types = SEGTYPE_THIN_POOL, .letter = 't' },
	{ .kinds = KIND_THIN_DATA, .letter = 'T' },
	{ .kinds = KIND_MIRROR_IMAGE | KIND_RAID_IMAGE, .letter = 'I' },
	{ .kinds = KIND_MIRROR_LOG, .letter = 'l' },
	{ .kinds = KIND_COW, .letter = 's' },
	{ .kinds = KIND_CACHE_ORIGIN | KIND_WRITECACHE_ORIGIN, .letter = 'o' }
};

static char find_letter(const struct kind_letter *rules, size_t count, const struct lv_info *li)
{
	for (size_t i = 0; i < count; i++)
		if ((li->kinds & rules[i].kinds) || (li->types & rules[i].types))
			return rules[i].letter;
	return '-';
}

static bool merges_away(const struct item *it)
{
	if (it->li->kinds & KIND_COW)
		return lvi_seg_value(it->li->snapshot, SEG_MERGING_STORE);
	return it->lv->seg_first && lvi_seg_value(it->lv->seg_first, SEG_MERGE);
}

static char type_letter(const struct item *it)
{
	const struct lv_info *li = it->li;
	char letter;

	if (it->lv->flags & LV_PVMOVE)
		return 'p';
	if (li->kinds & KIND_CONVERTING)
		return 'c';
	if (li->kinds & (KIND_ORIGIN | KIND_EXTERNAL_ORIGIN))
		return li->kinds & KIND_MERGING ? 'O' : 'o';
	letter = find_letter(by_use, sizeof by_use / sizeof *by_use, li);
	if (letter != '-')
		return letter;
	if (is_cache_type(it))
		return 'C';
	letter = find_letter(by_type, sizeof by_type / sizeof *by_type, li);
	if ((letter == 'r' || letter == 'm') && (it->lv->flags & LV_NOTSYNCED))
		return (char)toupper((unsigned char)letter);
	if (letter == 'V')
		return li->kinds & KIND_MERGING ? 'O' : merges_away(it) ? 'S' : 'V';
	if (letter == 'I')
		return lvi_lv_image_is_synced(it) ? 'i' : 'I';
	return letter == 's' && merges_away(it) ? 'S' : letter;
}

static char target_letter(const struct item *it)
{
	const struct lv_info *li = it->li;

	if (li->types & (SEGTYPE_THIN_POOL | SEGTYPE_THIN))
		return 't';
	if ((li->types & (SEGTYPE_CACHE_POOL | SEGTYPE_CACHE | SEGTYPE_WRITECACHE)) || (it->lv->flags & LV_CACHE_VOL) ||
			(li->kinds & (KIND_CACHE_ORIGIN | KIND_WRITECACHE_ORIGIN)))
		return 'C';
	if ((li->types & SEGTYPE_RAID) || (li->kinds & (KIND_RAID_IMAGE | KIND_RAID_META)))
		return 'r';
	if ((li->types & SEGTYPE_MIRROR) || (li->kinds & (KIND_MIRROR_IMAGE | KIND_MIRROR_LOG)) ||
			(it->lv->flags & LV_PVMOVE))
		return 'm';
	if (li->kinds & (KIND_COW | KIND_ORIGIN))
		return 's';
	if (li->kinds & KIND_UNKNOWN_SEGMENT)
		return 'u';
	return li->kinds & KIND_VIRTUAL ? 'v' : '-';
}

static char zero_letter(const struct item *it)
{
	const struct lvol_segment *seg = it->lv->seg_first;
	const struct lvol_lv *pool = NULL;

	if (seg && (seg->type->flags & SEGTYPE_THIN)) {
		pool = lvi_seg_lv(seg, SEG_THIN_POOL);
		seg = pool ? pool->seg_first : NULL;
	}
	return seg && (seg->type->flags & SEGTYPE_THIN_POOL) && lvi_seg_number(seg, SEG_ZERO_NEW_BLOCKS, 0) ? 'z' : '-';
}

/* A reshape that takes disks away leaves images behind, at the end. */
static bool has_image_to_remove(const struct lvol_segment *seg)
{
	for (uint32_t i = 1; i < seg->area_count; i++)
		if (seg->areas[i].kind == AREA_LV && (seg->areas[i].lv->flags & LV_REMOVE_AFTER_RESHAPE))
			return true;
	return false;
}

static bool is_raid_part(const struct item *it)
{
	return it->li->kinds & (KIND_RAID_IMAGE | KIND_RAID_META);
}

static char raid_health(const struct item *it)
{
	const struct lvol_raid_status *raid;

	if (it->live && !lvi_lv_raid_is_healthy(it))
		return 'r';
	if (!(it->li->types & SEGTYPE_RAID)) {
		if (it->lv->flags & LV_WRITEMOSTLY)
			return 'w';
		return it->lv->flags & LV_REMOVE_AFTER_RESHAPE ? 'R' : '-';
	}
	raid = it->live ? lvi_lv_raid(it, it->lv) : NULL;
	if (raid && raid->mismatch_count)
		return 'm';
	if (raid && !strcmp(raid->action, "reshape"))
		return 's';
	return has_image_to_remove(it->lv->seg_first) ? 'R' : '-';
}

static char said_health(const struct lv_state *s)
{
	const struct lvol_status_line *l = s->line;

	if (s->said != SAID)
		return s->said == SAID_UNKNOWN ? 'X' : '-';
	if (l->cache)
		return l->cache->has_failed ? 'F' : l->cache->is_read_only ? 'M' : '-';
	if (l->thin_pool && l->thin_pool->mode != LVOL_THIN_POOL_READ_WRITE)
		return l->thin_pool->mode == LVOL_THIN_POOL_FAILED ? 'F' :
			l->thin_pool->mode == LVOL_THIN_POOL_OUT_OF_SPACE ? 'D' : 'M';
	if (l->thin)
		return l->thin->has_failed ? 'F' : '-';
	return l->writecache && l->writecache->error ? 'E' : '-';
}

static char health_letter(const struct item *it)
{
	if (it->li->kinds & KIND_PARTIAL)
		return 'p';
	if (it->li->types & SEGTYPE_RAID || is_raid_part(it))
		return raid_health(it);
	return said_health(lvi_lv_state(it));
}

/* The words for letters, where lvm2 has one. */
static const char *word_of(char letter)
{
	static const struct { char letter; const char *word; } words[] = {
		{ 'p', "partial" }, { 'r', "refresh needed" }, { 'm', "mismatches exist" }, { 'w', "writemostly" },
		{ 'F', "failed" }, { 'D', "out_of_data" }, { 'M', "metadata_read_only" }, { 'E', "error" }
	};

	for (size_t i = 0; i < sizeof words / sizeof *words; i++)
		if (words[i].letter == letter)
			return words[i].word;
	return "";
}

/* Of a raid that is reshaped, and of LVs whose type has no health, nothing is said. */
const char *lvi_lv_health(const struct item *it)
{
	unsigned with_health = SEGTYPE_CACHE | SEGTYPE_WRITECACHE | SEGTYPE_THIN_POOL | SEGTYPE_RAID;

	if (!it->lv)
		return "";
	if (!(it->li->kinds & KIND_PARTIAL) && !(it->li->types & with_health) && !is_raid_part(it))
		return "";
	return word_of(health_letter(it));
}

/* Of a snapshot, a pool or a cache whose device runs. */
static char said_activity(const struct item *it, const struct lv_state *s)
{
	const struct lvol_status_line *l = s->said == SAID ? s->line : NULL;
	bool is_cache = l && l->cache && it->li->types & SEGTYPE_CACHE;

	if (l && ((l->thin_pool && l->thin_pool->needs_check) || (is_cache && l->cache->needs_check)))
		return s->info.suspended ? 'C' : 'c';
	if (!l || !l->snapshot || !s->info.has_table)
		return '\0';
	if (l->snapshot->is_invalid)
		return s->info.suspended ? 'S' : 'I';
	return !l->snapshot->has_merge_failed ? '\0' : s->info.suspended ? 'M' : 'm';
}

static char activity(const struct item *it, const struct lv_state *s)
{
	char said = said_activity(it, s);

	if (said)
		return said;
	if (s->info.suspended)
		return 's';
	return s->info.has_table ? 'a' : s->info.has_inactive ? 'i' : 'd';
}

static void put_device(const struct item *it, char out[11])
{
	const struct lv_state *s = lvi_lv_state(it);

	if (s->said == SAID_UNKNOWN) {
		out[4] = out[5] = 'X';
		return;
	}
	if (!s->exists)
		return;
	out[4] = activity(it, s);
	out[5] = s->info.open_count > 0 ? 'o' : '-';
	if (out[1] != 'r' && s->info.read_only)
		out[1] = 'R';
}

void lvi_lv_attr(const struct item *it, char out[11])
{
	unsigned flags;

	if (!it->lv) {
		strcpy(out, it->historical ? "----h-----" : "");
		return;
	}
	strcpy(out, "----------");
	flags = it->lv->flags;
	out[0] = type_letter(it);
	if (!(flags & LV_PVMOVE))
		out[1] = flags & LV_WRITE ? 'w' : flags & LV_READ ? 'r' : '-';
	out[2] = lvi_alloc_char(it->lv->alloc);
	if (flags & LV_LOCKED)
		out[2] = (char)toupper((unsigned char)out[2]);
	if (flags & LV_FIXED_MINOR)
		out[3] = 'm';
	put_device(it, out);
	out[6] = target_letter(it);
	out[7] = zero_letter(it);
	out[8] = health_letter(it);
	if (flags & LV_ACTIVATION_SKIP)
		out[9] = 'k';
}
