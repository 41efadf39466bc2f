/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What readers of thin metadata say, beside thin_dump, thin_ls and thin_delta; on trees of three levels. */
#include "backend/user/thin_check.h"
#include "backend/user/thin_read.h"
#include "backend/user/thin_rebuild.h"
#include "thin_world.h"

#define MAPPED 120000
#define DATA_BLOCKS 300000

struct pool { struct memory *memory; struct thin_md *md; char *dir, *path; uint64_t seed; };

static struct lvol_error err;

static void commit(struct pool *p)
{
	t_ok(lvi_thin_md_commit(p->md, &err), err);
}

static void map(struct pool *p, uint32_t id, uint64_t begin, uint64_t end, uint64_t step)
{
	struct thin_dev *dev;
	uint64_t data;

	t_ok(lvi_thin_dev_open(p->md, id, &dev, &err), err);
	for (uint64_t b = begin; b < end; b += step) {
		if (!lvi_thin_md_has_room(p->md, false))
			commit(p);
		if (lvi_thin_md_find_data(p->md, &data, &err) != 1)
			ck_abort_msg("no data block: %s", err.message);
		if (lvi_thin_dev_insert(dev, b, data, &err))
			ck_abort_msg("block %llu: %s", (unsigned long long)b, err.message);
	}
	lvi_thin_dev_close(dev);
}

static void unmap(struct pool *p, uint32_t id, uint64_t begin, uint64_t end, uint64_t step)
{
	struct thin_dev *dev;

	t_ok(lvi_thin_dev_open(p->md, id, &dev, &err), err);
	for (uint64_t b = begin; b < end; b += step) {
		if (!lvi_thin_md_has_room(p->md, true))
			commit(p);
		if (lvi_thin_dev_remove(dev, b, &err))
			ck_abort_msg("block %llu: %s", (unsigned long long)b, err.message);
	}
	lvi_thin_dev_close(dev);
}

/*
 * Device 1: in the order of blocks; 2: a snapshot of it with 1% changed; 3: blocks in no order; 4: a snapshot of it,
 * full of holes; 5: what is left when nearly all is unmapped again; 6: nothing.
 */
static void make(struct pool *p)
{
	struct pd_store store;

	*p = (struct pool){ .memory = memory_new(8192), .dir = t_tmpdir() };
	p->path = t_path(p->dir, "metadata");
	store = memory_store(p->memory);
	t_ok(lvi_thin_md_new(&store, 1024, &p->md, &err), err);
	t_ok(lvi_thin_md_format(p->md, 128, DATA_BLOCKS, &err), err);
	for (uint32_t id = 1; id < 7; id += id == 1 || id == 3 ? 2 : 1)
		t_ok(lvi_thin_md_create(p->md, id, &err), err);
	map(p, 1, 0, MAPPED, 1);
	t_ok(lvi_thin_md_create_snap(p->md, 2, 1, &err), err);
	map(p, 2, 3000, 4000, 1);
	map(p, 2, 50000, 60000, 50);
	map(p, 2, 119990, 120010, 1);
	for (unsigned i = 0; i < 20000; i++) {
		uint64_t b = t_mix(i) % 1000000;

		map(p, 3, b, b + 1, 1);
	}
	t_ok(lvi_thin_md_create_snap(p->md, 4, 3, &err), err);
	unmap(p, 4, 0, 1000000, 3);
	map(p, 5, 0, 60000, 1);
	unmap(p, 5, 100, 59000, 1);
	unmap(p, 5, 59000, 60000, 2);
	unmap(p, 1, 7000, 9000, 1);
	commit(p);
	t_ok(lvi_thin_check(p->md, &err), err);
	memory_thin_check(p->memory, p->dir, "of what was made");
}

static void unmake(struct pool *p)
{
	lvi_thin_md_free(p->md);
	memory_free(p->memory);
	free(p->path);
	free(p->dir);
}

START_TEST(the_dump_is_that_of_thin_dump)
{
	struct textbuf ours = { 0 };
	struct thin_view view;
	struct t_output theirs;
	struct pool p;

	make(&p);
	t_ok(lvi_thin_view(p.md, false, &view, &err), err);
	t_ok(lvi_thin_dump(&view, &ours, &err), err);
	theirs = t_sh("PATH=$PATH:/usr/sbin; thin_dump '%s'", p.path);
	ck_assert_int_eq(theirs.status, 0);
	ck_assert_uint_eq(theirs.out_bytes, ours.len);
	ck_assert(!memcmp(theirs.out, ours.data, ours.len));
	t_output_free(&theirs);
	lvi_textbuf_free(&ours);
	unmake(&p);
}
END_TEST

START_TEST(mapped_and_exclusive_blocks_are_those_of_thin_ls)
{
	struct textbuf ours = { 0 };
	struct t_output theirs;
	struct thin_listed dev;
	struct thin_view view;
	struct pool p;
	int r;

	make(&p);
	t_ok(lvi_thin_view(p.md, false, &view, &err), err);
	for (r = lvi_thin_view_device(&view, 0, &dev, &err); r > 0; r = lvi_thin_view_device(&view, dev.id + 1, &dev, &err)) {
		uint64_t exclusive;

		t_ok(lvi_thin_exclusive(p.md, dev.root, &exclusive, &err), err);
		lvi_textbuf_printf(&ours, "%u %llu %llu\n", dev.id, (unsigned long long)dev.details.mapped,
				(unsigned long long)exclusive);
	}
	ck_assert_int_eq(r, 0);
	theirs = t_sh("PATH=$PATH:/usr/sbin; thin_ls --no-headers -o DEV,MAPPED_BLOCKS,EXCLUSIVE_BLOCKS '%s' | "
			"sed 's/^ *//; s/ *$//; s/  */ /g'", p.path);
	ck_assert_int_eq(theirs.status, 0);
	lvi_textbuf_putc(&ours, 0);
	ck_assert_str_eq(ours.data, theirs.out);
	t_output_free(&theirs);
	lvi_textbuf_free(&ours);
	unmake(&p);
}
END_TEST

static void print_differences(struct thin_md *md, const struct thin_diff_of *of, struct textbuf *out)
{
	static const char *const words[] = { "same", "different", "left_only", "right_only" };
	struct thin_diff_part part;
	struct thin_diff *diff;
	int r;

	t_ok(lvi_thin_diff_open(md, of, &diff, &err), err);
	while ((r = lvi_thin_diff_next(diff, &part, &err)) > 0)
		lvi_textbuf_printf(out, "%s %llu %llu\n", words[part.what], (unsigned long long)part.begin,
				(unsigned long long)part.length);
	t_ok(r, err);
	ck_assert_int_eq(lvi_thin_diff_next(diff, &part, &err), 0);
	lvi_thin_diff_close(diff);
}

static void check_difference(struct pool *p, uint32_t left, uint32_t right)
{
	struct textbuf ours = { 0 };
	struct thin_dev *a, *b;
	struct t_output theirs;

	t_ok(lvi_thin_dev_open(p->md, left, &a, &err), err);
	t_ok(lvi_thin_dev_open(p->md, right, &b, &err), err);
	print_differences(p->md, &(struct thin_diff_of){ a->root, b->root, true }, &ours);
	theirs = t_sh("PATH=$PATH:/usr/sbin; thin_delta --thin1 %u --thin2 %u '%s' | "
			"sed -n 's/^ *<\\(same\\|different\\|left_only\\|right_only\\) begin=\"\\([0-9]*\\)\" length=\"\\([0-9]*\\)\".*/\\1 \\2 \\3/p'",
			left, right, p->path);
	ck_assert_int_eq(theirs.status, 0);
	lvi_textbuf_putc(&ours, 0);
	ck_assert_msg(!strcmp(ours.data, theirs.out), "%u and %u differ otherwise than thin_delta says: %.200s\n and not %.200s",
			left, right, ours.data, theirs.out);
	t_output_free(&theirs);
	lvi_textbuf_free(&ours);
	lvi_thin_dev_close(a);
	lvi_thin_dev_close(b);
}

START_TEST(differences_are_those_of_thin_delta)
{
	static const uint32_t pairs[][2] = { { 1, 2 }, { 2, 1 }, { 3, 4 }, { 1, 3 }, { 5, 1 }, { 4, 6 }, { 6, 5 }, { 2, 2 } };
	struct pool p;

	make(&p);
	for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++)
		check_difference(&p, pairs[i][0], pairs[i][1]);
	unmake(&p);
}
END_TEST

START_TEST(what_is_shared_is_not_read)
{
	struct thin_diff_part part;
	struct thin_diff *diff;
	uint64_t found[4] = { 0 };
	struct pd_store store;
	struct thin_dev *a, *b;
	struct pool p;
	uint64_t before;

	make(&p);
	t_ok(lvi_thin_md_create_snap(p.md, 20, 1, &err), err);
	map(&p, 20, 100000, 100010, 1);
	map(&p, 20, 20, 30, 1);
	commit(&p);
	lvi_thin_md_free(p.md);
	store = memory_store(p.memory);
	t_ok(lvi_thin_md_new(&store, 1024, &p.md, &err), err);
	t_ok(lvi_thin_dev_open(p.md, 1, &a, &err), err);
	t_ok(lvi_thin_dev_open(p.md, 20, &b, &err), err);
	before = p.memory->reads;
	t_ok(lvi_thin_diff_open(p.md, &(struct thin_diff_of){ a->root, b->root }, &diff, &err), err);
	while (lvi_thin_diff_next(diff, &part, &err) > 0)
		found[part.what] += part.length;
	lvi_thin_diff_close(diff);
	ck_assert_uint_eq(found[THIN_CHANGED], 20);
	ck_assert_uint_eq(found[THIN_LEFT_ONLY] + found[THIN_RIGHT_ONLY], 0);
	/* of some 470 leaves those two that changed, twice, and what leads to them */
	ck_assert_uint_le(p.memory->reads - before, 16);
	lvi_thin_dev_close(a);
	lvi_thin_dev_close(b);
	unmake(&p);
}
END_TEST

START_TEST(a_metadata_snapshot_shows_what_was)
{
	struct textbuf before = { 0 }, after = { 0 };
	struct thin_view view;
	struct pool p;

	make(&p);
	t_fails(lvi_thin_view(p.md, true, &view, &err), LVOL_E_NOT_FOUND, err);
	t_ok(lvi_thin_view(p.md, false, &view, &err), err);
	t_ok(lvi_thin_dump(&view, &before, &err), err);
	t_ok(lvi_thin_md_reserve_snap(p.md, &err), err);
	commit(&p);
	unmap(&p, 1, 100, 400, 1);
	map(&p, 3, 0, 500, 7);
	t_ok(lvi_thin_md_delete(p.md, 5, &err), err);
	commit(&p);
	t_ok(lvi_thin_view(p.md, true, &view, &err), err);
	t_ok(lvi_thin_dump(&view, &after, &err), err);
	ck_assert_uint_eq(before.len, after.len);
	ck_assert(!memcmp(before.data, after.data, before.len));
	memory_thin_check(p.memory, p.dir, "with a metadata snapshot");
	t_ok(lvi_thin_md_release_snap(p.md, &err), err);
	commit(&p);
	memory_thin_check(p.memory, p.dir, "after it");
	lvi_textbuf_free(&before);
	lvi_textbuf_free(&after);
	unmake(&p);
}
END_TEST

START_TEST(damage_is_named_and_other_devices_stay_readable)
{
	struct thin_listed dev, other;
	struct thin_view view;
	struct thin_ranges w;
	struct pd_store store;
	struct pool p;
	char number[32];
	int r;

	make(&p);
	t_ok(lvi_thin_view(p.md, false, &view, &err), err);
	ck_assert_int_eq(lvi_thin_view_device(&view, 3, &dev, &err), 1);
	ck_assert_int_eq(lvi_thin_view_device(&view, 5, &other, &err), 1);
	lvi_thin_md_free(p.md);
	p.memory->data[dev.root * PD_BLOCK_BYTES + 99] ^= 4;
	store = memory_store(p.memory);
	t_ok(lvi_thin_md_new(&store, 1024, &p.md, &err), err);
	r = lvi_thin_ranges_first(&w, p.md, dev.root, 0, &err);
	t_fails(r, LVOL_E_CORRUPT, err);
	snprintf(number, sizeof number, " %llu ", (unsigned long long)dev.root);
	ck_assert_msg(strstr(err.message, number) && strstr(err.message, "checksum"), "%s", err.message);
	t_fails(lvi_thin_check(p.md, &err), LVOL_E_CORRUPT, err);
	ck_assert_ptr_nonnull(strstr(err.message, "thin device 3"));
	ck_assert_int_eq(lvi_thin_ranges_first(&w, p.md, other.root, 0, &err), 1);
	ck_assert_uint_eq(w.range.length, 100);
	lvi_thin_ranges_end(&w);
	unmake(&p);
}
END_TEST

struct losses { unsigned count; uint64_t device, begin, last; };

static void lose(void *arg, uint64_t device, uint64_t begin, uint64_t last)
{
	struct losses *l = arg;

	l->count++;
	l->device = device;
	l->begin = begin;
	l->last = last;
}

static char *dump(struct thin_md *md)
{
	struct textbuf out = { 0 };
	struct thin_view view;

	t_ok(lvi_thin_view(md, false, &view, &err), err);
	t_ok(lvi_thin_dump(&view, &out, &err), err);
	return lvi_textbuf_take(&out, NULL);
}

/* The space maps are gone, and in a second round a leaf of device 1, too. */
START_TEST(metadata_are_rebuilt_from_what_can_be_read)
{
	struct losses l = { 0 };
	struct memory *fresh = memory_new(8192);
	struct thin_rebuild how = { .lost = lose, .arg = &l };
	struct pd_store from, to = memory_store(fresh);
	struct thin_md *again;
	struct thin_dev *dev;
	struct pd_block *leaf;
	struct btree t;
	struct btree_cursor c;
	char *before, *after;
	struct pool p;

	make(&p);
	before = dump(p.md);
	t_ok(lvi_thin_dev_open(p.md, 1, &dev, &err), err);
	t = lvi_thin_mappings(p.md);
	ck_assert_int_eq(lvi_btree_seek(&c, &t, dev->root, 90000, &err), 1);
	leaf = c.path[c.depth];
	l.begin = leaf->number;
	lvi_btree_leave(&c);
	lvi_thin_dev_close(dev);
	p.memory->data[p.md->sb.metadata.bitmap_root * PD_BLOCK_BYTES + 100] ^= 1;
	p.memory->data[p.md->sb.data.bitmap_root * PD_BLOCK_BYTES + 100] ^= 1;
	p.memory->data[l.begin * PD_BLOCK_BYTES + 100] ^= _i;
	from = memory_store(p.memory);
	t_fails(lvi_thin_md_new(&from, 64, &again, &err), LVOL_E_CORRUPT, err);
	how.from = &from;
	how.to = &to;
	t_ok(lvi_thin_rebuild(&how, &err), err);
	t_ok(lvi_thin_md_new(&to, 1024, &again, &err), err);
	t_ok(lvi_thin_check(again, &err), err);
	memory_thin_check(fresh, p.dir, "after rebuilding");
	after = dump(again);
	if (_i) {
		/* the leaf is one of device 2, too */
		ck_assert_uint_eq(l.count, 2);
		ck_assert(l.device == 2 && l.begin <= 90000 && l.last >= 90000 && l.last - l.begin < 252);
		ck_assert_str_ne(before, after);
	} else {
		ck_assert_uint_eq(l.count, 0);
		ck_assert_str_eq(before, after);
	}
	lvi_thin_md_free(again);
	memory_free(fresh);
	free(before);
	free(after);
	unmake(&p);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thin read");
	TCase *tests = tcase_create("readers");

	need_thin_tools();
	tcase_set_timeout(tests, 120);
	tcase_add_test(tests, the_dump_is_that_of_thin_dump);
	tcase_add_test(tests, mapped_and_exclusive_blocks_are_those_of_thin_ls);
	tcase_add_test(tests, differences_are_those_of_thin_delta);
	tcase_add_test(tests, what_is_shared_is_not_read);
	tcase_add_test(tests, a_metadata_snapshot_shows_what_was);
	tcase_add_test(tests, damage_is_named_and_other_devices_stay_readable);
	tcase_add_loop_test(tests, metadata_are_rebuilt_from_what_can_be_read, 0, 2);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
