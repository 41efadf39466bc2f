/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "report/internal.h"
#include "segtype/segtype.h"

/*
 * lv_layout says how an LV's data lies, lv_role what it is for. lvm2 goes through the families (mirror, raid, thin,
 * cache, integrity, vdo ...), and each adds words to both. Within a family, what is part of something else only gets a
 * role; layout words are for what stands on top. An LV that got no layout is linear, striped, or both.
 */
#define WORDS_MAX 24

struct words {
	const char *layout[WORDS_MAX], *role[WORDS_MAX];
	size_t layouts, roles;
	bool is_private;
};

static void layout(struct words *w, const char *word)
{
	if (w->layouts < WORDS_MAX)
		w->layout[w->layouts++] = word;
}

static void role(struct words *w, const char *word)
{
	for (size_t i = 0; i < w->roles; i++)
		if (!strcmp(w->role[i], word))
			return;
	if (w->roles < WORDS_MAX)
		w->role[w->roles++] = word;
}

/* A part of something: a family's word and what part. */
static void part(struct words *w, const char *family, const char *second, const char *third)
{
	const char *words[] = { family, second, third };

	/* here lvm2 does not mind words that are there already */
	for (size_t i = 0; i < 3; i++)
		if (words[i] && w->roles < WORDS_MAX)
			w->role[w->roles++] = words[i];
	w->is_private = true;
}

static void mirror_words(struct words *w, const struct item *it)
{
	unsigned kinds = it->li->kinds;
	bool pvmove = it->lv->flags & LV_PVMOVE;

	if (!(it->li->types & SEGTYPE_MIRROR) && !(kinds & (KIND_MIRROR_IMAGE | KIND_MIRROR_LOG)) && !pvmove)
		return;
	if (kinds & KIND_MIRROR_IMAGE) {
		part(w, "mirror", "image", NULL);
		return;
	}
	if (kinds & KIND_MIRROR_LOG)
		part(w, "mirror", "log", NULL);
	else if (pvmove)
		part(w, "pvmove", NULL, NULL);
	if (!(kinds & KIND_MIRROR_LOG) || (it->li->types & SEGTYPE_MIRROR))
		layout(w, "mirror");
}

static void raid_words(struct words *w, const struct item *it, const char *layout_words[], size_t count)
{
	if (it->li->kinds & KIND_RAID_IMAGE) {
		part(w, "raid", "image", NULL);
	} else if (it->li->kinds & KIND_RAID_META) {
		part(w, "raid", "metadata", NULL);
	} else if (it->li->types & SEGTYPE_RAID) {
		layout(w, "raid");
		for (size_t i = 0; i < count; i++)
			layout(w, layout_words[i]);
	}
}

static void thin_volume_words(struct words *w, const struct item *it)
{
	const struct lvol_segment *seg = it->lv->seg_first;

	layout(w, "thin");
	layout(w, "sparse");
	if (it->li->thin_snapshot_count) {
		role(w, "origin");
		role(w, "thinorigin");
		if (it->li->thin_snapshot_count > 1)
			role(w, "multithinorigin");
	}
	if (lvi_seg_lv(seg, SEG_ORIGIN) || lvi_seg_lv(seg, SEG_EXTERNAL_ORIGIN)) {
		role(w, "snapshot");
		role(w, "thinsnapshot");
	}
}

static void thin_words(struct words *w, const struct item *it)
{
	if (it->li->kinds & KIND_THIN_META) {
		part(w, "thin", "pool", "metadata");
		return;
	}
	if (it->li->kinds & KIND_THIN_DATA) {
		part(w, "thin", "pool", "data");
		return;
	}
	if (it->li->types & SEGTYPE_THIN) {
		thin_volume_words(w, it);
	} else if (it->li->types & SEGTYPE_THIN_POOL) {
		layout(w, "thin");
		layout(w, "pool");
		w->is_private = true;
	}
	if (it->li->kinds & KIND_EXTERNAL_ORIGIN) {
		role(w, "origin");
		role(w, "extthinorigin");
		if (it->li->external_count > 1)
			role(w, "multiextthinorigin");
	}
}

/* What is under a cache may be a cache itself. */
static bool cache_part_words(struct words *w, const struct item *it)
{
	unsigned kinds = it->li->kinds;
	bool writes = kinds & KIND_WRITECACHE_ORIGIN;
	const char *family = writes ? "writecache" : "cache";

	if (kinds & KIND_CACHE_META) {
		part(w, "cache", "pool", "metadata");
		return true;
	}
	if (kinds & KIND_CACHE_DATA) {
		part(w, "cache", "pool", "data");
	} else if (kinds & (KIND_CACHE_ORIGIN | KIND_WRITECACHE_ORIGIN)) {
		role(w, family);
		role(w, "origin");
		role(w, kinds & KIND_CACHE_ORIGIN ? "cacheorigin" : "writecacheorigin");
		w->is_private = true;
	} else {
		return false;
	}
	if (it->li->types & (writes ? SEGTYPE_WRITECACHE : SEGTYPE_CACHE))
		layout(w, family);
	return true;
}

static void cache_words(struct words *w, const struct item *it)
{
	bool vol = it->lv->flags & LV_CACHE_VOL;

	if (cache_part_words(w, it))
		return;
	if (it->li->types & SEGTYPE_CACHE) {
		layout(w, "cache");
	} else if (it->li->types & SEGTYPE_WRITECACHE) {
		layout(w, "writecache");
	} else if (vol || (it->li->types & SEGTYPE_CACHE_POOL)) {
		layout(w, vol && (it->li->kinds & KIND_WRITECACHE_VOL) ? "writecache" : "cache");
		layout(w, vol ? "cachevol" : "pool");
		w->is_private = true;
	}
}

static void integrity_words(struct words *w, const struct item *it)
{
	if (it->li->kinds & KIND_INTEGRITY_META)
		part(w, "integrity", "metadata", NULL);
	else if (it->li->kinds & KIND_INTEGRITY_ORIGIN)
		part(w, "integrity", "origin", "integrityorigin");
	else if (it->li->types & SEGTYPE_INTEGRITY)
		layout(w, "integrity");
}

static void vdo_words(struct words *w, const struct item *it)
{
	if (it->li->types & (SEGTYPE_VDO_POOL | SEGTYPE_VDO)) {
		layout(w, "vdo");
		layout(w, it->li->types & SEGTYPE_VDO_POOL ? "pool" : "sparse");
		w->is_private |= (it->li->types & SEGTYPE_VDO_POOL) != 0;
	} else if (it->li->kinds & KIND_VDO_DATA) {
		part(w, "vdo", "pool", "data");
	}
}

static void snapshot_words(struct words *w, const struct item *it)
{
	if (it->li->kinds & KIND_ORIGIN) {
		role(w, "origin");
		role(w, "thickorigin");
		/* the zeroes under a sparse LV */
		if ((it->li->kinds & KIND_VIRTUAL) && !(it->li->types & SEGTYPE_THIN)) {
			layout(w, "virtual");
			w->is_private = true;
		}
		if (it->li->origin_count > 1)
			role(w, "multithickorigin");
	} else if (it->li->kinds & KIND_COW) {
		role(w, "snapshot");
		role(w, "thicksnapshot");
	}
}

static void plain_words(struct words *w, const struct lvol_lv *lv)
{
	bool linear = false, striped = false;

	for (const struct lvol_segment *seg = lv ? lv->seg_first : NULL; seg; seg = seg->next)
		if (seg->type->flags & SEGTYPE_CAN_SPLIT) {
			linear |= seg->area_count == 1;
			striped |= seg->area_count > 1;
		}
	if (linear)
		layout(w, "linear");
	if (striped)
		layout(w, "striped");
	if (!linear && !striped)
		layout(w, "unknown");
}

static void lv_words(struct words *w, const struct item *it, const char *raid[], size_t raid_count)
{
	mirror_words(w, it);
	raid_words(w, it, raid, raid_count);
	thin_words(w, it);
	cache_words(w, it);
	integrity_words(w, it);
	vdo_words(w, it);
	if (it->li->kinds & KIND_SPARE)
		part(w, "pool", "spare", NULL);
	snapshot_words(w, it);
	if (it->li->kinds & KIND_LOCKD)
		part(w, "lockd", "sanlock", NULL);
}

/* "raid5,raid5_ls" of the type's table as words. */
static int split_raid_layout(struct out *o, const struct item *it, const char *words[2], size_t *count)
{
	const char *text = it->lv && it->lv->seg_first ? it->lv->seg_first->type->raid_layout : NULL;
	const char *comma = text ? strchr(text, ',') : NULL;

	*count = text ? 1 + (comma != NULL) : 0;
	if (!comma) {
		words[0] = text;
		return 0;
	}
	words[0] = lvi_arena_strndup(o->arena, text, (size_t)(comma - text));
	words[1] = comma + 1;
	return words[0] ? 0 : -LVOL_E_NO_MEMORY;
}

static int collect(struct out *o, const struct item *it, struct words *w)
{
	const char *raid[2];
	size_t count;
	int ret = split_raid_layout(o, it, raid, &count);

	if (ret)
		return ret;
	*w = (struct words) {0};
	if (it->historical) {
		layout(w, "none");
		role(w, "history");
	} else if (it->lv) {
		lv_words(w, it, raid, count);
	}
	if (!w->layouts)
		plain_words(w, it->lv);
	return 0;
}

int lvi_put_layout(struct out *o, const struct item *it)
{
	struct words w;
	int ret = collect(o, it, &w);

	return ret ? ret : lvi_put_words(o, w.layout, w.layouts, ",");
}

int lvi_put_role(struct out *o, const struct item *it)
{
	const char *all[WORDS_MAX + 1];
	struct words w;
	int ret = collect(o, it, &w);

	if (ret)
		return ret;
	all[0] = w.is_private ? "private" : "public";
	memcpy(all + 1, w.role, w.roles * sizeof *all);
	return lvi_put_words(o, all, w.roles + 1, ",");
}
