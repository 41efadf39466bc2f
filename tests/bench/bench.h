/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_TESTS_BENCH_H
#define LVOL_TESTS_BENCH_H

/*
 * Helpers for measurements. What fails ends the program with a message. Cases that are compared run in turns in one
 * process, so that a noisy neighbour or a warm cache meets all of them; the median counts.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <lvol/lvol.h>

#define B_CASES_MAX 32
#define B_RUNS_MAX 99

double b_now(void);                         /* seconds */
double b_median(double *values, size_t count);  /* sorts them */
void b_die(const char *fmt, ...) __attribute__((format(printf, 1, 2), noreturn));
void b_ok(int ret, const struct lvol_error *err, const char *what);
void *b_alloc(size_t bytes);                /* cleared */
unsigned b_runs(unsigned otherwise);        /* LVOL_BENCH_RUNS */

/* ---- cases in turns ---- */

struct b_case {
	const char *name;
	void (*before)(void *arg);              /* not measured; NULL */
	void (*run)(void *arg);
	void (*after)(void *arg);               /* not measured; NULL */
	void *arg;
	double median;                          /* seconds, filled in */
};

void b_alternate(struct b_case *cases, size_t count, unsigned runs);

/* "title: name 1.234 ms, ..."; the ratio of the first case to each of the others. */
void b_print_times(const char *title, const struct b_case *cases, size_t count);

/* ---- devices and VGs, through the public interface ---- */

/* A new sparse file below LVOL_TEST_TMP (default TMPDIR), gone when the program ends. Free with free(). */
char *b_file(const char *name, uint64_t bytes);
const char *b_dir(void);

/* A context without configuration and locks, on these files (NULL-terminated). */
struct lvol_ctx *b_ctx(char *const *paths);

struct b_vg {
	const char *name;
	uint64_t extent_bytes, metadata_bytes;
	unsigned metadata_pvs;                  /* how many PVs get a metadata area; 0: all */
};

/* Begin a transaction, make every device of the context a PV, and a VG of them. */
struct lvol_txn *b_begin_vg(struct lvol_ctx *ctx, const struct b_vg *vg);
struct lvol_txn *b_begin(struct lvol_ctx *ctx, const char *vg);
/* @count LVs of one extent, "PREFIX0" and so on; not zeroed. */
void b_add_lvs(struct lvol_txn *txn, const char *prefix, unsigned count);
void b_commit(struct lvol_txn *txn);        /* and free */
struct lvol_vg *b_open_vg(struct lvol_ctx *ctx, const char *name);

#endif
