/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Operations of a transaction while memory fails: one allocation from each place that asks for some, from the call on. Then the
 * call says LVOL_E_NO_MEMORY and the transaction is as it was before, or the call did all that was asked in spite of it; in the
 * same transaction the same call succeeds once there is memory again; with the transaction all memory is given back. And
 * commits of them: the disks hold the version before or after.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "allocator.h"
#include "operations.h"
#include "sites.h"
#include "util.h"
#include "world.h"

#define MIB (UINT64_C(1) << 20)

/* ---- failures ---- */

static char *look(struct lvol_txn *txn, bool text)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
	char *out = NULL;

	if (lvol_txn_preview(txn, NULL, &vg, NULL))
		return NULL;  /* there is none, or there are two */
	t_ok(text ? lvol_vg_export_text(vg, &out, &err) : lvol_vg_picture(vg, NULL, &out, &err), err);
	lvol_vg_unref(vg);
	return out;
}

static bool same(const char *a, const char *b)
{
	return a && b ? !strcmp(a, b) : a == b;
}

/* NULL: all is as it should be. @made: the picture of what comes out. */
static char *fail_at(struct lvol_txn *txn, const struct operation *op, uint64_t nth, bool forever, const char *made)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *before = look(txn, true), *after, *picture, *wrong = NULL;
	int ret;

	allocator_arm(nth, forever);
	ret = op->step(txn, &err);
	allocator_disarm();
	if (ret && (ret != -LVOL_E_NO_MEMORY || err.code != LVOL_E_NO_MEMORY))
		wrong = t_text("%d, %s", ret, err.message);
	after = look(txn, true);
	if (!wrong && ret && !same(before, after))
		wrong = t_text("the call failed, and has changed the VG");
	if (!wrong && ret && (ret = op->step(txn, &err)))
		wrong = t_text("the second attempt: %d, %s", ret, err.message);
	picture = look(txn, false);
	if (!wrong && !same(picture, made))
		wrong = t_text("what comes out differs:\n%.2000s", picture);
	lvol_string_free(before);
	lvol_string_free(after);
	lvol_string_free(picture);
	return wrong;
}

static void fail_once(struct lvol_ctx *ctx, const struct operation *op, uint64_t nth, bool forever, const char *made)
{
	int64_t live = allocator_live();
	struct lvol_txn *txn = operation_begin(ctx, op);
	char *wrong = fail_at(txn, op, nth, forever, made);

	lvol_txn_free(txn);
	ck_assert_msg(!wrong, "%s: allocation %llu fails%s: %s", op->name, (unsigned long long)nth, forever ? " and all after it" : "",
			wrong);
	ck_assert_msg(allocator_live() == live, "%s: allocation %llu fails: %lld were not freed", op->name, (unsigned long long)nth,
			(long long)(allocator_live() - live));
}

static unsigned try_operation(struct lvol_ctx *ctx, const struct operation *op, struct sites *sites)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn;
	char *made;
	int ret;

	for (int i = 0; i < 2; i++) {  /* the first time for what is made once in a process */
		txn = operation_begin(ctx, op);
		if (i) {
			sites_watch(sites);
			allocator_arm(0, false);
		}
		ret = op->step(txn, &err);
		if (i) {
			allocator_disarm();
			sites_stop(sites);
		}
		ck_assert_msg(!ret, "%s: %s: %s", op->name, err.subject, err.message);
		if (!i)
			lvol_txn_free(txn);
	}
	made = look(txn, false);
	lvol_txn_free(txn);
	for (size_t i = 0; i < sites->chosen_count; i++) {
		fail_once(ctx, op, sites->chosen[i], false, made);
		fail_once(ctx, op, sites->chosen[i], true, made);
	}
	lvol_string_free(made);
	return 2 * (unsigned)sites->chosen_count;
}

/* ---- commits ---- */

static char *picture_of(struct lvol_ctx *ctx)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *scan;
	char *all = t_text("%s", ""), *one, *more;

	t_ok(lvol_scan_new(ctx, &scan, &err), err);
	for (size_t i = 0; i < lvol_scan_vg_count(scan); i++) {
		t_ok(lvol_vg_picture(lvol_scan_vg(scan, i), NULL, &one, &err), err);
		more = t_text("%s%s", all, one);
		lvol_string_free(one);
		free(all);
		all = more;
	}
	lvol_scan_free(scan);
	return all;
}

/* What the disks hold before and after. */
struct versions { char *before, *after; };

/* NULL: all is as it should be. */
static char *fail_commit_at(struct lvol_ctx *ctx, struct lvol_txn *txn, uint64_t nth, bool forever, const struct versions *v)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char *found, *wrong = NULL;
	int ret;

	allocator_arm(nth, forever);
	ret = lvol_txn_commit(txn, &err);
	allocator_disarm();
	if (ret && (ret != -LVOL_E_NO_MEMORY || err.code != LVOL_E_NO_MEMORY))
		wrong = t_text("%d, %s", ret, err.message);
	found = picture_of(ctx);
	if (!wrong && strcmp(found, v->after) && (!ret || strcmp(found, v->before)))
		wrong = t_text("it returns %d, and the disks hold neither version:\n%.2000s", ret, found);
	free(found);
	return wrong;
}

static void fail_commit(struct lvol_ctx *ctx, struct recorder *rec, const struct operation *op, uint64_t nth, bool forever,
		const struct versions *v)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	int64_t live = allocator_live();
	struct lvol_txn *txn = operation_begin(ctx, op);
	char *wrong;

	t_ok(op->step(txn, &err), err);
	wrong = fail_commit_at(ctx, txn, nth, forever, v);
	lvol_txn_free(txn);
	rec_revert(rec);
	ck_assert_msg(!wrong, "commit of %s: allocation %llu fails%s: %s", op->name, (unsigned long long)nth,
			forever ? " and all after it" : "", wrong);
	ck_assert_msg(allocator_live() == live, "commit of %s: allocation %llu fails: %lld were not freed", op->name,
			(unsigned long long)nth, (long long)(allocator_live() - live));
}

static unsigned try_commit(struct lvol_ctx *ctx, struct recorder *rec, const struct operation *op, struct sites *sites)
{
	struct versions v = { picture_of(ctx), NULL };
	struct lvol_error err = LVOL_ERROR_INIT;

	for (int i = 0; i < 2; i++) {  /* the first time for what is made once in a process */
		struct lvol_txn *txn = operation_begin(ctx, op);
		int ret;

		t_ok(op->step(txn, &err), err);
		if (i) {
			sites_watch(sites);
			allocator_arm(0, false);
		}
		ret = lvol_txn_commit(txn, &err);
		if (i) {
			allocator_disarm();
			sites_stop(sites);
		}
		ck_assert_msg(!ret, "commit of %s: %s", op->name, err.message);
		lvol_txn_free(txn);
		if (i)
			v.after = picture_of(ctx);
		rec_revert(rec);
	}
	for (size_t i = 0; i < sites->chosen_count; i++) {
		fail_commit(ctx, rec, op, sites->chosen[i], false, &v);
		fail_commit(ctx, rec, op, sites->chosen[i], true, &v);
	}
	free(v.before);
	free(v.after);
	return 2 * (unsigned)sites->chosen_count;
}

START_TEST(commits)
{
	struct recorder *rec = rec_new(OPERATION_DISKS, 64 * MIB);
	struct lvol_ctx *ctx = operations_prepare(rec);
	struct sites sites = { 0 };
	unsigned tried = 0;

	rec_settle(rec);
	for (size_t i = 0; i < operation_count; i++)
		tried += try_commit(ctx, rec, &operations[i], &sites);
	printf("fault: commits: %u failures of memory, at %zu places\n", tried, sites.count);
	ck_assert_uint_ge(sites.count, 300);
	sites_free(&sites);
	lvol_ctx_unref(ctx);
	rec_free(rec);
}
END_TEST

START_TEST(one_from_each_place)
{
	struct recorder *rec = rec_new(OPERATION_DISKS, 64 * MIB);
	struct lvol_ctx *ctx = operations_prepare(rec);
	struct sites sites = { 0 };
	unsigned tried = 0;

	for (size_t i = 0; i < operation_count; i++)
		tried += try_operation(ctx, &operations[i], &sites);
	printf("fault: operations: %u failures of memory, at %zu places\n", tried, sites.count);
	ck_assert_uint_ge(sites.count, 300);
	sites_free(&sites);
	lvol_ctx_unref(ctx);
	rec_free(rec);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("operations without memory");
	TCase *tests = tcase_create("operations");

	tcase_set_timeout(tests, 0);
	tcase_add_test(tests, one_from_each_place);
	tcase_add_test(tests, commits);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
