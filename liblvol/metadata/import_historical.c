/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metadata/import.h"

#include <string.h>

#include "base/error.h"

/*
 * LVs that were removed but are remembered as links in a chain of thin snapshots. "-name" in the text means another
 * one of them, "name" an LV.
 */

static void read_time(const struct section *s, const char *key, uint64_t *out)
{
	int64_t time;

	if (lvi_take_number(s, key, &time) && time > 0)
		*out = (uint64_t)time;
}

static int read_one(struct import *im, const struct cfg_node *node, struct hash *names,
		struct historical_lv *out)
{
	struct section s = { .im = im, .node = node, .lv = node->key };
	const struct cfg_node *list = lvi_cfg_child(node, "descendants");
	int r = lvi_need_id(&s, &out->id);

	out->name = lvi_arena_strdup(im->vg->arena, node->key);
	if (!r && !out->name)
		r = lvi_error_nomem(im->err);
	if (!r)
		r = lvi_take_str(&s, "name", &out->name);
	if (!r)
		r = lvi_take_str(&s, "origin", &out->origin);
	if (!r)
		r = lvi_take_strings(&s, "descendants", &out->descendants);
	if (!r && list && !out->descendants.count)
		r = lvi_import_fail(&s, "descendants is empty");
	read_time(&s, "creation_time", &out->creation_time);
	read_time(&s, "removal_time", &out->removal_time);
	if (!r && lvi_hash_put(names, out->name, strlen(out->name), out, NULL))
		r = lvi_error_nomem(im->err);
	return r ? r : lvi_take_extra(&s, &out->extra);
}

/* What it refers to exists. */
static int check_links(struct import *im, const struct hash *names, const struct historical_lv *h)
{
	struct section s = { .im = im, .lv = h->name };
	const char *origin = h->origin;

	if (origin && *origin == '-' && !lvi_hash_get(names, origin + 1, strlen(origin + 1)))
		return lvi_import_fail(&s, "its origin %.127s does not exist", origin);
	if (origin && *origin != '-' && !lvi_vg_find_lv(im->vg, origin))
		return lvi_import_fail(&s, "its origin %.127s does not exist", origin);
	for (size_t i = 0; i < h->descendants.count; i++)
		if (!lvi_vg_find_lv(im->vg, h->descendants.items[i]))
			return lvi_import_fail(&s, "its descendant %.127s does not exist", h->descendants.items[i]);
	return 0;
}

static int read_list(struct import *im, const struct cfg_node *section, struct hash *names)
{
	struct historical_lv **slot = &im->vg->historical;
	struct section s = { .im = im, .node = section };
	int r = 0;

	for (const struct cfg_node *n = section->child; !r && n; n = n->next) {
		s.lv = n->key;
		if (!n->is_section)
			return lvi_import_fail(&s, "it is no historical LV");
		*slot = lvi_arena_zalloc(im->vg->arena, sizeof **slot);
		r = *slot ? read_one(im, n, names, *slot) : lvi_error_nomem(im->err);
		if (*slot)
			slot = &(*slot)->next;
	}
	for (const struct historical_lv *h = im->vg->historical; !r && h; h = h->next)
		r = check_links(im, names, h);
	return r;
}

int lvi_import_historical(struct import *im)
{
	struct cfg_node *section = lvi_cfg_child(im->vg_node, "historical_logical_volumes");
	struct hash names;
	int r;

	if (!section || !section->is_section)
		return 0;
	section->used = true;
	lvi_hash_init(&names);
	r = read_list(im, section, &names);
	lvi_hash_free(&names);
	return r;
}
