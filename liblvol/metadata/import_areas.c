/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metadata/import.h"

#include <string.h>

#include "base/error.h"

/*
 * The list of areas is read before the segment is made, because the number that the text claims must not decide how
 * much memory is taken: the list itself does.
 */

/* Metadata entries are known by their names alone. */
static bool is_meta(const struct cfg_value *v)
{
	return v->type == CFG_STRING && strstr(v->text, "_rmeta_");
}

static int find_lv(const struct section *s, const struct cfg_value *v, struct area *out)
{
	if (v->type != CFG_STRING)
		return lvi_import_fail(s, "the list of areas holds %.32s where a name belongs", v->text);
	out->kind = AREA_LV;
	out->lv = lvi_vg_find_lv(s->im->vg, v->text);
	return out->lv ? 0 : lvi_import_fail(s, "LV %.127s does not exist", v->text);
}

/* ["pv0", 5]: a PV if one has that name, else an LV. */
static int read_pair(const struct section *s, const struct cfg_value **v, struct area *out)
{
	const struct cfg_value *name = *v, *start = name->next;

	if (!start || start->type != CFG_INT)
		return lvi_import_fail(s, "the extent behind area %.127s is missing", name->text);
	out->start = (uint32_t)start->number;
	*v = start->next;
	out->pv = name->type == CFG_STRING ? lvi_hash_get(&s->im->pv_names, name->text, name->len) : NULL;
	if (!out->pv)
		return find_lv(s, name, out);
	out->kind = AREA_PV;
	return 0;
}

static int read_pairs(const struct section *s, struct lvol_segment *seg, const struct cfg_value *v)
{
	int r = 0;

	for (uint32_t i = 0; !r && v && i < seg->area_count; i++)
		r = read_pair(s, &v, &seg->areas[i]);
	return r;
}

static int read_lvs(const struct section *s, struct lvol_segment *seg, const struct cfg_value *v)
{
	int r = 0;

	for (uint32_t i = 0; !r && v && i < seg->area_count; i++) {
		if (seg->metas && is_meta(v)) {
			r = find_lv(s, v, &seg->metas[i]);
			v = v->next;
		}
		if (!r && !v)
			return lvi_import_fail(s, "a data LV is missing behind the last metadata LV");
		if (!r)
			r = find_lv(s, v, &seg->areas[i]);
		if (!r)
			v = v->next;
	}
	return r;
}

/* "_rmeta_" of two in a row is a data area, strange as it is: the first entry decides about the second. */
static uint32_t count_areas(const struct cfg_value *v, enum area_form form, bool *metas)
{
	uint32_t count = 0;

	*metas = false;
	for (; v; v = v->next, count++) {
		if (form == AREAS_LVS)
			continue;
		if (form == AREAS_META_DATA && !is_meta(v))
			continue;
		*metas |= form == AREAS_META_DATA;
		if (v->next)
			v = v->next;
	}
	return count;
}

static int read_count(const struct section *s, const struct seg_area_desc *desc, uint32_t *out)
{
	const char *key = desc->count_key, *other = desc->other_count_key;

	if (other && lvi_cfg_child(s->node, other)) {
		if (lvi_cfg_child(s->node, key))
			return lvi_import_fail(s, "both %s and %s are given", key, other);
		key = other;
	}
	return lvi_need_u32(s, key, out);
}

int lvi_import_areas(const struct section *s, struct lvol_lv *lv, const struct segtype *type, uint32_t extents,
		struct lvol_segment **out)
{
	const struct seg_area_desc *desc = &type->areas;
	struct cfg_node *list = desc->form == AREAS_NONE ? NULL : lvi_cfg_child(s->node, desc->list_key);
	uint32_t claimed = 0, count = 0;
	bool metas = false;
	int r = desc->form == AREAS_NONE ? 0 : read_count(s, desc, &claimed);

	if (r)
		return r;
	if (desc->form != AREAS_NONE && (!list || !list->value))
		return lvi_import_fail(s, "%s is missing", desc->list_key);
	if (list)
		count = count_areas(list->value, desc->form, &metas);
	if (count != claimed)
		return lvi_import_fail(s, "there are %u areas, not %u", count, claimed);
	*out = lvi_lv_add_segment(lv, type, extents, count, metas);
	if (!*out)
		return lvi_error_nomem(s->im->err);
	if (!list)
		return 0;
	list->used = true;
	return desc->form == AREAS_PAIRS ? read_pairs(s, *out, list->value) : read_lvs(s, *out, list->value);
}
