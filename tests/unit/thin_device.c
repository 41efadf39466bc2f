/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Thin pools and thin devices as targets: what one does at a time. */
#include "thin_disk.h"

START_TEST(what_is_not_mapped_reads_as_zeroes)
{
	struct thin_disk d;
	struct backend_device *dev;

	disk_new(&d, "");
	dev = disk_thin(&d, 1);
	ck_assert_uint_eq(dev->size_bytes, THIN_BYTES);
	dmw_check_byte(dev, 0, THIN_BYTES, 0);
	ck_assert_str_eq(disk_status(&d, "thin1"), "0 -");
	dmw_close(dev);
	disk_free(&d);
}
END_TEST

START_TEST(writes_survive_closing)
{
	struct thin_disk d;
	struct backend_device *dev;
	uint8_t *buf = malloc(3 * BLOCK);

	disk_new(&d, "");
	t_fill(buf, 3 * BLOCK, 7, 0);
	dev = disk_thin(&d, 1);
	dmw_write(dev, buf, 3 * BLOCK, 5 * BLOCK + 4096);
	dmw_write(dev, buf, 512, THIN_BYTES - 512);
	dmw_close(dev);
	disk_check(&d);
	dev = disk_thin(&d, 1);
	memset(buf, 1, 3 * BLOCK);
	dmw_read(dev, buf, 3 * BLOCK, 5 * BLOCK + 4096);
	t_check_fill(buf, 3 * BLOCK, 7, 0);
	dmw_check_byte(dev, 0, 4096, 5 * BLOCK);
	dmw_check_byte(dev, 0, BLOCK - 4096, 8 * BLOCK + 4096);
	dmw_check_byte(dev, 0, BLOCK - 512, THIN_BYTES - BLOCK);
	ck_assert_str_eq(disk_status(&d, "thin1"), "640 8191");
	dmw_close(dev);
	free(buf);
	disk_free(&d);
}
END_TEST

START_TEST(new_blocks_show_nothing_of_what_was_in_the_pool_before)
{
	struct thin_disk d;
	struct backend_device *dev;

	disk_new(&d, _i ? "1 skip_block_zeroing" : "");
	disk_spoil_data(&d, 0, 0xee);
	dev = disk_thin(&d, 1);
	dmw_zero(dev, 512, 512);
	ck_assert_str_eq(disk_status(&d, "thin1"), "0 -");
	dmw_write(dev, "hello", 5, 1000);
	dmw_check_byte(dev, _i ? 0xee : 0, 1000, 0);
	dmw_check_byte(dev, _i ? 0xee : 0, BLOCK - 1005, 1005);
	dmw_close(dev);
	disk_free(&d);
}
END_TEST

START_TEST(a_snapshot_keeps_what_was_there)
{
	struct thin_disk d;
	struct backend_device *origin, *snap;

	disk_new(&d, "");
	origin = disk_thin(&d, 1);
	disk_fill(origin, 1, 4 * BLOCK, 0);
	disk_message(&d, "create_snap 2 1");
	disk_fill(origin, 2, BLOCK / 2, BLOCK);
	snap = disk_thin(&d, 2);
	disk_see(snap, 1, 4 * BLOCK, 0);
	disk_see(origin, 1, BLOCK, 0);
	disk_see(origin, 2, BLOCK / 2, BLOCK);
	disk_see(origin, 1, BLOCK * 5 / 2, BLOCK * 3 / 2);
	disk_fill(snap, 3, BLOCK, 0);
	disk_see(origin, 1, BLOCK, 0);
	ck_assert_str_eq(disk_pool_fill(&d), "6/64");
	dmw_close(origin);
	disk_message(&d, "delete 1");
	disk_see(snap, 3, BLOCK, 0);
	disk_see(snap, 1, 3 * BLOCK, BLOCK);
	ck_assert_str_eq(disk_pool_fill(&d), "4/64");
	dmw_close(snap);
	disk_check(&d);
	disk_free(&d);
}
END_TEST

START_TEST(discards_unmap_whole_blocks_that_nobody_shares_and_pass_them_down)
{
	static const char *const how[] = { "", "1 no_discard_passdown", "1 ignore_discard" };
	struct thin_disk d;
	struct backend_device *origin;

	disk_new(&d, how[_i]);
	origin = disk_thin(&d, 1);
	disk_fill(origin, 1, 6 * BLOCK, 0);
	disk_message(&d, "create_snap 2 1");
	disk_fill(origin, 2, BLOCK, 0);
	dmw_discard(origin, 4 * BLOCK, BLOCK / 2);
	dmw_discard(origin, BLOCK, 0);
	if (_i == 2) {
		disk_see(origin, 1, 5 * BLOCK, BLOCK);
		ck_assert_str_eq(disk_pool_fill(&d), "7/64");
	} else {
		disk_see(origin, 1, 2 * BLOCK, 4 * BLOCK);
		dmw_check_byte(origin, 0, 4 * BLOCK, 0);
		ck_assert_str_eq(disk_pool_fill(&d), "6/64");
		/* the seventh data block is the one that was the origin's own */
		ck_assert_int_eq(disk_data_is(&d, 6, 0), _i == 0);
	}
	disk_see_device(&d, 2, 1, 6 * BLOCK, 0);
	dmw_close(origin);
	disk_check(&d);
	disk_free(&d);
}
END_TEST

START_TEST(an_external_origin_is_below)
{
	struct thin_disk d;
	struct backend_device *dev;

	disk_new(&d, "");
	disk_external(&d, 1, 3 * BLOCK + 8192, 9);
	dev = disk_thin_of(&d, 1, "ext");
	disk_see(dev, 9, 3 * BLOCK + 8192, 0);
	dmw_check_byte(dev, 0, 4 * BLOCK, 3 * BLOCK + 8192);
	disk_fill(dev, 2, 4096, BLOCK + 4096);
	disk_see(dev, 9, BLOCK + 4096, 0);
	disk_see(dev, 2, 4096, BLOCK + 4096);
	disk_see(dev, 9, 2 * BLOCK, BLOCK + 8192);
	disk_spoil_data(&d, 1, 0xee);
	disk_fill(dev, 3, 512, 3 * BLOCK);
	disk_see(dev, 9, 8192 - 512, 3 * BLOCK + 512);
	dmw_check_byte(dev, 0, BLOCK - 8192, 3 * BLOCK + 8192);
	ck_assert_str_eq(disk_status(&d, "thin1"), "256 511");
	dmw_close(dev);
	disk_check(&d);
	disk_free(&d);
}
END_TEST

START_TEST(a_full_pool_says_so_and_takes_more_when_there_is_room)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct thin_disk d;
	struct backend_device *dev;
	uint8_t *buf = malloc(BLOCK);

	disk_new(&d, "1 error_if_no_space");
	dev = disk_thin(&d, 1);
	disk_fill(dev, 1, 64 * BLOCK, 0);
	t_fill(buf, BLOCK, 5, 0);
	t_fails(dev->backend->write(dev, buf, BLOCK, 70 * BLOCK, &err), LVOL_E_NO_SPACE, err);
	ck_assert_ptr_nonnull(strstr(disk_status(&d, "pool"), " out_of_data_space "));
	disk_fill(dev, 2, BLOCK, 3 * BLOCK);
	dmw_discard(dev, BLOCK, 0);
	dmw_write(dev, buf, BLOCK, 70 * BLOCK);
	ck_assert_ptr_nonnull(strstr(disk_status(&d, "pool"), " rw "));
	dmw_flush(dev);
	dmw_close(dev);
	disk_check(&d);
	free(buf);
	disk_free(&d);
}
END_TEST

START_TEST(full_metadata_refuse_writes_and_still_take_discards)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct thin_disk d;
	struct backend_device *dev;
	char message[40];
	int r = 0;

	disk_new_sizes(&d, "", 128, 256);
	dev = disk_thin(&d, 1);
	disk_fill(dev, 1, 8 * BLOCK, 0);
	for (unsigned i = 2; !r && i < 1000; i++) {
		snprintf(message, sizeof message, "create_snap %u 1", i);
		r = dmw_message(d.world, "pool", message, NULL, &err);
		if (!r)
			r = dev->backend->write(dev, message, 1, 0, &err);
	}
	t_fails(r, LVOL_E_NO_SPACE, err);
	ck_assert_ptr_nonnull(strstr(err.message, "metadata"));
	disk_see(dev, 1, BLOCK, BLOCK);
	dmw_discard(dev, 4 * BLOCK, 4 * BLOCK);
	disk_message(&d, "delete 3");
	dmw_flush(dev);
	dmw_close(dev);
	disk_check(&d);
	disk_free(&d);
}
END_TEST

START_TEST(a_pool_that_grew_is_taken_in)
{
	struct thin_disk d;
	struct backend_device *dev;

	disk_new_sizes(&d, "1 error_if_no_space", 256, 16);
	dev = disk_thin(&d, 1);
	disk_fill(dev, 1, 16 * BLOCK, 0);
	dmw_close(dev);
	disk_resize(&d, 512, 40);
	dev = disk_thin(&d, 1);
	disk_fill(dev, 2, 24 * BLOCK, 16 * BLOCK);
	disk_see(dev, 1, 16 * BLOCK, 0);
	ck_assert_str_eq(disk_pool_fill(&d), "40/40");
	ck_assert_ptr_nonnull(strstr(disk_status(&d, "pool"), "/512 "));
	dmw_close(dev);
	disk_check(&d);
	disk_free(&d);
}
END_TEST

START_TEST(a_pool_is_not_opened_with_less_than_it_needs)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	struct thin_disk d;

	disk_new_sizes(&d, "", 256, 32);
	dmw_close(disk_thin(&d, 1));
	disk_resize(&d, 256, 31);
	t_fails(dmw_try_open(d.world, "thin1", 0, &dev, &err), LVOL_E_CORRUPT, err);
	disk_resize(&d, 255, 32);
	t_fails(dmw_try_open(d.world, "thin1", 0, &dev, &err), LVOL_E_CORRUPT, err);
	disk_resize(&d, 256, 32);
	dmw_close(disk_thin(&d, 1));
	disk_free(&d);
}
END_TEST

START_TEST(needs_check_forbids_writing_and_not_reading)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	struct thin_disk d;

	disk_new(&d, "");
	dev = disk_thin(&d, 1);
	disk_fill(dev, 1, BLOCK, 0);
	dmw_close(dev);
	disk_needs_check(&d);
	dev = disk_thin(&d, 1);
	disk_see(dev, 1, BLOCK, 0);
	t_fails(dev->backend->write(dev, "x", 1, 0, &err), LVOL_E_READ_ONLY, err);
	ck_assert_ptr_nonnull(strstr(err.message, "thin_check"));
	t_fails(dmw_message(d.world, "pool", "create_thin 3", NULL, &err), LVOL_E_READ_ONLY, err);
	ck_assert_ptr_nonnull(strstr(disk_status(&d, "pool"), " ro "));
	ck_assert_ptr_nonnull(strstr(disk_status(&d, "pool"), " needs_check "));
	dmw_close(dev);
	disk_free(&d);
}
END_TEST

START_TEST(messages_are_those_of_the_kernel)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	struct thin_disk d;

	disk_new(&d, "");
	dev = disk_thin(&d, 1);
	t_fails(dmw_message(d.world, "pool", "create_thin 1", NULL, &err), LVOL_E_EXISTS, err);
	t_fails(dmw_message(d.world, "pool", "create_thin 16777216", NULL, &err), LVOL_E_INVALID, err);
	t_fails(dmw_message(d.world, "pool", "create_snap 3 77", NULL, &err), LVOL_E_NOT_FOUND, err);
	t_fails(dmw_message(d.world, "pool", "create_snap 3", NULL, &err), LVOL_E_INVALID, err);
	t_fails(dmw_message(d.world, "pool", "create_thin x", NULL, &err), LVOL_E_INVALID, err);
	t_fails(dmw_message(d.world, "pool", "delete 5", NULL, &err), LVOL_E_NOT_FOUND, err);
	t_fails(dmw_message(d.world, "pool", "delete 1", NULL, &err), LVOL_E_BUSY, err);
	t_fails(dmw_message(d.world, "pool", "frobnicate", NULL, &err), LVOL_E_INVALID, err);
	t_fails(dmw_message(d.world, "pool", "", NULL, &err), LVOL_E_INVALID, err);
	t_fails(dmw_message(d.world, "pool", "set_transaction_id 4 5", NULL, &err), LVOL_E_CONFLICT, err);
	t_fails(dmw_message(d.world, "pool", "release_metadata_snap", NULL, &err), LVOL_E_STATE, err);
	disk_message(&d, "set_transaction_id 0 7");
	disk_message(&d, "reserve_metadata_snap");
	t_fails(dmw_message(d.world, "pool", "reserve_metadata_snap", NULL, &err), LVOL_E_STATE, err);
	ck_assert_int_eq(strncmp(disk_status(&d, "pool"), "7 ", 2), 0);
	disk_fill(dev, 1, BLOCK, 0);
	dmw_flush(dev);
	disk_check(&d);
	disk_message(&d, "release_metadata_snap");
	ck_assert_ptr_nonnull(strstr(disk_status(&d, "pool"), " - rw "));
	dmw_close(dev);
	disk_check(&d);
	disk_free(&d);
}
END_TEST

START_TEST(tables_that_cannot_be_are_refused)
{
	static const char *const pools[] = {
		"meta data 100 0", "meta data 128", "meta data 128 0 2 read_only", "meta 128 0", "meta data 0 0",
		"meta data 4194304 0",
	};
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev;
	struct thin_disk d;
	char table[100];

	disk_new(&d, "");
	dmw_close(d.pool);
	d.pool = NULL;
	for (unsigned i = 0; i < sizeof pools / sizeof *pools; i++) {
		snprintf(table, sizeof table, "0 8192 thin-pool %s", pools[i]);
		dmw_define(d.world, "pool", table);
		t_fails(dmw_try_open(d.world, "pool", 0, &dev, &err), LVOL_E_CORRUPT, err);
	}
	dmw_define(d.world, "pool", "0 8192 thin-pool meta data 128 0 1 faster");
	t_fails(dmw_try_open(d.world, "pool", 0, &dev, &err), LVOL_E_NOT_SUPPORTED, err);
	dmw_define(d.world, "other", "0 8192 thin data 1");
	t_fails(dmw_try_open(d.world, "other", 0, &dev, &err), LVOL_E_CORRUPT, err);
	disk_resize(&d, 256, 64);
	dmw_define(d.world, "other", "0 8192 thin pool 99");
	t_fails(dmw_try_open(d.world, "other", 0, &dev, &err), LVOL_E_NOT_FOUND, err);
	dmw_define(d.world, "other", "0 8192 thin pool 16777216");
	t_fails(dmw_try_open(d.world, "other", 0, &dev, &err), LVOL_E_CORRUPT, err);
	disk_free(&d);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thin device");
	TCase *tests = tcase_create("targets");

	need_thin_tools();
	tcase_set_timeout(tests, 60);
	tcase_add_test(tests, what_is_not_mapped_reads_as_zeroes);
	tcase_add_test(tests, writes_survive_closing);
	tcase_add_loop_test(tests, new_blocks_show_nothing_of_what_was_in_the_pool_before, 0, 2);
	tcase_add_test(tests, a_snapshot_keeps_what_was_there);
	tcase_add_loop_test(tests, discards_unmap_whole_blocks_that_nobody_shares_and_pass_them_down, 0, 3);
	tcase_add_test(tests, an_external_origin_is_below);
	tcase_add_test(tests, a_full_pool_says_so_and_takes_more_when_there_is_room);
	tcase_add_test(tests, full_metadata_refuse_writes_and_still_take_discards);
	tcase_add_test(tests, a_pool_that_grew_is_taken_in);
	tcase_add_test(tests, a_pool_is_not_opened_with_less_than_it_needs);
	tcase_add_test(tests, needs_check_forbids_writing_and_not_reading);
	tcase_add_test(tests, messages_are_those_of_the_kernel);
	tcase_add_test(tests, tables_that_cannot_be_are_refused);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
