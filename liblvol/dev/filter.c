/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * lvm2's filter patterns: "a|regex|" accepts, "r|regex|" rejects, with any delimiter; ( [ { are closed by ) ] }.
 *
 * For each name of a device the first pattern that matches anywhere in it counts. A name that is accepted settles it;
 * a device is rejected when some name was and none was accepted; what matches nothing is accepted.
 *
 * lvm2 has its own engine. It knows . * + ? | ( ) ^ $ and sets, a backslash makes any character ordinary, also in sets,
 * except that \n \r \t are control characters; it knows no {n}, no [:class:] and no \w. translate() writes its
 * patterns as POSIX extended ones, so that regcomp(3) means the same.
 */
#include <regex.h>
#include <stdlib.h>
#include <string.h>

#include "base/array.h"
#include "base/cleanup.h"
#include "base/error.h"
#include "base/textbuf.h"
#include "dev/system.h"

/* regcomp(3) takes some 200 bytes of memory for each byte of a pattern, some 8 for the square of the number of its
 * repetitions and choices, and stack for each group in a group. What a '+' follows, it takes twice. */
#define FILTER_MAX_BYTES (128u << 10)
#define FILTER_MAX_SQUARES (2000u * 2000u)
#define PATTERN_MAX_GROUPS 100

struct pattern {
	regex_t regex;
	bool accept;
};

struct dev_filter {
	ARRAY(struct pattern) patterns;
	size_t bytes, squares; /* of all patterns together */
};

static unsigned char unescape(char c)
{
	return c == 'n' ? '\n' : c == 'r' ? '\r' : c == 't' ? '\t' : (unsigned char)c;
}

static void put_literal(struct textbuf *t, unsigned char c)
{
	if (strchr("\\^$.[]|()*+?{}", c))
		lvi_textbuf_putc(t, '\\');
	lvi_textbuf_putc(t, c);
}

/* Nothing but '^' and perhaps '-': the one set that the order of put_set() would turn into its opposite. */
static bool only_caret(const bool in[256])
{
	for (int c = 1; c < 256; c++)
		if (in[c] && c != '^' && c != '-')
			return false;
	return in['^'];
}

/* In a POSIX set ']' must come first, '-' last, and '^' not first. */
static void put_set(struct textbuf *t, const bool in[256], bool negated)
{
	if (!negated && only_caret(in)) {
		lvi_textbuf_puts(t, in['-'] ? "[-^]" : "\\^");
		return;
	}
	lvi_textbuf_puts(t, negated ? "[^" : "[");
	if (in[']'])
		lvi_textbuf_putc(t, ']');
	for (int c = 1; c < 256; c++)
		if (in[c] && c != ']' && c != '^' && c != '-' && c != '[')
			lvi_textbuf_putc(t, c);
	/* "[." "[:" and "[=" begin something in POSIX: '[' goes where none of these can follow */
	if (in['['])
		lvi_textbuf_putc(t, '[');
	if (in['^'])
		lvi_textbuf_putc(t, '^');
	if (in['-'])
		lvi_textbuf_putc(t, '-');
	lvi_textbuf_putc(t, ']');
}

static void add_to_set(bool in[256], unsigned from, unsigned to)
{
	for (unsigned c = from < to ? from : to; c <= (from < to ? to : from); c++)
		in[c] = true;
}

/* @p is behind the '['; returns the place behind the ']', or NULL. */
static const char *translate_set(struct textbuf *t, const char *p)
{
	bool in[256] = { false }, negated = *p == '^', any = false;
	unsigned last = 0;

	for (p += negated; *p && *p != ']'; p++) {
		bool range = *p == '-' && last && p[1] && p[1] != ']';
		unsigned char c;

		p += range;
		c = *p;
		if (c == '\\' && p[1])
			c = unescape(*++p);
		add_to_set(in, range ? last : c, c);
		last = range ? 0 : c;
		any = true;
	}
	if (!*p || !any)
		return NULL;
	put_set(t, in, negated);
	return p + 1;
}

/* NULL without memory or with an unfinished set. */
static char *translate(const char *p)
{
	struct textbuf t = { 0 };

	while (p && *p) {
		if (*p == '[') {
			p = translate_set(&t, p + 1);
			continue;
		}
		if (*p == '\\' && p[1])
			put_literal(&t, unescape(*++p));
		else if (*p == '{' || *p == '}' || *p == '\\' || *p == ']')
			put_literal(&t, *p);
		else
			lvi_textbuf_putc(&t, *p);
		p++;
	}
	if (p)
		return lvi_textbuf_take(&t, NULL);
	lvi_textbuf_free(&t);
	return NULL;
}

static char closing(char open)
{
	return open == '(' ? ')' : open == '[' ? ']' : open == '{' ? '}' : open;
}

static int bad_pattern(const char *text, const char *why, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_INVALID, text, "filter pattern \"%s\": %s", text, why);
}

static int compile(struct pattern *p, const char *text, const char *body, struct lvol_error *err)
{
	CLEANUP_FREE char *posix = translate(body);
	char why[128];
	int r;

	if (!posix)
		return bad_pattern(text, "a set [...] is empty or not closed", err);
	r = regcomp(&p->regex, posix, REG_EXTENDED | REG_NOSUB);
	if (!r)
		return 0;
	regerror(r, &p->regex, why, sizeof why);
	return r == REG_ESPACE ? lvi_error_nomem(err) : bad_pattern(text, why, err);
}

struct weight {
	size_t bytes, operators;
};

static void add_weight(struct weight *to, const struct weight *more)
{
	to->bytes += more->bytes;
	to->operators += more->operators;
}

/* What a pattern comes to as regcomp() sees it. Characters in sets count as if they were none, which does no harm.
 * False: beyond all bounds. */
static bool weigh(const char *text, struct weight *out)
{
	struct weight groups[PATTERN_MAX_GROUPS + 1] = { { 0 } }, last = { 0 };  /* what is in each open group */
	size_t depth = 0;

	for (; *text; text++) {
		struct weight *in = &groups[depth], one = { 1, !!strchr("|*+?", *text) };

		if (*text == '(') {
			if (depth == PATTERN_MAX_GROUPS)
				return false;
			groups[++depth] = one;
			continue;
		}
		if (*text == '+') {
			add_weight(in, &last);
			add_weight(&last, &last);
		} else if (*text == ')' && depth) {
			last = *in;
			in = &groups[--depth];
			add_weight(in, &last);
		} else if (!one.operators) {
			last = one;
		}
		add_weight(in, &one);
		if (in->bytes > FILTER_MAX_BYTES)
			return false;
		text += *text == '\\' && text[1];
	}
	for (*out = groups[0]; depth; depth--)
		add_weight(out, &groups[depth]);
	return true;
}

/* Whether regcomp() can be trusted with one more pattern. */
static bool take_into_account(struct dev_filter *f, const char *body)
{
	struct weight w;

	if (!weigh(body, &w))
		return false;
	f->bytes += w.bytes + 3;
	if (f->bytes > FILTER_MAX_BYTES || w.operators > FILTER_MAX_BYTES)
		return false;
	f->squares += w.operators * w.operators;
	return f->squares <= FILTER_MAX_SQUARES;
}

static int add_pattern(struct dev_filter *f, const char *text, struct lvol_error *err)
{
	CLEANUP_FREE char *body = NULL;
	size_t len = strlen(text);
	struct pattern *p;
	int r;

	if (text[0] != 'a' && text[0] != 'r')
		return bad_pattern(text, "it must begin with 'a' (accept) or 'r' (reject)", err);
	if (len < 3 || text[len - 1] != closing(text[1]))
		return bad_pattern(text, "it must end with the delimiter that comes after the first letter", err);
	body = strndup(text + 2, len - 3);
	if (body && !take_into_account(f, body))
		return bad_pattern(text, "the patterns of the filter are too long or have too many of ( | * + ?", err);
	p = body ? ARRAY_PUSH(&f->patterns) : NULL;
	if (!p)
		return lvi_error_nomem(err);
	p->accept = text[0] == 'a';
	r = compile(p, text, body, err);
	if (r)
		f->patterns.len--;
	return r;
}

int lvi_filter_new(const char *const *patterns, struct dev_filter **out, struct lvol_error *err)
{
	struct dev_filter *f = calloc(1, sizeof *f);
	int r = f ? 0 : lvi_error_nomem(err);

	for (; !r && patterns && *patterns; patterns++)
		r = add_pattern(f, *patterns, err);
	if (r) {
		lvi_filter_free(f);
		return r;
	}
	*out = f;
	return 0;
}

void lvi_filter_free(struct dev_filter *f)
{
	if (!f)
		return;
	for (size_t i = 0; i < f->patterns.len; i++)
		regfree(&f->patterns.items[i].regex);
	ARRAY_FREE(&f->patterns);
	free(f);
}

enum verdict { NO_MATCH, ACCEPTED, REJECTED };

static enum verdict judge(const struct dev_filter *f, const char *name)
{
	for (size_t i = 0; i < f->patterns.len; i++)
		if (!regexec(&f->patterns.items[i].regex, name, 0, NULL, 0))
			return f->patterns.items[i].accept ? ACCEPTED : REJECTED;
	return NO_MATCH;
}

bool lvi_filter_accepts(const struct dev_filter *f, const char *const *names)
{
	bool rejected = false;

	for (; f && names && *names; names++) {
		enum verdict v = judge(f, *names);

		if (v == ACCEPTED)
			return true;
		rejected |= v == REJECTED;
	}
	return !rejected;
}
