/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What targets say is read, as a kernel said it; and what no target says is refused. */
#include "dm/status.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

static struct dm_status status;
static char *recorded;

static void setup(void)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char path[512];

	snprintf(path, sizeof path, "%s/tests/unit/status_recorded.txt", getenv("LVOL_SRC"));
	recorded = t_read_file(path, NULL);
	t_ok(lvi_dm_status_init(&status, &err), err);
}

static void teardown(void)
{
	lvi_dm_status_free(&status);
	free(recorded);
}

/* The lines that were recorded in the state of that name. */
static void read_state(const char *name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char heading[80], *begin, *end, *text;

	snprintf(heading, sizeof heading, "\n= %s\n", name);
	begin = strstr(recorded, heading);
	ck_assert_msg(begin != NULL, "nothing was recorded of \"%s\"", name);
	begin += strlen(heading);
	end = strstr(begin, "\n=");
	text = strndup(begin, end ? (size_t)(end - begin) : strlen(begin));
	status.lines.len = 0;
	t_ok(lvi_dm_status_add(&status, "vg-lv", text, &err), err);
	free(text);
}

static const struct lvol_status_line *line(size_t i)
{
	ck_assert_uint_lt(i, status.lines.len);
	return &status.lines.items[i];
}

START_TEST(targets_that_say_nothing)
{
	read_state("plain");
	ck_assert_uint_eq(status.lines.len, 6);
	for (size_t i = 0; i < 6; i++)
		ck_assert(!line(i)->snapshot && !line(i)->raid && !line(i)->mirror && !line(i)->thin && !line(i)->cache);
	ck_assert_str_eq(line(0)->target, "linear");
	ck_assert_str_eq(line(0)->text, "");
	ck_assert_str_eq(line(0)->device, "vg-lv");
	ck_assert_str_eq(line(1)->text, "2 98:0 98:16 1 AA");
	ck_assert_uint_eq(line(4)->length_sectors, 2048);
}
END_TEST

START_TEST(snapshots)
{
	read_state("snapshot, empty");
	ck_assert_ptr_null(line(0)->snapshot);
	ck_assert_uint_eq(line(1)->snapshot->used_sectors, 16);
	ck_assert_uint_eq(line(1)->snapshot->total_sectors, 8192);
	ck_assert_uint_eq(line(1)->snapshot->metadata_sectors, 16);
	read_state("snapshot, used");
	ck_assert_uint_eq(line(0)->snapshot->used_sectors, 2584);
	ck_assert_uint_eq(line(0)->snapshot->metadata_sectors, 24);
	read_state("snapshot, overflowed");
	ck_assert(line(0)->snapshot->is_invalid && !line(0)->snapshot->has_overflowed);
	ck_assert_uint_eq(line(0)->snapshot->total_sectors, 0);
	read_state("snapshot, being merged");
	ck_assert_str_eq(line(0)->target, "snapshot-merge");
	ck_assert_uint_eq(line(0)->snapshot->total_sectors, 122880);
}
END_TEST

START_TEST(pools)
{
	const struct lvol_thin_pool_status *p;

	read_state("pool, used");
	p = line(0)->thin_pool;
	ck_assert_uint_eq(p->transaction_id, 1);
	ck_assert_uint_eq(p->used_metadata_blocks, 61);
	ck_assert_uint_eq(p->total_metadata_blocks, 512);
	ck_assert_uint_eq(p->used_data_blocks, 20);
	ck_assert_uint_eq(p->total_data_blocks, 256);
	ck_assert_uint_eq(p->metadata_low_watermark, 128);
	ck_assert_int_eq(p->mode, LVOL_THIN_POOL_READ_WRITE);
	ck_assert_str_eq(p->discards, "nopassdown");
	ck_assert(!p->fails_when_full && !p->needs_check && !p->held_root);
	read_state("pool, with a held root");
	ck_assert_uint_eq(line(0)->thin_pool->held_root, 22);
	read_state("pool, full");
	ck_assert_int_eq(line(0)->thin_pool->mode, LVOL_THIN_POOL_OUT_OF_SPACE);
	ck_assert(line(0)->thin_pool->fails_when_full);
	read_state("pool, that ignores discards");
	ck_assert_str_eq(line(0)->thin_pool->discards, "ignore");
	read_state("pool, whose metadata device failed");
	ck_assert_int_eq(line(0)->thin_pool->mode, LVOL_THIN_POOL_FAILED);
	ck_assert(line(1)->thin->has_failed);
}
END_TEST

START_TEST(thin_lvs)
{
	read_state("pool, used");
	ck_assert_uint_eq(line(1)->thin->mapped_sectors, 2560);
	ck_assert_uint_eq(line(1)->thin->highest_mapped_sector, 2559);
	ck_assert(!line(1)->thin->has_failed);
	read_state("pool, with an empty thin LV");
	ck_assert_uint_eq(line(1)->thin->mapped_sectors, 0);
	ck_assert_uint_eq(line(1)->thin->highest_mapped_sector, 0);
}
END_TEST

START_TEST(raids)
{
	const struct lvol_raid_status *r;

	read_state("raid, new");
	r = line(0)->raid;
	ck_assert_str_eq(r->type, "raid1");
	ck_assert_uint_eq(r->device_count, 2);
	ck_assert_str_eq(r->health, "aa");
	ck_assert_uint_eq(r->synced_sectors, 2176);
	ck_assert_uint_eq(r->total_sectors, 32768);
	ck_assert_str_eq(r->action, "resync");
	ck_assert_int_eq(r->journal, '-');
	read_state("raid, in sync");
	ck_assert_str_eq(line(1)->raid->type, "raid5_ls");
	ck_assert_str_eq(line(2)->raid->health, "AAAA");
	ck_assert_str_eq(line(3)->raid->action, "idle");
	read_state("raid, with mismatches");
	ck_assert_uint_eq(line(0)->raid->mismatch_count, 504);
	read_state("raid, one leg failed");
	ck_assert_str_eq(line(0)->raid->health, "AD");
}
END_TEST

START_TEST(mirrors)
{
	read_state("mirror, core log");
	ck_assert_str_eq(line(0)->mirror->log, "core");
	ck_assert_str_eq(line(0)->mirror->log_health, "");
	ck_assert_uint_eq(line(0)->mirror->synced_regions, 8);
	read_state("mirror, disk log");
	ck_assert_str_eq(line(0)->mirror->log, "disk");
	ck_assert_str_eq(line(0)->mirror->log_health, "A");
	read_state("mirror, one leg failed");
	ck_assert_uint_eq(line(0)->mirror->device_count, 2);
	ck_assert_str_eq(line(0)->mirror->health, "AD");
	ck_assert_uint_eq(line(0)->mirror->synced_regions, 3);
	ck_assert_uint_eq(line(0)->mirror->total_regions, 4);
}
END_TEST

START_TEST(caches)
{
	static const char *const settings[] = {
		"migration_threshold", "4096", "random_threshold", "0", "sequential_threshold", "0", "discard_promote_adjustment", "0",
		"read_promote_adjustment", "0", "write_promote_adjustment", "0", NULL
	};
	const struct lvol_cache_status *c;

	read_state("cache, smq");
	c = line(0)->cache;
	ck_assert_uint_eq(c->metadata_block_sectors, 8);
	ck_assert_uint_eq(c->used_metadata_blocks, 9);
	ck_assert_uint_eq(c->block_sectors, 128);
	ck_assert_uint_eq(c->total_blocks, 128);
	ck_assert_uint_eq(c->read_misses, 128);
	ck_assert_uint_eq(c->write_misses, 64);
	ck_assert_str_eq(c->mode, "writethrough");
	ck_assert_str_eq(c->policy, "smq");
	ck_assert_uint_eq(c->metadata_format, 2);
	ck_assert(!c->passes_discards && !c->is_read_only && !c->needs_check && !c->has_failed);
	read_state("cache, mq");
	c = line(0)->cache;
	ck_assert_uint_eq(c->promotions, 64);
	ck_assert_uint_eq(c->dirty_blocks, 64);
	ck_assert_str_eq(c->policy, "mq");
	for (size_t i = 0; settings[i] || c->settings[i]; i++)
		ck_assert_str_eq(c->settings[i], settings[i]);
	read_state("cache, whose metadata device failed");
	ck_assert(line(0)->cache->has_failed);
	ck_assert_ptr_null(line(0)->cache->settings[0]);
}
END_TEST

START_TEST(writecache_and_integrity)
{
	read_state("writecache");
	ck_assert_uint_eq(line(0)->writecache->error, 0);
	ck_assert_uint_eq(line(0)->writecache->total_blocks, 1020);
	ck_assert_uint_eq(line(0)->writecache->free_blocks, 892);
	ck_assert_uint_eq(line(0)->writecache->writes, 128);
	ck_assert_uint_eq(line(0)->writecache->writes_allocated, 128);
	read_state("integrity");
	ck_assert_uint_eq(line(0)->integrity->mismatch_count, 0);
	ck_assert_uint_eq(line(0)->integrity->data_sectors, 16384);
	ck_assert_uint_eq(line(0)->integrity->recalculated_sectors, 16384);
}
END_TEST

/* What kernels before and after say, by their documentation. */
START_TEST(older_and_newer_kernels)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvi_dm_status_add(&status, "d", "0 8 raid raid1 2 AA 8/8\n8 8 raid raid1 2 AA 8/8 idle 3\n16 8 snapshot 16/64\n"
			"24 8 thin-pool 7 1/2 3/4 - ro discard_passdown\n32 8 writecache 5 4 3 2\n"
			"40 8 raid raid5_ls 3 AAa 8/8 idle 0 0 A extra words\n48 8 snapshot Merge failed\n56 8 thin -\n", &err), err);
	ck_assert_str_eq(line(0)->raid->action, "");
	ck_assert_uint_eq(line(1)->raid->mismatch_count, 3);
	ck_assert_uint_eq(line(2)->snapshot->metadata_sectors, 0);
	ck_assert_int_eq(line(3)->thin_pool->mode, LVOL_THIN_POOL_READ_ONLY);
	ck_assert_str_eq(line(3)->thin_pool->discards, "passdown");
	ck_assert_uint_eq(line(4)->writecache->error, 5);
	ck_assert_uint_eq(line(4)->writecache->reads, 0);
	ck_assert_int_eq(line(5)->raid->journal, 'A');
	ck_assert(line(6)->snapshot->has_merge_failed);
	ck_assert(!line(7)->thin->has_failed);
}
END_TEST

static const struct { const char *text, *word; } bad[] = {
	{ "linear", "word 1" },
	{ "0 x linear", "\"x\"" },
	{ "0 8", "is missing" },
	{ "0 99999999999999999999 linear", "is not a number" },
	{ "0 8 snapshot 16", "is not two numbers" },
	{ "0 8 snapshot 16/", "is not a number" },
	{ "0 8 snapshot /8", "is not a number" },
	{ "0 8 snapshot 1/2/3", "is not two numbers" },
	{ "0 8 thin-pool 1 2/3 4", "is not two numbers" },
	{ "0 8 thin x 1", "word 4" },
	{ "0 8 raid raid1 3 AA 8/8 idle 0", "one letter for each" },
	{ "0 8 raid raid1 99999999999 AA 8/8", "too many" },
	{ "0 8 raid raid1", "is missing" },
	{ "0 8 mirror 4294967295 1:2", "is missing" },
	{ "0 8 mirror 1 1:2 4/4 2 A 1 core", "is not 1" },
	{ "0 8 cache 8 1/2 3 4/5 6 7 8 9 10 11 12 0 3 a b c smq 0", "no number of settings" },
	{ "0 8 cache 8 1/2 3 4/5 6 7 8 9 10 11 12 0 4294967296 a", "no number of settings" },
	{ "0 8 cache 8 1/2 3 4/5 6 7 8 9 10 11 12 18446744073709551615 a", "is missing" },
	{ "0 8 writecache 0 1 2", "is missing" },
	{ "0 8 integrity 1", "is missing" },
};

START_TEST(what_cannot_be_is_refused)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char text[200];

	snprintf(text, sizeof text, "0 8 zero\n%s\n", bad[_i].text);
	t_fails(lvi_dm_status_add(&status, "vg-lv", text, &err), LVOL_E_INVALID, err);
	ck_assert_msg(strstr(err.message, bad[_i].word) && strstr(err.message, "vg-lv"), "%s: %s", bad[_i].text, err.message);
	ck_assert_uint_eq(status.lines.len, 0);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("dm_status");
	TCase *tests = tcase_create("recorded"), *words = tcase_create("words");

	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, targets_that_say_nothing);
	tcase_add_test(tests, snapshots);
	tcase_add_test(tests, pools);
	tcase_add_test(tests, thin_lvs);
	tcase_add_test(tests, raids);
	tcase_add_test(tests, mirrors);
	tcase_add_test(tests, caches);
	tcase_add_test(tests, writecache_and_integrity);
	tcase_add_checked_fixture(words, setup, teardown);
	tcase_add_test(words, older_and_newer_kernels);
	tcase_add_loop_test(words, what_cannot_be_is_refused, 0, (int)(sizeof bad / sizeof *bad));
	suite_add_tcase(suite, tests);
	suite_add_tcase(suite, words);
	return t_main(suite);
}
