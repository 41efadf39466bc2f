/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Texts that are parsed with sections left closed, and opened one by one: the same tree comes out, and the same error
 * with the same line, as when all is read at once.
 */
#include "config_text.h"

struct both {
	struct parsed whole;
	struct arena *arena;
	char *text;
	struct cfg_source source;
	struct cfg_node *root;
	struct lvol_error err;
	int ret;
	size_t closed;       /* how many sections were */
};

static int open_all(struct both *b)
{
	struct cfg_node *vg = b->root->child, *lvs;
	int r = 0;

	while (vg && !vg->is_section)
		vg = vg->next;
	lvs = vg ? lvi_cfg_child(vg, "lvs") : NULL;
	for (struct cfg_node *n = lvs ? lvs->child : NULL; n && !r; n = n->next) {
		b->closed += n->is_closed;
		r = lvi_cfg_open_section(b->arena, &b->source, n, &b->err);
		ck_assert(!n->is_closed);
	}
	return r;
}

static struct both parse_both(const char *text)
{
	size_t len = strlen(text);
	struct both b = { .whole = parse_text(text), .arena = lvi_arena_new(), .text = malloc(len + 1) };

	ck_assert(b.arena && b.text);
	memcpy(b.text, text, len);
	b.source = (struct cfg_source) { .text = b.text, .len = len, .subject = "here", .closed = "lvs" };
	b.ret = lvi_cfg_parse_closed(b.arena, &b.source, &b.root, &b.err);
	if (!b.ret)
		b.ret = open_all(&b);
	return b;
}

static void free_both(struct both *b)
{
	parsed_free(&b->whole);
	lvi_arena_free(b->arena);
	free(b->text);
}

static const struct { const char *text; size_t closed; } good[] = {
	{ "vg {\nid = \"x\"\nlvs {\na {\nid = 1\nseg {\nt = [\"p\", 0]\n}\n}\nb {\nid = 2\n}\n}\n}\nend = 1\n", 2 },
	{ "top = 1 vg { lvs { a { } b{x=1}c{x=word}d{x=[1,2,]} } }", 4 },
	/* braces that are none */
	{ "vg { lvs { a { x = \"}\" # }\n y = '{' z = \"\\\"}\" } b { x = [1\"a}\", \"{\"] } } }", 2 },
	{ "vg { lvs { a { deep { deeper { x = 1 } } } v = 1 b { } } lvs { c { } } }", 2 },
	/* the first of its name, in the first section, alone */
	{ "vg { x { lvs { a { } } } lvs { b { y = 1 } } } other { lvs { c { } } }", 1 },
	{ "lvs { a { } } vg { lvs { b { } } }", 0 },
	/* paths */
	{ "vg { lvs { a { x = 1 } b { y = 1 } a/z = 3 c { } } }", 0 },
	{ "vg { lvs { a { x = 1 } \n b { \n y = 1 } } lvs/a/z = 3 lvs/c { } }", 0 },
	{ "vg { lvs { a { x/y = 1 x/z = 2 } } lvs/d = 4 }", 1 },
	{ "vg/lvs { a { x = 1 } } vg { lvs { b { } } }", 0 },
};

START_TEST(the_same_tree)
{
	struct both b = parse_both(good[_i].text);

	ck_assert_msg(!b.whole.ret && !b.ret, "%s: %s %s", good[_i].text, b.whole.err.message, b.err.message);
	ck_assert_msg(same_nodes(b.whole.root, b.root), "%s", good[_i].text);
	ck_assert_msg(b.closed == good[_i].closed, "%s: %zu were closed", good[_i].text, b.closed);
	free_both(&b);
}
END_TEST

static const char *const bad[] = {
	"vg {\nlvs {\na {\nx = 1\ny = word\n}\nb {\nx = \n}\n}\n}\n",
	"vg {\nlvs {\na {\nx = word\n}\nb {\n= 2\n}\n}\n}\n",
	"vg {\nlvs {\na {\nx = \"open\n}\n}\n}\n",
	"vg {\nlvs {\na {\nx = 1\n",
	"vg {\nlvs {\na {\nx = word\n}\n}\n}\n]\n",
	"vg {\nlvs {\na {\nx = word\ny = 12345678901234567890123\n}\n}\n}\n",
	"vg {\nlvs {\na {\nx = word\n}\n\nb {\nx = [ 1 { ]\n}\n}\n}\n",
	"vg {\nlvs {\na {\nx = word\n}\na/b = word\nc {\ny = }\n}\n}\n",
};

START_TEST(the_same_error)
{
	struct both b = parse_both(bad[_i]);

	ck_assert_int_eq(b.whole.ret, -LVOL_E_CORRUPT);
	ck_assert_msg(b.ret == b.whole.ret && !strcmp(b.err.message, b.whole.err.message), "%s:\n%s\n%s", bad[_i],
			b.whole.err.message, b.err.message);
	free_both(&b);
}
END_TEST

/* A tree in an arena that is used again for the next one. */
START_TEST(one_at_a_time)
{
	struct both b = parse_both("vg { lvs { } }");
	char text[] = "vg { lvs { a { x = 1 } b { x = 2 } c { x = 3 } } }";
	struct arena *arena = lvi_arena_new();
	uint64_t want = 1, x;
	size_t held = 0;

	b.source = (struct cfg_source) { .text = text, .len = strlen(text), .closed = "lvs" };
	t_ok(lvi_cfg_parse_closed(b.arena, &b.source, &b.root, &b.err), b.err);
	for (struct cfg_node *n = lvi_cfg_find(b.root, "vg/lvs")->child; n; n = n->next, want++) {
		t_ok(lvi_cfg_open_section(arena, &b.source, n, &b.err), b.err);
		ck_assert_int_eq(lvi_cfg_get_u64(n, "x", &x), 0);
		ck_assert_uint_eq(x, want);
		n->child = NULL;
		lvi_arena_reset(arena);
		ck_assert(!held || lvi_arena_bytes(arena) == held);
		held = lvi_arena_bytes(arena);
	}
	ck_assert_uint_eq(want, 4);
	lvi_arena_free(arena);
	free_both(&b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config closed");
	TCase *tests = tcase_create("closed");

	tcase_add_loop_test(tests, the_same_tree, 0, sizeof good / sizeof *good);
	tcase_add_loop_test(tests, the_same_error, 0, sizeof bad / sizeof *bad);
	tcase_add_test(tests, one_at_a_time);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
