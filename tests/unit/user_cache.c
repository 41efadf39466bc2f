/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The cache target: series of I/O in each mode and format against a model, with cache_check as judge of the metadata
 * after each commit, and cache_restore and cache_dump as those of what is read and left there.
 */
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "backend/user/cache.h"
#include "dev/dev.h"
#include "dm_world.h"

#define BLOCK ((uint64_t)64 * 512)
#define META_BYTES ((uint64_t)1 << 20)
#define CACHE_BLOCKS 24u
#define ORIGIN_BLOCKS 40u
#define BYTES (ORIGIN_BLOCKS * BLOCK + 5 * 512)   /* the last part is of no block */

static struct lvol_error err;

static uint64_t below(uint64_t *rnd, uint64_t limit)
{
	return t_mix((*rnd)++) % limit;
}

struct disks { struct dm_world *w; struct lvol_dev *meta, *data, *origin; char *dir; };

static void define(struct disks *d, const char *features, const char *policy)
{
	char table[200];

	snprintf(table, sizeof table, "0 %u cache meta data origin 64 %s %s", (unsigned)(BYTES / 512), features, policy);
	dmw_define(d->w, "cached", table);
}

static struct disks disks_new(const char *features, const char *policy)
{
	struct disks d = { .w = dmw_new(), .dir = t_tmpdir() };

	d.meta = dmw_memory(d.w, "meta", META_BYTES / 512);
	d.data = dmw_memory(d.w, "data", CACHE_BLOCKS * BLOCK / 512 + 7);
	d.origin = dmw_memory(d.w, "origin", BYTES / 512);
	define(&d, features, policy);
	return d;
}

static void disks_free(struct disks *d)
{
	ck_assert_str_eq(dmw_log(d->w), "");
	dmw_free(d->w);
	t_sh_ok("rm -r '%s'", d->dir);
	free(d->dir);
}

static uint8_t *bytes_of(struct lvol_dev *dev, uint64_t bytes)
{
	uint8_t *data = malloc(bytes);

	t_ok(lvi_dev_read(dev, data, bytes, 0, &err), err);
	return data;
}

static char *metadata_file(struct disks *d)
{
	uint8_t *data = bytes_of(d->meta, META_BYTES);
	char *path = t_path(d->dir, "metadata");

	t_write_file(path, data, META_BYTES);
	free(data);
	return path;
}

/* cache_check finds nothing, and says nothing. */
static void check(struct disks *d)
{
	char *path = metadata_file(d);
	struct t_output out = t_sh("PATH=$PATH:/usr/sbin; cache_check -q '%s'", path);

	ck_assert_msg(!out.status && !out.out_bytes && !strlen(out.err), "cache_check: %d\n%s%s", out.status, out.out,
			out.err);
	t_output_free(&out);
	free(path);
}

static char *dump(struct disks *d)
{
	char *path = metadata_file(d);
	struct t_output out = t_sh("PATH=$PATH:/usr/sbin; cache_dump '%s'", path);
	char *text;

	ck_assert_msg(!out.status && !strlen(out.err), "cache_dump: %s", out.err);
	text = strdup(out.out);
	t_output_free(&out);
	free(path);
	return text;
}

static struct cache *cache_of(struct disks *d)
{
	return dmw_live(d->w, "cached", 0)->state;
}

static void write_back(struct disks *d)
{
	struct user_live *live = dmw_live(d->w, "cached", 0);
	struct user_progress p;
	int r;

	atomic_store(&live->wrote, true);
	while ((r = live->target->step(live, &p, &err)) > 0)
		ck_assert_uint_lt(p.done_bytes, p.total_bytes);
	t_ok(r, err);
	ck_assert_uint_eq(p.done_bytes, p.total_bytes);
	ck_assert_uint_eq(cache_of(d)->map.dirty_count, 0);
}

static void check_content(struct backend_device *dev, const uint8_t *model)
{
	uint8_t *data = malloc(BYTES);

	dmw_read(dev, data, BYTES, 0);
	for (uint64_t i = memcmp(data, model, BYTES) ? 0 : BYTES; i < BYTES; i++)
		ck_assert_msg(data[i] == model[i], "byte %llu (block %llu) is %02x, not %02x", (unsigned long long)i,
				(unsigned long long)(i / BLOCK), data[i], model[i]);
	free(data);
}

/* The disks as they are now, in a world of their own: what a crash leaves, when all of it was flushed. */
static struct disks crashed(struct disks *d, const char *features, const char *policy)
{
	struct disks copy = disks_new(features, policy);
	struct { struct lvol_dev *from, *to; uint64_t bytes; } pairs[] = {
		{ d->meta, copy.meta, META_BYTES }, { d->data, copy.data, CACHE_BLOCKS * BLOCK }, { d->origin, copy.origin, BYTES },
	};

	for (unsigned i = 0; i < 3; i++) {
		uint8_t *data = bytes_of(pairs[i].from, pairs[i].bytes);

		t_ok(lvi_dev_write(pairs[i].to, data, pairs[i].bytes, 0, &err), err);
		free(data);
	}
	return copy;
}

static void look_after_crash(struct disks *d, const uint8_t *model)
{
	struct disks copy = crashed(d, "2 metadata2 writeback", "smq 0");
	struct backend_device *dev = dmw_open(copy.w, "cached", 0);

	/* before the first write it is the orderly end of the time before */
	if (cache_of(d)->ready)
		ck_assert_uint_eq(cache_of(&copy)->map.dirty_count, cache_of(&copy)->map.mapped);
	check_content(dev, model);
	dmw_close(dev);
	dev = dmw_open(copy.w, "cached", BACKEND_WRITE);
	write_back(&copy);
	dmw_close(dev);
	check(&copy);
	dev = dmw_open(copy.w, "origin", 0);
	check_content(dev, model);
	dmw_close(dev);
	disks_free(&copy);
}

static const struct { const char *features, *policy; } forms[] = {
	{ "2 metadata2 writeback", "smq 0" }, { "1 writeback", "mq 0" }, { "2 metadata2 writethrough", "smq 0" },
	{ "1 writethrough", "default 2 migration_threshold 100" }, { "2 metadata2 passthrough", "mq 2 random_threshold 4" },
	{ "3 metadata2 writeback no_discard_passdown", "cleaner 0" },
};
#define FORMS (sizeof forms / sizeof *forms)

static void random_write(uint64_t *rnd, struct backend_device *dev, uint8_t *model)
{
	uint64_t at = below(rnd, BYTES), len = below(rnd, 3 * BLOCK) + 1;

	if (below(rnd, 3)) {
		at = at / BLOCK * BLOCK;
		len = (below(rnd, 3) + 1) * BLOCK;
	}
	len = len < BYTES - at ? len : BYTES - at;
	for (uint64_t i = 0; i < len; i++)
		model[at + i] = below(rnd, 256);
	dmw_write(dev, model + at, len, at);
}

/* What was discarded may be anything, so it is written again. */
static void random_discard(uint64_t *rnd, struct backend_device *dev, const uint8_t *model)
{
	uint64_t at = below(rnd, ORIGIN_BLOCKS) * BLOCK, len = (below(rnd, 4) + 1) * BLOCK;

	len = len < BYTES - at ? len : BYTES - at;
	dmw_discard(dev, len, at);
	dmw_write(dev, model + at, len, at);
}

static void do_random(uint64_t *rnd, struct disks *d, struct backend_device *dev, uint8_t *model)
{
	struct user_live *live = dmw_live(d->w, "cached", 0);
	struct user_progress p;

	switch (below(rnd, 10)) {
	case 0:
		dmw_flush(dev);
		check(d);
		break;
	case 1:
		ck_assert(live->target->step(live, &p, &err) >= 0);
		break;
	case 2:
		random_discard(rnd, dev, model);
		break;
	case 3:
		check_content(dev, model);
		break;
	case 4:
		if (!below(rnd, 4)) {
			dmw_flush(dev);
			look_after_crash(d, model);
		}
		break;
	default:
		random_write(rnd, dev, model);
	}
}

START_TEST(holds_what_was_written_in_every_mode)
{
	uint64_t rnd = (uint64_t)(_i + 1) << 32;
	struct disks d = disks_new(forms[_i % 2].features, forms[_i % 2].policy);
	uint8_t *model = calloc(1, BYTES);

	/* the metadata are of format 2 or 1 from the beginning, and modes change */
	for (unsigned round = 0; round < 8; round++) {
		unsigned form = round ? below(&rnd, FORMS) : 0;
		struct backend_device *dev;

		if (round)
			define(&d, forms[form].features, forms[form].policy);
		dev = dmw_open(d.w, "cached", BACKEND_WRITE);
		check_content(dev, model);
		for (unsigned i = 0; i < 20; i++)
			do_random(&rnd, &d, dev, model);
		dmw_close(dev);
		check(&d);
	}
	define(&d, forms[5].features, forms[5].policy);
	{
		struct backend_device *dev = dmw_open(d.w, "cached", BACKEND_WRITE);

		write_back(&d);
		dmw_close(dev);
		dev = dmw_open(d.w, "origin", 0);
		check_content(dev, model);
		dmw_close(dev);
	}
	free(model);
	disks_free(&d);
}
END_TEST

START_TEST(is_only_read_without_a_write)
{
	struct disks d = disks_new("2 metadata2 writeback", "smq 0");
	struct backend_device *dev = dmw_open(d.w, "cached", BACKEND_WRITE);
	uint8_t *before, *after, *model = calloc(1, BYTES);

	check_content(dev, model);
	dmw_flush(dev);
	dmw_close(dev);
	after = bytes_of(d.meta, META_BYTES);
	ck_assert(!after[32] && !memcmp(after, after + 1, META_BYTES - 1));
	free(after);
	dev = dmw_open(d.w, "cached", BACKEND_WRITE);
	memset(model, 7, 2 * BLOCK);
	dmw_write(dev, model, 2 * BLOCK, 0);
	dmw_close(dev);
	before = bytes_of(d.meta, META_BYTES);
	dev = dmw_open(d.w, "cached", 0);
	check_content(dev, model);
	dmw_close(dev);
	after = bytes_of(d.meta, META_BYTES);
	ck_assert(!memcmp(before, after, META_BYTES));
	free(before);
	free(after);
	free(model);
	disks_free(&d);
}
END_TEST

/* Metadata of the tools: block c of the cache holds block 2c+1 of the origin. */
static void restore(struct disks *d, unsigned version, unsigned mappings)
{
	char *xml = malloc(200 * mappings + 1000), *end = xml, *path = t_path(d->dir, "xml"), *metadata = t_path(d->dir,
			"metadata");
	uint8_t *zeroes = calloc(1, META_BYTES);
	struct t_output out;
	size_t size;
	char *data;

	ck_assert(end && zeroes);
	end += sprintf(end, "<superblock uuid=\"\" block_size=\"64\" nr_cache_blocks=\"%u\" policy=\"smq\" hint_width=\"4\">\n"
			"  <mappings>\n", CACHE_BLOCKS);
	for (unsigned c = 0; c < mappings; c++)
		end += sprintf(end, "    <mapping cache_block=\"%u\" origin_block=\"%u\" dirty=\"%s\"/>\n", c, 2 * c + 1,
				c % 3 ? "false" : "true");
	end += sprintf(end, "  </mappings>\n  <hints>\n");
	for (unsigned c = 0; c < mappings; c++)
		end += sprintf(end, "    <hint cache_block=\"%u\" data=\"%s\"/>\n", c, c % 2 ? "AQAAAA==" : "PwAAAA==");
	end += sprintf(end, "  </hints>\n</superblock>\n");
	t_write_file(path, xml, end - xml);
	t_write_file(metadata, zeroes, META_BYTES);
	out = t_sh("PATH=$PATH:/usr/sbin; cache_restore -q --metadata-version %u -i '%s' -o '%s'", version, path, metadata);
	ck_assert_msg(!out.status, "cache_restore: %s%s", out.out, out.err);
	t_output_free(&out);
	data = t_read_file(metadata, &size);
	t_ok(lvi_dev_write(d->meta, data, META_BYTES, 0, &err), err);
	free(data);
	free(zeroes);
	free(xml);
	free(path);
	free(metadata);
}

/* cache_restore does not say how large hints are, and of which version of the policy: the kernel does not take such. */
static void complete_hints(struct disks *d)
{
	struct backend_device *dev = dmw_open(d->w, "cached", BACKEND_WRITE);
	struct cache_md *md = cache_of(d)->md;

	md->sb.policy_version[0] = 2;
	md->sb.hint_bytes = 4;
	t_ok(lvi_cache_super_write(&md->store, &md->sb, &err), err);
	dmw_close(dev);
}

/* Contents in which every block says where it lies: of the origin, or 0x80 and of the cache. */
static void fill_disks(struct disks *d)
{
	uint8_t *buf = malloc(BLOCK);

	for (unsigned b = 0; b < ORIGIN_BLOCKS; b++)
		t_ok(lvi_dev_write(d->origin, memset(buf, b, BLOCK), BLOCK, b * BLOCK, &err), err);
	for (unsigned c = 0; c < CACHE_BLOCKS; c++)
		t_ok(lvi_dev_write(d->data, memset(buf, 0x80 | c, BLOCK), BLOCK, c * BLOCK, &err), err);
	free(buf);
}

START_TEST(reads_and_leaves_what_the_tools_make)
{
	unsigned version = _i + 1, mappings = 18;
	struct disks d = disks_new(version == 2 ? "2 metadata2 writeback" : "1 writeback", "smq 0");
	struct backend_device *dev;
	char *before, *after;

	restore(&d, version, mappings);
	complete_hints(&d);
	fill_disks(&d);
	before = dump(&d);
	dev = dmw_open(d.w, "cached", BACKEND_WRITE);
	ck_assert_uint_eq(cache_of(&d)->map.mapped, mappings);
	ck_assert_uint_eq(cache_of(&d)->map.dirty_count, 6);
	for (unsigned b = 0; b < ORIGIN_BLOCKS; b++)
		dmw_check_byte(dev, b % 2 && b / 2 < mappings ? 0x80 | b / 2 : b, BLOCK, b * BLOCK);
	/* a dirty block, so that nothing changes but data */
	dmw_write(dev, "x", 1, BLOCK);
	dmw_close(dev);
	check(&d);
	after = dump(&d);
	for (char *a = before, *b = after; *a; a++, b++)
		ck_assert_msg(*a == *b, "%.300s\n%.300s", a, b);
	dev = dmw_open(d.w, "cached", 0);
	ck_assert_uint_eq(cache_of(&d)->map.dirty_count, 6);
	dmw_close(dev);
	free(before);
	free(after);
	disks_free(&d);
}
END_TEST

START_TEST(passthrough_throws_out_what_is_written)
{
	struct disks d = disks_new("2 metadata2 passthrough", "smq 0");
	struct backend_device *dev;
	char *text;

	restore(&d, 2, 10);
	fill_disks(&d);
	dev = dmw_open(d.w, "cached", BACKEND_WRITE);
	/* clean: the origin's; dirty: the cache's, until it is written back */
	dmw_check_byte(dev, 3, BLOCK, 3 * BLOCK);
	dmw_check_byte(dev, 0x83, BLOCK, 7 * BLOCK);
	dmw_write(dev, "x", 1, 3 * BLOCK);
	t_fails(dmw_message(d.w, "cached", "invalidate_cblocks 9", NULL, &err), LVOL_E_BUSY, err);
	t_ok(dmw_message(d.w, "cached", "invalidate_cblocks 7 4-6", NULL, &err), err);
	t_fails(dmw_message(d.w, "cached", "invalidate_cblocks 4-400", NULL, &err), LVOL_E_INVALID, err);
	t_fails(dmw_message(d.w, "cached", "invalidate_cblocks x", NULL, &err), LVOL_E_INVALID, err);
	check(&d);
	text = dump(&d);
	for (unsigned c = 0; c < 10; c++) {
		char word[40];

		snprintf(word, sizeof word, "mapping cache_block=\"%u\"", c);
		ck_assert_msg(!strstr(text, word) == (c == 1 || c == 4 || c == 5 || c == 7), "block %u:\n%s", c, text);
	}
	free(text);
	dmw_close(dev);
	disks_free(&d);
}
END_TEST

START_TEST(settings_are_changed_by_messages)
{
	struct disks d = disks_new("2 metadata2 writeback", "mq 4 sequential_threshold 9 migration_threshold 77");
	struct backend_device *dev = dmw_open(d.w, "cached", BACKEND_WRITE);
	char status[400];

	t_ok(dmw_message(d.w, "cached", "migration_threshold 4096", NULL, &err), err);
	t_ok(dmw_message(d.w, "cached", "random_threshold 3", NULL, &err), err);
	t_fails(dmw_message(d.w, "cached", "migration_threshold", NULL, &err), LVOL_E_INVALID, err);
	t_fails(dmw_message(d.w, "cached", "migration_threshold -1", NULL, &err), LVOL_E_INVALID, err);
	t_fails(dmw_message(d.w, "cached", "no_such 1", NULL, &err), LVOL_E_INVALID, err);
	t_fails(dmw_message(d.w, "cached", "invalidate_cblocks 1", NULL, &err), LVOL_E_INVALID, err);
	dmw_status(d.w, "cached", status, sizeof status);
	ck_assert_str_eq(status, "8 0/0 64 0/24 0 0 0 0 0 0 0 2 metadata2 writeback 2 migration_threshold 4096 mq 10 "
			"random_threshold 0 sequential_threshold 0 discard_promote_adjustment 0 read_promote_adjustment 0 "
			"write_promote_adjustment 0 rw - ");
	dmw_close(dev);
	disks_free(&d);
}
END_TEST

/* Threads write sectors of their own, in blocks that all of them write, while one writes back and flushes. */
#define WRITERS 3
struct writer { struct backend_device *dev; struct disks *d; unsigned number; uint8_t *model; _Atomic int *left; };

static void *write_sectors(void *arg)
{
	struct writer *w = arg;
	uint64_t rnd = (uint64_t)w->number << 40;
	struct lvol_error mine = LVOL_ERROR_INIT;
	uint8_t buf[512];

	for (unsigned i = 0; i < 3000; i++) {
		uint64_t at = (below(&rnd, BYTES / 512 / WRITERS) * WRITERS + w->number) * 512;

		if (!w->dev->backend->read(w->dev, buf, 512, at, &mine))
			ck_assert(!memcmp(buf, w->model + at, 512));
		memset(w->model + at, i % 251, 512);
		ck_assert_msg(!w->dev->backend->write(w->dev, w->model + at, 512, at, &mine), "%s", mine.message);
	}
	atomic_fetch_sub(w->left, 1);
	return NULL;
}

START_TEST(is_written_by_threads_while_it_is_written_back)
{
	struct disks d = disks_new("2 metadata2 writeback", "smq 0");
	struct backend_device *dev = dmw_open(d.w, "cached", BACKEND_WRITE);
	struct user_live *live = dmw_live(d.w, "cached", 0);
	struct writer writers[WRITERS];
	pthread_t threads[WRITERS];
	uint8_t *model = calloc(1, BYTES);
	_Atomic int left = WRITERS;
	struct user_progress p;

	dmw_write(dev, model, BYTES, 0);
	for (unsigned i = 0; i < WRITERS; i++) {
		writers[i] = (struct writer){ dev, &d, i, model, &left };
		ck_assert(!pthread_create(&threads[i], NULL, write_sectors, &writers[i]));
	}
	while (atomic_load(&left)) {
		ck_assert(live->target->step(live, &p, &err) >= 0);
		dmw_flush(dev);
	}
	for (unsigned i = 0; i < WRITERS; i++)
		pthread_join(threads[i], NULL);
	check_content(dev, model);
	write_back(&d);
	check_content(dev, model);
	dmw_close(dev);
	check(&d);
	dev = dmw_open(d.w, "origin", 0);
	check_content(dev, model);
	dmw_close(dev);
	free(model);
	disks_free(&d);
}
END_TEST

static const struct { const char *table; enum lvol_err code; const char *says; } wrong[] = {
	{ "0 100 cache meta data origin 63 1 writeback smq 0", LVOL_E_CORRUPT, "63" },
	{ "0 100 cache meta data origin 64 1 sideways smq 0", LVOL_E_NOT_SUPPORTED, "sideways" },
	{ "0 100 cache meta data origin 64 2 writeback writethrough smq 0", LVOL_E_NOT_SUPPORTED, "two modes" },
	{ "0 100 cache meta data origin 64 1 writeback clever 0", LVOL_E_NOT_SUPPORTED, "clever" },
	{ "0 100 cache meta data origin 64 1 writeback smq 1 migration_threshold", LVOL_E_CORRUPT, "value" },
	{ "0 100 cache meta data origin 64 1 writeback smq 2 random_threshold 1", LVOL_E_INVALID, "random_threshold" },
	{ "0 100 cache meta data origin 64 1 writeback smq", LVOL_E_CORRUPT, "argument" },
	{ "0 100000 cache meta data origin 64 1 writeback smq 0", LVOL_E_CORRUPT, "longer" },
	{ "0 100 cache meta data origin 8192 1 writeback smq 0", LVOL_E_CORRUPT, "room" },
	{ "0 100 cache meta data origin 128 1 writeback smq 0", LVOL_E_CORRUPT, "64 sectors" },
};

START_TEST(says_what_is_wrong_with_a_table)
{
	struct disks d = disks_new("2 metadata2 writeback", "smq 0");
	struct backend_device *dev;

	restore(&d, 2, 4);
	dmw_define(d.w, "cached", wrong[_i].table);
	t_fails(dmw_try_open(d.w, "cached", 0, &dev, &err), (int)wrong[_i].code, err);
	ck_assert_msg(strstr(err.message, wrong[_i].says) && strstr(err.message, "cached"), "%s", err.message);
	disks_free(&d);
}
END_TEST

START_TEST(is_read_only_while_a_check_is_needed)
{
	struct disks d = disks_new("2 metadata2 writeback", "smq 0");
	struct backend_device *dev = dmw_open(d.w, "cached", BACKEND_WRITE);
	struct cache_super *sb = malloc(sizeof *sb);
	struct cache_md *md = cache_of(&d)->md;
	char status[400];

	dmw_write(dev, "x", 1, 0);
	*sb = md->sb;
	sb->flags |= CACHE_NEEDS_CHECK;
	t_ok(lvi_cache_super_write(&md->store, sb, &err), err);
	md->failed = true;      /* it is not written any more */
	free(sb);
	dmw_close(dev);
	ck_assert_ptr_nonnull(strstr(dmw_log(d.w), "cache_check"));
	dmw_free(d.w);
	/* lvm2 runs cache_check so; here the disks are gone with their world */
	t_sh_ok("rm -r '%s'", d.dir);
	free(d.dir);
	d = disks_new("2 metadata2 writeback", "smq 0");
	restore(&d, 2, 4);
	dev = dmw_open(d.w, "cached", BACKEND_WRITE);
	cache_of(&d)->md->sb.flags |= CACHE_NEEDS_CHECK;
	t_fails(dev->backend->write(dev, "x", 1, 0, &err), LVOL_E_READ_ONLY, err);
	dmw_status(d.w, "cached", status, sizeof status);
	ck_assert_ptr_nonnull(strstr(status, "rw needs_check "));
	dmw_close(dev);
	disks_free(&d);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("cache");
	TCase *tests = tcase_create("target");

	if (system("PATH=$PATH:/usr/sbin:/sbin; command -v cache_check >/dev/null && command -v cache_restore >/dev/null"))
		t_skip_all("cache_check and cache_restore (package thin-provisioning-tools) are not installed");
	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, holds_what_was_written_in_every_mode, 0, 6);
	tcase_add_test(tests, is_only_read_without_a_write);
	tcase_add_loop_test(tests, reads_and_leaves_what_the_tools_make, 0, 2);
	tcase_add_test(tests, passthrough_throws_out_what_is_written);
	tcase_add_test(tests, settings_are_changed_by_messages);
	tcase_add_test(tests, is_written_by_threads_while_it_is_written_back);
	tcase_add_loop_test(tests, says_what_is_wrong_with_a_table, 0, sizeof wrong / sizeof *wrong);
	tcase_add_test(tests, is_read_only_while_a_check_is_needed);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
