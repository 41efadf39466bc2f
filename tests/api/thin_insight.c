/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What views of thin pools say is what thin_dump, thin_ls and thin_delta say of the same metadata: of pools that the kernel
 * filled, after random writes of ours, and through a metadata snapshot while LVs are open.
 */
#include <stdarg.h>

#include "thin_look.h"


/* Text that grows. */
struct text { char *data; size_t len, room; };

static void __attribute__((format(printf, 2, 3))) add(struct text *t, const char *fmt, ...)
{
	va_list ap;
	int n;

	if (t->room - t->len < 512)
		t->data = realloc(t->data, t->room = t->room * 2 + 1024);
	va_start(ap, fmt);
	n = vsnprintf(t->data + t->len, t->room - t->len, fmt, ap);
	va_end(ap);
	ck_assert_int_lt(n, 512);
	t->len += n;
}

static void same_text(struct text *ours, struct t_output *theirs, const char *what)
{
	ck_assert_msg(!theirs->status, "%s: %s", what, theirs->err);
	ck_assert_msg(!strcmp(ours->data ? ours->data : "", theirs->out), "%s says\n%.1500s\nand we say\n%.1500s", what, theirs->out,
			ours->data);
	free(ours->data);
	t_output_free(theirs);
	*ours = (struct text){ 0 };
}

/* Each device, and its mappings: "device 1 72 0 0 5", "0 0 16 0" (in blocks). */
static void print_mappings(struct lvol_thin_view *view, uint32_t id, uint64_t unit, struct text *out)
{
	struct lvol_thin_ranges *ranges;
	struct lvol_thin_range g = { 0 };
	uint64_t end = 0;
	int r;

	t_ok(lvol_thin_ranges_open(view, id, 0, &ranges, &err), err);
	while ((r = lvol_thin_ranges_next(ranges, &g, &err)) > 0) {
		ck_assert_uint_eq(g.offset, end);
		ck_assert_uint_gt(g.length, 0);
		end += g.length;
		if (g.kind == LVOL_THIN_MAPPED) {
			add(out, "%llu %llu %llu %u\n", (unsigned long long)(g.offset / unit),
					(unsigned long long)(g.data_offset / unit), (unsigned long long)((g.length + unit - 1) / unit), g.time);
			ck_assert_uint_le(g.first_transaction, g.last_transaction);
		}
	}
	t_ok(r, err);
	lvol_thin_ranges_close(ranges);
}

static void check_dump(struct lvol_thin_view *view, const char *file, const char *options)
{
	struct lvol_thin_device d = LVOL_THIN_DEVICE_INIT;
	struct lvol_thin_fill fill = LVOL_THIN_FILL_INIT;
	struct t_output theirs;
	struct text ours = { 0 };
	int r;

	t_ok(lvol_thin_view_fill(view, &fill, &err), err);
	add(&ours, "pool %u %llu %llu %llu\n", fill.time, (unsigned long long)fill.transaction_id,
			(unsigned long long)fill.block_bytes / 512,
			/* a metadata snapshot tells no size */
			fill.is_reserved ? 0 : (unsigned long long)(fill.data_bytes / fill.block_bytes));
	for (r = lvol_thin_view_device(view, 0, &d, &err); r > 0; r = lvol_thin_view_device(view, d.id + 1, &d, &err)) {
		add(&ours, "device %u %llu %llu %u %u\n", d.id, (unsigned long long)(d.mapped_bytes / fill.block_bytes),
				(unsigned long long)d.transaction_id, d.creation_time, d.snapshot_time);
		print_mappings(view, d.id, fill.block_bytes, &ours);
	}
	t_ok(r, err);
	theirs = t_sh("PATH=$PATH:/usr/sbin; thin_dump %s '%s' | sed -n "
			"-e 's/^<superblock.* time=\"\\([0-9]*\\)\" transaction=\"\\([0-9]*\\)\".* data_block_size=\"\\([0-9]*\\)\" nr_data_blocks=\"\\([0-9]*\\)\".*/pool \\1 \\2 \\3 \\4/p' "
			"-e 's/^ *<device dev_id=\"\\([0-9]*\\)\" mapped_blocks=\"\\([0-9]*\\)\" transaction=\"\\([0-9]*\\)\" creation_time=\"\\([0-9]*\\)\" snap_time=\"\\([0-9]*\\)\".*/device \\1 \\2 \\3 \\4 \\5/p' "
			"-e 's/^ *<range_mapping origin_begin=\"\\([0-9]*\\)\" data_begin=\"\\([0-9]*\\)\" length=\"\\([0-9]*\\)\" time=\"\\([0-9]*\\)\".*/\\1 \\2 \\3 \\4/p' "
			"-e 's/^ *<single_mapping origin_block=\"\\([0-9]*\\)\" data_block=\"\\([0-9]*\\)\" time=\"\\([0-9]*\\)\".*/\\1 \\2 1 \\3/p'", options, file);
	same_text(&ours, &theirs, "thin_dump");
}

static void check_ls(struct lvol_thin_view *view, const char *file, const char *options)
{
	struct lvol_thin_device d = LVOL_THIN_DEVICE_INIT;
	struct t_output theirs;
	struct text ours = { 0 };
	uint64_t exclusive;
	int r;

	for (r = lvol_thin_view_device(view, 0, &d, &err); r > 0; r = lvol_thin_view_device(view, d.id + 1, &d, &err)) {
		t_ok(lvol_thin_view_exclusive(view, d.id, &exclusive, &err), err);
		add(&ours, "%u %llu %llu\n", d.id, (unsigned long long)d.mapped_bytes, (unsigned long long)exclusive);
	}
	t_ok(r, err);
	theirs = t_sh("PATH=$PATH:/usr/sbin; thin_ls %s --no-headers -o DEV,MAPPED_BYTES,EXCLUSIVE_BYTES '%s' | "
			"sed 's/^ *//; s/ *$//; s/  */ /g'", options, file);
	same_text(&ours, &theirs, "thin_ls");
}

static void check_delta(struct lvol_thin_view *view, const uint32_t ids[2], uint64_t unit, const char *file,
		const char *options)
{
	static const char *const words[] = { NULL, "same", "different", "left_only", "right_only" };
	struct lvol_thin_diff_range g;
	struct lvol_thin_diff *diff;
	struct t_output theirs;
	struct text ours = { 0 }, brief = { 0 };
	int r;

	t_ok(lvol_thin_diff_open(view, ids, LVOL_THIN_DIFF_ALL, &diff, &err), err);
	while ((r = lvol_thin_diff_next(diff, &g, &err)) > 0) {
		add(&ours, "%s %llu %llu\n", words[g.change], (unsigned long long)(g.offset / unit), (unsigned long long)(g.length / unit));
		if (g.change != LVOL_THIN_SAME)
			add(&brief, "%d %llu %llu\n", g.change, (unsigned long long)g.offset, (unsigned long long)g.length);
	}
	t_ok(r, err);
	lvol_thin_diff_close(diff);
	theirs = t_sh("PATH=$PATH:/usr/sbin; thin_delta %s --thin1 %u --thin2 %u '%s' | "
			"sed -n 's/^ *<\\(same\\|different\\|left_only\\|right_only\\) begin=\"\\([0-9]*\\)\" length=\"\\([0-9]*\\)\".*/\\1 \\2 \\3/p'",
			options, ids[0], ids[1], file);
	same_text(&ours, &theirs, "thin_delta");
	/* without what is the same */
	t_ok(lvol_thin_diff_open(view, ids, 0, &diff, &err), err);
	while ((r = lvol_thin_diff_next(diff, &g, &err)) > 0)
		add(&ours, "%d %llu %llu\n", g.change, (unsigned long long)g.offset, (unsigned long long)g.length);
	lvol_thin_diff_close(diff);
	ck_assert_str_eq(ours.data ? ours.data : "", brief.data ? brief.data : "");
	free(ours.data);
	free(brief.data);
}

/* Each device and the next one. */
static void check_deltas(struct lvol_thin_view *view, const char *file, const char *options)
{
	struct lvol_thin_device d = LVOL_THIN_DEVICE_INIT;
	struct lvol_thin_fill fill = LVOL_THIN_FILL_INIT;
	uint32_t ids[2] = { LVOL_THIN_NO_DEVICE };

	t_ok(lvol_thin_view_fill(view, &fill, &err), err);
	for (int r = lvol_thin_view_device(view, 0, &d, &err); r > 0; r = lvol_thin_view_device(view, d.id + 1, &d, &err)) {
		ids[1] = d.id;
		if (ids[0] != LVOL_THIN_NO_DEVICE)
			check_delta(view, ids, fill.block_bytes, file, options);
		ids[0] = ids[1];
	}
}

static void check_view(struct look *l, struct lvol_thin_view *view, const char *file, const char *options)
{
	check_dump(view, file, options);
	check_ls(view, file, options);
	check_deltas(view, file, options);
}

static const char *const scenarios[] = { "thin-basic", "thin-external", "thin-full" };

START_TEST(golden_pools_are_what_the_tools_say)
{
	struct lvol_thin_view *view;
	struct look l;
	char *file;

	open_look(&l, scenarios[_i]);
	file = metadata_file(&l);
	view = view_of(&l, 0);
	check_view(&l, view, file, "");
	check_silent(&l, 0);
	lvol_thin_view_close(view);
	free(file);
	close_look(&l);
}
END_TEST

static void scribble(struct lvol_io *io, uint64_t seed)
{
	uint8_t buf[3000];

	memset(buf, (int)seed, sizeof buf);
	for (unsigned i = 0; i < 60; i++) {
		uint64_t at = t_mix(seed + i) % (lvol_io_size_bytes(io) - sizeof buf);

		if (i % 5 == 4)
			t_ok(lvol_io_discard(io, 200000, at < lvol_io_size_bytes(io) - 200000 ? at : 0, &err), err);
		else
			t_ok(lvol_io_pwrite(io, buf, sizeof buf, at, &err), err);
	}
}

static struct lvol_io *open_lv(struct look *l, const char *name)
{
	struct lvol_io *io;

	t_ok(lvol_io_open(lvol_lv_find(l->vg, name), LVOL_IO_WRITE | LVOL_IO_FORCE_READ_ONLY_LV, &io, &err), err);
	return io;
}

START_TEST(pools_written_at_random_are_what_the_tools_say)
{
	static const char *const lvs[] = { "t1", "s1", "s2", "s3", "big" };
	struct lvol_thin_view *view;
	struct look l;
	char *file;

	open_look(&l, "thin-basic");
	for (unsigned i = 0; i < 5; i++) {
		struct lvol_io *io = open_lv(&l, lvs[i]);

		scribble(io, 100 * i);
		t_ok(lvol_io_flush(io, &err), err);
		lvol_io_close(io);
	}
	file = metadata_file(&l);
	view = view_of(&l, 0);
	check_view(&l, view, file, "");
	check_silent(&l, 0);
	/* as long as somebody looks, nobody writes, in this context either */
	{
		struct lvol_io *io = NULL;

		t_fails(lvol_io_open(lvol_lv_find(l.vg, "t1"), LVOL_IO_WRITE, &io, &err), LVOL_E_BUSY, err);
	}
	lvol_thin_view_close(view);
	lvol_io_close(open_lv(&l, "t1"));
	free(file);
	close_look(&l);
}
END_TEST

START_TEST(a_pool_in_use_is_seen_as_it_was_at_one_moment)
{
	struct lvol_thin_fill fill = LVOL_THIN_FILL_INIT;
	struct lvol_thin_view *view, *other = NULL;
	struct lvol_thin_view_opts o = LVOL_THIN_VIEW_OPTS_INIT;
	struct lvol_thin_findings *found;
	struct lvol_io *io, *beside;
	struct look l;
	char *file;

	open_look(&l, "thin-basic");
	io = open_lv(&l, "t1");
	beside = open_lv(&l, "s2");
	scribble(io, 5);
	view = view_of(&l, 0);
	t_ok(lvol_thin_view_fill(view, &fill, &err), err);
	ck_assert(fill.is_reserved && fill.has_reserved && !fill.needs_check);
	file = metadata_file(&l);
	scribble(beside, 77);
	scribble(io, 78);
	t_ok(lvol_io_flush(io, &err), err);
	check_view(&l, view, file, "-m");
	t_fails(lvol_thin_view_open(l.pool, NULL, &other, &err), LVOL_E_BUSY, err);
	says(&err, "DROP_RESERVED");
	o.flags = LVOL_THIN_VIEW_RESERVED;
	t_ok(lvol_thin_view_open(l.pool, &o, &other, &err), err);
	lvol_thin_view_close(other);
	t_fails(lvol_thin_check(l.pool, &found, &err), LVOL_E_BUSY, err);
	t_ok(lvol_thin_view_release(view, &err), err);
	t_fails(lvol_thin_view_fill(view, &fill, &err), LVOL_E_STATE, err);
	lvol_thin_view_close(view);
	view = view_of(&l, LVOL_THIN_VIEW_DROP_RESERVED);
	other = view_of(&l, LVOL_THIN_VIEW_DROP_RESERVED);
	/* the first one's is gone: its closing fails, and is logged */
	lvol_thin_view_close(other);
	lvol_thin_view_close(view);
	lvol_io_close(io);
	lvol_io_close(beside);
	check_silent(&l, 0);
	free(file);
	view = view_of(&l, 0);
	t_ok(lvol_thin_view_fill(view, &fill, &err), err);
	ck_assert(!fill.is_reserved && !fill.has_reserved);
	lvol_thin_view_close(view);
	close_look(&l);
}
END_TEST

START_TEST(volumes_are_known_by_their_lvs)
{
	struct lvol_thin_device d = LVOL_THIN_DEVICE_INIT;
	struct lvol_thin_fill fill = LVOL_THIN_FILL_INIT;
	struct lvol_thin_ranges *ranges;
	struct lvol_thin_range g;
	struct lvol_thin_view *view;
	uint64_t kinds[4] = { 0 };
	struct look l;

	open_look(&l, "thin-external");
	/* by one of its volumes */
	t_ok(lvol_thin_view_open(lvol_lv_find(l.vg, "e2"), NULL, &view, &err), err);
	t_ok(lvol_thin_view_fill(view, &fill, &err), err);
	ck_assert_uint_eq(fill.transaction_id, fill.expected_transaction_id);
	t_ok(lvol_thin_view_lv(view, lvol_lv_find(l.vg, "e2"), &d, &err), err);
	ck_assert_str_eq(lvol_lv_name(d.lv), "e2");
	ck_assert_uint_eq(d.mapped_bytes, 1024 * 512);
	t_ok(lvol_thin_ranges_open(view, d.id, 0, &ranges, &err), err);
	while (lvol_thin_ranges_next(ranges, &g, &err) > 0)
		kinds[g.kind] += g.length;
	lvol_thin_ranges_close(ranges);
	/* e2 is larger than what it was made from: 14942208 and 9699328 */
	ck_assert_uint_eq(kinds[LVOL_THIN_MAPPED] + kinds[LVOL_THIN_ZERO] + kinds[LVOL_THIN_EXTERNAL], 14942208);
	ck_assert_uint_gt(kinds[LVOL_THIN_EXTERNAL], 0);
	ck_assert_uint_le(kinds[LVOL_THIN_EXTERNAL], 9699328);
	ck_assert_uint_gt(kinds[LVOL_THIN_ZERO], 0);
	/* from the middle on */
	t_ok(lvol_thin_ranges_open(view, d.id, 5000001, &ranges, &err), err);
	ck_assert_int_eq(lvol_thin_ranges_next(ranges, &g, &err), 1);
	ck_assert_uint_eq(g.offset, 5000001);
	lvol_thin_ranges_close(ranges);
	t_fails(lvol_thin_view_lv(view, l.pool, &d, &err), LVOL_E_INVALID, err);
	t_fails(lvol_thin_view_lv(view, lvol_lv_find(l.vg, "base"), &d, &err), LVOL_E_INVALID, err);
	t_fails(lvol_thin_ranges_open(view, 999, 0, &ranges, &err), LVOL_E_NOT_FOUND, err);
	says(&err, "999");
	lvol_thin_view_close(view);
	close_look(&l);
}
END_TEST

START_TEST(wrong_arguments_are_refused)
{
	struct lvol_thin_view_opts o = LVOL_THIN_VIEW_OPTS_INIT;
	struct lvol_thin_fill fill = { 0 };
	struct lvol_thin_device d = { 0 };
	struct lvol_thin_findings *found;
	struct lvol_thin_view *view = NULL;
	struct lvol_thin_diff *diff;
	struct look l;
	uint64_t n;

	open_look(&l, "thin-external");
	t_fails(lvol_thin_view_open(NULL, NULL, &view, &err), LVOL_E_INVALID, err);
	t_fails(lvol_thin_view_open(l.pool, NULL, NULL, &err), LVOL_E_INVALID, err);
	t_fails(lvol_thin_view_open(lvol_lv_find(l.vg, "base"), NULL, &view, &err), LVOL_E_INVALID, err);
	t_fails(lvol_thin_check(lvol_lv_find(l.vg, "base"), &found, &err), LVOL_E_INVALID, err);
	o.flags = 1u << 9;
	t_fails(lvol_thin_view_open(l.pool, &o, &view, &err), LVOL_E_INVALID, err);
	o.flags = LVOL_THIN_VIEW_RESERVED | LVOL_THIN_VIEW_DROP_RESERVED;
	t_fails(lvol_thin_view_open(l.pool, &o, &view, &err), LVOL_E_INVALID, err);
	o.flags = LVOL_THIN_VIEW_RESERVED;
	t_fails(lvol_thin_view_open(l.pool, &o, &view, &err), LVOL_E_NOT_FOUND, err);
	view = view_of(&l, 0);
	t_fails(lvol_thin_view_fill(view, &fill, &err), LVOL_E_INVALID, err);
	t_fails(lvol_thin_view_device(view, 0, &d, &err), LVOL_E_INVALID, err);
	t_fails(lvol_thin_view_exclusive(view, 12345, &n, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_thin_diff_open(view, (uint32_t[]){ 1, 77 }, 0, &diff, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_thin_diff_open(view, (uint32_t[]){ 1, 1 }, 8, &diff, &err), LVOL_E_INVALID, err);
	lvol_thin_view_close(view);
	lvol_thin_view_close(NULL);
	lvol_thin_ranges_close(NULL);
	lvol_thin_diff_close(NULL);
	lvol_thin_findings_free(NULL);
	close_look(&l);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thin insight");
	TCase *tests = make_case(suite, "views");

	if (system("PATH=$PATH:/usr/sbin:/sbin; command -v thin_ls >/dev/null && command -v thin_delta >/dev/null"))
		t_skip_all("thin_ls and thin_delta (package thin-provisioning-tools) are not installed");
	tcase_set_timeout(tests, 120);
	tcase_add_loop_test(tests, golden_pools_are_what_the_tools_say, 0, 3);
	tcase_add_test(tests, pools_written_at_random_are_what_the_tools_say);
	tcase_add_test(tests, a_pool_in_use_is_seen_as_it_was_at_one_moment);
	tcase_add_test(tests, volumes_are_known_by_their_lvs);
	tcase_add_test(tests, wrong_arguments_are_refused);
	return t_main(suite);
}
