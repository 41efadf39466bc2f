/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "dm/parse.h"

#include <stdlib.h>
#include <string.h>

#include "base/cleanup.h"
#include "base/error.h"

struct parser {
	struct dm_graph *graph;
	struct dm_node *node;
	const struct dm_names *names;
	const char *at;
	char *word;          /* the last one; room for all of the text */
	unsigned line, column;
};

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

/* The next word of this line into p->word; false at the end of the line. */
static bool next_word(struct parser *p)
{
	char *out = p->word;

	while (is_blank(*p->at))
		p->at++;
	if (!*p->at || *p->at == '\n')
		return false;
	p->column++;
	for (; *p->at && *p->at != '\n' && !is_blank(*p->at); p->at++) {
		if (*p->at == '\\' && p->at[1])
			p->at++;
		*out++ = *p->at;
	}
	*out = '\0';
	return true;
}

/* Longer than any number, the word may be a key that got into the wrong place: that is nothing for a message. */
#define SHOWN_MAX 24

static int bad(const struct parser *p, const char *what, struct lvol_error *err)
{
	bool shown = strlen(p->word) <= SHOWN_MAX;

	return lvi_error(err, LVOL_E_INVALID, p->node->name, "line %u of the table of %s: word %u%s%s%s %s", p->line, p->node->name,
			p->column, shown ? ", \"" : "", shown ? p->word : "", shown ? "\"," : "", what);
}

static int missing_word(const struct parser *p, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_INVALID, p->node->name, "line %u of the table of %s ends before its %s", p->line,
			p->node->name, what);
}

static int number(struct parser *p, const char *what, uint64_t *out, struct lvol_error *err)
{
	uint64_t v = 0;

	if (!next_word(p))
		return missing_word(p, what, err);
	for (const char *c = p->word; *c; c++)
		if (*c < '0' || *c > '9' || __builtin_mul_overflow(v, 10, &v) || __builtin_add_overflow(v, *c - '0', &v))
			return bad(p, "is not a number of sectors", err);
	if (!*p->word)
		return bad(p, "is not a number of sectors", err);
	*out = v;
	return 0;
}

static struct dm_node *find_device(const struct parser *p, const char *word)
{
	struct dm_node *dev = lvi_dm_graph_find(p->graph, word);

	return dev || !p->names || !p->names->find ? dev : p->names->find(p->names->arg, p->graph, word);
}

/* What a target writes directly before a device. */
static const char *before_device(const char *word)
{
	static const char meta[] = "meta_device:";

	return strncmp(word, meta, strlen(meta)) ? "" : meta;
}

static int argument(struct parser *p, struct dm_line *line, struct lvol_error *err)
{
	const char *before = before_device(p->word);
	struct dm_node *dev = find_device(p, p->word + strlen(before));
	int r;

	if (!dev)
		r = lvi_dm_arg_text(&p->node->table, line, p->word);
	else if (*before)
		r = lvi_dm_arg_dev_after(&p->node->table, line, before, dev);
	else
		r = lvi_dm_arg_dev(&p->node->table, line, dev);
	return r ? lvi_error_nomem(err) : 0;
}

static int line(struct parser *p, struct lvol_error *err)
{
	uint64_t start, length;
	struct dm_line *line;
	int r = number(p, "start", &start, err);

	if (!r)
		r = number(p, "length", &length, err);
	if (r)
		return r;
	if (!next_word(p))
		return missing_word(p, "target", err);
	line = lvi_dm_line_add(&p->node->table, start, length, p->word, 4);
	if (!line)
		return lvi_error_nomem(err);
	while (!r && next_word(p))
		r = argument(p, line, err);
	return r;
}

static bool is_nothing(struct parser *p)
{
	while (is_blank(*p->at))
		p->at++;
	return *p->at == '\n' || *p->at == '#' || !*p->at;
}

int lvi_dm_parse(struct dm_graph *graph, struct dm_node *node, const char *text, const struct dm_names *names,
		struct lvol_error *err)
{
	CLEANUP_FREE char *word = malloc(strlen(text) + 1);
	struct parser p = { .graph = graph, .node = node, .names = names, .at = text, .word = word };
	int r = word ? 0 : lvi_error_nomem(err);

	while (!r && *p.at) {
		p.line++;
		p.column = 0;
		if (!is_nothing(&p))
			r = line(&p, err);
		p.at += strcspn(p.at, "\n");
		p.at += *p.at == '\n';
	}
	return r;
}
