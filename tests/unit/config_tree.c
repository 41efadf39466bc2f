/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Looking things up in a tree, copying it, making nodes by hand. */
#include "config_text.h"

static const char sample[] =
	"vg0 {\n"
	"	seqno = 7\n"
	"	seqno = 8\n"
	"	id = \"abc\"\n"
	"	minus = -1\n"
	"	big = 4294967298\n"
	"	real = 1.5\n"
	"	one = [5]\n"
	"	two = [5, 6]\n"
	"	none = []\n"
	"	pv { size = 1 }\n"
	"	pv { size = 2 more = 3 }\n"
	"	seqno { x = 1 }\n"
	"}\n"
	"version = 1\n";

static struct parsed p;
static struct cfg_node *vg;

static void setup(void)
{
	p = parse_good(sample);
	vg = lvi_cfg_child(p.root, "vg0");
	ck_assert_ptr_nonnull(vg);
}

static void teardown(void)
{
	parsed_free(&p);
}

START_TEST(children)
{
	ck_assert_ptr_null(lvi_cfg_child(p.root, "vg"));
	ck_assert_ptr_null(lvi_cfg_child(p.root, "vg00"));
	ck_assert_ptr_null(lvi_cfg_child(p.root, ""));
	ck_assert_int_eq(lvi_cfg_child(vg, "seqno")->value->number, 7);
	ck_assert_ptr_null(lvi_cfg_child(lvi_cfg_child(vg, "id"), "x"));
}
END_TEST

START_TEST(paths)
{
	ck_assert_ptr_eq(lvi_cfg_find(p.root, "vg0"), vg);
	ck_assert_int_eq(lvi_cfg_find(p.root, "vg0/pv/size")->value->number, 1);
	/* only the first section counts, as in lvm2 */
	ck_assert_ptr_null(lvi_cfg_find(p.root, "vg0/pv/more"));
	/* a key of the same name does not hide a section */
	ck_assert_int_eq(lvi_cfg_find(p.root, "vg0/seqno/x")->value->number, 1);
	ck_assert_ptr_null(lvi_cfg_find(p.root, "vg0/id/x"));
	ck_assert_ptr_null(lvi_cfg_find(p.root, "vg0/"));
	ck_assert_ptr_null(lvi_cfg_find(p.root, ""));
}
END_TEST

START_TEST(numbers)
{
	uint64_t u64 = 99;
	uint32_t u32 = 99;

	ck_assert_int_eq(lvi_cfg_get_u64(vg, "absent", &u64), 1);
	ck_assert_int_eq(lvi_cfg_get_u64(vg, "id", &u64), -1);
	ck_assert_int_eq(lvi_cfg_get_u64(vg, "real", &u64), -1);
	ck_assert_int_eq(lvi_cfg_get_u64(vg, "minus", &u64), -1);
	ck_assert_int_eq(lvi_cfg_get_u64(vg, "pv", &u64), -1);
	ck_assert_int_eq(lvi_cfg_get_u64(vg, "none", &u64), -1);
	ck_assert_int_eq(lvi_cfg_get_u64(vg, "two", &u64), -1);
	ck_assert_uint_eq(u64, 99);
	ck_assert_int_eq(lvi_cfg_get_u64(vg, "seqno", &u64), 0);
	ck_assert_uint_eq(u64, 7);
	ck_assert_int_eq(lvi_cfg_get_u64(vg, "big", &u64), 0);
	ck_assert_uint_eq(u64, UINT64_C(4294967298));
	ck_assert_int_eq(lvi_cfg_get_u64(vg, "one", &u64), 0);
	ck_assert_uint_eq(u64, 5);
	ck_assert_int_eq(lvi_cfg_get_u32(vg, "absent", &u32), 1);
	ck_assert_int_eq(lvi_cfg_get_u32(vg, "id", &u32), -1);
	ck_assert_uint_eq(u32, 99);
	ck_assert_int_eq(lvi_cfg_get_u32(vg, "big", &u32), 0);
	ck_assert_uint_eq(u32, 2);
	ck_assert_int_eq(lvi_cfg_get_u32(vg, "minus", &u32), 0);
	ck_assert_uint_eq(u32, UINT32_MAX);
}
END_TEST

START_TEST(strings)
{
	const char *s = "was";

	ck_assert_int_eq(lvi_cfg_get_str(vg, "absent", &s), 1);
	ck_assert_int_eq(lvi_cfg_get_str(vg, "seqno", &s), -1);
	ck_assert_str_eq(s, "was");
	ck_assert_int_eq(lvi_cfg_get_str(vg, "id", &s), 0);
	ck_assert_str_eq(s, "abc");
}
END_TEST

START_TEST(reads_mark_nodes)
{
	uint64_t n;

	ck_assert(!lvi_cfg_child(vg, "seqno")->used);
	lvi_cfg_get_u64(vg, "seqno", &n);
	ck_assert(lvi_cfg_child(vg, "seqno")->used);
	ck_assert(!lvi_cfg_child(vg, "seqno")->next->used);
	ck_assert(!vg->used);
}
END_TEST

/* A copy stands on its own: the original may go. */
START_TEST(copy_all)
{
	struct arena *arena = lvi_arena_new();
	struct parsed second = parse_good(sample);
	struct cfg_node *copy;
	bool failed = true;

	copy = lvi_cfg_copy(arena, second.root->child, true, false, &failed);
	ck_assert(!failed);
	memset(second.text, 'x', sizeof sample - 1);
	parsed_free(&second);
	ck_assert(same_nodes(copy, p.root->child));
	lvi_arena_free(arena);
}
END_TEST

START_TEST(copy_one)
{
	struct arena *arena = lvi_arena_new();
	struct cfg_node *copy;
	bool failed;

	copy = lvi_cfg_copy(arena, vg, false, false, &failed);
	ck_assert(!failed && !copy->next);
	ck_assert(same_nodes(copy->child, vg->child));
	ck_assert_ptr_nonnull(vg->next);
	copy = lvi_cfg_copy(arena, vg->child, false, false, &failed);
	ck_assert_str_eq(copy->key, "seqno");
	ck_assert_ptr_null(copy->next);
	ck_assert_ptr_null(lvi_cfg_copy(arena, NULL, true, false, &failed));
	ck_assert(!failed);
	lvi_arena_free(arena);
}
END_TEST

/* What is left of @text when all keys that begin with 'u', sections included, are used. */
static void check_unused(const char *text, const char *want)
{
	struct parsed in = parse_good(text);
	struct cfg_node *stack[100] = { in.root->child };
	struct cfg_node *left;
	size_t depth = 1;
	char *got;
	bool failed;

	while (depth) {
		struct cfg_node *n = stack[--depth];

		for (; n; n = n->next) {
			n->used = *n->key == 'u';
			if (n->child)
				stack[depth++] = n->child;
		}
	}
	left = lvi_cfg_copy(in.arena, in.root->child, true, true, &failed);
	ck_assert(!failed);
	got = write_nodes(left, CFG_STYLE_DISK);
	ck_assert_str_eq(got, want);
	free(got);
	parsed_free(&in);
}

START_TEST(copy_unused)
{
	check_unused("u = 1", "");
	check_unused("a = 1 u = 2 b = 3", "a = 1\nb = 3\n");
	check_unused("u = 1 a = 2 u = 3", "a = 2\n");
	check_unused("s { u = 1 }", "");
	check_unused("s { u = 1 } a = 2", "a = 2\n");
	check_unused("u { u = 1 a = 2 }", "u {\na = 2\n}\n");
	check_unused("s { t { u = 1 } v { } } w { u { u { } } }", "s {\nv {\n}\n}\n");
	check_unused("a { b { c = 1 } d { u = 1 } e = 2 } f { u = 1 g { u = 1 } }", "a {\nb {\nc = 1\n}\ne = 2\n}\n");
	check_unused("s { } u { }", "s {\n}\n");
}
END_TEST

START_TEST(by_hand)
{
	struct arena *arena = lvi_arena_new();
	char key[] = "key", text[] = "a\"b\\c";
	struct cfg_node *n = lvi_cfg_new(arena, key);
	char *got;

	ck_assert_ptr_nonnull(n);
	ck_assert_ptr_nonnull(lvi_cfg_add_str(arena, n, text));
	ck_assert(!n->is_array);
	key[0] = text[0] = 'X';
	ck_assert_ptr_nonnull(lvi_cfg_add_int(arena, n, INT64_MIN));
	ck_assert(n->is_array);
	n->next = lvi_cfg_new(arena, "empty");
	n->next->is_array = true;
	n->next->next = lvi_cfg_new(arena, "two words");
	n->next->next->is_section = true;
	n->next->next->child = lvi_cfg_new(arena, "n");
	lvi_cfg_add_int(arena, n->next->next->child, 5);
	got = write_nodes(n, CFG_STYLE_DISK);
	ck_assert_str_eq(got, "key = [\"a\\\"b\\\\c\", -9223372036854775808]\nempty = []\n\"two words\" {\nn = 5\n}\n");
	free(got);
	lvi_arena_free(arena);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("config tree");
	TCase *tc = tcase_create("tree");

	tcase_add_checked_fixture(tc, setup, teardown);
	tcase_add_test(tc, children);
	tcase_add_test(tc, paths);
	tcase_add_test(tc, numbers);
	tcase_add_test(tc, strings);
	tcase_add_test(tc, reads_mark_nodes);
	tcase_add_test(tc, copy_all);
	tcase_add_test(tc, copy_one);
	tcase_add_test(tc, copy_unused);
	tcase_add_test(tc, by_hand);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
