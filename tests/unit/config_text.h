/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_CONFIG_TEXT_H
#define LVOL_TESTS_CONFIG_TEXT_H

#include <stdlib.h>
#include <string.h>

#include "config/tree.h"
#include "config/writer.h"
#include "config_same.h"
#include "util.h"

/* A text and its tree. The text lies in a block of just its size, so that reading behind it is found out. */
struct parsed {
	struct arena *arena;
	char *text;
	struct cfg_node *root;
	struct lvol_error err;
	int ret;
};

static inline struct parsed parse_bytes(const char *text, size_t len)
{
	struct parsed p = { .arena = lvi_arena_new(), .text = malloc(len ? len : 1) };

	ck_assert(p.arena && p.text);
	memcpy(p.text, text, len);
	p.ret = lvi_cfg_parse(p.arena, p.text, len, "here", &p.root, &p.err);
	return p;
}

static inline struct parsed parse_text(const char *text)
{
	return parse_bytes(text, strlen(text));
}

/* The same for a text that must be right. */
static inline struct parsed parse_good(const char *text)
{
	struct parsed p = parse_text(text);

	ck_assert_msg(p.ret == 0, "\"%.200s\": %s", text, p.err.message);
	return p;
}

static inline void parsed_free(struct parsed *p)
{
	lvi_arena_free(p->arena);
	free(p->text);
}

/* Free with free(). */
static inline char *write_nodes(const struct cfg_node *first, enum cfg_style style)
{
	struct cfg_writer w;
	char *text;

	lvi_cfg_writer_init(&w, style);
	for (; first; first = first->next)
		lvi_cfg_node(&w, first);
	ck_assert_uint_eq(w.depth, 0);
	text = lvi_textbuf_take(&w.out, NULL);
	ck_assert_ptr_nonnull(text);
	return text;
}

/* What is written is read back as the same, in both styles. */
static inline void check_round_trip(const struct cfg_node *root)
{
	for (int style = CFG_STYLE_DISK; style <= CFG_STYLE_BACKUP; style++) {
		char *text = write_nodes(root->child, (enum cfg_style)style);
		struct parsed again = parse_good(text);

		ck_assert_msg(same_nodes(root, again.root), "not the same:\n%.2000s", text);
		parsed_free(&again);
		free(text);
	}
}

#endif
