/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <string.h>

#include "report/internal.h"

/* Names of fields: lvm2 does not mind their case nor their underscores, and knows what a report is about. */

static const struct field_table *const tables[] = {
	&lvi_fields_lv, &lvi_fields_lv_state, &lvi_fields_label, &lvi_fields_pv, &lvi_fields_vg, &lvi_fields_seg,
	&lvi_fields_seg_vdo, &lvi_fields_pvseg, &lvi_fields_special
};
#define TABLE_COUNT (sizeof tables / sizeof *tables)

static const struct { enum lvol_report_kind kind; unsigned objects; const char *prefix; } kinds[] = {
	{ LVOL_REPORT_PVS, OBJ_LABEL, "pv_" }, { LVOL_REPORT_VGS, OBJ_VG, "vg_" }, { LVOL_REPORT_LVS, OBJ_LV, "lv_" },
	{ LVOL_REPORT_SEGS, OBJ_SEG, "seg_" }, { LVOL_REPORT_PVSEGS, OBJ_PVSEG, "pvseg_" }
};

static const struct { const char *prefix; unsigned objects; } prefixes[] = {
	{ "vg_", OBJ_VG }, { "lv_", OBJ_LV }, { "pv_", OBJ_PV | OBJ_LABEL }, { "seg_", OBJ_SEG }, { "pvseg_", OBJ_PVSEG }
};

const struct field_table *lvi_field_table(size_t i)
{
	return i < TABLE_COUNT ? tables[i] : NULL;
}

const char *lvi_report_prefix(enum lvol_report_kind kind)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].kind == kind)
			return kinds[i].prefix;
	return NULL;
}

unsigned lvi_report_objects(enum lvol_report_kind kind)
{
	for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++)
		if (kinds[i].kind == kind)
			return kinds[i].objects;
	return 0;
}

/* @a without underscores begins @b without underscores; *rest is what is left of @b then. */
static bool begins(const char *a, const char *b, const char *end, const char **rest)
{
	for (;;) {
		while (*a == '_')
			a++;
		while (b < end && *b == '_')
			b++;
		if (!*a) {
			*rest = b;
			return true;
		}
		if (b == end || tolower((unsigned char)*a) != tolower((unsigned char)*b))
			return false;
		a++;
		b++;
	}
}

static bool same(const char *name, const char *word, size_t len)
{
	const char *rest;

	return begins(name, word, word + len, &rest) && rest == word + len;
}

/* "seg_size" and "segtype" are "size" and "type" in a report of segments. */
static bool same_without_prefix(const char *name, const char *prefix, const char *word, size_t len)
{
	const char *rest;

	return begins(prefix, name, name + strlen(name), &rest) && *rest && same(rest, word, len);
}

const struct field *lvi_field_find(const char *name, size_t len, const char *prefix, enum report_object *object)
{
	for (size_t t = 0; len && t < TABLE_COUNT; t++)
		for (size_t i = 0; i < tables[t]->count; i++) {
			const struct field *f = &tables[t]->fields[i];

			if (same(f->name, name, len) || same_without_prefix(f->name, prefix, name, len)) {
				*object = tables[t]->object;
				return f;
			}
		}
	return NULL;
}

/* Objects that "lv_all", "vg_all" ... or "all" (everything that the report speaks of so far) means; 0: none of them. */
unsigned lvi_field_all(const char *name, size_t len, const char *prefix, unsigned objects)
{
	const char *rest;

	if (same("all", name, len)) {
		for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
			if (!strcmp(prefixes[i].prefix, prefix))
				objects |= prefixes[i].objects;
		return objects;
	}
	for (size_t i = 0; i < sizeof prefixes / sizeof *prefixes; i++)
		if (begins(prefixes[i].prefix, name, name + len, &rest) && same("all", rest, (size_t)(name + len - rest)))
			return prefixes[i].objects;
	return 0;
}

static int selected_get(struct out *o, const struct item *it)
{
	return lvi_put_number(o, it->selected);
}

static const struct field special[] = {
	{ "selected", "Selected", TYPE_NUMBER, selected_get, "Set if item passes selection criteria." }
};

const struct field_table lvi_fields_special = { OBJ_SPECIAL, special, 1 };
