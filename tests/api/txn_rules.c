/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What holds for every transaction, whatever its operations. */
#include <signal.h>
#include <sys/wait.h>
#include <unistd.h>

#include "disks.h"

/* Two VGs "a" (disks 0, 1; LV "one") and "b" (disk 2; LV "two"), and a blank disk 3. */
static void make_two(struct world *w)
{
	DISKS(w, 16, 16, 16, 16);
	make_vg(w, "a", LIST(w->disks[0], w->disks[1]));
	make_vg(w, "b", LIST(w->disks[2]));
	start_with(w, LIST("a", "b"), 0);
	make_lv(w, "a", "one", 20, NULL);
	make_lv(w, "b", "two", 5, NULL);
	commit(w);
}

/* A bit of everything. */
static void do_much(struct world *w)
{
	struct lvol_lv_resize_opts size = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_pv_change_opts pv = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_vg_change_opts vg = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	t_ok(lvol_lv_remove(w->txn, "a/one", &err), err);
	t_ok(lvol_vg_reduce(w->txn, "a", LIST(w->disks[1]), &err), err);
	t_ok(lvol_vg_extend(w->txn, "b", LIST(w->disks[1], w->disks[3]), 0, &err), err);
	size.size.extents = 30;
	t_ok(lvol_lv_resize(w->txn, "b/two", &size, &err), err);
	t_ok(lvol_lv_rename(w->txn, "b/two", "three", &err), err);
	t_ok(lvol_vg_rename(w->txn, "a", "c", &err), err);
	make_lv(w, "c", "four", 7, NULL);
	pv.what = LVOL_PV_CHANGE_ALLOCATABLE;
	pv.add_tags = LIST("tag");
	t_ok(lvol_pv_change(w->txn, w->disks[3], &pv, &err), err);
	vg.what = LVOL_VG_CHANGE_MAX_LV;
	vg.max_lv = 9;
	t_ok(lvol_vg_change(w->txn, "b", &vg, &err), err);
}

static char *text_of(struct world *w, const char *name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = look(w, name);
	char *text = NULL;

	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	return text;
}

/* Without the marks that tie texts of one transaction together, which the commit makes. */
static void drop_marks(char *text)
{
	char *line, *end;

	while ((line = strstr(text, "\tliblvol_transaction")) && (end = strchr(line, '\n')))
		memmove(line, end + 1, strlen(end + 1) + 1);
}

START_TEST(preview_is_what_comes)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
	struct world w;
	const char *const names[] = { "b", "c" };
	char *before[2];

	make_two(&w);
	start_with(&w, LIST("a", "b"), 0);
	do_much(&w);
	for (int i = 0; i < 2; i++)
		before[i] = text_of(&w, names[i]);
	t_fails(lvol_txn_preview(w.txn, "a", &vg, &err), LVOL_E_NOT_FOUND, err);
	t_fails(lvol_txn_preview(w.txn, NULL, &vg, &err), LVOL_E_NOT_FOUND, err);
	commit(&w);
	for (int i = 0; i < 2; i++) {
		char *after = text_of(&w, names[i]);

		drop_marks(after);
		drop_marks(before[i]);
		ck_assert_str_eq(before[i], after);
		free(after);
		free(before[i]);
		expect_sound(&w, names[i]);
	}
	ck_assert(!vg_exists(&w, "a"));
	world_free(&w);
}
END_TEST

START_TEST(preview_does_not_disturb)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	make_two(&w);
	start(&w, "b");
	expect_names(&w, "b", "two");
	make_lv(&w, "b", "three", 3, NULL);
	expect_names(&w, "b", "three two");
	t_ok(lvol_lv_remove(w.txn, "two", &err), err);
	expect_names(&w, "b", "three");
	commit(&w);
	expect_names(&w, "b", "three");
	world_free(&w);
}
END_TEST

START_TEST(abort_writes_nothing)
{
	char before[SUMS_LEN];
	struct world w;

	make_two(&w);
	sums(&w, before);
	start_with(&w, LIST("a", "b"), 0);
	do_much(&w);
	lvol_txn_abort(w.txn);
	expect_sums(&w, before);
	give_up(&w);
	start_with(&w, LIST("a", "b"), 0);
	do_much(&w);
	give_up(&w);
	expect_sums(&w, before);
	/* and nothing was changed: nothing is written */
	start_with(&w, LIST("a", "b"), 0);
	commit(&w);
	expect_sums(&w, before);
	world_free(&w);
}
END_TEST

static uint32_t seqno(struct world *w, const char *name)
{
	struct lvol_vg *vg = look(w, name);
	uint32_t n = lvol_vg_seqno(vg);

	lvol_vg_unref(vg);
	return n;
}

START_TEST(one_version_for_all)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
	struct world w;
	uint32_t a, b;

	make_two(&w);
	a = seqno(&w, "a");
	b = seqno(&w, "b");
	start_with(&w, LIST("a", "b"), 0);
	for (int i = 0; i < 5; i++)
		make_lv(&w, "b", NULL, 1, NULL);
	ck_assert_uint_eq(seqno(&w, "b"), b + 1);
	ck_assert_uint_eq(seqno(&w, "a"), a);
	t_ok(lvol_txn_commit(w.txn, &err), err);
	t_ok(lvol_txn_result(w.txn, "b", &vg, &err), err);
	ck_assert_uint_eq(lvol_vg_seqno(vg), b + 1);
	ck_assert_uint_eq(lvol_vg_problem_count(vg), 0);
	lvol_vg_unref(vg);
	give_up(&w);
	ck_assert_uint_eq(seqno(&w, "b"), b + 1);
	ck_assert_uint_eq(seqno(&w, "a"), a);  /* nothing changed there */
	world_free(&w);
}
END_TEST

/* Five VGs and their LVs at once. */
START_TEST(several_vgs)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char name[8];

	DISKS(&w, 16, 16, 16, 16, 16);
	start(&w, NULL);
	for (unsigned i = 0; i < 5; i++) {
		snprintf(name, sizeof name, "vg%u", i);
		t_ok(create_vg(&w, name, LIST(w.disks[i]), &err), err);
		make_lv(&w, name, "lv", i + 1, NULL);
	}
	commit(&w);
	for (unsigned i = 0; i < 5; i++) {
		snprintf(name, sizeof name, "vg%u", i);
		expect_sound(&w, name);
		ck_assert_uint_eq(free_extents(&w, name), 15 - (i + 1));
	}
	world_free(&w);
}
END_TEST

START_TEST(after_the_end)
{
	struct lvol_vg_change_opts vg = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_pv_change_opts pv = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *out;
	struct world w;

	make_two(&w);
	for (int aborted = 0; aborted < 2; aborted++) {
		start(&w, "b");
		if (aborted)
			lvol_txn_abort(w.txn);
		else
			t_ok(lvol_txn_commit(w.txn, &err), err);
		t_fails(lvol_txn_commit(w.txn, &err), LVOL_E_STATE, err);
		t_fails(lvol_txn_preview(w.txn, "b", &out, &err), LVOL_E_STATE, err);
		t_fails(create_pv(&w, 3, 0, &err), LVOL_E_STATE, err);
		t_fails(lvol_pv_remove(w.txn, w.disks[3], 0, &err), LVOL_E_STATE, err);
		t_fails(lvol_pv_resize(w.txn, w.disks[2], 0, &err), LVOL_E_STATE, err);
		t_fails(lvol_pv_change(w.txn, w.disks[2], &pv, &err), LVOL_E_STATE, err);
		t_fails(create_vg(&w, "new", LIST(w.disks[3]), &err), LVOL_E_STATE, err);
		t_fails(lvol_vg_remove(w.txn, "b", 0, &err), LVOL_E_STATE, err);
		t_fails(lvol_vg_extend(w.txn, "b", LIST(w.disks[3]), 0, &err), LVOL_E_STATE, err);
		t_fails(lvol_vg_reduce(w.txn, "b", LIST(w.disks[2]), &err), LVOL_E_STATE, err);
		t_fails(lvol_vg_reduce_missing(w.txn, "b", &err), LVOL_E_STATE, err);
		t_fails(lvol_vg_rename(w.txn, "b", "new", &err), LVOL_E_STATE, err);
		t_fails(lvol_vg_change(w.txn, "b", &vg, &err), LVOL_E_STATE, err);
		t_fails(lvol_vg_export(w.txn, "b", &err), LVOL_E_STATE, err);
		t_fails(lvol_vg_import(w.txn, "b", &err), LVOL_E_STATE, err);
		t_fails(lvol_vg_split(w.txn, "b", "new", LIST(w.disks[2]), NULL, &err), LVOL_E_STATE, err);
		t_fails(lvol_vg_merge(w.txn, "b", "new", &err), LVOL_E_STATE, err);
		t_fails(lvol_vg_restore(w.txn, "b", "b {\n}\n", 6, &err), LVOL_E_STATE, err);
		if (aborted)
			t_fails(lvol_txn_result(w.txn, "b", &out, &err), LVOL_E_STATE, err);
		give_up(&w);
	}
	world_free(&w);
}
END_TEST

/* The list of changes */

START_TEST(list_of_changes)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_changes *list = NULL;
	struct lvol_change c;
	struct world w;
	static const struct { int kind; const char *object, *subject; } want[] = {
		{ LVOL_CHANGE_CREATE, "vg", "vg" }, { LVOL_CHANGE_CREATE, "pv", NULL }, { LVOL_CHANGE_MODIFY, "vg", "vg" },
		{ LVOL_CHANGE_CREATE, "lv", "vg/lv" }, { LVOL_CHANGE_MODIFY, "vg", "vg" }, { LVOL_CHANGE_REMOVE, "vg", "new" },
		{ LVOL_CHANGE_REMOVE, "pv", NULL },
	};

	DISKS(&w, 16);
	start(&w, NULL);
	t_ok(create_vg(&w, "vg", LIST(w.disks[0]), &err), err);
	make_lv(&w, "vg", "lv", 3, NULL);
	t_fails(create_vg(&w, "no", LIST(w.disks[0]), &err), LVOL_E_BUSY, err);
	t_ok(lvol_vg_rename(w.txn, "vg", "new", &err), err);
	t_ok(lvol_vg_remove(w.txn, "new", LVOL_VG_REMOVE_LVS, &err), err);
	t_ok(lvol_pv_remove(w.txn, w.disks[0], 0, &err), err);
	t_ok(lvol_txn_changes(w.txn, &list, &err), err);
	ck_assert_uint_eq(lvol_changes_count(list), sizeof want / sizeof *want);
	for (size_t i = 0; i < lvol_changes_count(list); i++) {
		ck_assert(lvol_changes_get(list, i, &c));
		ck_assert_int_eq(c.kind, want[i].kind);
		ck_assert_str_eq(c.object, want[i].object);
		ck_assert_str_eq(c.subject, want[i].subject ? want[i].subject : w.disks[0]);
		ck_assert_ptr_nonnull(c.text);
	}
	ck_assert(!lvol_changes_get(list, lvol_changes_count(list), &c));
	lvol_changes_free(list);
	world_free(&w);
}
END_TEST

/* Others */

START_TEST(changed_since_it_was_read)
{
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn = NULL;
	const struct lvol_vg *unchanged[2] = { NULL, NULL };
	struct lvol_vg *vg;
	struct world w;

	make_two(&w);
	vg = look(&w, "b");
	unchanged[0] = vg;
	opts.unchanged = unchanged;
	t_ok(lvol_txn_begin(w.ctx, LIST("b"), &opts, &txn, &err), err);
	lvol_txn_free(txn);
	start(&w, "b");
	make_lv(&w, "b", "new", 1, NULL);
	commit(&w);
	txn = NULL;
	t_fails(lvol_txn_begin(w.ctx, LIST("b"), &opts, &txn, &err), LVOL_E_CONFLICT, err);
	ck_assert_ptr_null(txn);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

static struct lvol_ctx *other_ctx(const struct world *w, uint32_t flags)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx = NULL;

	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG | flags;
	opts.lock_timeout_ms = LVOL_NO_WAIT;
	t_ok(lvol_ctx_new(&opts, &ctx, &err), err);
	for (unsigned i = 0; i < w->disk_count; i++)
		t_ok(lvol_ctx_add_path(ctx, w->disks[i], 0, NULL, &err), err);
	return ctx;
}

/* Somebody who does not care for locks writes in between. */
START_TEST(in_spite_of_the_lock)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char before[SUMS_LEN];
	struct world w, rude;

	make_two(&w);
	rude = w;
	rude.ctx = other_ctx(&w, LVOL_CTX_NO_LOCKING);
	start(&w, "b");
	make_lv(&w, "b", "mine", 1, NULL);
	start(&rude, "b");
	make_lv(&rude, "b", "theirs", 1, NULL);
	commit(&rude);
	sums(&w, before);
	t_fails(lvol_txn_commit(w.txn, &err), LVOL_E_CONFLICT, err);
	give_up(&w);
	expect_sums(&w, before);
	expect_names(&w, "b", "theirs two");
	lvol_ctx_unref(rude.ctx);
	world_free(&w);
}
END_TEST

START_TEST(locked_by_a_neighbour)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w, other;

	make_two(&w);
	other = w;
	other.ctx = other_ctx(&w, 0);
	start(&w, "a");
	t_fails(begin_fails(&other, "a", 0, &err), LVOL_E_LOCKED, err);
	/* other VGs are free, but this one's PVs are not to be taken */
	start(&other, "b");
	t_fails(create_pv(&other, 0, LVOL_PV_CREATE_FORCE_USED, &err), LVOL_E_LOCKED, err);
	t_ok(create_pv(&other, 3, 0, &err), err);
	/* and the device that somebody is about to use */
	t_fails(lvol_vg_extend(w.txn, "a", LIST(w.disks[3]), 0, &err), LVOL_E_LOCKED, err);
	commit(&other);
	t_ok(lvol_vg_extend(w.txn, "a", LIST(w.disks[3]), 0, &err), err);
	commit(&w);
	expect_disks(&w, "a", "0 1 3");
	lvol_ctx_unref(other.ctx);
	world_free(&w);
}
END_TEST

/* Hold VG "a" in another process until told to go, or for so long. */
static pid_t hold(const struct world *w, unsigned ms)
{
	int ready[2];
	pid_t pid;
	char c;

	ck_assert_int_eq(pipe(ready), 0);
	pid = fork();
	ck_assert_int_ge(pid, 0);
	if (!pid) {
		struct world mine = *w;

		mine.ctx = other_ctx(w, 0);
		mine.txn = NULL;
		start(&mine, "a");
		if (write(ready[1], "x", 1) != 1)
			_exit(1);
		usleep(ms * 1000);
		_exit(0);
	}
	close(ready[1]);
	ck_assert_int_eq(read(ready[0], &c, 1), 1);
	close(ready[0]);
	return pid;
}

START_TEST(locked_by_another_process)
{
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn = NULL;
	struct world w;
	char text[32];
	pid_t pid;

	make_two(&w);
	pid = hold(&w, 20000);
	snprintf(text, sizeof text, "%d", (int)pid);
	t_fails(begin_fails(&w, "a", 0, &err), LVOL_E_LOCKED, err);
	says(&err, text);
	opts.lock_timeout_ms = 50;
	t_fails(lvol_txn_begin(w.ctx, LIST("a"), &opts, &txn, &err), LVOL_E_LOCKED, err);
	kill(pid, SIGKILL);
	waitpid(pid, NULL, 0);
	/* its lock died with it */
	start(&w, "a");
	give_up(&w);
	/* waiting */
	pid = hold(&w, 300);
	opts.lock_timeout_ms = LVOL_WAIT_FOREVER;
	t_ok(lvol_txn_begin(w.ctx, LIST("a"), &opts, &txn, &err), err);
	lvol_txn_free(txn);
	waitpid(pid, NULL, 0);
	world_free(&w);
}
END_TEST

START_TEST(absent_names)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	make_two(&w);
	t_fails(begin_fails(&w, "none", 0, &err), LVOL_E_NOT_FOUND, err);
	start_with(&w, LIST("none", "a"), LVOL_TXN_ALLOW_ABSENT);
	t_ok(create_vg(&w, "none", LIST(w.disks[3]), &err), err);
	commit(&w);
	expect_sound(&w, "none");
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("txn_rules");
	TCase *tc = make_case(suite, "rules");

	tcase_add_test(tc, preview_is_what_comes);
	tcase_add_test(tc, preview_does_not_disturb);
	tcase_add_test(tc, abort_writes_nothing);
	tcase_add_test(tc, one_version_for_all);
	tcase_add_test(tc, several_vgs);
	tcase_add_test(tc, after_the_end);
	tcase_add_test(tc, list_of_changes);
	tcase_add_test(tc, absent_names);
	tc = make_case(suite, "others");
	tcase_add_test(tc, changed_since_it_was_read);
	tcase_add_test(tc, in_spite_of_the_lock);
	tcase_add_test(tc, locked_by_a_neighbour);
	tcase_add_test(tc, locked_by_another_process);
	return t_main(suite);
}
