/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "table.h"

#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "dm/parse.h"

/* Words with a space between each; a blank or backslash that belongs to a word is escaped, as it was in the text. */
static void put_arguments(const struct dm_line *line, struct textbuf *out)
{
	for (size_t i = 0; i < line->arg_count; i++) {
		if (i)
			lvi_textbuf_putc(out, ' ');
		for (const char *c = line->args[i].text; *c; c++) {
			if (strchr(" \t\r\\", *c))
				lvi_textbuf_putc(out, '\\');
			lvi_textbuf_putc(out, *c);
		}
	}
}

static int put_line(struct lvol_table *t, size_t i, struct textbuf *text)
{
	const struct dm_line *line = &t->lines->lines.items[i];
	struct textbuf arguments = { 0 };

	put_arguments(line, &arguments);
	lvi_textbuf_putc(&arguments, '\0');
	if (!arguments.failed)
		t->arguments[i] = lvi_arena_strdup(t->graph->arena, arguments.data);
	lvi_textbuf_free(&arguments);
	if (!t->arguments[i])
		return -1;
	lvi_textbuf_u64(text, line->start_sectors);
	lvi_textbuf_putc(text, ' ');
	lvi_textbuf_u64(text, line->length_sectors);
	lvi_textbuf_printf(text, " %s%s%s\n", line->target, *t->arguments[i] ? " " : "", t->arguments[i]);
	return 0;
}

static int put_lines(struct lvol_table *t)
{
	struct textbuf text = { 0 };
	size_t count = t->lines->lines.len;
	int r = 0;

	t->arguments = lvi_arena_calloc(t->graph->arena, count, sizeof *t->arguments);
	if (!t->arguments)
		return -1;
	for (size_t i = 0; i < count && !r; i++)
		r = put_line(t, i, &text);
	t->text = lvi_textbuf_take(&text, NULL);
	return r || !t->text ? -1 : 0;
}

static int fill(struct lvol_table *t, const char *text, const char *subject, struct lvol_error *err)
{
	struct dm_node *node;
	int r;

	t->graph = lvi_dm_graph_new();
	node = t->graph ? lvi_dm_graph_add(t->graph, subject, NULL) : NULL;
	if (!node)
		return lvi_error_nomem(err);
	t->lines = &node->table;
	r = lvi_dm_parse(t->graph, node, text, NULL, err);
	if (!r)
		r = lvi_dm_table_check(&node->table, subject, err);
	if (!r && put_lines(t))
		r = lvi_error_nomem(err);
	return r;
}

int lvi_table_new(const char *text, const char *subject, struct lvol_table **out, struct lvol_error *err)
{
	struct lvol_table *t = calloc(1, sizeof *t);
	int r = t ? fill(t, text, subject, err) : lvi_error_nomem(err);

	if (r)
		lvol_table_free(t);
	else
		*out = t;
	return r;
}

int lvol_table_new(const char *text, struct lvol_table **out, struct lvol_error *err)
{
	ARG_REQUIRED(err, text);
	ARG_REQUIRED(err, out);
	return lvi_table_new(text, "the device", out, err);
}

void lvol_table_free(struct lvol_table *table)
{
	if (!table)
		return;
	lvi_dm_graph_free(table->graph);
	free(table->text);
	free(table);
}

size_t lvol_table_line_count(const struct lvol_table *table)
{
	return table->lines->lines.len;
}

bool lvol_table_line(const struct lvol_table *table, size_t i, struct lvol_table_line *out)
{
	const struct dm_line *line;

	if (i >= table->lines->lines.len)
		return false;
	line = &table->lines->lines.items[i];
	*out = (struct lvol_table_line){ line->start_sectors, line->length_sectors, line->target, table->arguments[i] };
	return true;
}

uint64_t lvol_table_size_sectors(const struct lvol_table *table)
{
	return lvi_dm_table_sectors(table->lines);
}

const char *lvol_table_text(const struct lvol_table *table)
{
	return table->text;
}
