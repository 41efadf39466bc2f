/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dm/table.h"

#include <inttypes.h>
#include <string.h>

#include "base/error.h"

void lvi_dm_table_init(struct dm_table *t, struct arena *arena)
{
	*t = (struct dm_table) { .arena = arena };
}

void lvi_dm_table_free(struct dm_table *t)
{
	ARRAY_FREE(&t->lines);
}

struct dm_line *lvi_dm_line_add(struct dm_table *t, uint64_t start_sectors, uint64_t length_sectors,
		const char *target, size_t arg_capacity)
{
	const char *word = lvi_arena_strdup(t->arena, target);
	struct dm_arg *args = lvi_arena_calloc(t->arena, arg_capacity, sizeof *args);
	struct dm_line *line = word && args ? ARRAY_PUSH(&t->lines) : NULL;

	if (line)
		*line = (struct dm_line) {
			.start_sectors = start_sectors, .length_sectors = length_sectors, .target = word,
			.args = args, .arg_capacity = arg_capacity,
		};
	return line;
}

/* The next argument, cleared; it counts only when the caller has filled it. */
static struct dm_arg *arg_slot(struct dm_table *t, struct dm_line *line)
{
	if (line->arg_count == line->arg_capacity) {
		size_t capacity = line->arg_capacity * 2 + 4;
		struct dm_arg *args = lvi_arena_calloc(t->arena, capacity, sizeof *args);

		if (!args)
			return NULL;
		if (line->arg_count)
			memcpy(args, line->args, line->arg_count * sizeof *args);
		line->args = args;
		line->arg_capacity = capacity;
	}
	return &line->args[line->arg_count];
}

static int add_word(struct dm_table *t, struct dm_line *line, const char *word)
{
	struct dm_arg *arg = word ? arg_slot(t, line) : NULL;

	if (!arg)
		return -LVOL_E_NO_MEMORY;
	arg->text = word;
	line->arg_count++;
	return 0;
}

int lvi_dm_arg_text(struct dm_table *t, struct dm_line *line, const char *word)
{
	return add_word(t, line, lvi_arena_strdup(t->arena, word));
}

int lvi_dm_arg_u64(struct dm_table *t, struct dm_line *line, uint64_t v)
{
	return add_word(t, line, lvi_arena_printf(t->arena, "%" PRIu64, v));
}

int lvi_dm_arg_set_u64(struct dm_table *t, struct dm_line *line, size_t i, uint64_t v)
{
	const char *word = lvi_arena_printf(t->arena, "%" PRIu64, v);

	if (!word)
		return -LVOL_E_NO_MEMORY;
	line->args[i].text = word;
	return 0;
}

static int add_dev(struct dm_table *t, struct dm_line *line, const char *before, struct dm_node *dev)
{
	struct dm_arg *arg = arg_slot(t, line);

	if (!arg)
		return -LVOL_E_NO_MEMORY;
	arg->text = before;
	arg->dev = dev;
	line->arg_count++;
	return 0;
}

int lvi_dm_arg_dev(struct dm_table *t, struct dm_line *line, struct dm_node *dev)
{
	return add_dev(t, line, NULL, dev);
}

int lvi_dm_arg_dev_after(struct dm_table *t, struct dm_line *line, const char *before, struct dm_node *dev)
{
	const char *copy = lvi_arena_strdup(t->arena, before);

	return copy ? add_dev(t, line, copy, dev) : -LVOL_E_NO_MEMORY;
}

int lvi_dm_table_check(const struct dm_table *t, const char *subject, struct lvol_error *err)
{
	uint64_t end = 0;

	if (!t->lines.len)
		return lvi_error(err, LVOL_E_INVALID, subject, "table has no lines");
	for (size_t i = 0; i < t->lines.len; i++) {
		const struct dm_line *line = &t->lines.items[i];

		if (line->start_sectors != end)
			return lvi_error(err, LVOL_E_INVALID, subject,
					"table line %zu (%s) starts at sector %" PRIu64 ", not at %" PRIu64 " where the one before ends",
					i + 1, line->target, line->start_sectors, end);
		if (!line->length_sectors)
			return lvi_error(err, LVOL_E_INVALID, subject, "table line %zu (%s) is empty", i + 1, line->target);
		if (__builtin_add_overflow(end, line->length_sectors, &end))
			return lvi_error(err, LVOL_E_INVALID, subject, "table line %zu (%s) ends beyond what can be addressed",
					i + 1, line->target);
	}
	return 0;
}

uint64_t lvi_dm_table_sectors(const struct dm_table *t)
{
	const struct dm_line *last = t->lines.len ? &t->lines.items[t->lines.len - 1] : NULL;

	return last ? last->start_sectors + last->length_sectors : 0;
}

static void print_line(const struct dm_line *line, void (*name_dev)(void *arg, const struct dm_node *dev,
		struct textbuf *out), void *arg, struct textbuf *out)
{
	lvi_textbuf_u64(out, line->start_sectors);
	lvi_textbuf_putc(out, ' ');
	lvi_textbuf_u64(out, line->length_sectors);
	lvi_textbuf_putc(out, ' ');
	lvi_textbuf_puts(out, line->target);
	for (size_t i = 0; i < line->arg_count; i++) {
		lvi_textbuf_putc(out, ' ');
		if (line->args[i].text)
			lvi_textbuf_puts(out, line->args[i].text);
		if (line->args[i].dev)
			name_dev(arg, line->args[i].dev, out);
	}
	lvi_textbuf_putc(out, '\n');
}

void lvi_dm_table_print(const struct dm_table *t, void (*name_dev)(void *arg, const struct dm_node *dev,
		struct textbuf *out), void *arg, struct textbuf *out)
{
	for (size_t i = 0; i < t->lines.len; i++)
		print_line(&t->lines.items[i], name_dev, arg, out);
}

static bool same_arg(const struct dm_arg *a, const struct dm_arg *b,
		bool (*same_dev)(const struct dm_node *in_a, const struct dm_node *in_b))
{
	if (!a->dev != !b->dev || !a->text != !b->text || (a->text && strcmp(a->text, b->text)))
		return false;
	return !a->dev || same_dev(a->dev, b->dev);
}

static bool same_line(const struct dm_line *a, const struct dm_line *b,
		bool (*same_dev)(const struct dm_node *in_a, const struct dm_node *in_b))
{
	if (a->start_sectors != b->start_sectors || a->length_sectors != b->length_sectors ||
			strcmp(a->target, b->target) || a->arg_count != b->arg_count)
		return false;
	for (size_t i = 0; i < a->arg_count; i++)
		if (!same_arg(&a->args[i], &b->args[i], same_dev))
			return false;
	return true;
}

bool lvi_dm_table_same(const struct dm_table *a, const struct dm_table *b,
		bool (*same_dev)(const struct dm_node *in_a, const struct dm_node *in_b))
{
	if (a->lines.len != b->lines.len)
		return false;
	for (size_t i = 0; i < a->lines.len; i++)
		if (!same_line(&a->lines.items[i], &b->lines.items[i], same_dev))
			return false;
	return true;
}
