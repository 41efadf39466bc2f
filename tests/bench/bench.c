/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "bench.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

double b_now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec + t.tv_nsec * 1e-9;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

double b_median(double *values, size_t count)
{
	qsort(values, count, sizeof *values, compare);
	return count % 2 ? values[count / 2] : (values[count / 2 - 1] + values[count / 2]) / 2;
}

void b_die(const char *fmt, ...)
{
	va_list ap;

	fprintf(stderr, "bench: ");
	va_start(ap, fmt);
	vfprintf(stderr, fmt, ap);
	va_end(ap);
	fputc('\n', stderr);
	exit(1);
}

void b_ok(int ret, const struct lvol_error *err, const char *what)
{
	if (ret < 0)
		b_die("%s: %s: %s (%s)", what, lvol_err_name(ret), err->message, err->subject);
}

void *b_alloc(size_t bytes)
{
	void *p = calloc(1, bytes ? bytes : 1);

	if (!p)
		b_die("no memory");
	return p;
}

unsigned b_runs(unsigned otherwise)
{
	const char *s = getenv("LVOL_BENCH_RUNS");
	unsigned long n = s ? strtoul(s, NULL, 10) : 0;

	if (!n)
		return otherwise;
	return n < B_RUNS_MAX ? n : B_RUNS_MAX;
}

static double run_case(const struct b_case *c)
{
	double start, took;

	if (c->before)
		c->before(c->arg);
	start = b_now();
	c->run(c->arg);
	took = b_now() - start;
	if (c->after)
		c->after(c->arg);
	return took;
}

/* One round more than asked for: the first warms up. */
void b_alternate(struct b_case *cases, size_t count, unsigned runs)
{
	static double took[B_CASES_MAX][B_RUNS_MAX];

	if (count > B_CASES_MAX || runs > B_RUNS_MAX)
		b_die("%zu cases, %u runs: too many", count, runs);
	for (size_t i = 0; i < count; i++)
		run_case(&cases[i]);
	for (unsigned r = 0; r < runs; r++)
		for (size_t i = 0; i < count; i++)
			took[i][r] = run_case(&cases[i]);
	for (size_t i = 0; i < count; i++)
		cases[i].median = b_median(took[i], runs);
}

static void print_time(double s)
{
	if (s < 1e-3)
		printf("%.1f us", s * 1e6);
	else if (s < 1)
		printf("%.2f ms", s * 1e3);
	else
		printf("%.3f s", s);
}

void b_print_times(const char *title, const struct b_case *cases, size_t count)
{
	printf("%-44s", title);
	for (size_t i = 0; i < count; i++) {
		printf("%s%s ", i ? ", " : " ", cases[i].name);
		print_time(cases[i].median);
		if (i)
			printf(" (x%.3g)", cases[0].median / cases[i].median);
	}
	putchar('\n');
	fflush(stdout);
}

/* ---- files ---- */

static char scratch[512];

static void remove_scratch(void)
{
	char command[sizeof scratch + 16];

	snprintf(command, sizeof command, "rm -rf '%s'", scratch);
	if (system(command))
		fprintf(stderr, "bench: %s is left behind\n", scratch);
}

const char *b_dir(void)
{
	const char *tmp = getenv("LVOL_TEST_TMP");

	if (*scratch)
		return scratch;
	if (!tmp)
		tmp = getenv("TMPDIR");
	snprintf(scratch, sizeof scratch, "%s/lvol-bench-XXXXXX", tmp ? tmp : "/tmp");
	if (!mkdtemp(scratch))
		b_die("cannot make %s", scratch);
	atexit(remove_scratch);
	return scratch;
}

char *b_file(const char *name, uint64_t bytes)
{
	char *path;
	int fd;

	if (asprintf(&path, "%s/%s", b_dir(), name) < 0)
		b_die("no memory");
	fd = open(path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0600);
	if (fd < 0 || ftruncate(fd, bytes))
		b_die("cannot make %s", path);
	close(fd);
	return path;
}

/* ---- VGs ---- */

struct lvol_ctx *b_ctx(char *const *paths)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx;

	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG | LVOL_CTX_NO_LOCKING;
	b_ok(lvol_ctx_new(&opts, &ctx, &err), &err, "context");
	for (; *paths; paths++)
		b_ok(lvol_ctx_add_path(ctx, *paths, 0, NULL, &err), &err, "device");
	return ctx;
}

struct lvol_txn *b_begin(struct lvol_ctx *ctx, const char *vg)
{
	const char *const names[] = { vg, NULL };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn;

	b_ok(lvol_txn_begin(ctx, vg ? names : NULL, NULL, &txn, &err), &err, "begin");
	return txn;
}

struct lvol_txn *b_begin_vg(struct lvol_ctx *ctx, const struct b_vg *vg)
{
	struct lvol_vg_create_opts create = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_txn *txn = b_begin(ctx, NULL);
	struct lvol_error err = LVOL_ERROR_INIT;
	const char **names;
	size_t n = 0;

	for (const struct lvol_dev *d = lvol_dev_first(ctx); d; d = lvol_dev_next(d))
		n++;
	names = b_alloc((n + 1) * sizeof *names);
	n = 0;
	for (const struct lvol_dev *d = lvol_dev_first(ctx); d; d = lvol_dev_next(d)) {
		struct lvol_pv_create_opts pv = LVOL_PV_CREATE_OPTS_INIT;

		pv.device = names[n++] = lvol_dev_name(d);
		pv.metadata_bytes = vg->metadata_bytes;
		if (vg->metadata_pvs && n > vg->metadata_pvs)
			pv.metadata_copies_set = 1;
		b_ok(lvol_pv_create(txn, &pv, &err), &err, "pvcreate");
	}
	create.name = vg->name;
	create.pvs = names;
	create.extent_bytes = vg->extent_bytes;
	b_ok(lvol_vg_create(txn, &create, &err), &err, "vgcreate");
	free(names);
	return txn;
}

void b_add_lvs(struct lvol_txn *txn, const char *prefix, unsigned count)
{
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char name[64];

	opts.name = name;
	opts.size.extents = 1;
	opts.flags = LVOL_LV_CREATE_NO_ZERO;
	for (unsigned i = 0; i < count; i++) {
		snprintf(name, sizeof name, "%s%u", prefix, i);
		b_ok(lvol_lv_create(txn, &opts, &err), &err, name);
	}
}

void b_commit(struct lvol_txn *txn)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	b_ok(lvol_txn_commit(txn, &err), &err, "commit");
	lvol_txn_free(txn);
}

struct lvol_vg *b_open_vg(struct lvol_ctx *ctx, const char *name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;

	b_ok(lvol_vg_open(ctx, name, &vg, &err), &err, name);
	return vg;
}
