/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <float.h>
#include <math.h>
#include <string.h>

#include "report/select.h"

/* Whether a row's cells meet a selection. */

/* What is not there is neither more nor less than anything. */
static bool compare_number(const struct condition *c, uint64_t v)
{
	bool known = v != NUMBER_UNDEFINED && c->number != NUMBER_UNDEFINED;

	switch (c->op) {
	case SELECT_EQUAL:
		return v >= c->number && v <= c->last;
	case SELECT_NOT_EQUAL:
		return v < c->number || v > c->last;
	case SELECT_GREATER:
		return known && v > c->last;
	case SELECT_GREATER_EQUAL:
		return known && v >= c->number;
	case SELECT_LESS:
		return known && v < c->number;
	default:
		return known && v <= c->last;
	}
}

static bool compare_sectors(const struct condition *c, double v)
{
	bool equal = fabs(v - c->sectors) < DBL_EPSILON;
	/* "auto" is no size that others could be less than */
	bool known = v < (double)UINT64_MAX && c->sectors < (double)UINT64_MAX;

	switch (c->op) {
	case SELECT_EQUAL:
		return equal;
	case SELECT_NOT_EQUAL:
		return !equal;
	case SELECT_GREATER:
		return known && v > c->sectors && !equal;
	case SELECT_GREATER_EQUAL:
		return known && (v > c->sectors || equal);
	case SELECT_LESS:
		return known && v < c->sectors && !equal;
	default:
		return known && (v < c->sectors || equal);
	}
}

/* Both lists are in alphabetical order. */
static bool is_subset(const struct word_list *words, const struct word_list *of)
{
	size_t at = 0;

	for (size_t i = 0; i < words->count; i++) {
		while (at < of->count && strcmp(of->words[at], words->words[i]) < 0)
			at++;
		if (at == of->count || strcmp(of->words[at], words->words[i]))
			return false;
	}
	return true;
}

static bool has_any(const struct word_list *words, const struct word_list *of)
{
	size_t at = 0;

	for (size_t i = 0; i < words->count; i++) {
		while (at < of->count && strcmp(of->words[at], words->words[i]) < 0)
			at++;
		if (at < of->count && !strcmp(of->words[at], words->words[i]))
			return true;
	}
	return false;
}

/* An empty list is what an empty word stands for. */
static bool compare_list(const struct condition *c, const struct word_list *v)
{
	static const char *const no_words[] = { "" };
	static const struct word_list empty = { no_words, 1 };
	bool met;

	if (!v->count)
		v = &empty;
	if (c->rule == LIST_ANY)
		met = has_any(&c->list, v);
	else
		met = (c->rule == LIST_SUBSET || c->list.count == v->count) && is_subset(&c->list, v);
	return c->op == SELECT_EQUAL ? met : !met;
}

static bool compare_string(const struct condition *c, const char *v)
{
	switch (c->op) {
	case SELECT_EQUAL:
		return !strcmp(v, c->string);
	case SELECT_NOT_EQUAL:
		return strcmp(v, c->string);
	case SELECT_REGEX:
		return !regexec(c->regex, v, 0, NULL, 0);
	default:
		return regexec(c->regex, v, 0, NULL, 0);
	}
}

static bool compare(const struct condition *c, const struct cell *cell)
{
	switch (c->type) {
	case TYPE_STRING:
		return compare_string(c, cell->key.string);
	case TYPE_LIST:
		return compare_list(c, cell->key.list);
	case TYPE_SIZE:
		return compare_sectors(c, cell->key.sectors);
	case TYPE_PERCENT:
		/* a percentage that is not there meets nothing, "!=" neither */
		return cell->key.number != NUMBER_UNDEFINED && compare_number(c, cell->key.number);
	default:
		return compare_number(c, cell->key.number);
	}
}

/* As deep as the parser let it be. */
static bool node_matches(const struct select_node *n, const struct cell *cells)
{
	bool met = n->kind == NODE_AND;

	if (n->kind == NODE_CONDITION)
		met = compare(&n->condition, &cells[n->condition.column]);
	for (const struct select_node *part = n->first; part; part = part->next) {
		met = node_matches(part, cells);
		if (met == (n->kind == NODE_OR))
			break;
	}
	return met != n->negated;
}

bool lvi_select_matches(const struct selection *s, const struct cell *cells)
{
	return !s->root || node_matches(s->root, cells);
}
