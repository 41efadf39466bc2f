/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Maps from byte strings to pointers. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/hash.h"
#include "util.h"

START_TEST(empty_maps)
{
	struct hash h;

	lvi_hash_init(&h);
	ck_assert_ptr_null(lvi_hash_get(&h, "a", 1));
	ck_assert_ptr_null(lvi_hash_del(&h, "a", 1));
	ck_assert_uint_eq(lvi_hash_count(&h), 0);
	lvi_hash_free(&h);
	lvi_hash_free(&h);
}
END_TEST

START_TEST(put_get_replace_delete)
{
	struct hash h;
	int one, two;
	void *old = &h;

	lvi_hash_init(&h);
	ck_assert_int_eq(lvi_hash_put(&h, "key", 3, &one, &old), 0);
	ck_assert_ptr_null(old);
	ck_assert_ptr_eq(lvi_hash_get(&h, "key", 3), &one);
	ck_assert_ptr_null(lvi_hash_get(&h, "key", 2));
	ck_assert_int_eq(lvi_hash_put(&h, "key", 3, &two, &old), 0);
	ck_assert_ptr_eq(old, &one);
	ck_assert_uint_eq(lvi_hash_count(&h), 1);
	ck_assert_ptr_eq(lvi_hash_del(&h, "key", 3), &two);
	ck_assert_ptr_null(lvi_hash_get(&h, "key", 3));
	ck_assert_uint_eq(lvi_hash_count(&h), 0);
	lvi_hash_free(&h);
}
END_TEST

START_TEST(odd_keys)
{
	struct hash h;
	int a, b, c;

	lvi_hash_init(&h);
	ck_assert_int_eq(lvi_hash_put(&h, NULL, 0, &a, NULL), 0);
	ck_assert_int_eq(lvi_hash_put(&h, "\0", 1, &b, NULL), 0);
	ck_assert_int_eq(lvi_hash_put(&h, "\0\0", 2, &c, NULL), 0);
	ck_assert_ptr_eq(lvi_hash_get(&h, "", 0), &a);
	ck_assert_ptr_eq(lvi_hash_get(&h, "\0", 1), &b);
	ck_assert_ptr_eq(lvi_hash_get(&h, "\0\0", 2), &c);
	ck_assert_uint_eq(lvi_hash_count(&h), 3);
	lvi_hash_free(&h);
}
END_TEST

START_TEST(add_keeps_what_is_there)
{
	struct hash h;
	int one, two;

	lvi_hash_init(&h);
	ck_assert_int_eq(lvi_hash_reserve(&h, 1000), 0);
	ck_assert_int_eq(lvi_hash_add(&h, "a", 1, &one), 0);
	ck_assert_int_eq(lvi_hash_add(&h, "a", 1, &two), 1);
	ck_assert_ptr_eq(lvi_hash_get(&h, "a", 1), &one);
	ck_assert_ptr_eq(lvi_hash_del(&h, "a", 1), &one);
	ck_assert_int_eq(lvi_hash_add(&h, "a", 1, &two), 0);
	ck_assert_ptr_eq(lvi_hash_get(&h, "a", 1), &two);
	ck_assert_uint_eq(lvi_hash_count(&h), 1);
	lvi_hash_free(&h);
}
END_TEST

#define MANY 20000

/* A plain array tells what the map must answer. */
START_TEST(like_a_model)
{
	static char keys[MANY][12];
	static void *model[MANY];
	size_t count = 0;
	struct hash h;
	unsigned seed = 1;

	lvi_hash_init(&h);
	for (size_t i = 0; i < MANY; i++)
		sprintf(keys[i], "lvol%zu", i);
	for (size_t step = 0; step < 10 * MANY; step++) {
		size_t i = (seed = seed * 1103515245 + 12345) / 7 % (step < 5 * MANY ? MANY : MANY / 50);
		size_t len = strlen(keys[i]);
		void *old = NULL;

		if (seed >> 20 & 1) {
			ck_assert_int_eq(lvi_hash_put(&h, keys[i], len, &keys[i][1 + step % 3], &old), 0);
			count += !model[i];
		} else {
			old = lvi_hash_del(&h, keys[i], len);
			count -= !!model[i];
		}
		ck_assert_ptr_eq(old, model[i]);
		model[i] = seed >> 20 & 1 ? &keys[i][1 + step % 3] : NULL;
		ck_assert_uint_eq(lvi_hash_count(&h), count);
	}
	for (size_t i = 0; i < MANY; i++)
		ck_assert_ptr_eq(lvi_hash_get(&h, keys[i], strlen(keys[i])), model[i]);
	lvi_hash_free(&h);
}
END_TEST

/* Putting and deleting for ever must not fill the map with tombstones or make it grow. */
START_TEST(churn_keeps_it_small)
{
	struct hash h;
	char keys[8][12];

	lvi_hash_init(&h);
	for (size_t i = 0; i < 100000; i++) {
		char *key = keys[i % 8];

		lvi_hash_del(&h, key, i < 8 ? 0 : strlen(key));
		sprintf(key, "k%zu", i);
		ck_assert_int_eq(lvi_hash_put(&h, key, strlen(key), key, NULL), 0);
	}
	ck_assert_uint_eq(lvi_hash_count(&h), 8);
	ck_assert_uint_le(h.cap, 64);
	lvi_hash_free(&h);
}
END_TEST

/* From the reference implementation of SipHash-1-3: key 00..0f, message 00..0e. */
START_TEST(hash_function)
{
	uint64_t key[2] = { UINT64_C(0x0706050403020100), UINT64_C(0x0f0e0d0c0b0a0908) };
	unsigned char message[15];

	for (size_t i = 0; i < sizeof message; i++)
		message[i] = (unsigned char)i;
	ck_assert_uint_eq(lvi_hash_bytes(key, message, 0), UINT64_C(0xabac0158050fc4dc));
	ck_assert_uint_eq(lvi_hash_bytes(key, message, 15), UINT64_C(0xd320d86d2a519956));
}
END_TEST

START_TEST(keys_differ)
{
	struct hash a, b;

	lvi_hash_init(&a);
	lvi_hash_init(&b);
	lvi_hash_put(&a, "x", 1, &a, NULL);
	lvi_hash_put(&b, "x", 1, &b, NULL);
	ck_assert_int_ne(memcmp(a.key, b.key, sizeof a.key), 0);
	lvi_hash_free(&a);
	lvi_hash_free(&b);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("base hash");
	TCase *tc = tcase_create("hash");

	tcase_add_test(tc, empty_maps);
	tcase_add_test(tc, put_get_replace_delete);
	tcase_add_test(tc, odd_keys);
	tcase_add_test(tc, add_keeps_what_is_there);
	tcase_add_test(tc, like_a_model);
	tcase_add_test(tc, churn_keeps_it_small);
	tcase_add_test(tc, hash_function);
	tcase_add_test(tc, keys_differ);
	suite_add_tcase(suite, tc);
	return t_main(suite);
}
