/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metadata/import.h"

#include <string.h>

#include "base/error.h"

static int nomem_if(const struct section *s, int r)
{
	return r ? lvi_error_nomem(s->im->err) : 0;
}

/* Fields */

static int read_number(const struct section *s, struct lvol_segment *seg, const struct seg_field_desc *field)
{
	int64_t v;
	uint64_t number;

	if (!lvi_take_number(s, field->key, &v))
		return lvi_import_fail(s, "%s is no number", field->key);
	number = (uint64_t)v;
	if (field->form == FIELD_U32 || field->form == FIELD_FLAG)
		number = (uint32_t)v;
	if (field->form == FIELD_FLAG)
		number = number != 0;
	if (field->form == FIELD_U64 && v < 0)
		return lvi_import_fail(s, "%s is negative", field->key);
	if (field->max && (number < field->min || number > field->max))
		return lvi_import_fail(s, "%s is %llu, not from %llu to %llu", field->key, (unsigned long long)number,
				(unsigned long long)field->min, (unsigned long long)field->max);
	if (number >= field->lv_flag_from)
		seg->lv->flags |= field->lv_flag;
	return nomem_if(s, lvi_seg_set_number(seg, field->field, number));
}

static int read_text(const struct section *s, struct lvol_segment *seg, const struct seg_field_desc *field)
{
	const char *text = lvi_take_text(s, field->key);
	struct uuid id;

	if (!text)
		return lvi_import_fail(s, "%s is no string", field->key);
	if (field->form == FIELD_UUID && !lvi_uuid_parse(&id, text, strlen(text)))
		return lvi_import_fail(s, "%s is no UUID", field->key);
	return nomem_if(s, lvi_seg_set_text(seg, field->field, text, false));
}

static int read_lv(const struct section *s, struct lvol_segment *seg, const struct seg_field_desc *field)
{
	const char *name = lvi_take_text(s, field->key);
	struct lvol_lv *lv = name ? lvi_vg_find_lv(s->im->vg, name) : NULL;

	if (!name)
		return lvi_import_fail(s, "%s is no string", field->key);
	if (!lv)
		return lvi_import_fail(s, "%s names LV %.127s, which does not exist", field->key, name);
	return nomem_if(s, lvi_seg_set_lv(seg, field->field, lv));
}

static int read_section(const struct section *s, struct lvol_segment *seg, const struct seg_field_desc *field)
{
	struct cfg_node *n = lvi_cfg_child(s->node, field->key);
	const char *text;
	int r;

	if (!n->is_section)
		return lvi_import_fail(s, "%s is no section", field->key);
	n->used = true;
	r = lvi_section_text(s, n, &text);
	if (r || !text)
		return r;
	return nomem_if(s, lvi_seg_set_text(seg, field->field, text, true));
}

static int read_field(const struct section *s, struct lvol_segment *seg, const struct seg_field_desc *field)
{
	switch (field->form) {
	case FIELD_U32:
	case FIELD_U64:
	case FIELD_S64:
	case FIELD_FLAG:
		return read_number(s, seg, field);
	case FIELD_STRING:
	case FIELD_BAREWORD:
	case FIELD_UUID:
		return read_text(s, seg, field);
	case FIELD_LV:
		return read_lv(s, seg, field);
	case FIELD_SECTION:
		return read_section(s, seg, field);
	}
	return 0;
}

static int read_fields(const struct section *s, struct lvol_segment *seg)
{
	int r = 0;

	for (const struct seg_field_desc *f = seg->type->fields; !r && f && f->key; f++) {
		if (lvi_cfg_child(s->node, f->key))
			r = read_field(s, seg, f);
		else if (f->required)
			r = lvi_import_fail(s, "%s is missing", f->key);
	}
	return r;
}

/* Type */

struct type_word {
	const struct segtype *type;
	const char *word, *unknown;   /* in the arena; "+FROB" or NULL */
	unsigned lv_flags;
};

/* "cache+CACHE_USES_CACHEVOL": a suffix is a flag of the LV. One that is not known makes the whole type unknown. */
static int split_type(const struct section *s, const char *text, struct type_word *out)
{
	struct textbuf *unknown = &s->im->scratch.out;
	size_t len = strcspn(text, "+");

	*out = (struct type_word) { .word = lvi_arena_strndup(s->im->vg->arena, text, len) };
	for (text += len; *text == '+'; text += len) {
		unsigned bit;

		len = 1 + strcspn(text + 1, "+");
		bit = lvi_flag_find(lvi_lv_flag_words, FLAG_IN_TYPE, text + 1, len - 1);
		out->lv_flags |= bit;
		if (!bit)
			lvi_textbuf_add(unknown, text, len);
	}
	if (unknown->len)
		out->unknown = lvi_arena_strndup(s->im->vg->arena, unknown->data, unknown->len);
	if (!out->word || unknown->failed || (unknown->len && !out->unknown))
		return lvi_error_nomem(s->im->err);
	unknown->len = 0;
	return 0;
}

static int read_type(const struct section *s, struct type_word *out)
{
	const char *text = lvi_take_text(s, "type");
	int r;

	if (!text)
		return lvi_import_fail(s, "type is missing or no string");
	r = split_type(s, text, out);
	if (r)
		return r;
	out->type = out->unknown ? NULL : lvi_segtype_find(out->word);
	if (!out->type) {
		out->type = &lvi_segtype_unknown;
		s->im->vg->unknown_segtypes = true;
	}
	return 0;
}

/* Where it lies in the LV: right behind the one before it. */
static int read_place(const struct section *s, const struct lvol_lv *lv, uint32_t *count)
{
	uint32_t start;
	int r = lvi_need_u32(s, "start_extent", &start);

	if (!r)
		r = lvi_need_u32(s, "extent_count", count);
	if (r)
		return r;
	if (start != lv->extent_count)
		return lvi_import_fail(s, "start_extent is %u, not %u", start, lv->extent_count);
	if (!*count)
		return lvi_import_fail(s, "extent_count is 0");
	if (*count > UINT32_MAX - start)
		return lvi_import_fail(s, "the LV has more than %u extents", UINT32_MAX);
	return 0;
}

static int read_segment(const struct section *s, struct lvol_lv *lv, const struct type_word *type, uint32_t count)
{
	struct lvol_segment *seg;
	const char *why;
	int r = lvi_import_areas(s, lv, type->type, count, &seg);

	if (r)
		return r;
	lv->flags |= type->lv_flags;
	seg->type_text = type->word;
	seg->type_flags = type->unknown;
	lvi_take_u32(s, "reshape_count", &seg->reshape_count);
	r = read_fields(s, seg);
	if (r)
		return r;
	why = seg->type->unreadable ? seg->type->unreadable(seg, s->node) : NULL;
	if (why)
		return lvi_import_fail(s, "%s", why);
	seg->area_extents = lvi_seg_area_extents(seg);
	r = lvi_take_strings(s, "tags", &seg->tags);
	return r ? r : lvi_take_extra(s, &seg->extra);
}

int lvi_import_segment(struct import *im, struct lvol_lv *lv, const struct cfg_node *node)
{
	struct section s = { .im = im, .node = node, .lv = lv->name, .part = node->key };
	struct type_word type = { .type = NULL };
	uint32_t count = 0;
	int r = read_place(&s, lv, &count);

	if (!r)
		r = read_type(&s, &type);
	return r ? r : read_segment(&s, lv, &type, count);
}
