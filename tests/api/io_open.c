/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Who may open an LV, and what an open LV keeps others from. */
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "world.h"

static struct world w;
static struct lvol_error err;

static void setup(void)
{
	err = (struct lvol_error)LVOL_ERROR_INIT;
	world_make(&w);
}

static void teardown(void)
{
	world_free(&w);
}

START_TEST(many_readers_and_one_writer)
{
	struct lvol_ctx *other = world_ctx(&w, 0);
	struct lvol_io *writer, *reader, *second;

	t_ok(world_open(w.ctx, "lin", LVOL_IO_WRITE, &writer, &err), err);
	t_ok(world_open(other, "lin", 0, &reader, &err), err);
	t_fails(world_open(other, "lin", LVOL_IO_WRITE, &second, &err), LVOL_E_BUSY, err);
	ck_assert_str_eq(err.subject, "vg0/lin");
	t_ok(world_open(other, "str", LVOL_IO_WRITE, &second, &err), err);
	lvol_io_close(second);
	lvol_io_close(writer);
	t_ok(world_open(other, "lin", LVOL_IO_WRITE, &second, &err), err);
	lvol_io_close(second);
	lvol_io_close(reader);
	lvol_ctx_unref(other);
}
END_TEST

/* A child that holds the LV open for writing until the pipe closes. */
static pid_t open_in_child(int ready[2], int done[2])
{
	pid_t pid;

	ck_assert(!pipe(ready) && !pipe(done));
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		struct lvol_ctx *ctx = world_ctx(&w, 0);
		struct lvol_io *io;
		char c = world_open(ctx, "lin", LVOL_IO_WRITE, &io, NULL) ? 'n' : 'y';

		close(done[1]);
		(void)!write(ready[1], &c, 1);
		(void)!read(done[0], &c, 1);
		_exit(0);
	}
	close(ready[1]);
	close(done[0]);
	return pid;
}

START_TEST(another_process_is_named)
{
	int ready[2], done[2];
	struct lvol_io *io;
	char text[32], c = 0;
	pid_t pid = open_in_child(ready, done);

	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	ck_assert_int_eq(c, 'y');
	t_fails(world_open(w.ctx, "lin", LVOL_IO_WRITE, &io, &err), LVOL_E_BUSY, err);
	snprintf(text, sizeof text, "%ld", (long)pid);
	ck_assert_msg(strstr(err.message, text) != NULL, "no pid %s in: %s", text, err.message);
	close(done[1]);
	close(ready[0]);
	waitpid(pid, NULL, 0);
	t_ok(world_open(w.ctx, "lin", LVOL_IO_WRITE, &io, &err), err);
	lvol_io_close(io);
}
END_TEST

START_TEST(an_open_lv_is_not_resized_or_removed)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_ctx *other = world_ctx(&w, 0);
	struct lvol_txn *txn;
	struct lvol_io *io;

	o.size.extents = 12;
	t_ok(world_open(other, "lin", 0, &io, &err), err);
	t_ok(lvol_txn_begin(w.ctx, (const char *const[]){ "vg0", NULL }, NULL, &txn, &err), err);
	t_fails(lvol_lv_resize(txn, "lin", &o, &err), LVOL_E_BUSY, err);
	t_fails(lvol_lv_remove(txn, "lin", &err), LVOL_E_BUSY, err);
	lvol_io_close(io);
	t_ok(lvol_lv_resize(txn, "lin", &o, &err), err);
	t_fails(world_open(other, "lin", 0, &io, &err), LVOL_E_BUSY, err);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
	t_ok(world_open(other, "lin", 0, &io, &err), err);
	ck_assert_uint_eq(lvol_io_size_bytes(io), 12 << 20);
	lvol_io_close(io);
	lvol_ctx_unref(other);
}
END_TEST

START_TEST(a_handle_from_before_a_change_is_a_conflict)
{
	struct lvol_txn *txn;
	struct lvol_vg *before;
	struct lvol_io *io;

	t_ok(lvol_vg_open(w.ctx, "vg0", &before, &err), err);
	t_ok(lvol_txn_begin(w.ctx, (const char *const[]){ "vg0", NULL }, NULL, &txn, &err), err);
	t_ok(lvol_lv_remove(txn, "vg0/lin", &err), err);
	t_ok(lvol_lv_rename(txn, "vg0/str", "renamed", &err), err);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
	t_fails(lvol_io_open(lvol_lv_find(before, "lin"), 0, &io, &err), LVOL_E_CONFLICT, err);
	t_ok(lvol_io_open(lvol_lv_find(before, "str"), 0, &io, &err), err);  /* its extents are where they were */
	lvol_io_close(io);
	lvol_vg_unref(before);
}
END_TEST

static void change(void (*how)(struct lvol_txn *txn))
{
	struct lvol_txn *txn;

	t_ok(lvol_txn_begin(w.ctx, (const char *const[]){ "vg0", NULL }, NULL, &txn, &err), err);
	how(txn);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
}

static void add_raid(struct lvol_txn *txn)
{
	world_add_lv(txn, "r", "raid1", 4);
}

static void add_snapshot(struct lvol_txn *txn)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = "snap";
	o.origin = "lin";
	o.size.extents = 2;
	t_ok(lvol_lv_create(txn, &o, &err), err);
}

static void extend_striped(struct lvol_txn *txn)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.size.extents = 1;
	o.sign = 1;
	t_ok(lvol_lv_resize(txn, "str", &o, &err), err);
}

/* A snapshot must see what is written to its origin, of which a handle from before it knows nothing. */
START_TEST(a_snapshot_since_then_is_a_conflict)
{
	struct lvol_vg *before;
	struct lvol_io *io;

	t_ok(lvol_vg_open(w.ctx, "vg0", &before, &err), err);
	change(add_snapshot);
	t_fails(lvol_io_open(lvol_lv_find(before, "lin"), LVOL_IO_WRITE, &io, &err), LVOL_E_CONFLICT, err);
	t_ok(lvol_io_open(lvol_lv_find(before, "str"), LVOL_IO_WRITE, &io, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(before);
}
END_TEST

/* @from becomes @to in the metadata that a handle was made of: @lv is not the one on the disks any more. */
static const struct { const char *from, *to, *lv; int code; } others[] = {
	{ "seqno", "seqno", "lin", 0 },
	{ "seqno", "seqno", "r", 0 },
	{ "seqno", "seqno", "str", 0 },
	{ "seqno", "seqno", "snap", 0 },
	{ "cow_store", "merging_store", "lin", LVOL_E_CONFLICT },
	{ "chunk_size = 8", "chunk_size = 16", "snap", LVOL_E_CONFLICT },
	{ "chunk_size = 8", "chunk_size = 16", "lin", LVOL_E_CONFLICT },
	{ "chunk_size = 8", "chunk_size = 16", "str", 0 },
	{ "origin = \"lin\"", "origin = \"str\"", "lin", LVOL_E_CONFLICT },
	{ "origin = \"lin\"", "origin = \"str\"", "snap", LVOL_E_CONFLICT },
	{ "extent_count = 8", "extent_count = 7", "lin", LVOL_E_CONFLICT },
	{ "\"pv0\", 0", "\"str\", 0", "lin", LVOL_E_CONFLICT },
	{ "\"pv0\", 0", "\"pv0\", 20", "lin", LVOL_E_CONFLICT },
	{ "\"zero\"", "\"error\"", "zero", LVOL_E_CONFLICT },
	{ "stripe_size = 32", "stripe_size = 64", "str", LVOL_E_CONFLICT },
	{ "device_count = 2", "stripe_count = 2", "r", 0 },
	{ "\"r_rimage_0\"", "\"r_rimage_1\"", "r", LVOL_E_CONFLICT },
	{ "\"r_rmeta_0\"", "\"r_rmeta_1\"", "r", LVOL_E_CONFLICT },
};

static char *replaced(const char *text, const char *from, const char *to)
{
	const char *at = strstr(text, from);

	ck_assert_msg(at, "there is no %s", from);
	return t_text("%.*s%s%s", (int)(at - text), text, to, at + strlen(from));
}

START_TEST(another_lv_of_that_id_is_a_conflict)
{
	struct lvol_vg *vg;
	struct lvol_io *io;
	char *text, *other;
	int ret;

	change(add_raid);
	change(add_snapshot);
	t_ok(lvol_vg_open(w.ctx, "vg0", &vg, &err), err);
	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	other = replaced(text, others[_i].from, others[_i].to);
	t_ok(lvol_vg_open_text(w.ctx, other, strlen(other), &vg, &err), err);
	ret = lvol_io_open(lvol_lv_find(vg, others[_i].lv), 0, &io, &err);
	ck_assert_msg(ret == -others[_i].code, "%s -> %s: %d %s", others[_i].from, others[_i].to, ret, err.message);
	if (!ret)
		lvol_io_close(io);
	lvol_vg_unref(vg);
	lvol_string_free(text);
	free(other);
}
END_TEST

/* The parts of an LV may have moved while it is as it was. */
START_TEST(parts_that_moved_are_a_conflict)
{
	struct lvol_vg *vg;
	struct lvol_io *io;
	char *text, *other, *at;

	change(add_raid);
	change(extend_striped);
	t_ok(lvol_vg_open(w.ctx, "vg0", &vg, &err), err);
	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	at = strstr(strstr(text, "r_rimage_1 {"), "\"pv");
	other = t_text("%.*s\"pv1\", 22%s", (int)(at - text), text, at + strcspn(at, "\n"));
	t_ok(lvol_vg_open_text(w.ctx, other, strlen(other), &vg, &err), err);
	t_fails(lvol_io_open(lvol_lv_find(vg, "r"), 0, &io, &err), LVOL_E_CONFLICT, err);
	t_ok(lvol_io_open(lvol_lv_find(vg, "lin"), 0, &io, &err), err);
	lvol_io_close(io);
	lvol_vg_unref(vg);
	lvol_string_free(text);
	free(other);
}
END_TEST

/* What is on no disk cannot be opened: its extents may be somebody else's. */
START_TEST(previews_and_texts_are_checked_against_the_disks)
{
	struct lvol_txn *txn;
	struct lvol_vg *preview, *text_vg;
	struct lvol_io *io;
	char *text;

	t_ok(lvol_txn_begin(w.ctx, (const char *const[]){ "vg0", NULL }, NULL, &txn, &err), err);
	world_add_lv(txn, "new", "linear", 2);
	t_ok(lvol_txn_preview(txn, NULL, &preview, &err), err);
	lvol_txn_free(txn);
	t_fails(lvol_io_open(lvol_lv_find(preview, "new"), LVOL_IO_WRITE, &io, &err), LVOL_E_CONFLICT, err);
	t_ok(lvol_io_open(lvol_lv_find(preview, "lin"), 0, &io, &err), err);
	lvol_io_close(io);
	t_ok(lvol_vg_export_text(preview, &text, &err), err);
	t_ok(lvol_vg_open_text(w.ctx, text, strlen(text), &text_vg, &err), err);
	t_fails(lvol_io_open(lvol_lv_find(text_vg, "new"), 0, &io, &err), LVOL_E_CONFLICT, err);
	t_ok(lvol_txn_begin(w.ctx, (const char *const[]){ "vg0", NULL }, NULL, &txn, &err), err);
	t_ok(lvol_vg_export(txn, "vg0", &err), err);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
	t_fails(world_open(w.ctx, "lin", LVOL_IO_WRITE, &io, &err), LVOL_E_EXPORTED, err);
	t_ok(world_open(w.ctx, "lin", 0, &io, &err), err);
	lvol_io_close(io);
	{
		struct lvol_txn_opts exported = LVOL_TXN_OPTS_INIT;

		exported.flags = LVOL_TXN_ALLOW_EXPORTED;
		t_ok(lvol_txn_begin(w.ctx, (const char *const[]){ "vg0", NULL }, &exported, &txn, &err), err);
	}
	t_ok(lvol_vg_remove(txn, "vg0", LVOL_VG_REMOVE_LVS, &err), err);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
	t_fails(lvol_io_open(lvol_lv_find(text_vg, "lin"), 0, &io, &err), LVOL_E_CONFLICT, err);
	lvol_string_free(text);
	lvol_vg_unref(text_vg);
	lvol_vg_unref(preview);
}
END_TEST

START_TEST(permissions_hold)
{
	struct lvol_lv_change_opts o = LVOL_LV_CHANGE_OPTS_INIT;
	struct lvol_ctx *reader = world_ctx(&w, LVOL_CTX_READ_ONLY);
	struct lvol_txn *txn;
	struct lvol_io *io;

	o.what = LVOL_LV_CHANGE_WRITABLE;
	t_ok(lvol_txn_begin(w.ctx, (const char *const[]){ "vg0", NULL }, NULL, &txn, &err), err);
	t_ok(lvol_lv_change(txn, "lin", &o, &err), err);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
	t_fails(world_open(w.ctx, "lin", LVOL_IO_WRITE, &io, &err), LVOL_E_READ_ONLY, err);
	t_ok(world_open(w.ctx, "lin", LVOL_IO_WRITE | LVOL_IO_FORCE_READ_ONLY_LV, &io, &err), err);
	lvol_io_close(io);
	t_fails(world_open(reader, "str", LVOL_IO_WRITE, &io, &err), LVOL_E_READ_ONLY, err);
	t_fails(lvol_txn_begin(reader, NULL, NULL, &txn, &err), LVOL_E_READ_ONLY, err);
	t_ok(world_open(reader, "str", 0, &io, &err), err);
	t_fails(lvol_io_pwrite(io, "x", 1, 0, &err), LVOL_E_READ_ONLY, err);
	lvol_io_close(io);
	lvol_ctx_unref(reader);
}
END_TEST

START_TEST(a_missing_pv_is_named)
{
	struct lvol_ctx *ctx;
	struct lvol_io *io;
	char buf[65536];

	t_ok(lvol_ctx_new(NULL, &ctx, &err), err);
	t_ok(lvol_ctx_add_path(ctx, w.disk[0], 0, NULL, &err), err);
	t_fails(world_open(ctx, "str", 0, &io, &err), LVOL_E_MISSING_PV, err);
	t_ok(world_open(ctx, "str", LVOL_IO_PARTIAL, &io, &err), err);
	t_ok(lvol_io_pread(io, buf, 16384, 0, &err), err);
	t_fails(lvol_io_pread(io, buf, 16384, 16384, &err), LVOL_E_MISSING_PV, err);
	lvol_io_close(io);
	lvol_ctx_unref(ctx);
}
END_TEST

START_TEST(arguments_are_checked)
{
	struct lvol_io *io;

	t_fails(lvol_io_open(NULL, 0, &io, &err), LVOL_E_INVALID, err);
	t_fails(world_open(w.ctx, "lin", 1u << 31, &io, &err), LVOL_E_INVALID, err);
	lvol_io_close(NULL);
}
END_TEST

static Suite *suite(void)
{
	Suite *s = suite_create("io_open");
	TCase *t = tcase_create("open");

	tcase_add_checked_fixture(t, setup, teardown);
	tcase_add_test(t, many_readers_and_one_writer);
	tcase_add_test(t, another_process_is_named);
	tcase_add_test(t, an_open_lv_is_not_resized_or_removed);
	tcase_add_test(t, a_handle_from_before_a_change_is_a_conflict);
	tcase_add_test(t, a_snapshot_since_then_is_a_conflict);
	tcase_add_loop_test(t, another_lv_of_that_id_is_a_conflict, 0, sizeof others / sizeof *others);
	tcase_add_test(t, parts_that_moved_are_a_conflict);
	tcase_add_test(t, previews_and_texts_are_checked_against_the_disks);
	tcase_add_test(t, permissions_hold);
	tcase_add_test(t, a_missing_pv_is_named);
	tcase_add_test(t, arguments_are_checked);
	suite_add_tcase(s, t);
	return s;
}

int main(void)
{
	return t_main(suite());
}
