/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "report/internal.h"

/* Setters of a cell's text and key. */

int lvi_put_string(struct out *o, const char *text)
{
	o->cell->text = o->cell->key.string = text;
	return text ? 0 : -LVOL_E_NO_MEMORY;
}

int lvi_put_uuid(struct out *o, const struct uuid *id)
{
	char text[LVI_UUID_TEXT_LEN + 1];

	lvi_uuid_format(id, text);
	return lvi_put_string(o, lvi_arena_strdup(o->arena, text));
}

int lvi_put_number(struct out *o, uint64_t v)
{
	static const char small[][2] = { "0", "1", "2", "3", "4", "5", "6", "7", "8", "9" };

	o->cell->key.number = v;
	if (v < 10)
		o->cell->text = small[v];
	else if (v > INT64_MAX)
		o->cell->text = lvi_arena_printf(o->arena, "%" PRId64, (int64_t)v);
	else
		o->cell->text = lvi_arena_printf(o->arena, "%" PRIu64, v);
	return o->cell->text ? 0 : -LVOL_E_NO_MEMORY;
}

/* A value that is not there: @text shows, and no comparison but "!=" finds it. */
int lvi_put_undefined(struct out *o, const char *text)
{
	o->cell->text = text;
	if (o->field->type == TYPE_SIZE)
		o->cell->key.sectors = NAN;
	else
		o->cell->key.number = NUMBER_UNDEFINED;
	return 0;
}

int lvi_put_binary(struct out *o, bool v, const char *word)
{
	o->cell->text = v ? word : "";
	o->cell->key.number = v;
	return 0;
}

int lvi_put_sectors(struct out *o, uint64_t sectors)
{
	char text[SIZE_TEXT_LEN];

	lvi_size_format(text, sectors > UINT64_MAX >> 9 ? UINT64_MAX : sectors << 9, o->units);
	o->cell->key.sectors = (double)sectors;
	o->cell->text = lvi_arena_strdup(o->arena, text);
	return o->cell->text ? 0 : -LVOL_E_NO_MEMORY;
}

static int by_text(const void *a, const void *b)
{
	return strcmp(*(const char *const *)a, *(const char *const *)b);
}

const char *const *lvi_words_sorted(struct arena *arena, const char *const *words, size_t count)
{
	const char **sorted = lvi_arena_calloc(arena, count, sizeof *sorted);

	if (sorted && count) {
		memcpy(sorted, words, count * sizeof *sorted);
		qsort(sorted, count, sizeof *sorted, by_text);
	}
	return sorted;
}

static const char *join(struct arena *arena, const char *const *words, size_t count, const char *separator)
{
	size_t len = 1, gap = strlen(separator);
	char *text, *at;

	for (size_t i = 0; i < count; i++)
		len += strlen(words[i]) + gap;
	at = text = lvi_arena_alloc(arena, len);
	if (!text)
		return NULL;
	*text = '\0';
	for (size_t i = 0; i < count; i++) {
		if (i)
			at = stpcpy(at, separator);
		at = stpcpy(at, words[i]);
	}
	return text;
}

/* The words are borrowed: they must live as long as the report. */
int lvi_put_words(struct out *o, const char *const *words, size_t count, const char *separator)
{
	static const struct word_list none;
	struct word_list *list;

	o->cell->text = "";
	o->cell->key.list = &none;
	if (!count)
		return 0;
	list = lvi_arena_alloc(o->arena, sizeof *list);
	if (!list || !(list->words = lvi_words_sorted(o->arena, words, count)))
		return -LVOL_E_NO_MEMORY;
	list->count = count;
	o->cell->key.list = list;
	o->cell->text = count == 1 ? words[0] : join(o->arena, words, count, separator);
	return o->cell->text ? 0 : -LVOL_E_NO_MEMORY;
}

int lvi_put_strings(struct out *o, const struct strings *list)
{
	const struct word_list *sorted;
	int ret = lvi_put_words(o, list->items, list->count, ",");

	sorted = o->cell->key.list;
	if (ret || list->count < 2)
		return ret;
	o->cell->text = join(o->arena, sorted->words, sorted->count, ",");
	return o->cell->text ? 0 : -LVOL_E_NO_MEMORY;
}

/* In the time zone of the program, as lvm2 does. */
int lvi_put_time(struct out *o, uint64_t when)
{
	time_t t = (time_t)when;
	char text[64];
	struct tm tm;

	o->cell->key.number = when;
	o->cell->text = "";
	if (!when || (uint64_t)t != when || !localtime_r(&t, &tm) || !strftime(text, sizeof text, "%Y-%m-%d %T %z", &tm))
		return 0;
	o->cell->text = lvi_arena_strdup(o->arena, text);
	return o->cell->text ? 0 : -LVOL_E_NO_MEMORY;
}

/* Hidden LVs show in brackets, but compare by their name. */
int lvi_put_lv_name(struct out *o, const struct lvol_lv *lv, const struct lv_info *li)
{
	o->cell->key.string = lv->name;
	o->cell->text = li->kinds & KIND_VISIBLE ? lv->name : lvi_arena_printf(o->arena, "[%s]", lv->name);
	return o->cell->text ? 0 : -LVOL_E_NO_MEMORY;
}
