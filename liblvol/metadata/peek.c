/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <string.h>

#include "base/error.h"
#include "config/lexer.h"
#include "metadata/metadata.h"

/*
 * A look at the head of a text without building its tree: the first section is the VG, and among its values are id and
 * seqno. On disk they are its first two lines; in backups the top-level values come before them. Only the lexer is
 * used, which changes nothing in the text, and it stops as soon as both are known.
 */

static bool is_name(const struct cfg_token *t)
{
	return t->type >= CFG_T_WORD && t->type <= CFG_T_RAW;
}

/* The current token opens a section: go behind its end. */
static bool skip_section(struct cfg_lexer *lx)
{
	unsigned long depth = 0;

	do {
		if (lx->token.type == CFG_T_END || lx->token.type == CFG_T_UNCLOSED)
			return false;
		if (lx->token.type == CFG_T_OPEN)
			depth++;
		if (lx->token.type == CFG_T_CLOSE)
			depth--;
		lvi_cfg_lexer_next(lx, false);
	} while (depth);
	return true;
}

/* The current token is '=': its value, of a list the first one, and go behind it. */
static bool read_value(struct cfg_lexer *lx, struct cfg_token *value)
{
	bool list;

	lvi_cfg_lexer_next(lx, true);
	list = lx->token.type == CFG_T_ARRAY_OPEN;
	if (list)
		lvi_cfg_lexer_next(lx, true);
	*value = lx->token;
	while (list && lx->token.type != CFG_T_ARRAY_CLOSE) {
		if (lx->token.type == CFG_T_END || lx->token.type == CFG_T_UNCLOSED)
			return false;
		lvi_cfg_lexer_next(lx, lx->token.type == CFG_T_COMMA);
	}
	if (lx->token.type == CFG_T_END || lx->token.type == CFG_T_UNCLOSED)
		return false;
	lvi_cfg_lexer_next(lx, false);
	return true;
}

static bool is_key(const struct cfg_token *t, const char *key)
{
	return t->len == strlen(key) && !memcmp(t->start, key, t->len);
}

struct found { bool id, seqno; };

/* One value of the VG. Of two of a name the first counts. */
static bool note_value(const struct cfg_token *key, const struct cfg_token *value, struct found *found,
		struct metadata_head *out)
{
	int64_t seqno;

	if (!found->id && is_key(key, "id")) {
		found->id = is_name(value) && lvi_uuid_parse(&out->id, value->start, value->len);
		return found->id;
	}
	if (!found->seqno && is_key(key, "seqno")) {
		found->seqno = value->type == CFG_T_INT && !lvi_cfg_parse_int(value->start, value->len, &seqno);
		if (found->seqno)
			out->seqno = (uint32_t)seqno;
		return found->seqno;
	}
	return true;
}

/* The current token is the first one inside of the VG. */
static bool read_vg(struct cfg_lexer *lx, struct metadata_head *out)
{
	struct found found = { false, false };

	while (!found.id || !found.seqno) {
		struct cfg_token key = lx->token, value;

		if (!is_name(&key))
			return false;
		lvi_cfg_lexer_next(lx, false);
		if (lx->token.type == CFG_T_OPEN) {
			if (!skip_section(lx))
				return false;
			continue;
		}
		if (lx->token.type != CFG_T_EQUALS || !read_value(lx, &value) || !note_value(&key, &value, &found, out))
			return false;
	}
	return true;
}

/* Into the first section. */
static bool find_vg(struct cfg_lexer *lx, struct metadata_head *out)
{
	lvi_cfg_lexer_next(lx, false);
	for (;;) {
		struct cfg_token key = lx->token, value;

		if (!is_name(&key))
			return false;
		lvi_cfg_lexer_next(lx, false);
		if (lx->token.type == CFG_T_OPEN) {
			out->name = key.start;
			out->name_len = key.len;
			lvi_cfg_lexer_next(lx, false);
			return key.len;
		}
		if (lx->token.type != CFG_T_EQUALS || !read_value(lx, &value))
			return false;
	}
}

int lvi_metadata_peek(const char *text, size_t len, const char *subject, struct metadata_head *out,
		struct lvol_error *err)
{
	struct metadata_head head = { .seqno = 0 };
	struct cfg_lexer lx;

	/* It only writes when asked to finish a token. */
	lvi_cfg_lexer_init(&lx, (char *)text, len);
	if (!find_vg(&lx, &head))
		return lvi_error(err, LVOL_E_CORRUPT, subject, "no VG begins in this text");
	if (!read_vg(&lx, &head))
		return lvi_error(err, LVOL_E_CORRUPT, subject, "VG %.*s has no id or no seqno",
				head.name_len > 127 ? 127 : (int)head.name_len, head.name);
	*out = head;
	return 0;
}
