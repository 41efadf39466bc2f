/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "metadata/import.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include <lvol/vg.h>

#include "base/array.h"
#include "base/error.h"

int lvi_import_fail(const struct section *s, const char *fmt, ...)
{
	const char *vg = s->im->vg ? s->im->vg->name : "";
	char text[256], subject[2 * 128];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof text, fmt, ap);
	va_end(ap);
	snprintf(subject, sizeof subject, "%.127s%s%.127s", vg, s->lv ? "/" : "", s->lv ? s->lv : "");
	return lvi_error(s->im->err, LVOL_E_CORRUPT, subject, "%s%s%.64s: %s", subject, *subject && s->part ? ", " : "",
			s->part ? s->part : "", text);
}

/* The first value of a field if it is of that type. */
static const struct cfg_value *take(const struct section *s, const char *key, enum cfg_type type)
{
	struct cfg_node *n = lvi_cfg_child(s->node, key);

	if (!n || !n->value || n->value->type != type)
		return NULL;
	n->used = true;
	return n->value;
}

static int missing(const struct section *s, const char *key, const char *what)
{
	return lvi_import_fail(s, "%s is %s", key, lvi_cfg_child(s->node, key) ? what : "missing");
}

bool lvi_take_number(const struct section *s, const char *key, int64_t *out)
{
	const struct cfg_value *v = take(s, key, CFG_INT);

	if (v)
		*out = v->number;
	return v;
}

/* LVM2 takes the low 32 bits. */
bool lvi_take_u32(const struct section *s, const char *key, uint32_t *out)
{
	int64_t v;

	if (!lvi_take_number(s, key, &v))
		return false;
	*out = (uint32_t)v;
	return true;
}

int lvi_need_u64(const struct section *s, const char *key, uint64_t *out)
{
	int64_t v;

	if (!lvi_take_number(s, key, &v))
		return missing(s, key, "no number");
	if (v < 0)
		return lvi_import_fail(s, "%s is negative", key);
	*out = (uint64_t)v;
	return 0;
}

int lvi_need_u32(const struct section *s, const char *key, uint32_t *out)
{
	return lvi_take_u32(s, key, out) ? 0 : missing(s, key, "no number");
}

int lvi_need_id(const struct section *s, struct uuid *out)
{
	const struct cfg_value *v = take(s, "id", CFG_STRING);

	if (!v)
		return missing(s, "id", "no string");
	return lvi_uuid_parse(out, v->text, v->len) ? 0 : lvi_import_fail(s, "id is no UUID");
}

const char *lvi_take_text(const struct section *s, const char *key)
{
	const struct cfg_value *v = take(s, key, CFG_STRING);

	return v ? v->text : NULL;
}

int lvi_take_str(const struct section *s, const char *key, const char **out)
{
	const char *text = lvi_take_text(s, key);

	if (!text)
		return 0;
	*out = lvi_arena_strdup(s->im->vg->arena, text);
	return *out ? 0 : lvi_error_nomem(s->im->err);
}

void lvi_drop(const struct section *s, const char *key)
{
	struct cfg_node *n = lvi_cfg_child(s->node, key);

	if (n)
		n->used = true;
}

int lvi_take_strings(const struct section *s, const char *key, struct strings *out)
{
	struct cfg_node *n = lvi_cfg_child(s->node, key);
	ARRAY(const char *) words = {0};
	int r = 0;

	if (!n || n->is_section)
		return 0;
	n->used = true;
	for (const struct cfg_value *v = n->value; !r && v; v = v->next) {
		const char **word = ARRAY_PUSH(&words);

		if (!word)
			r = lvi_error_nomem(s->im->err);
		else if (v->type != CFG_STRING)
			r = lvi_import_fail(s, "%s holds something that is no string", key);
		else
			*word = v->text;
	}
	if (!r && words.len && lvi_strings_set(s->im->vg, out, words.items, words.len))
		r = lvi_error_nomem(s->im->err);
	ARRAY_FREE(&words);
	return r;
}

struct policy { const char *word; int alloc; };

static const struct policy policies[] = {
	{ "contiguous", LVOL_ALLOC_CONTIGUOUS }, { "cling", LVOL_ALLOC_CLING }, { "normal", LVOL_ALLOC_NORMAL },
	{ "anywhere", LVOL_ALLOC_ANYWHERE }, { "inherit", LVOL_ALLOC_INHERIT },
	{ "next free", LVOL_ALLOC_NORMAL }   /* of very old texts */
};

int lvi_take_alloc(const struct section *s, int fallback, int *out)
{
	const char *word = lvi_take_text(s, "allocation_policy");

	*out = fallback;
	for (size_t i = 0; word && i < sizeof policies / sizeof *policies; i++)
		if (!strcmp(policies[i].word, word)) {
			/* A VG has nobody to inherit from. */
			if (policies[i].alloc != LVOL_ALLOC_INHERIT)
				*out = policies[i].alloc;
			return 0;
		}
	if (!word)
		return 0;
	if (lvi_vg_add_problem(s->im->vg, LVOL_PROBLEM_INVALID, false, s->lv ? s->lv : s->im->vg->name,
			"allocation policy \"%.64s\" is not known and ignored", word))
		return lvi_error_nomem(s->im->err);
	return 0;
}

/* One of the two lists. Words that are not known go to @others, or if that is NULL, fail. */
static int read_flags(const struct section *s, const struct flag_word *table, enum flag_place place, unsigned *bits,
		struct strings *others)
{
	const char *key = place == FLAG_IN_STATUS ? "status" : "flags";
	struct cfg_node *n = lvi_cfg_child(s->node, key);
	ARRAY(const char *) unknown = {0};
	const char **word;
	int r = 0;

	n->used = true;
	for (const struct cfg_value *v = n->value; !r && v; v = v->next) {
		unsigned bit = v->type == CFG_STRING ? lvi_flag_find(table, place, v->text, v->len) : 0;

		if (v->type != CFG_STRING || (!bit && !others))
			r = lvi_import_fail(s, "%s \"%.64s\" is not known", key, v->text);
		else if (bit)
			*bits |= bit;
		else if ((word = ARRAY_PUSH(&unknown)))
			*word = v->text;
		else
			r = lvi_error_nomem(s->im->err);
	}
	if (!r && unknown.len && lvi_strings_set(s->im->vg, others, unknown.items, unknown.len))
		r = lvi_error_nomem(s->im->err);
	ARRAY_FREE(&unknown);
	return r;
}

int lvi_need_flags(const struct section *s, const struct flag_word *table, unsigned *bits, struct strings *others)
{
	const struct cfg_node *n = lvi_cfg_child(s->node, "status");
	int r;

	*bits = 0;
	if (!n || n->is_section)
		return lvi_import_fail(s, "status is missing");
	r = read_flags(s, table, FLAG_IN_STATUS, bits, NULL);
	lvi_drop(s, "flags");
	n = lvi_cfg_child(s->node, "flags");
	return r || !n || n->is_section ? r : read_flags(s, table, FLAG_IN_FLAGS, bits, others);
}

/* Take over what the scratch writer holds. */
static int take_scratch(const struct section *s, const char **out)
{
	struct textbuf *text = &s->im->scratch.out;
	int r = 0;

	if (text->failed)
		return lvi_error_nomem(s->im->err);
	if (text->len) {
		*out = lvi_arena_strndup(s->im->vg->arena, text->data, text->len);
		r = *out ? 0 : lvi_error_nomem(s->im->err);
	}
	text->len = 0;
	return r;
}

/* More fields than any section has. A second field of a name that was read is dropped, as LVM2 does; one that would
 * come back as the first when the known one is not written must not be kept. */
#define KNOWN_MAX 96

struct known { const struct cfg_node *nodes[KNOWN_MAX]; size_t count; };

static bool is_repeated(const struct known *known, const struct cfg_node *n)
{
	for (size_t i = 0; i < known->count; i++)
		if (known->nodes[i]->key_len == n->key_len && !memcmp(known->nodes[i]->key, n->key, n->key_len))
			return true;
	return false;
}

/* Of sections only a VG's few are used by name; an LV's segments may be many and have any name. */
static void collect_known(const struct section *s, struct known *known)
{
	known->count = 0;
	for (const struct cfg_node *n = s->node->child; n && known->count < KNOWN_MAX; n = n->next)
		if (n->used && (!n->is_section || !s->lv))
			known->nodes[known->count++] = n;
}

int lvi_take_extra(const struct section *s, const char **out)
{
	const struct cfg_node *n = s->node->child;
	struct known known;

	while (n && n->used)
		n = n->next;
	if (!n)
		return 0;
	collect_known(s, &known);
	for (; n; n = n->next)
		if (!n->used && !is_repeated(&known, n))
			lvi_cfg_node(&s->im->scratch, n);
	return take_scratch(s, out);
}

int lvi_section_text(const struct section *s, const struct cfg_node *node, const char **out)
{
	*out = NULL;
	for (const struct cfg_node *n = node->child; n; n = n->next)
		lvi_cfg_node(&s->im->scratch, n);
	return take_scratch(s, out);
}
