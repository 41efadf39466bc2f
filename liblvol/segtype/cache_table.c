/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "segtype/line.h"
#include "segtype/types.h"

/*
 * The table of a cache. Its settings are with the cache pool, or with the cache itself where that is on a cachevol; then
 * the cachevol is cut into the devices "vg-cvol-cmeta" and "vg-cvol-cdata".
 */
#define THRESHOLD_DEFAULT 2048u   /* sectors, the kernel's */
#define THRESHOLD_CHUNKS 8u       /* lvm2 lets so many be moved at once at least */

#define SETTINGS_MAX 4096u        /* bytes of text; there are six settings */

static const char *const mq_settings[] = { "migration_threshold", "sequential_threshold", "random_threshold",
	"read_promote_adjustment", "write_promote_adjustment", "discard_promote_adjustment", NULL };
static const char *const smq_settings[] = { "migration_threshold", NULL };

/* lvm2 does not pass to these policies what they do not know. */
static const struct { const char *policy; const char *const *settings; } accepted[] = {
	{ "mq", mq_settings }, { "smq", smq_settings }
};

static bool is_accepted(const char *policy, const char *key)
{
	for (size_t i = 0; policy && i < sizeof accepted / sizeof accepted[0]; i++) {
		if (strcasecmp(policy, accepted[i].policy))
			continue;
		for (const char *const *known = accepted[i].settings; *known; known++)
			if (!strcmp(*known, key))
				return true;
		return false;
	}
	return true;
}

/* The inside of the section policy_settings, as nodes in the table's arena. */
static struct cfg_node *read_settings(struct seg_line *l, const struct lvol_segment *seg)
{
	const char *text = lvi_seg_text(seg, SEG_POLICY_SETTINGS);
	size_t len = text ? strlen(text) : 0;
	struct cfg_node *root = NULL;
	char *copy;

	if (!len || l->result)
		return NULL;
	if (len > SETTINGS_MAX) {
		l->result = lvi_error(l->err, LVOL_E_CORRUPT, seg->lv->name, "cache policy settings of %s/%s are too long (%zu "
				"bytes)", seg->lv->vg->name, seg->lv->name, len);
		return NULL;
	}
	copy = lvi_arena_strdup(l->table->arena, text);
	l->result = copy ? lvi_cfg_parse(l->table->arena, copy, len, seg->lv->name, &root, l->err) :
			lvi_error_nomem(l->err);
	return root ? root->child : NULL;
}

static bool is_number(struct seg_line *l, const struct lvol_segment *seg, const struct cfg_node *n)
{
	if (n->value && n->value->type == CFG_INT)
		return true;
	if (!l->result)
		l->result = lvi_error(l->err, LVOL_E_CORRUPT, seg->lv->name, "cache policy setting %.64s of %s/%s is no number",
				n->key, seg->lv->vg->name, seg->lv->name);
	return false;
}

static void add_settings(struct seg_line *l, const struct lvol_segment *seg, const char *policy)
{
	struct cfg_node *first = read_settings(l, seg);
	uint64_t threshold = THRESHOLD_DEFAULT, least = lvi_seg_number(seg, SEG_CHUNK_SIZE, 0) * THRESHOLD_CHUNKS;

	for (const struct cfg_node *n = first; n; n = n->next)
		if (!strcmp(n->key, "migration_threshold") && is_number(l, seg, n))
			threshold = (uint32_t)n->value->number;
	if (threshold < least)
		threshold = least;
	if (threshold != THRESHOLD_DEFAULT)
		lvi_line_pair(l, "migration_threshold", threshold);
	for (const struct cfg_node *n = first; n; n = n->next)
		if (strcmp(n->key, "migration_threshold") && is_accepted(policy, n->key) && is_number(l, seg, n))
			lvi_line_pair(l, n->key, (uint64_t)n->value->number);
}

/* Words of 2.03.16: it forgets the policy of a cache on a cachevol, and "mq" is what it takes then. To the kernel that is
 * another name of smq, which is nearly always meant. */
static const char *policy_word(const struct lvol_segment *seg, bool on_pool)
{
	const char *policy = lvi_seg_text(seg, SEG_POLICY);

	if (!policy || (!on_pool && !strcmp(policy, "smq")))
		return "mq";
	return policy;
}

static void add_policy(struct seg_line *l, const struct lvol_segment *seg, const struct lvol_segment *settings)
{
	bool on_pool = seg != settings;
	bool cleaner = lvi_seg_number(seg, SEG_CLEANER, 0) || l->out->flags & SEG_TABLE_CLEANS;
	const char *mode = lvi_seg_text(settings, SEG_CACHE_MODE);
	const char *policy = cleaner ? "cleaner" : policy_word(settings, on_pool);

	lvi_line_count_begin(l);
	if (lvi_seg_number(settings, SEG_METADATA_FORMAT, 1) == 2)
		lvi_line_word(l, "metadata2");
	/* who cleans does not write back more */
	lvi_line_word(l, mode && strcmp(policy, "cleaner") ? mode : "writethrough");
	lvi_line_count_end(l);
	lvi_line_word(l, policy);
	lvi_line_count_begin(l);
	if (!cleaner)
		add_settings(l, settings, on_pool ? lvi_seg_text(settings, SEG_POLICY) : NULL);
	lvi_line_count_end(l);
}

struct cut { const char *layer; enum seg_field id; uint64_t start, sectors; };

static void add_cut(struct seg_line *l, const struct lvol_segment *seg, const struct cut *cut)
{
	const char *id_text = lvi_seg_text(seg, cut->id);
	const struct lvol_lv *vol = lvi_seg_lv(seg, SEG_CACHE_POOL);
	struct seg_layer layer = { .lv = vol, .name = cut->layer };
	struct dm_node *node = NULL;
	struct seg_line cut_line;
	struct uuid id;

	if (id_text) {
		lvi_uuid_parse(&id, id_text, strlen(id_text));  /* as the import has seen */
		layer.id = &id;
	}
	if (!l->result)
		l->result = l->out->ops->layer(l->out, &layer, &node, l->err);
	if (!l->result && !node->table.lines.len) {
		lvi_line_begin_device(&cut_line, l->out, node, cut->sectors, l->err);
		lvi_line_lv(&cut_line, vol, NULL);
		lvi_line_number(&cut_line, cut->start);
		l->result = lvi_line_end(&cut_line);
	}
	lvi_line_dev(l, node);
}

static void add_cachevol(struct seg_line *l, const struct lvol_segment *seg)
{
	uint64_t metadata = lvi_seg_number(seg, SEG_METADATA_LEN, 0), data = lvi_seg_number(seg, SEG_DATA_LEN, 0);

	/* lvm2 puts metadata to the front and data behind, whatever metadata_start and data_start say */
	add_cut(l, seg, &(struct cut){ "cmeta", SEG_METADATA_ID, 0, metadata });
	add_cut(l, seg, &(struct cut){ "cdata", SEG_DATA_ID, metadata, data });
}

int lvi_cache_table(const struct lvol_segment *seg, struct seg_table *out, struct lvol_error *err)
{
	const struct lvol_lv *pool = lvi_seg_lv(seg, SEG_CACHE_POOL);
	const struct lvol_segment *settings = lvi_lv_is(pool, SEGTYPE_CACHE_POOL) ? pool->seg_first : seg;
	struct seg_line l;

	lvi_line_begin(&l, out, "cache", lvi_seg_sectors(seg), err);
	if (settings != seg) {
		lvi_line_lv(&l, lvi_seg_lv(settings, SEG_METADATA), NULL);
		lvi_line_lv(&l, lvi_seg_lv(settings, SEG_DATA), NULL);
	} else {
		add_cachevol(&l, seg);
	}
	lvi_line_lv(&l, lvi_seg_lv(seg, SEG_ORIGIN), NULL);
	lvi_line_number(&l, lvi_seg_number(settings, SEG_CHUNK_SIZE, 0));
	add_policy(&l, seg, settings);
	return lvi_line_end(&l);
}
