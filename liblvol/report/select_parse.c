/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/error.h"
#include "report/select.h"

#define DEPTH_MAX 100u   /* parentheses in parentheses: the parser calls itself */

int lvi_select_fail(const struct parser *p, const char *fmt, ...)
{
	char what[160];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(what, sizeof what, fmt, ap);
	va_end(ap);
	if (!*p->at)
		return lvi_error(p->err, LVOL_E_INVALID, NULL, "selection: %s at its end", what);
	return lvi_error(p->err, LVOL_E_INVALID, NULL, "selection: %s at character %zu, \"%.40s\"", what,
			(size_t)(p->at - p->text) + 1, p->at);
}

void lvi_select_skip_space(struct parser *p)
{
	while (isspace((unsigned char)*p->at))
		p->at++;
}

static const struct { const char *text; int op; } operators[] = {
	{ "&&", LOG_AND }, { ",", LOG_AND }, { "||", LOG_OR }, { "#", LOG_OR }, { "!", LOG_NOT }, { "(", LOG_OPEN },
	{ ")", LOG_CLOSE }, { "[", LOG_LIST }, { "]", LOG_LIST_END }, { "{", LOG_SUBSET }, { "}", LOG_SUBSET_END }
};

int lvi_select_operator(const char *at, int expected, size_t *len)
{
	const char *start = at;

	while (isspace((unsigned char)*at))
		at++;
	for (size_t i = 0; i < sizeof operators / sizeof *operators; i++)
		if ((operators[i].op & expected) && !strncmp(at, operators[i].text, strlen(operators[i].text))) {
			*len = (size_t)(at - start) + strlen(operators[i].text);
			return operators[i].op;
		}
	return LOG_NONE;
}

static bool take(struct parser *p, int expected)
{
	size_t len;

	if (!lvi_select_operator(p->at, expected, &len))
		return false;
	p->at += len;
	return true;
}

/* Conditions */

static const struct { const char *text; enum select_op op; bool time_only; } comparisons[] = {
	{ "=~", SELECT_REGEX, false }, { "!~", SELECT_NOT_REGEX, false }, { "=", SELECT_EQUAL, false },
	{ "!=", SELECT_NOT_EQUAL, false }, { ">=", SELECT_GREATER_EQUAL, false }, { ">", SELECT_GREATER, false },
	{ "<=", SELECT_LESS_EQUAL, false }, { "<", SELECT_LESS, false }, { "since", SELECT_GREATER_EQUAL, true },
	{ "after", SELECT_GREATER, true }, { "until", SELECT_LESS_EQUAL, true }, { "before", SELECT_LESS, true }
};

static int check_comparison(const struct parser *p, const struct field *field, enum select_op op, bool time_only)
{
	bool is_regex = op == SELECT_REGEX || op == SELECT_NOT_REGEX;
	bool is_order = op != SELECT_EQUAL && op != SELECT_NOT_EQUAL && !is_regex;

	if (is_regex && field->type != TYPE_STRING)
		return lvi_select_fail(p, "only strings can be matched, and %s is none,", field->name);
	if (is_order && (field->type == TYPE_STRING || field->type == TYPE_LIST))
		return lvi_select_fail(p, "%s is no number, size, percent or time to be compared so", field->name);
	if (time_only && field->type != TYPE_TIME)
		return lvi_select_fail(p, "%s is no time", field->name);
	return 0;
}

static int parse_comparison(struct parser *p, const struct field *field, struct condition *c)
{
	lvi_select_skip_space(p);
	for (size_t i = 0; i < sizeof comparisons / sizeof *comparisons; i++) {
		size_t len = strlen(comparisons[i].text);
		int ret;

		if (strncmp(p->at, comparisons[i].text, len))
			continue;
		c->op = comparisons[i].op;
		ret = check_comparison(p, field, c->op, comparisons[i].time_only);
		p->at += len;
		return ret;
	}
	return lvi_select_fail(p, "a comparison such as = or > is missing behind %s,", field->name);
}

static int parse_field(struct parser *p, const struct field **out, struct condition *c)
{
	const char *start = p->at, *end = start;
	enum report_object object;

	while (isalnum((unsigned char)*end) || *end == '_' || *end == '-')
		end++;
	if (end == start)
		return lvi_select_fail(p, "a field is missing");
	*out = lvi_field_find(start, (size_t)(end - start), lvi_report_prefix(p->r->kind), &object);
	if (!*out || object == OBJ_SPECIAL)
		return lvi_select_fail(p, "\"%.*s\" is no field to select by,", end - start > 64 ? 64 : (int)(end - start), start);
	p->at = end;
	c->type = (*out)->type;
	return lvi_column_need(p->r, *out, object, &c->column, p->err);
}

static int parse_condition(struct parser *p, struct select_node **out)
{
	struct select_node *n = lvi_arena_zalloc(p->r->arena, sizeof *n);
	const struct field *field = NULL;
	int ret;

	if (!n)
		return lvi_error_nomem(p->err);
	lvi_select_skip_space(p);
	ret = parse_field(p, &field, &n->condition);
	if (!ret)
		ret = parse_comparison(p, field, &n->condition);
	if (!ret)
		ret = lvi_select_value(p, field, &n->condition);
	*out = n;
	return ret;
}

/* Expressions */

static int parse_or(struct parser *p, struct select_node **out);

static int parse_parentheses(struct parser *p, struct select_node **out)
{
	int ret;

	if (++p->depth > DEPTH_MAX)
		return lvi_select_fail(p, "more than %u parentheses within each other", DEPTH_MAX);
	ret = parse_or(p, out);
	p->depth--;
	if (!ret && !take(p, LOG_CLOSE))
		ret = lvi_select_fail(p, "a \")\" is missing");
	return ret;
}

static int parse_part(struct parser *p, struct select_node **out)
{
	int ret;

	if (take(p, LOG_OPEN))
		return parse_parentheses(p, out);
	if (!take(p, LOG_NOT))
		return parse_condition(p, out);
	if (!take(p, LOG_OPEN))
		return lvi_select_fail(p, "a \"(\" is missing behind \"!\"");
	ret = parse_parentheses(p, out);
	if (!ret)
		(*out)->negated = !(*out)->negated;
	return ret;
}

/* One or more @part with @op between them. A single one stands for itself. */
static int parse_chain(struct parser *p, int op, int (*part)(struct parser *, struct select_node **),
		struct select_node **out)
{
	struct select_node *chain, **last;
	int ret = part(p, out);

	if (ret || !take(p, op))
		return ret;
	chain = lvi_arena_zalloc(p->r->arena, sizeof *chain);
	if (!chain)
		return lvi_error_nomem(p->err);
	chain->kind = op == LOG_AND ? NODE_AND : NODE_OR;
	chain->first = *out;
	last = &chain->first->next;
	do {
		ret = part(p, last);
		if (!ret)
			last = &(*last)->next;
	} while (!ret && take(p, op));
	*out = chain;
	return ret;
}

static int parse_and(struct parser *p, struct select_node **out)
{
	return parse_chain(p, LOG_AND, parse_part, out);
}

static int parse_or(struct parser *p, struct select_node **out)
{
	return parse_chain(p, LOG_OR, parse_and, out);
}

int lvi_select_parse(struct lvol_report *r, const char *text, struct lvol_error *err)
{
	struct parser p = { .r = r, .text = text, .at = text, .err = err };
	int ret;

	lvi_select_skip_space(&p);
	if (!*p.at || !strcasecmp(p.at, "all"))
		return 0;
	r->selection = calloc(1, sizeof *r->selection);
	if (!r->selection)
		return lvi_error_nomem(err);
	ret = parse_or(&p, &r->selection->root);
	lvi_select_skip_space(&p);
	if (!ret && *p.at)
		ret = lvi_select_fail(&p, "\"&&\" or \"||\" is missing");
	return ret;
}

void lvi_select_free(struct selection *s)
{
	if (!s)
		return;
	for (size_t i = 0; i < s->regexes.len; i++) {
		if (s->regexes.items[i])
			regfree(s->regexes.items[i]);
		free(s->regexes.items[i]);
	}
	ARRAY_FREE(&s->regexes);
	free(s);
}
