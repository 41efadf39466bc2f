/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Memory in blocks, large ones in huge pages. */
#include "base/block.h"

#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/arena.h"
#include "util.h"

START_TEST(all_of_a_block_can_be_used)
{
	static const size_t sizes[] = { 1, LVI_BLOCK_HUGE - 1, LVI_BLOCK_HUGE, 2 * LVI_BLOCK_HUGE + 4097 };
	size_t size = sizes[_i];
	unsigned char *p = lvi_block_alloc(size);

	ck_assert_ptr_nonnull(p);
	if (size >= LVI_BLOCK_HUGE)
		ck_assert_uint_eq((uintptr_t)p % LVI_BLOCK_HUGE, 0);
	memset(p, 0xa5, size);
	ck_assert(p[0] == 0xa5 && p[size / 2] == 0xa5 && p[size - 1] == 0xa5);
	free(p);
}
END_TEST

START_TEST(errno_is_left_alone)
{
	errno = EXDEV;
	free(lvi_block_alloc(LVI_BLOCK_HUGE));
	ck_assert_int_eq(errno, EXDEV);
}
END_TEST

START_TEST(what_no_memory_holds_is_refused)
{
	ck_assert_ptr_null(lvi_block_alloc(PTRDIFF_MAX - 4096));
}
END_TEST

/* Objects and strings of an arena that has grown to blocks of that size stay what they were. */
START_TEST(an_arena_grows_into_them)
{
	enum { COUNT = 100000 };
	struct arena *a = lvi_arena_new();
	uint32_t **numbers = calloc(COUNT, sizeof *numbers);
	char **texts = calloc(COUNT, sizeof *texts);
	char want[32];

	ck_assert(a && numbers && texts);
	for (uint32_t i = 0; i < COUNT; i++) {
		numbers[i] = lvi_arena_zalloc(a, 64);
		texts[i] = lvi_arena_printf(a, "text %u", i);
		ck_assert(numbers[i] && texts[i]);
		*numbers[i] = i;
	}
	ck_assert_uint_gt(lvi_arena_bytes(a), 2 * LVI_BLOCK_HUGE);
	for (uint32_t i = 0; i < COUNT; i++) {
		snprintf(want, sizeof want, "text %u", i);
		if (*numbers[i] != i || strcmp(texts[i], want) != 0)
			ck_abort_msg("%u: %u, %s", i, *numbers[i], texts[i]);
	}
	free(numbers);
	free(texts);
	lvi_arena_free(a);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("block");
	TCase *tests = tcase_create("block");

	tcase_add_loop_test(tests, all_of_a_block_can_be_used, 0, 4);
	tcase_add_test(tests, errno_is_left_alone);
	tcase_add_test(tests, what_no_memory_holds_is_refused);
	tcase_add_test(tests, an_arena_grows_into_them);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
