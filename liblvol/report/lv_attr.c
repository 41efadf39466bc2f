/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <string.h>

#include <lvol/types.h>

#include "report/internal.h"
#include "segtype/segtype.h"

/* The ten letters of lv_attr, of LVs that are not active: places 5 and 6 are always '-'. */

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
	/* whether images are in sync only the kernel knows */
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

static char health_letter(const struct item *it)
{
	if (it->li->kinds & KIND_PARTIAL)
		return 'p';
	if (it->li->types & SEGTYPE_RAID)
		return has_image_to_remove(it->lv->seg_first) ? 'R' : '-';
	if (!(it->li->kinds & (KIND_RAID_IMAGE | KIND_RAID_META)))
		return '-';
	if (it->lv->flags & LV_WRITEMOSTLY)
		return 'w';
	return it->lv->flags & LV_REMOVE_AFTER_RESHAPE ? 'R' : '-';
}

const char *lvi_lv_health(const struct item *it)
{
	if (!it->lv)
		return "";
	if (it->li->kinds & KIND_PARTIAL)
		return "partial";
	if (!(it->li->types & SEGTYPE_RAID) && (it->li->kinds & (KIND_RAID_IMAGE | KIND_RAID_META)) &&
			(it->lv->flags & LV_WRITEMOSTLY))
		return "writemostly";
	return "";
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
	out[6] = target_letter(it);
	out[7] = zero_letter(it);
	out[8] = health_letter(it);
	if (flags & LV_ACTIVATION_SKIP)
		out[9] = 'k';
}
