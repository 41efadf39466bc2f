/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include <lvol/error.h>

#include "base/error.h"
#include "report/internal.h"

/*
 * The columns of a report. They are found in two rounds, because "all" means everything of all that the report speaks
 * of, sort keys too: the first round only notes of what, the second adds columns. Hidden columns, which only sorting or
 * selecting needs, follow the visible ones.
 */

static int no_field(const char *word, size_t len, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_INVALID, NULL, "%s\"%.*s\" is no field of a report", what, len > 64 ? 64 : (int)len,
			word);
}

static int column_add(struct lvol_report *r, const struct field *field, enum report_object object, struct lvol_error *err)
{
	struct column *c = ARRAY_PUSH(&r->columns);

	if (!c)
		return lvi_error_nomem(err);
	*c = (struct column) { .field = field, .object = object };
	r->objects |= object;
	return 0;
}

int lvi_column_need(struct lvol_report *r, const struct field *field, enum report_object object, size_t *index,
		struct lvol_error *err)
{
	int ret;

	for (*index = 0; *index < r->columns.len; ++*index)
		if (r->columns.items[*index].field == field)
			return 0;
	ret = column_add(r, field, object, err);
	if (!ret)
		r->columns.items[*index].hidden = true;
	return ret;
}

static int add_objects(struct lvol_report *r, unsigned objects, struct lvol_error *err)
{
	const struct field_table *table;
	int ret = 0;

	for (size_t t = 0; (table = lvi_field_table(t)) && !ret; t++)
		for (size_t i = 0; (objects & table->object) && table->object != OBJ_SPECIAL && i < table->count && !ret; i++)
			ret = column_add(r, &table->fields[i], table->object, err);
	return ret;
}

/* A word of a list of fields; @note_only: just what it speaks of. */
static int add_word(struct lvol_report *r, const char *word, size_t len, bool note_only, struct lvol_error *err)
{
	const char *prefix = lvi_report_prefix(r->kind);
	enum report_object object;
	const struct field *field = lvi_field_find(word, len, prefix, &object);
	unsigned objects = field ? object : lvi_field_all(word, len, prefix, r->objects);

	if (!objects)
		return no_field(word, len, "", err);
	r->objects |= objects;
	if (note_only)
		return 0;
	return field ? column_add(r, field, object, err) : add_objects(r, objects, err);
}

/* The default, as the words that are in it. */
static const char *default_fields(enum lvol_report_kind kind)
{
	switch (kind) {
	case LVOL_REPORT_PVS:
		return "pv_name,vg_name,pv_fmt,pv_attr,pv_size,pv_free";
	case LVOL_REPORT_VGS:
		return "vg_name,pv_count,lv_count,snap_count,vg_attr,vg_size,vg_free";
	case LVOL_REPORT_LVS:
		return "lv_name,vg_name,lv_attr,lv_size,pool_lv,origin,data_percent,metadata_percent,move_pv,mirror_log,"
			"copy_percent,convert_lv";
	case LVOL_REPORT_SEGS:
		return "lv_name,vg_name,lv_attr,stripes,segtype,seg_size";
	default:
		return "pv_name,vg_name,pv_fmt,pv_attr,pv_size,pv_free,pvseg_start,pvseg_size";
	}
}

static const char *default_sort(enum lvol_report_kind kind)
{
	switch (kind) {
	case LVOL_REPORT_PVS:
		return "pv_name";
	case LVOL_REPORT_VGS:
		return "vg_name";
	case LVOL_REPORT_LVS:
		return "vg_name,lv_name";
	case LVOL_REPORT_SEGS:
		return "vg_name,lv_name,seg_start";
	default:
		return "pv_name,pvseg_start";
	}
}

struct word { const char *text; size_t len; };
typedef ARRAY(struct word) word_array;

static int push_words(word_array *words, const char *text, struct lvol_error *err)
{
	while (*text) {
		size_t len = strcspn(text, ",");

		if (len) {
			struct word *w = ARRAY_PUSH(words);

			if (!w)
				return lvi_error_nomem(err);
			*w = (struct word) { text, len };
		}
		text += len + (text[len] == ',');
	}
	return 0;
}

/* Takes a field away under any of its names. */
static int drop_word(struct lvol_report *r, word_array *words, struct word gone, struct lvol_error *err)
{
	const char *prefix = lvi_report_prefix(r->kind);
	enum report_object object;
	const struct field *field = lvi_field_find(gone.text, gone.len, prefix, &object);
	size_t kept = 0;

	if (!field)
		return no_field(gone.text, gone.len, "", err);
	for (size_t i = 0; i < words->len; i++)
		if (lvi_field_find(words->items[i].text, words->items[i].len, prefix, &object) != field)
			words->items[kept++] = words->items[i];
	words->len = kept;
	return 0;
}

/* "a,b" as they are; "+a,b" behind the default; "-a,b" not of the default. A sign further on ("+a,-b") changes over. */
static int collect_words(struct lvol_report *r, word_array *words, const char *fields, struct lvol_error *err)
{
	bool changes = fields && (*fields == '+' || *fields == '-'), drop = false;
	word_array given = {0};
	int ret = push_words(&given, fields && *fields ? fields : default_fields(r->kind), err);

	if (!ret && changes)
		ret = push_words(words, default_fields(r->kind), err);
	for (size_t i = 0; i < given.len && !ret; i++) {
		struct word w = given.items[i], *slot;

		if (*w.text == '+' || *w.text == '-') {
			drop = *w.text == '-';
			w.text++;
			w.len--;
		}
		if (!w.len)
			continue;
		if (drop) {
			ret = drop_word(r, words, w, err);
			continue;
		}
		slot = ARRAY_PUSH(words);
		ret = slot ? 0 : lvi_error_nomem(err);
		if (slot)
			*slot = w;
	}
	ARRAY_FREE(&given);
	return ret;
}

static const struct field *sort_field(struct lvol_report *r, struct word *w, bool *descending, enum report_object *object)
{
	*descending = *w->text == '-';
	if (*w->text == '+' || *w->text == '-') {
		w->text++;
		w->len--;
	}
	return lvi_field_find(w->text, w->len, lvi_report_prefix(r->kind), object);
}

/* With @note_only just what the keys speak of. */
static int each_key(struct lvol_report *r, const char *keys, bool note_only, struct lvol_error *err)
{
	word_array words = {0};
	int ret = push_words(&words, keys ? keys : default_sort(r->kind), err);

	for (size_t i = 0; i < words.len && !ret; i++) {
		struct word w = words.items[i];
		enum report_object object;
		bool descending;
		const struct field *field = sort_field(r, &w, &descending, &object);
		size_t index;

		if (!field) {
			ret = no_field(w.text, w.len, "cannot sort: ", err);
			continue;
		}
		r->objects |= object;
		if (note_only)
			continue;
		ret = lvi_column_need(r, field, object, &index, err);
		if (!ret && !r->columns.items[index].sort) {
			r->columns.items[index].sort = (int)++r->sort_count;
			r->columns.items[index].descending = descending;
		}
	}
	ARRAY_FREE(&words);
	return ret;
}

static int each_word(struct lvol_report *r, const word_array *words, bool note_only, struct lvol_error *err)
{
	int ret = 0;

	for (size_t i = 0; i < words->len && !ret; i++)
		ret = add_word(r, words->items[i].text, words->items[i].len, note_only, err);
	return ret;
}

int lvi_columns_make(struct lvol_report *r, const char *fields, const char *keys, struct lvol_error *err)
{
	word_array words = {0};
	int ret = collect_words(r, &words, fields, err);

	if (!ret)
		ret = each_word(r, &words, true, err);
	if (!ret)
		ret = each_key(r, keys, true, err);
	if (!ret)
		ret = each_word(r, &words, false, err);
	r->visible_count = r->columns.len;
	if (!ret)
		ret = each_key(r, keys, false, err);
	ARRAY_FREE(&words);
	return ret;
}
