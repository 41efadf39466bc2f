/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_REPORT_SELECT_H
#define LVI_REPORT_SELECT_H

#include <regex.h>

#include "report/internal.h"

/*
 * lvm2's selections:
 *     or        := and { ("||" | "#") and }
 *     and       := part { ("&&" | ",") part }
 *     part      := "!" "(" or ")" | "(" or ")" | condition
 *     condition := field operator value
 *     operator  := "=" "!=" ">" "<" ">=" "<=" "=~" "!~", of times also "since" "after" "until" "before"
 *     value     := word, "word", 'word', number, size with unit, percent with %, time, list
 *     list      := word | "[" word { op word } "]" | "{" word { op word } "}"
 * In a list every op is AND or every one is OR: [a,b] is exactly these, {a,b} has at least these, [a||b] and {a||b} have
 * one of these. Text is parsed as it stands, from the front; what is wrong is reported with its place.
 */
enum select_op {
	SELECT_EQUAL, SELECT_NOT_EQUAL, SELECT_GREATER, SELECT_GREATER_EQUAL, SELECT_LESS, SELECT_LESS_EQUAL,
	SELECT_REGEX, SELECT_NOT_REGEX
};

enum list_rule { LIST_EXACT, LIST_SUBSET, LIST_ANY };

struct condition {
	size_t column;
	enum report_type type;
	enum select_op op;
	const char *string;
	uint64_t number, last;         /* of times: a range, from number to last */
	double sectors;
	struct word_list list;
	enum list_rule rule;
	regex_t *regex;
};

enum node_kind { NODE_CONDITION, NODE_AND, NODE_OR };

struct select_node {
	enum node_kind kind;
	bool negated;
	struct condition condition;
	struct select_node *first, *next;
};

struct selection {
	struct select_node *root;      /* NULL: everything */
	ARRAY(regex_t *) regexes;
};

struct parser {
	struct lvol_report *r;
	const char *text, *at;
	struct lvol_error *err;
	unsigned depth;
};

struct token { const char *start; size_t len; };

/* -LVOL_E_INVALID, names what is wrong and where: at p->at. */
int lvi_select_fail(const struct parser *p, const char *fmt, ...) LVOL_PRINTF(2, 3);
void lvi_select_skip_space(struct parser *p);

/* Which of lvm2's logical operators is at p->at (after space); *len is how long it is, space included. */
enum { LOG_NONE = 0, LOG_AND = 1, LOG_OR = 2, LOG_NOT = 4, LOG_OPEN = 8, LOG_CLOSE = 16, LOG_LIST = 32, LOG_LIST_END = 64,
	LOG_SUBSET = 128, LOG_SUBSET_END = 256 };
int lvi_select_operator(const char *at, int expected, size_t *len);

/* select_value.c: reads the value of @c (its op and type are set) at p->at */
int lvi_select_value(struct parser *p, const struct field *field, struct condition *c);

/* time.c: "2024-03", "2024-03-01 12:30 +0100" ...; the seconds that it means, first and last. */
bool lvi_time_parse(const char *text, size_t len, uint64_t *first, uint64_t *last);

#endif
