/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Any bytes as configuration text: read them, look at all of the tree, write it in both styles, read that again. The
 * second tree must be the first one, and a copy too.
 */
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "../../unit/config_same.h"
#include "config/tree.h"
#include "config/writer.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void must(bool right, const char *what)
{
	if (right)
		return;
	fprintf(stderr, "config_fuzzer: %s\n", what);
	abort();
}

/* Every text has its length and its NUL, every lookup gives the first of its name. */
static void walk(struct cfg_node *section)
{
	for (struct cfg_node *n = section->child; n; n = n->next) {
		struct cfg_node *found = lvi_cfg_child(section, n->key);
		uint64_t number;
		const char *text;

		must(strlen(n->key) == n->key_len && n->key_len, "key length");
		must(found && !strcmp(found->key, n->key), "lookup");
		must(!n->is_section || (!n->value && !n->is_array), "section with a value");
		must(n->is_section || n->is_array || n->value, "no value");
		must(n->is_section || !n->child, "value with children");
		for (const struct cfg_value *v = n->value; v; v = v->next)
			must(strlen(v->text) == v->len, "value length");
		lvi_cfg_get_u64(section, n->key, &number);
		lvi_cfg_get_str(section, n->key, &text);
		if (n->is_section)
			walk(n);
	}
}

static void check_written(struct arena *arena, const struct cfg_node *root, enum cfg_style style)
{
	struct cfg_writer w;
	struct cfg_node *again = NULL;
	struct lvol_error err = LVOL_ERROR_INIT;
	size_t len;
	char *text;
	int r;

	lvi_cfg_writer_init(&w, style);
	for (const struct cfg_node *n = root->child; n; n = n->next)
		lvi_cfg_node(&w, n);
	text = lvi_textbuf_take(&w.out, &len);
	must(text, "no memory");
	r = lvi_cfg_parse(arena, text, len, "written", &again, &err);
	must(!r, err.message);
	must(same_nodes(root, again), "what was written is read as something else");
	free(text);
}

static void check_tree(struct arena *arena, struct cfg_node *root)
{
	bool failed;

	check_written(arena, root, CFG_STYLE_DISK);
	check_written(arena, root, CFG_STYLE_BACKUP);
	must(same_nodes(root, lvi_cfg_copy(arena, root, true, false, &failed)), "the copy differs");
	/* Looking marks as used whatever it finds first; this must not crash on what is left. */
	walk(root);
	lvi_cfg_copy(arena, root, true, true, &failed);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct arena *arena = lvi_arena_new();
	char *text = malloc(size ? size : 1);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct cfg_node *root = NULL;
	int r;

	must(arena && text, "no memory");
	if (size)
		memcpy(text, data, size);
	r = lvi_cfg_parse(arena, text, size, NULL, &root, &err);
	must(!r == !!root && !r == !err.code, "result and error disagree");
	must(!r || err.message[0], "an error without a message");
	must(lvi_arena_bytes(arena) <= 64 * size + 8192, "too much memory");
	if (!r)
		check_tree(arena, root);
	lvi_arena_free(arena);
	free(text);
	return 0;
}
