/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* lvol_pv_move() and its job: what the metadata say meanwhile (as lvm2's did on a like VG), and that no byte is lost. */
#include "lv_world.h"

static struct lvol_error err;

static void resize(struct world *w, const char *name, uint64_t extents, const char *pv)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.size.extents = extents;
	o.pvs = LIST(pv);
	t_ok(lvol_lv_resize(w->txn, name, &o, &err), err);
}

static void stripe(struct world *w, const char *name, uint64_t extents)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = name;
	o.size.extents = extents;
	o.stripe_count = 2;
	o.pvs = LIST(w->disks[0], w->disks[1]);
	t_ok(lvol_lv_create(w->txn, &o, &err), err);
}

/* On disk 0: "lin" 0-3 and 6-11, "gap" 4-5, one stripe of "str" 12-15. */
static void setup(struct world *w)
{
	WORLD(w, 40, 40, 40, 40);
	begin(w);
	create_on(w, "lin", 4, w->disks[0]);
	create_on(w, "gap", 2, w->disks[0]);
	resize(w, "lin", 10, w->disks[0]);
	stripe(w, "str", 8);
	commit(w);
	begin(w);
	expect_layout(w, "lin", "0:0+4, 0:6+6");
	expect_layout(w, "str", "0:12+4 1:0+4");
	give_up(w);
}

static const char *const names[] = { "lin", "gap", "str" };

static struct lvol_io *open_io(struct world *w, const char *name, uint32_t flags)
{
	struct lvol_vg *vg = look(w, NULL);
	struct lvol_io *io = NULL;

	t_ok(lvol_io_open(lvol_lv_find(vg, name), flags, &io, &err), err);
	lvol_vg_unref(vg);
	return io;
}

static void fill(struct world *w)
{
	for (unsigned i = 0; i < 3; i++) {
		struct lvol_io *io = open_io(w, names[i], LVOL_IO_WRITE);
		size_t bytes = lvol_io_size_bytes(io);
		char *data = malloc(bytes);

		t_fill(data, bytes, 100 + i, 0);
		t_ok(lvol_io_pwrite(io, data, bytes, 0, &err), err);
		t_ok(lvol_io_flush(io, &err), err);
		lvol_io_close(io);
		free(data);
	}
}

static void check(struct world *w)
{
	for (unsigned i = 0; i < 3; i++) {
		struct lvol_io *io = open_io(w, names[i], 0);
		size_t bytes = lvol_io_size_bytes(io);
		char *data = malloc(bytes);

		t_ok(lvol_io_pread(io, data, bytes, 0, &err), err);
		t_check_fill(data, bytes, 100 + i, 0);
		lvol_io_close(io);
		free(data);
	}
}

static struct lvol_pv_move_opts move_of(const char *pv, const char *const *to)
{
	struct lvol_pv_move_opts o = LVOL_PV_MOVE_OPTS_INIT;

	o.pv = pv;
	o.to = to;
	return o;
}

static void begin_move(struct world *w, const struct lvol_pv_move_opts *o)
{
	begin(w);
	t_ok(lvol_pv_move(w->txn, o, &err), err);
	commit(w);
}

static struct lvol_job *take_up(struct world *w)
{
	struct lvol_job *job = NULL;

	t_ok(lvol_job_begin(w->ctx, "vg/pvmove0", NULL, &job, &err), err);
	return job;
}

static unsigned finish(struct lvol_job *job)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	uint64_t before = 0;
	unsigned steps = 0;

	do {
		t_ok(lvol_job_step(job, MIB, &status, &err), err);
		ck_assert_int_eq(status.kind, LVOL_JOB_MOVE);
		ck_assert_uint_ge(status.done_bytes, before);
		ck_assert_uint_le(status.done_bytes, status.total_bytes);
		before = status.done_bytes;
		steps++;
	} while (status.state == LVOL_JOB_RUNNING);
	ck_assert_uint_eq(status.done_bytes, status.total_bytes);
	lvol_job_free(job);
	return steps;
}

START_TEST(a_whole_pv_is_moved)
{
	struct world w;
	struct lvol_pv_move_opts o;

	setup(&w);
	fill(&w);
	o = move_of(w.disks[0], LIST(w.disks[2]));
	begin_move(&w, &o);
	expect_layout(&w, "lin", "pvmove0:0+4, pvmove0:4+6");
	expect_layout(&w, "gap", "pvmove0:10+2");
	expect_layout(&w, "str", "pvmove0:12+4 1:0+4");
	expect_layout(&w, "pvmove0", "0:0+4 2:0+4, 0:6+6 2:4+6, 0:4+2 2:10+2, 0:12+4 2:12+4");
	check(&w);
	ck_assert_uint_ge(finish(take_up(&w)), 4);
	expect_names(&w, NULL, "gap lin str");
	expect_layout(&w, "lin", "2:0+10");
	expect_layout(&w, "gap", "2:10+2");
	expect_layout(&w, "str", "2:12+4 1:0+4");
	ck_assert_uint_eq(free_extents(&w, NULL), 160 - 20);
	check(&w);
	world_free(&w);
}
END_TEST

START_TEST(one_lv_is_moved)
{
	struct world w;
	struct lvol_pv_move_opts o;

	setup(&w);
	fill(&w);
	o = move_of(w.disks[0], NULL);
	o.lv = "vg/str";
	begin_move(&w, &o);
	/* not beside the other stripe */
	expect_layout(&w, "pvmove0", "0:12+4 2:0+4");
	expect_layout(&w, "lin", "0:0+4, 0:6+6");
	finish(take_up(&w));
	expect_layout(&w, "str", "2:0+4 1:0+4");
	check(&w);
	world_free(&w);
}
END_TEST

/* Segments are cut where ranges begin and end, and where a new place has no more room. */
START_TEST(ranges_are_moved_to_ranges)
{
	char from[WORD_LEN], to[WORD_LEN];
	struct world w;
	struct lvol_pv_move_opts o;

	setup(&w);
	fill(&w);
	o = move_of(pv_word(&w, 0, ":2-7", from), LIST(pv_word(&w, 2, ":3-5:30-39", to)));
	begin_move(&w, &o);
	expect_layout(&w, "lin", "0:0+2, pvmove0:0+2, pvmove0:2+2, 0:8+4");
	expect_layout(&w, "gap", "pvmove0:4+2");
	expect_layout(&w, "pvmove0", "0:2+2 2:3+2, 0:6+2 2:30+2, 0:4+2 2:32+2");
	finish(take_up(&w));
	expect_layout(&w, "lin", "0:0+2, 2:3+2, 2:30+2, 0:8+4");
	check(&w);
	world_free(&w);
}
END_TEST

START_TEST(a_move_stays_on_its_pv_when_anywhere_will_do)
{
	char from[WORD_LEN], to[WORD_LEN];
	struct world w;
	struct lvol_pv_move_opts o;

	setup(&w);
	fill(&w);
	o = move_of(pv_word(&w, 0, ":2-7", from), LIST(pv_word(&w, 0, ":20-39", to)));
	o.alloc = LVOL_ALLOC_ANYWHERE;
	begin_move(&w, &o);
	expect_layout(&w, "pvmove0", "0:2+2 0:20+2, 0:6+2 0:22+2, 0:4+2 0:24+2");
	finish(take_up(&w));
	expect_layout(&w, "lin", "0:0+2, 0:20+4, 0:8+4");
	check(&w);
	world_free(&w);
}
END_TEST

START_TEST(an_atomic_move_is_one_mirror)
{
	struct world w;
	struct lvol_pv_move_opts o;

	setup(&w);
	fill(&w);
	o = move_of(w.disks[0], LIST(w.disks[3]));
	o.flags = LVOL_PV_MOVE_ATOMIC;
	begin_move(&w, &o);
	expect_layout(&w, "pvmove0", "pvmove0_mimage_0:0+16 pvmove0_mimage_1:0+16");
	expect_layout(&w, "pvmove0_mimage_0", "0:0+4, 0:6+6, 0:4+2, 0:12+4");
	expect_layout(&w, "pvmove0_mimage_1", "3:0+4, 3:4+6, 3:10+2, 3:12+4");
	check(&w);
	finish(take_up(&w));
	expect_names(&w, NULL, "gap lin str");
	expect_layout(&w, "lin", "3:0+10");
	ck_assert_uint_eq(free_extents(&w, NULL), 160 - 20);
	check(&w);
	world_free(&w);
}
END_TEST

/* Segments that were moved stay where they are now, or nothing at all. */
START_TEST(a_move_is_given_up)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;

	for (unsigned atomic = 0; atomic < 2; atomic++) {
		struct world w;
		struct lvol_pv_move_opts o;
		struct lvol_job *job;

		setup(&w);
		fill(&w);
		o = move_of(w.disks[0], LIST(w.disks[3]));
		o.flags = atomic ? LVOL_PV_MOVE_ATOMIC : 0;
		begin_move(&w, &o);
		job = take_up(&w);
		for (unsigned i = 0; i < 2; i++)
			t_ok(lvol_job_step(job, 4 * MIB, &status, &err), err);
		t_ok(lvol_job_abort(job, &err), err);
		t_ok(lvol_job_status(job, &status, &err), err);
		ck_assert_int_eq(status.state, LVOL_JOB_ABORTED);
		lvol_job_free(job);
		expect_names(&w, NULL, "gap lin str");
		expect_layout(&w, "lin", atomic ? "0:0+4, 0:6+6" : "3:0+4, 0:6+6");
		expect_layout(&w, "gap", "0:4+2");
		ck_assert_uint_eq(free_extents(&w, NULL), 160 - 20);
		check(&w);
		world_free(&w);
	}
}
END_TEST

START_TEST(a_move_is_left_and_taken_up_by_another)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct world w;
	struct lvol_pv_move_opts o;
	struct lvol_job *job;

	setup(&w);
	fill(&w);
	o = move_of(w.disks[0], LIST(w.disks[3]));
	begin_move(&w, &o);
	job = take_up(&w);
	t_ok(lvol_job_step(job, 4 * MIB, &status, &err), err);
	ck_assert_int_eq(status.state, LVOL_JOB_RUNNING);
	lvol_job_free(job);
	check(&w);
	lvol_ctx_unref(w.ctx);
	world_context(&w);
	finish(take_up(&w));
	expect_layout(&w, "lin", "3:0+10");
	check(&w);
	world_free(&w);
}
END_TEST

/* Written while it is moved, in front of the copy and behind it. */
START_TEST(what_is_moved_can_be_written)
{
	struct lvol_job_status status = LVOL_JOB_STATUS_INIT;
	struct world w;
	struct lvol_pv_move_opts o;
	struct lvol_job *job;
	struct lvol_io *io;
	char *data = malloc(10 * MIB);
	int r;

	setup(&w);
	o = move_of(w.disks[0], LIST(w.disks[3]));
	o.flags = LVOL_PV_MOVE_ATOMIC;
	begin_move(&w, &o);
	job = take_up(&w);
	t_ok(lvol_job_step(job, 4 * MIB, &status, &err), err);
	io = open_io(&w, "lin", LVOL_IO_WRITE);
	t_fill(data, 10 * MIB, 100, 0);
	t_ok(lvol_io_pwrite(io, data, 10 * MIB, 0, &err), err);
	while (!(r = lvol_job_step(job, 4 * MIB, &status, &err)))
		ck_assert_int_eq(status.state, LVOL_JOB_RUNNING);
	t_fails(r, LVOL_E_BUSY, err);
	lvol_io_close(io);
	finish(job);
	expect_layout(&w, "lin", "3:0+10");
	io = open_io(&w, "lin", 0);
	t_ok(lvol_io_pread(io, data, 10 * MIB, 0, &err), err);
	t_check_fill(data, 10 * MIB, 100, 0);
	lvol_io_close(io);
	free(data);
	world_free(&w);
}
END_TEST

/* Legs of a raid do not come together, and a part may be named. */
START_TEST(a_raid_stays_redundant)
{
	struct lvol_pv_move_opts o;
	struct lvol_vg *vg;
	struct world w;
	char text[256];

	world_golden(&w, "raid-returned-leg", 3);
	begin_golden(&w);
	o = move_of(w.disks[0], NULL);
	o.lv = "r1";
	t_ok(lvol_pv_move(w.txn, &o, &err), err);
	vg = look(&w, "vg0");
	ck_assert_str_eq(layout_text(lvol_lv_find(vg, "r1_rimage_0"), text, sizeof text), "pvmove0:0+12");
	ck_assert_str_eq(layout_text(lvol_lv_find(vg, "r1_rmeta_0"), text, sizeof text), "pvmove0:12+1");
	layout_text(lvol_lv_find(vg, "pvmove0"), text, sizeof text);
	ck_assert_msg(strstr(text, " 2:") && !strstr(text, " 1:"), "%s", text);
	lvol_vg_unref(vg);
	/* r5 has all three PVs already */
	o.lv = "r5";
	t_fails(lvol_pv_move(w.txn, &o, &err), LVOL_E_NO_SPACE, err);
	world_free(&w);
}
END_TEST

static void refuse(struct world *w, const struct lvol_pv_move_opts *o, int code, const char *part)
{
	char last[256];
	size_t n = changes(w, last, sizeof last);

	t_fails(lvol_pv_move(w->txn, o, &err), code, err);
	says(&err, part);
	ck_assert_uint_eq(changes(w, last, sizeof last), n);
}

START_TEST(what_cannot_be_moved_is_refused)
{
	struct lvol_pv_move_opts o;
	struct lvol_io *io;
	struct world w;

	setup(&w);
	begin(&w);
	o = move_of(w.disks[2], NULL);
	refuse(&w, &o, LVOL_E_STATE, "nothing");
	o = move_of("nowhere", NULL);
	refuse(&w, &o, LVOL_E_NOT_FOUND, "nowhere");
	o = move_of(w.disks[0], NULL);
	o.lv = "none";
	refuse(&w, &o, LVOL_E_NOT_FOUND, "none");
	o = move_of(w.disks[0], LIST(w.disks[0]));
	refuse(&w, &o, LVOL_E_NO_SPACE, "no PV");
	o = move_of(w.disks[0], NULL);
	o.alloc = 9;
	refuse(&w, &o, LVOL_E_INVALID, "alloc");
	o = move_of(NULL, NULL);
	t_fails(lvol_pv_move(w.txn, &o, &err), LVOL_E_INVALID, err);
	o = move_of(w.disks[0], NULL);
	o.flags = 8;
	t_fails(lvol_pv_move(w.txn, &o, &err), LVOL_E_INVALID, err);
	create_on(&w, "large", 30, w.disks[2]);
	create_on(&w, "larger", 39, w.disks[3]);
	o = move_of(w.disks[0], LIST(w.disks[2], w.disks[3]));
	refuse(&w, &o, LVOL_E_NO_SPACE, "free");
	o.alloc = LVOL_ALLOC_INHERIT;
	give_up(&w);
	io = open_io(&w, "gap", 0);
	begin(&w);
	o = move_of(w.disks[0], NULL);
	refuse(&w, &o, LVOL_E_BUSY, "");
	o.lv = "lin";
	t_ok(lvol_pv_move(w.txn, &o, &err), err);
	refuse(&w, &o, LVOL_E_BUSY, "already");
	lvol_io_close(io);
	t_fails(lvol_lv_remove(w.txn, "lin", &err), LVOL_E_BUSY, err);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pv_move");
	TCase *moving = make_case(suite, "moving"), *rest = make_case(suite, "rest");

	tcase_add_test(moving, a_whole_pv_is_moved);
	tcase_add_test(moving, one_lv_is_moved);
	tcase_add_test(moving, ranges_are_moved_to_ranges);
	tcase_add_test(moving, a_move_stays_on_its_pv_when_anywhere_will_do);
	tcase_add_test(moving, an_atomic_move_is_one_mirror);
	tcase_add_test(moving, a_move_is_given_up);
	tcase_add_test(moving, a_move_is_left_and_taken_up_by_another);
	tcase_add_test(moving, what_is_moved_can_be_written);
	tcase_add_test(moving, a_raid_stays_redundant);
	tcase_add_test(rest, what_cannot_be_moved_is_refused);
	return t_main(suite);
}
