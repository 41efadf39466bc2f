/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory: arenas and growing arrays. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "base/arena.h"
#include "base/array.h"
#include "util.h"

static struct arena *arena;

static void setup(void)
{
	arena = lvi_arena_new();
	ck_assert_ptr_nonnull(arena);
}

static void teardown(void)
{
	lvi_arena_free(arena);
}

START_TEST(objects_are_aligned_and_apart)
{
	unsigned char *p[500];

	for (size_t i = 0; i < 500; i++) {
		p[i] = lvi_arena_alloc(arena, i);
		ck_assert_ptr_nonnull(p[i]);
		ck_assert_uint_eq((uintptr_t)p[i] % 16, 0);
		memset(p[i], (int)(i & 0xff), i);
		lvi_arena_strdup(arena, "x");  /* strings come between */
	}
	for (size_t i = 0; i < 500; i++)
		for (size_t k = 0; k < i; k++)
			ck_assert_uint_eq(p[i][k], i & 0xff);
}
END_TEST

START_TEST(cleared_memory)
{
	static const char zero[4096];

	for (size_t i = 0; i < 64; i++) {
		char *dirty = lvi_arena_alloc(arena, 100), *clean = lvi_arena_zalloc(arena, i * 64);

		memset(dirty, 0xaa, 100);
		ck_assert_int_eq(memcmp(clean, zero, i * 64), 0);
	}
	ck_assert_int_eq(memcmp(lvi_arena_calloc(arena, 16, 256), zero, 4096), 0);
	ck_assert_ptr_nonnull(lvi_arena_calloc(arena, 0, 8));
}
END_TEST

START_TEST(strings)
{
	ck_assert_str_eq(lvi_arena_strdup(arena, ""), "");
	ck_assert_str_eq(lvi_arena_strndup(arena, "abcdef", 3), "abc");
	ck_assert_str_eq(lvi_arena_strndup(arena, NULL, 0), "");
	ck_assert_str_eq(lvi_arena_printf(arena, "%s-%05d", "lv", 42), "lv-00042");
	ck_assert_uint_eq(strlen(lvi_arena_printf(arena, "%100000s", "")), 100000);
}
END_TEST

START_TEST(large_blocks_do_not_spoil_the_small)
{
	char *first = lvi_arena_alloc(arena, 16), *big = lvi_arena_alloc(arena, 5 << 20), *next;

	memset(big, 1, 5 << 20);
	next = lvi_arena_alloc(arena, 16);
	ck_assert_ptr_eq(next, first + 16);
}
END_TEST

START_TEST(impossible_sizes)
{
	ck_assert_ptr_null(lvi_arena_alloc(arena, SIZE_MAX));
	ck_assert_ptr_null(lvi_arena_alloc(arena, SIZE_MAX - 15));
	ck_assert_ptr_null(lvi_arena_alloc(arena, PTRDIFF_MAX));
	ck_assert_ptr_null(lvi_arena_calloc(arena, SIZE_MAX / 2, 3));
	ck_assert_ptr_nonnull(lvi_arena_alloc(arena, 1));
}
END_TEST

START_TEST(memory_held_stays_near_what_was_asked)
{
	size_t asked = 0;

	ck_assert_uint_lt(lvi_arena_bytes(arena), 4096);
	for (size_t i = 0; i < 100000; i++) {
		lvi_arena_alloc(arena, 48);
		asked += 48;
		ck_assert_uint_le(lvi_arena_bytes(arena), 4 * asked + 4096);
	}
	ck_assert_uint_le(lvi_arena_bytes(arena), asked + (2 << 20));
}
END_TEST

START_TEST(adopted_blocks_go_with_the_arena)
{
	for (size_t i = 0; i < 100; i++)  /* the leak checker tells if not */
		ck_assert_int_eq(lvi_arena_adopt(arena, malloc(10)), 0);
	ck_assert_int_eq(lvi_arena_adopt(arena, NULL), 0);
	lvi_arena_free(NULL);
}
END_TEST

START_TEST(arrays_grow)
{
	ARRAY(uint64_t) numbers = {0};
	size_t grown = 0, cap = 0;

	for (uint64_t i = 0; i < 10000; i++) {
		uint64_t *slot = ARRAY_PUSH(&numbers);

		ck_assert_ptr_nonnull(slot);
		ck_assert_uint_eq(*slot, 0);
		*slot = i;
		grown += numbers.cap != cap;
		cap = numbers.cap;
	}
	ck_assert_uint_eq(numbers.len, 10000);
	ck_assert_uint_lt(grown, 20);
	for (uint64_t i = 0; i < 10000; i++)
		ck_assert_uint_eq(numbers.items[i], i);
	ARRAY_FREE(&numbers);
	ck_assert_ptr_null(numbers.items);
	ck_assert_uint_eq(numbers.len + numbers.cap, 0);
}
END_TEST

START_TEST(arrays_reserve)
{
	ARRAY(int) numbers = {0};

	ck_assert_int_eq(ARRAY_RESERVE(&numbers, 1000), 0);
	ck_assert_uint_ge(numbers.cap, 1000);
	ck_assert_int_eq(ARRAY_RESERVE(&numbers, SIZE_MAX / 2), -1);
	ck_assert_int_eq(ARRAY_RESERVE(&numbers, SIZE_MAX), -1);
	ck_assert_uint_ge(numbers.cap, 1000);
	ARRAY_FREE(&numbers);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base memory");
	TCase *arenas = tcase_create("arena"), *arrays = tcase_create("array");

	tcase_add_checked_fixture(arenas, setup, teardown);
	tcase_add_test(arenas, objects_are_aligned_and_apart);
	tcase_add_test(arenas, cleared_memory);
	tcase_add_test(arenas, strings);
	tcase_add_test(arenas, large_blocks_do_not_spoil_the_small);
	tcase_add_test(arenas, impossible_sizes);
	tcase_add_test(arenas, memory_held_stays_near_what_was_asked);
	tcase_add_test(arenas, adopted_blocks_go_with_the_arena);
	suite_add_tcase(suite, arenas);
	tcase_add_test(arrays, arrays_grow);
	tcase_add_test(arrays, arrays_reserve);
	suite_add_tcase(suite, arrays);
	return t_main(suite);
}
