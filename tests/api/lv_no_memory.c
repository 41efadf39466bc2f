/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every LV operation, with each of its allocations failing in turn: the error says so, and the transaction is as it was
 * before the call. A VG takes memory in large chunks, so that most of what an operation needs is there already: the
 * tests use up what is left of a chunk before, all but a few bytes more or less.
 */
#include <errno.h>

#include "lv_world.h"

/* Allocations of the whole program go through here. -1: all succeed; otherwise so many do, and then one fails. */
static long left = -1;
static size_t largest;

#if defined(__SANITIZE_ADDRESS__) || !defined(__GLIBC__)
#define CANNOT "the sanitizer has an allocator of its own"
#else
static bool fails(size_t size)
{
	if (size > largest)
		largest = size;
	if (left < 0)
		return false;
	if (left-- > 0)
		return false;
	errno = ENOMEM;
	return true;
}

/* The library must find these, although the build hides symbols by default. */
#pragma GCC visibility push(default)

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t n, size_t size);
void *__libc_realloc(void *p, size_t size);

void *malloc(size_t size)
{
	return fails(size) ? NULL : __libc_malloc(size);
}

void *calloc(size_t n, size_t size)
{
	return fails(size) ? NULL : __libc_calloc(n, size);
}

void *realloc(void *p, size_t size)
{
	return fails(size) ? NULL : __libc_realloc(p, size);
}

void *reallocarray(void *p, size_t n, size_t size)
{
	size_t bytes;

	if (__builtin_mul_overflow(n, size, &bytes)) {
		errno = ENOMEM;
		return NULL;
	}
	return realloc(p, bytes);
}

#pragma GCC visibility pop
#endif

struct operation {
	const char *name;
	const char *scenario;   /* NULL: the VG made here */
	unsigned disks;
	const char *other;      /* an LV that has nothing to do with it */
	int (*run)(struct lvol_txn *txn, struct lvol_error *err);
};

/* An LV that must be split into many pieces, with everything that an LV can have. */
static int run_create(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.size.extents = 20;
	o.stripe_count = 2;
	o.tags = LIST("one", "two");
	return lvol_lv_create(txn, &o, err);
}

static int run_create_zero(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.segtype = "zero";
	o.size.extents = 20;
	return lvol_lv_create(txn, &o, err);
}

static int run_grow(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.size.extents = 14;
	o.sign = 1;
	return lvol_lv_resize(txn, "last", &o, err);
}

static int run_grow_on_tag(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.size.percent = 90;
	o.size.percent_of = LVOL_PERCENT_PVS;
	o.sign = 1;
	o.pvs = LIST("@tag:1-5:7-");
	o.alloc = LVOL_ALLOC_ANYWHERE;
	o.stripe_count = 3;
	return lvol_lv_resize(txn, "last", &o, err);
}

static int run_shrink(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_resize_opts o = LVOL_LV_RESIZE_OPTS_INIT;

	o.size.extents = 1;
	o.flags = LVOL_LV_RESIZE_SHRINK;
	return lvol_lv_resize(txn, "last", &o, err);
}

static int run_remove(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_lv_remove(txn, "last", err);
}

static int run_remove_raid(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_lv_remove(txn, "rb", err);
}

static int run_rename_raid(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_lv_rename(txn, "rb", "renamed", err);
}

static int run_rename_thin(struct lvol_txn *txn, struct lvol_error *err)
{
	return lvol_lv_rename(txn, "t1", "renamed", err);
}

static int run_change(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_change_opts o = LVOL_LV_CHANGE_OPTS_INIT;

	o.what = LVOL_LV_CHANGE_WRITABLE | LVOL_LV_CHANGE_ALLOC | LVOL_LV_CHANGE_READ_AHEAD;
	o.read_ahead_bytes = 4096;
	o.add_tags = LIST("one", "two");
	return lvol_lv_change(txn, "last", &o, err);
}

static const struct operation operations[] = {
	{ "create", NULL, 0, "x1", run_create },
	{ "create zero", NULL, 0, "x1", run_create_zero },
	{ "grow", NULL, 0, "x1", run_grow },
	{ "grow on tagged PVs", NULL, 0, "x1", run_grow_on_tag },
	{ "shrink", NULL, 0, "x1", run_shrink },
	{ "remove", NULL, 0, "x1", run_remove },
	{ "change", NULL, 0, "x1", run_change },
	{ "remove raid", "raid-integrity", 2, "rj", run_remove_raid },
	{ "rename raid", "raid-integrity", 2, "rj", run_rename_raid },
	{ "rename thin", "historical", 1, "s3", run_rename_thin },
};
#define OPERATIONS ((int)(sizeof operations / sizeof *operations))

/* Every other extent of most of two disks in use; "last" at the end of the first. */
static void fragmented(struct world *w)
{
	struct lvol_pv_change_opts tag = LVOL_PV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char name[16];

	WORLD(w, 30, 30);
	begin(w);
	tag.add_tags = LIST("tag");
	t_ok(lvol_pv_change(w->txn, w->disks[1], &tag, &err), err);
	for (unsigned i = 0; i < 56; i++) {
		snprintf(name, sizeof name, i == 55 ? "last" : "x%u", i);
		create(w, name, 1);
	}
	for (unsigned i = 0; i < 54; i += 2) {
		snprintf(name, sizeof name, "x%u", i);
		t_ok(lvol_lv_remove(w->txn, name, &err), err);
	}
	for (unsigned i = 0; i < 3; i++)
		t_ok(lvol_lv_resize(w->txn, "last", &(struct lvol_lv_resize_opts) { .struct_size =
				sizeof(struct lvol_lv_resize_opts), .size = { .extents = 1 }, .sign = 1 }, &err), err);
	commit(w);
}

static char *text_of(struct world *w, const char *vg_name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = look(w, vg_name);
	char *text = NULL;

	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	return text;
}

static void begin_for(struct world *w, const struct operation *op)
{
	if (op->scenario)
		begin_golden(w);
	else
		begin(w);
}

/* Takes some bytes of the VG's memory and changes nothing. */
static void use_some(struct world *w, const struct operation *op)
{
	struct lvol_lv_change_opts add = LVOL_LV_CHANGE_OPTS_INIT, drop = LVOL_LV_CHANGE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	add.add_tags = drop.remove_tags = LIST("tag");
	t_ok(lvol_lv_change(w->txn, op->other, &add, &err), err);
	t_ok(lvol_lv_change(w->txn, op->other, &drop, &err), err);
}

/* How often that can be done before a new chunk is taken. */
static unsigned uses_of_a_chunk(struct world *w, const struct operation *op)
{
	unsigned n = 0;

	begin_for(w, op);
	for (largest = 0; largest < 4096; n++) {
		ck_assert_uint_lt(n, 100000);  /* else the allocations are not seen here */
		use_some(w, op);
	}
	give_up(w);
	return n;
}

/* With the allocation number @n failing; whether there is one of that number. */
static bool try(struct world *w, const struct operation *op, long n, const char *before)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char last[256], *after;
	size_t had = changes(w, last, sizeof last);
	bool failed;
	int ret;

	left = n;
	ret = op->run(w->txn, &err);
	failed = left < 0;
	left = -1;
	/* some can be done without */
	if (!ret)
		return failed;
	ck_assert_msg(failed, "%s: %s", op->name, err.message);
	ck_assert_msg(ret == -LVOL_E_NO_MEMORY, "%s, allocation %ld: %d, %s", op->name, n, ret, err.message);
	ck_assert_int_eq(err.code, LVOL_E_NO_MEMORY);
	after = text_of(w, op->scenario ? "vg0" : NULL);
	/* too long for check to print */
	ck_assert_msg(!strcmp(after, before), "%s: changed by the failure of allocation %ld", op->name, n);
	ck_assert_uint_eq(changes(w, last, sizeof last), had);
	lvol_string_free(after);
	return true;
}

/* Anew each time: what one attempt has built is not built again by the next. */
static void try_all(struct world *w, const struct operation *op, unsigned uses, const char *before)
{
	bool more = true;

	for (long n = 0; more; n++) {
		begin_for(w, op);
		for (unsigned i = 0; i < uses; i++)
			use_some(w, op);
		more = try(w, op, n, before);
		give_up(w);
	}
}

START_TEST(each_allocation_fails)
{
	const struct operation *op = &operations[_i];
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned uses, step = t_long() ? 1 : 3;
	struct world w;
	char *before;

	if (op->scenario)
		world_golden(&w, op->scenario, op->disks);
	else
		fragmented(&w);
	uses = uses_of_a_chunk(&w, op);
	ck_assert_uint_gt(uses, 1);
	begin_for(&w, op);
	use_some(&w, op);
	before = text_of(&w, op->scenario ? "vg0" : NULL);
	give_up(&w);
	for (unsigned less = 1; less < 30 && less < uses; less += step)
		try_all(&w, op, uses - less, before);
	/* and what survived all that can be written */
	begin_for(&w, op);
	t_ok(op->run(w.txn, &err), err);
	commit(&w);
	lvol_string_free(before);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("lv without memory");
	TCase *tc = make_case(suite, "operations");

#ifdef CANNOT
	t_skip_all(CANNOT);
#endif
	tcase_set_timeout(tc, 120);
	tcase_add_loop_test(tc, each_allocation_fails, 0, OPERATIONS);
	return t_main(suite);
}
