/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config/lexer.h"

#include <string.h>

enum { SPACE = 1, WORD_END = 2, DIGIT = 4, SLASH = 8 };

static const unsigned char class_of[256] = {
	['\t'] = SPACE | WORD_END, ['\n'] = SPACE | WORD_END, ['\v'] = SPACE | WORD_END,
	['\f'] = SPACE | WORD_END, ['\r'] = SPACE | WORD_END, [' '] = SPACE | WORD_END,
	['#'] = WORD_END, ['='] = WORD_END, ['{'] = WORD_END, ['}'] = WORD_END,
	['/'] = SLASH,
	['0' ... '9'] = DIGIT,
};

static inline unsigned char class_at(const char *p)
{
	return class_of[(unsigned char)*p];
}

void lvi_cfg_lexer_init(struct cfg_lexer *lx, char *text, size_t len)
{
	char *nul = len ? memchr(text, '\0', len) : NULL;

	*lx = (struct cfg_lexer) { .text = text, .at = text, .end = nul ? nul : text + len };
}

static char *skip_space(char *p, char *end)
{
	while (p < end) {
		if (class_at(p) & SPACE) {
			p++;
		} else if (*p == '#') {
			p = memchr(p, '\n', (size_t)(end - p));
			if (!p)
				return end;
		} else {
			break;
		}
	}
	return p;
}

static void set_token(struct cfg_lexer *lx, enum cfg_token_type type, char *start, char *stop, char *next)
{
	lx->token.type = type;
	lx->token.start = start;
	lx->token.len = (size_t)(stop - start);
	lx->at = next;
}

static void lex_word(struct cfg_lexer *lx, char *start)
{
	unsigned seen = class_at(start);
	char *p = start + 1, *end = lx->end;

	/* The first character cannot end it: whatever could was a token of its own. */
	while (p < end && !(class_at(p) & WORD_END))
		seen |= class_at(p++);
	set_token(lx, CFG_T_WORD, start, p, p);
	lx->token.special = seen & SLASH;
}

static void lex_number(struct cfg_lexer *lx, char *start)
{
	bool point = *start == '.';
	char *p = start + 1;

	while (p < lx->end && ((class_at(p) & DIGIT) || (*p == '.' && !point)))
		point |= *p++ == '.';
	set_token(lx, point ? CFG_T_FLOAT : CFG_T_INT, start, p, p);
}

static void lex_raw(struct cfg_lexer *lx, char *start)
{
	char *close = memchr(start, '\'', (size_t)(lx->end - start));

	if (close)
		set_token(lx, CFG_T_RAW, start, close, close + 1);
	else
		set_token(lx, CFG_T_UNCLOSED, start, lx->end, lx->end);
}

/* A backslash keeps the character behind it from ending the string. */
static void lex_escaped(struct cfg_lexer *lx, char *start)
{
	char *p = start, *end = lx->end;

	for (; p < end && *p != '"'; p++) {
		if (*p != '\\')
			continue;
		lx->token.special = true;
		if (++p == end)
			break;
	}
	if (p < end)
		set_token(lx, CFG_T_ESCAPED, start, p, p + 1);
	else
		set_token(lx, CFG_T_UNCLOSED, start, end, end);
}

void lvi_cfg_lexer_next(struct cfg_lexer *lx, bool number)
{
	static const unsigned char single[256] = {
		['{'] = CFG_T_OPEN, ['}'] = CFG_T_CLOSE, ['='] = CFG_T_EQUALS,
		['['] = CFG_T_ARRAY_OPEN, [']'] = CFG_T_ARRAY_CLOSE, [','] = CFG_T_COMMA,
	};
	char *p = skip_space(lx->at, lx->end);

	lx->token.special = false;
	if (p == lx->end)
		set_token(lx, CFG_T_END, p, p, p);
	else if (single[(unsigned char)*p])
		set_token(lx, single[(unsigned char)*p], p, p + 1, p + 1);
	else if (*p == '"')
		lex_escaped(lx, p + 1);
	else if (*p == '\'')
		lex_raw(lx, p + 1);
	else if (number && ((class_at(p) & DIGIT) || *p == '-' || *p == '+' || *p == '.'))
		lex_number(lx, p);
	else
		lex_word(lx, p);
}

bool lvi_cfg_lexer_skip(struct cfg_lexer *lx)
{
	size_t depth = 1;

	while (depth) {
		enum cfg_token_type last = lx->token.type;

		/* where the parser asks for numbers: what begins with a digit ends elsewhere than a word */
		lvi_cfg_lexer_next(lx, last == CFG_T_EQUALS || last == CFG_T_ARRAY_OPEN || last == CFG_T_COMMA);
		if (lx->token.type == CFG_T_END || lx->token.type == CFG_T_UNCLOSED)
			return false;
		depth += lx->token.type == CFG_T_OPEN;
		depth -= lx->token.type == CFG_T_CLOSE;
	}
	return true;
}

/* Does the current token need the byte at @p? "a=1b=2" has no byte between 1 and b. */
static bool in_current_token(const struct cfg_lexer *lx, const char *p)
{
	return lx->token.start == p &&
		(lx->token.type == CFG_T_WORD || lx->token.type == CFG_T_INT || lx->token.type == CFG_T_FLOAT);
}

bool lvi_cfg_lexer_finish(struct cfg_lexer *lx, const struct cfg_token *token)
{
	char *behind = token->start + token->len;

	if (behind == lx->end || in_current_token(lx, behind))
		return false;
	lx->lost_lines += *behind == '\n';
	*behind = '\0';
	return true;
}

size_t lvi_cfg_lexer_line(const struct cfg_lexer *lx)
{
	size_t line = 1 + lx->lost_lines;

	for (const char *p = lx->text; p < lx->token.start; p++)
		line += *p == '\n';
	return line;
}

const char *lvi_cfg_token_text(enum cfg_token_type type)
{
	static const char *const texts[] = {
		[CFG_T_END] = "the end of the text",
		[CFG_T_OPEN] = "'{'",
		[CFG_T_CLOSE] = "'}'",
		[CFG_T_EQUALS] = "'='",
		[CFG_T_ARRAY_OPEN] = "'['",
		[CFG_T_ARRAY_CLOSE] = "']'",
		[CFG_T_COMMA] = "','",
		[CFG_T_INT] = "a number",
		[CFG_T_FLOAT] = "a number",
		[CFG_T_WORD] = "a word",
		[CFG_T_ESCAPED] = "a string",
		[CFG_T_RAW] = "a string",
		[CFG_T_UNCLOSED] = "a string without closing quote",
	};

	return texts[type];
}

size_t lvi_cfg_unescape(char *s, size_t len)
{
	size_t to = 0;

	for (size_t from = 0; from < len; from++) {
		if (s[from] == '\\' && from + 1 < len && (s[from + 1] == '"' || s[from + 1] == '\\'))
			from++;
		s[to++] = s[from];
	}
	/* Lines are counted in this text when an error is told: leave no newline twice. */
	memset(s + to, 0, len - to);
	return to;
}

int lvi_cfg_parse_int(const char *s, size_t len, int64_t *out)
{
	bool negative = len && *s == '-', signed_ = len && (*s == '-' || *s == '+');
	const char *p = s + signed_, *end = s + len;
	int base = end - p > 1 && *p == '0' ? 8 : 10;
	int64_t v = 0;

	if (p == end)
		return -1;
	/* Counts downwards, as INT64_MIN has no positive counterpart. */
	for (; p < end; p++) {
		int digit = *p - '0';

		if (digit < 0 || digit >= base || __builtin_mul_overflow(v, base, &v) ||
				__builtin_sub_overflow(v, digit, &v))
			return -1;
	}
	if (!negative && v == INT64_MIN)
		return -1;
	*out = negative ? v : -v;
	return 0;
}
