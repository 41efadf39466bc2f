/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/writer.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/array.h"

/* lvm2 indents no deeper; it also keeps hostile nesting from making the text quadratic in size. */
#define INDENT_MAX 5
/* Comments are lined up at this many tab stops where the value is short enough. */
#define COMMENT_TAB 6

void lvi_cfg_writer_init(struct cfg_writer *w, enum cfg_style style)
{
	*w = (struct cfg_writer) { .style = style };
}

static unsigned indent_of(const struct cfg_writer *w)
{
	if (w->style == CFG_STYLE_DISK)
		return 0;
	return w->depth < INDENT_MAX ? w->depth : INDENT_MAX;
}

static void put_indent(struct cfg_writer *w)
{
	lvi_textbuf_add(&w->out, "\t\t\t\t\t", indent_of(w));
}

/* Could the lexer read it back as a key without quotes? */
static bool is_word(const char *s, size_t len)
{
	return len && !strchr("\"'[],", *s) && strcspn(s, " \t\n\v\f\r#={}") == len;
}

static void put_escaped(struct cfg_writer *w, const char *s, size_t len)
{
	const char *end = s + len;

	lvi_textbuf_putc(&w->out, '"');
	while (s < end) {
		const char *from = s;

		while (s < end && *s != '"' && *s != '\\')
			s++;
		lvi_textbuf_add(&w->out, from, (size_t)(s - from));
		if (s < end) {
			lvi_textbuf_putc(&w->out, '\\');
			lvi_textbuf_putc(&w->out, *s++);
		}
	}
	lvi_textbuf_putc(&w->out, '"');
}

static void put_key(struct cfg_writer *w, const char *key, size_t len)
{
	put_indent(w);
	if (is_word(key, len))
		lvi_textbuf_add(&w->out, key, len);
	else
		put_escaped(w, key, len);
}

static void put_key_equals(struct cfg_writer *w, const char *key)
{
	put_key(w, key, strlen(key));
	lvi_textbuf_puts(&w->out, " = ");
}

/* A comment must not leave its line: what follows would be read as metadata. */
static void put_comment(struct cfg_writer *w, const char *text)
{
	lvi_textbuf_puts(&w->out, "# ");
	for (; *text; text++)
		lvi_textbuf_putc(&w->out, *text == '\n' || *text == '\r' ? ' ' : *text);
}

/*
 * End the line whose text began at @start with a comment. lvm2 lines comments up, but not those of the top level,
 * which it writes on disk as well.
 */
static void end_line(struct cfg_writer *w, size_t start, const char *comment)
{
	size_t column = (w->out.len - start + 7 * (size_t)indent_of(w)) / 8 + 1;

	if (comment && (w->style == CFG_STYLE_BACKUP || !w->depth)) {
		do
			lvi_textbuf_putc(&w->out, '\t');
		while (++column < COMMENT_TAB && w->depth);
		put_comment(w, comment);
	}
	lvi_textbuf_putc(&w->out, '\n');
}

static void open_section(struct cfg_writer *w, const char *key, size_t len)
{
	put_key(w, key, len);
	lvi_textbuf_puts(&w->out, " {\n");
	w->depth++;
}

void lvi_cfg_open(struct cfg_writer *w, const char *section)
{
	open_section(w, section, strlen(section));
}

void lvi_cfg_close(struct cfg_writer *w)
{
	w->depth--;
	put_indent(w);
	lvi_textbuf_puts(&w->out, "}\n");
}

void lvi_cfg_u64_note(struct cfg_writer *w, const char *key, uint64_t v, const char *comment)
{
	size_t start = w->out.len;

	put_key_equals(w, key);
	lvi_textbuf_u64(&w->out, v);
	end_line(w, start, comment);
}

void lvi_cfg_s64_note(struct cfg_writer *w, const char *key, int64_t v, const char *comment)
{
	size_t start = w->out.len;

	put_key_equals(w, key);
	lvi_textbuf_printf(&w->out, "%" PRId64, v);
	end_line(w, start, comment);
}

void lvi_cfg_str_note(struct cfg_writer *w, const char *key, const char *s, const char *comment)
{
	size_t start = w->out.len;

	put_key_equals(w, key);
	put_escaped(w, s, strlen(s));
	end_line(w, start, comment);
}

void lvi_cfg_u64(struct cfg_writer *w, const char *key, uint64_t v)
{
	lvi_cfg_u64_note(w, key, v, NULL);
}

void lvi_cfg_s64(struct cfg_writer *w, const char *key, int64_t v)
{
	lvi_cfg_s64_note(w, key, v, NULL);
}

void lvi_cfg_str(struct cfg_writer *w, const char *key, const char *s)
{
	lvi_cfg_str_note(w, key, s, NULL);
}

/* Nothing was added since the list was opened. */
static bool list_is_empty(const struct cfg_writer *w)
{
	return w->out.len && w->out.data[w->out.len - 1] == '[';
}

void lvi_cfg_list_open(struct cfg_writer *w, const char *key)
{
	put_key_equals(w, key);
	lvi_textbuf_putc(&w->out, '[');
}

void lvi_cfg_list_str(struct cfg_writer *w, const char *s)
{
	if (!list_is_empty(w))
		lvi_textbuf_puts(&w->out, ", ");
	put_escaped(w, s, strlen(s));
}

void lvi_cfg_list_close(struct cfg_writer *w)
{
	lvi_textbuf_puts(&w->out, "]\n");
}

void lvi_cfg_pairs_open(struct cfg_writer *w, const char *key)
{
	lvi_cfg_list_open(w, key);
	w->depth++;
}

void lvi_cfg_pair_name(struct cfg_writer *w, const char *name)
{
	lvi_textbuf_puts(&w->out, list_is_empty(w) ? "\n" : ",\n");
	put_indent(w);
	put_escaped(w, name, strlen(name));
}

void lvi_cfg_pair(struct cfg_writer *w, const char *name, uint64_t number)
{
	lvi_cfg_pair_name(w, name);
	lvi_textbuf_puts(&w->out, ", ");
	lvi_textbuf_u64(&w->out, number);
}

void lvi_cfg_pair_names(struct cfg_writer *w, const char *first, const char *second)
{
	lvi_cfg_pair_name(w, first);
	lvi_textbuf_puts(&w->out, ", ");
	put_escaped(w, second, strlen(second));
}

void lvi_cfg_pairs_close(struct cfg_writer *w)
{
	w->depth--;
	lvi_textbuf_putc(&w->out, '\n');
	put_indent(w);
	lvi_textbuf_puts(&w->out, "]\n");
}

void lvi_cfg_comment(struct cfg_writer *w, const char *text)
{
	put_indent(w);
	put_comment(w, text);
	lvi_textbuf_putc(&w->out, '\n');
}

void lvi_cfg_blank(struct cfg_writer *w)
{
	lvi_textbuf_putc(&w->out, '\n');
}

static bool is_bareword(const struct cfg_value *v)
{
	return v->type == CFG_STRING && !v->quote;
}

static void put_value(struct cfg_writer *w, const struct cfg_value *v)
{
	if (v->type == CFG_STRING && v->quote == '"') {
		put_escaped(w, v->text, v->len);
		return;
	}
	if (v->quote)
		lvi_textbuf_putc(&w->out, v->quote);
	lvi_textbuf_add(&w->out, v->text, v->len);
	if (v->quote)
		lvi_textbuf_putc(&w->out, v->quote);
}

/*
 * A word goes on up to the next space, commas included; and behind a comma, what begins like a number is one. So no
 * comma stands before a word, and a space before the comma behind it.
 */
static void put_array(struct cfg_writer *w, const struct cfg_value *v)
{
	lvi_textbuf_putc(&w->out, '[');
	for (; v; v = v->next) {
		put_value(w, v);
		if (is_bareword(v))
			lvi_textbuf_putc(&w->out, ' ');
		if (v->next && !is_bareword(v->next))
			lvi_textbuf_puts(&w->out, ", ");
		else if (v->next && !is_bareword(v))
			lvi_textbuf_putc(&w->out, ' ');
	}
	lvi_textbuf_putc(&w->out, ']');
}

static void put_leaf(struct cfg_writer *w, const struct cfg_node *node)
{
	put_key(w, node->key, node->key_len);
	lvi_textbuf_puts(&w->out, " = ");
	if (node->is_array || !node->value)
		put_array(w, node->value);
	else
		put_value(w, node->value);
	lvi_textbuf_putc(&w->out, '\n');
}

struct node_walk {
	ARRAY(const struct cfg_node *) after;   /* for each open section, what comes behind it */
};

/* Write @n or its beginning; what comes next, or NULL at the end of a section. */
static const struct cfg_node *put_node(struct cfg_writer *w, struct node_walk *walk, const struct cfg_node *n,
		const struct cfg_node *after)
{
	const struct cfg_node **slot;

	if (!n->is_section) {
		put_leaf(w, n);
		return after;
	}
	slot = ARRAY_PUSH(&walk->after);
	if (!slot) {
		w->out.failed = true;
		return after;
	}
	*slot = after;
	if (w->style == CFG_STYLE_BACKUP)
		lvi_cfg_blank(w);
	open_section(w, n->key, n->key_len);
	return n->child;
}

void lvi_cfg_node(struct cfg_writer *w, const struct cfg_node *node)
{
	struct node_walk walk = {0};
	const struct cfg_node *n = put_node(w, &walk, node, NULL);

	while (n || walk.after.len) {
		if (n) {
			n = put_node(w, &walk, n, n->next);
		} else {
			lvi_cfg_close(w);
			n = walk.after.items[--walk.after.len];
		}
	}
	ARRAY_FREE(&walk.after);
}
