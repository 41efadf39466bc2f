/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metadata/export.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "metadata/flags.h"
#include "segtype/segtype.h"

/* Word and suffixes in one string. Other types than the first of an LV carry its suffixes too, as in LVM2. */
static void write_type(struct cfg_writer *w, const struct lvol_segment *seg)
{
	const char *word = seg->type_text;
	struct textbuf text = {0};

	if (!word)
		word = seg->type->text_name ? seg->type->text_name : seg->type->name;
	if (!(seg->lv->flags & LV_TYPE_SUFFIX_FLAGS) && !seg->type_flags) {
		lvi_cfg_str(w, "type", word);
		return;
	}
	lvi_textbuf_puts(&text, word);
	lvi_flags_write_suffixes(&text, seg->lv->flags);
	if (seg->type_flags)
		lvi_textbuf_puts(&text, seg->type_flags);
	lvi_textbuf_putc(&text, '\0');
	if (text.failed)
		w->out.failed = true;
	else
		lvi_cfg_str(w, "type", text.data);
	lvi_textbuf_free(&text);
}

/* Without quotes where that gives the same string back. */
static void write_bareword(struct cfg_writer *w, const char *key, const char *word)
{
	struct cfg_value value = { .type = CFG_STRING, .len = (uint32_t)strlen(word), .text = word };
	struct cfg_node node = { .key = key, .key_len = (uint32_t)strlen(key), .value = &value };
	const char *p = word;

	while (isalpha((unsigned char)*p))
		p++;
	if (*p || p == word)
		lvi_cfg_str(w, key, word);
	else
		lvi_cfg_node(w, &node);
}

static void write_section(struct cfg_writer *w, const char *key, const char *text)
{
	lvi_cfg_blank(w);
	lvi_cfg_open(w, key);
	lvi_export_extra(w, text);
	lvi_cfg_close(w);
}

static void write_number(struct cfg_writer *w, const struct lvol_segment *seg, const struct seg_field_desc *field,
		uint64_t v)
{
	uint64_t unit = field->unit_sectors == FIELD_UNIT_EXTENT ? seg->lv->vg->extent_sectors : field->unit_sectors;

	if (field->form == FIELD_S64)
		lvi_cfg_s64(w, field->key, (int64_t)v);
	else if (unit)
		lvi_export_size(w, field->key, v, v * unit);
	else if (field->form != FIELD_FLAG || v)
		lvi_cfg_u64(w, field->key, v);
}

static void write_field(struct cfg_writer *w, const struct lvol_segment *seg, const struct seg_field_desc *field)
{
	const struct seg_value *value = lvi_seg_value(seg, field->field);

	if (!value)
		return;
	switch (value->kind) {
	case SEG_VALUE_NUMBER:
		write_number(w, seg, field, value->number);
		break;
	case SEG_VALUE_TEXT:
		if (field->form == FIELD_BAREWORD)
			write_bareword(w, field->key, value->text);
		else
			lvi_cfg_str(w, field->key, value->text);
		break;
	case SEG_VALUE_LV:
		lvi_cfg_str(w, field->key, value->lv->name);
		break;
	case SEG_VALUE_SECTION:
		write_section(w, field->key, value->text);
		break;
	}
}

static void write_pair(struct cfg_writer *w, const struct area *area)
{
	char key[LVI_PV_KEY_LEN];

	lvi_cfg_pair(w, area->kind == AREA_LV ? area->lv->name : lvi_export_pv_key(key, area->pv), area->start);
}

static void write_area(struct cfg_writer *w, const struct lvol_segment *seg, uint32_t i)
{
	const struct area *area = &seg->areas[i];
	const struct area *meta = seg->metas && seg->metas[i].kind == AREA_LV ? &seg->metas[i] : NULL;

	if (seg->type->areas.form == AREAS_PAIRS)
		write_pair(w, area);
	else if (meta)
		lvi_cfg_pair_names(w, meta->lv->name, area->lv->name);
	else
		lvi_cfg_pair_name(w, area->lv->name);
}

static void write_areas(struct cfg_writer *w, const struct lvol_segment *seg)
{
	lvi_cfg_blank(w);
	lvi_cfg_pairs_open(w, seg->type->areas.list_key);
	for (uint32_t i = 0; i < seg->area_count; i++)
		write_area(w, seg, i);
	lvi_cfg_pairs_close(w);
}

static void write_place(struct cfg_writer *w, const struct lvol_segment *seg)
{
	uint64_t extent_sectors = seg->lv->vg->extent_sectors;

	lvi_cfg_u64(w, "start_extent", seg->start);
	lvi_export_size(w, "extent_count", seg->count, seg->count * extent_sectors);
	lvi_cfg_blank(w);
	if (seg->reshape_count)
		lvi_export_size(w, "reshape_count", seg->reshape_count, seg->reshape_count * extent_sectors);
}

void lvi_export_segment(struct cfg_writer *w, const struct lvol_segment *seg, unsigned number)
{
	const struct segtype *type = seg->type;
	bool linear = (type->flags & SEGTYPE_CAN_SPLIT) && seg->area_count == 1;
	char key[24];

	snprintf(key, sizeof key, "segment%u", number);
	if (number == 1)
		lvi_cfg_blank(w);
	lvi_cfg_open(w, key);
	write_place(w, seg);
	write_type(w, seg);
	lvi_export_strings(w, "tags", &seg->tags);
	if (type->areas.form != AREAS_NONE)
		lvi_cfg_u64_note(w, type->areas.count_key, seg->area_count, linear ? "linear" : NULL);
	for (const struct seg_field_desc *f = type->fields; f && f->key; f++)
		write_field(w, seg, f);
	if (type->areas.form != AREAS_NONE)
		write_areas(w, seg);
	lvi_export_extra(w, seg->extra);
	lvi_cfg_close(w);
}
