/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_CONFIG_LEXER_H
#define LVI_CONFIG_LEXER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * Splits configuration text into tokens. The lexer itself changes nothing in the text; lvi_cfg_lexer_finish() and
 * lvi_cfg_unescape() do, on tokens that lie behind the current one.
 */
enum cfg_token_type {
	CFG_T_END,
	CFG_T_OPEN,         /* { */
	CFG_T_CLOSE,        /* } */
	CFG_T_EQUALS,
	CFG_T_ARRAY_OPEN,   /* [ */
	CFG_T_ARRAY_CLOSE,  /* ] */
	CFG_T_COMMA,
	CFG_T_INT,
	CFG_T_FLOAT,
	CFG_T_WORD,         /* without quotes */
	CFG_T_ESCAPED,      /* "in double quotes" */
	CFG_T_RAW,          /* 'in single quotes' */
	CFG_T_UNCLOSED,     /* a string without its closing quote */
};

struct cfg_token {
	enum cfg_token_type type;
	bool special;   /* a word with '/', or an escaped string with a backslash in it */
	char *start;    /* without quotes */
	size_t len;
};

struct cfg_lexer {
	char *text, *at, *end;
	struct cfg_token token;   /* the current one */
	size_t lost_lines;        /* newlines that finish() overwrote */
};

void lvi_cfg_lexer_init(struct cfg_lexer *lx, char *text, size_t len);
/* @number: something like a number here is one (behind '=', '[' and ','); elsewhere it is a word, as in lvm2. */
void lvi_cfg_lexer_next(struct cfg_lexer *lx, bool number);
/* The current token opens a section: go to the token that closes it. False when there is none. */
bool lvi_cfg_lexer_skip(struct cfg_lexer *lx);
/* Put a NUL behind an earlier token; false where there is no room for it. */
bool lvi_cfg_lexer_finish(struct cfg_lexer *lx, const struct cfg_token *token);
/* Where the current token is, counted from 1. Slow; for errors. */
size_t lvi_cfg_lexer_line(const struct cfg_lexer *lx);
/* What the current token is, for "found ..." */
const char *lvi_cfg_token_text(enum cfg_token_type type);

/* Reduce \" and \\ in place; returns the new length. What comes free behind it is cleared. */
size_t lvi_cfg_unescape(char *s, size_t len);
/* C's base-0 rules without hexadecimal: a leading 0 means octal. 0, or -1 when it is no number or does not fit. */
int lvi_cfg_parse_int(const char *s, size_t len, int64_t *out);

#endif
