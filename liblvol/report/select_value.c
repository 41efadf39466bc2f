/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/select.h"

/* Values of a selection, each in the form of its field's type. */

/* A word: quoted, or up to space or an operator of @ends. */
static int parse_word(struct parser *p, int ends, struct token *out)
{
	char quote = *p->at == '"' || *p->at == '\'' ? *p->at : '\0';
	size_t len;

	if (quote) {
		const char *end = strchr(p->at + 1, quote);

		if (!end)
			return lvi_select_fail(p, "a quote is not closed");
		*out = (struct token) { p->at + 1, (size_t)(end - p->at - 1) };
		p->at = end + 1;
		return 0;
	}
	out->start = p->at;
	while (*p->at && *p->at != ' ' && !lvi_select_operator(p->at, ends, &len))
		p->at++;
	out->len = (size_t)(p->at - out->start);
	return 0;
}

static const char *copy(struct parser *p, struct token t)
{
	return lvi_arena_strndup(p->r->arena, t.start, t.len);
}

static bool token_is(struct token t, const char *word)
{
	return strlen(word) == t.len && !memcmp(t.start, word, t.len);
}

/* Words that mean a value: those of the field, and for numbers some more. */
static bool is_reserved(const struct field *field, struct token t, struct value_word *out)
{
	static const char *const undefined[] = { "-1", "unknown", "undefined", "undef" };

	for (const struct value_word *w = field->words; w && w->word; w++)
		if (token_is(t, w->word)) {
			*out = *w;
			return true;
		}
	if (field->type != TYPE_NUMBER)
		return false;
	for (size_t i = 0; i < sizeof undefined / sizeof *undefined; i++)
		if (token_is(t, undefined[i])) {
			out->number = NUMBER_UNDEFINED;
			return true;
		}
	out->number = token_is(t, "yes");
	return field->words && (token_is(t, "yes") || token_is(t, "no"));
}

static bool try_reserved(struct parser *p, const struct field *field, struct condition *c)
{
	const char *start = p->at;
	struct value_word w = { .word = NULL };
	struct token t;

	/* an unclosed quote is reported by whoever reads the value */
	if (parse_word(&(struct parser) { .r = p->r, .text = p->text, .at = start }, LOG_AND | LOG_OR | LOG_CLOSE, &t) ||
			!is_reserved(field, t, &w))
		return false;
	p->at = t.start + t.len + (*start == '"' || *start == '\'');
	c->string = w.string ? w.string : "";
	c->number = c->last = w.number;
	c->sectors = (double)w.number;
	return true;
}

/* Numbers, sizes, percents */

static int parse_digits(struct parser *p, const struct field *field, struct token *out)
{
	bool point = false;

	out->start = p->at;
	while (isdigit((unsigned char)*p->at) || (*p->at == '.' && !point))
		point |= *p->at++ == '.';
	out->len = (size_t)(p->at - out->start);
	return out->len ? 0 : lvi_select_fail(p, "%s wants a number", field->name);
}

static double to_double(struct token t)
{
	double v = 0, place = 1;
	bool fraction = false;

	/* strtod would want the decimal separator of the program's locale */
	for (size_t i = 0; i < t.len; i++) {
		if (t.start[i] == '.') {
			fraction = true;
		} else if (fraction) {
			place /= 10;
			v += (t.start[i] - '0') * place;
		} else {
			v = v * 10 + (t.start[i] - '0');
		}
	}
	return v;
}

/* Bytes in a unit as lvm2 takes them: lower case 1024, upper case 1000; 0: no unit. */
static double unit_bytes(char letter)
{
	static const char units[] = "kmgtpe";
	const char *at = letter ? strchr(units, tolower((unsigned char)letter)) : NULL;
	double bytes = 1;

	if (letter && strchr("bBhHrR", letter))
		return 1;
	if (letter == 's' || letter == 'S')
		return 512;
	for (; at && at >= units; at--)
		bytes *= isupper((unsigned char)letter) ? 1000 : 1024;
	return at ? bytes : 0;
}

static int parse_number(struct parser *p, const struct field *field, struct condition *c)
{
	struct token t;
	int ret = parse_digits(p, field, &t);

	if (ret)
		return ret;
	if (*p->at == '%' || unit_bytes(*p->at) > 0)
		return lvi_select_fail(p, "%s is a plain number", field->name);
	c->number = 0;
	for (size_t i = 0; i < t.len && t.start[i] != '.'; i++)
		if (__builtin_mul_overflow(c->number, 10, &c->number) ||
				__builtin_add_overflow(c->number, (uint64_t)(t.start[i] - '0'), &c->number)) {
			p->at = t.start;
			return lvi_select_fail(p, "a number is too large");
		}
	c->last = c->number;
	return 0;
}

static int parse_size(struct parser *p, const struct field *field, struct condition *c)
{
	struct token t;
	int ret = parse_digits(p, field, &t);
	double unit;

	if (ret)
		return ret;
	if (*p->at == '%')
		return lvi_select_fail(p, "%s is a size", field->name);
	unit = unit_bytes(*p->at);
	p->at += unit > 0;
	c->sectors = to_double(t) * (unit > 0 ? unit : 1024 * 1024) / 512;
	return 0;
}

static int parse_percent(struct parser *p, const struct field *field, struct condition *c)
{
	struct token t;
	int ret = parse_digits(p, field, &t);

	if (ret)
		return ret;
	if (*p->at == '%')
		p->at++;
	else if (unit_bytes(*p->at) > 0)
		return lvi_select_fail(p, "%s is a percentage", field->name);
	c->number = c->last = (uint64_t)(to_double(t) * 1000000);
	return 0;
}

/* Times */

static int parse_time(struct parser *p, const struct field *field, struct condition *c)
{
	const char *start = p->at;
	struct token t;
	int ret;

	if (*p->at == '@') {
		p->at++;
		return parse_number(p, field, c);
	}
	ret = parse_word(p, LOG_AND | LOG_OR | LOG_CLOSE, &t);
	if (ret)
		return ret;
	if (lvi_time_parse(t.start, t.len, &c->number, &c->last))
		return 0;
	p->at = start;
	return lvi_select_fail(p, "%s wants a time such as 2024-03-01 or \"2024-03-01 12:30\" or @seconds", field->name);
}

/* Strings, lists, regular expressions */

static int parse_string(struct parser *p, struct condition *c)
{
	struct token t;
	int ret = parse_word(p, LOG_AND | LOG_OR | LOG_CLOSE, &t);

	if (ret)
		return ret;
	c->string = copy(p, t);
	return c->string ? 0 : lvi_error_nomem(p->err);
}

typedef ARRAY(const char *) string_array;

static int push_string(struct parser *p, string_array *list, struct token t)
{
	const char **slot = ARRAY_PUSH(list);

	if (slot)
		*slot = copy(p, t);
	return slot && *slot ? 0 : lvi_error_nomem(p->err);
}

/* Words up to @end; *op becomes the operator between them, LOG_NONE if there is only one. */
static int parse_list_words(struct parser *p, int end, string_array *list, int *op)
{
	int any = LOG_AND | LOG_OR | LOG_LIST_END | LOG_SUBSET_END, found;
	struct token t;
	size_t len;
	int ret;

	for (*op = LOG_NONE;; p->at += len) {
		lvi_select_skip_space(p);
		ret = parse_word(p, any, &t);
		if (!ret)
			ret = push_string(p, list, t);
		if (ret)
			return ret;
		found = lvi_select_operator(p->at, any, &len);
		if (found == end) {
			p->at += len;
			return 0;
		}
		if (found != LOG_AND && found != LOG_OR)
			return lvi_select_fail(p, "a list goes on with \",\" or \"||\" or ends with \"%s\":",
					end == LOG_LIST_END ? "]" : "}");
		if (*op && *op != found)
			return lvi_select_fail(p, "only one kind of operator can be in a list");
		*op = found;
	}
}

static int parse_list(struct parser *p, struct condition *c)
{
	string_array list = {0};
	struct token t;
	size_t len;
	int open = lvi_select_operator(p->at, LOG_LIST | LOG_SUBSET, &len), op = LOG_NONE, ret;

	c->rule = LIST_ANY;
	if (open) {
		p->at += len;
		ret = parse_list_words(p, open == LOG_LIST ? LOG_LIST_END : LOG_SUBSET_END, &list, &op);
		if (open == LOG_LIST && op != LOG_OR)
			c->rule = LIST_EXACT;
		else if (op == LOG_AND)
			c->rule = LIST_SUBSET;
	} else {
		ret = parse_word(p, LOG_AND | LOG_OR | LOG_CLOSE, &t);
		if (!ret)
			ret = push_string(p, &list, t);
	}
	if (!ret) {
		c->list = (struct word_list){ lvi_words_sorted(p->r->arena, list.items, list.len), list.len };
		ret = c->list.words ? 0 : lvi_error_nomem(p->err);
	}
	ARRAY_FREE(&list);
	return ret;
}

/* May stand in any brackets or quotes; else up to space or an operator. */
static int regex_token(struct parser *p, struct token *out)
{
	static const char opens[] = "({[\"'", closes[] = ")}]\"'";
	const char *open = *p->at ? strchr(opens, *p->at) : NULL, *end;

	if (!open)
		return parse_word(p, LOG_AND | LOG_OR | LOG_CLOSE, out);
	end = strchr(p->at + 1, closes[open - opens]);
	if (!end)
		return lvi_select_fail(p, "a regular expression is not closed");
	*out = (struct token) { p->at + 1, (size_t)(end - p->at - 1) };
	p->at = end + 1;
	return 0;
}

static int parse_regex(struct parser *p, struct condition *c)
{
	const char *start = p->at;
	regex_t **slot;
	struct token t;
	char why[100];
	int ret = regex_token(p, &t), code;

	if (ret)
		return ret;
	c->string = copy(p, t);
	slot = ARRAY_PUSH(&p->r->selection->regexes);
	if (!c->string || !slot || !(c->regex = malloc(sizeof *c->regex)))
		return lvi_error_nomem(p->err);
	code = regcomp(c->regex, c->string, REG_EXTENDED | REG_NOSUB);
	if (!code) {
		*slot = c->regex;
		return 0;
	}
	regerror(code, c->regex, why, sizeof why);
	free(c->regex);
	c->regex = NULL;
	p->at = start;
	return lvi_select_fail(p, "a regular expression is wrong (%s)", why);
}

int lvi_select_value(struct parser *p, const struct field *field, struct condition *c)
{
	lvi_select_skip_space(p);
	if (c->op == SELECT_REGEX || c->op == SELECT_NOT_REGEX)
		return parse_regex(p, c);
	if (try_reserved(p, field, c))
		return 0;
	switch (c->type) {
	case TYPE_STRING:
		return parse_string(p, c);
	case TYPE_LIST:
		return parse_list(p, c);
	case TYPE_SIZE:
		return parse_size(p, field, c);
	case TYPE_PERCENT:
		return parse_percent(p, field, c);
	case TYPE_TIME:
		return parse_time(p, field, c);
	default:
		return parse_number(p, field, c);
	}
}
