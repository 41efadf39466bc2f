/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Many LVs at once, in one process on an image file: 10,000 created in one transaction, and 100,000 restored from a
 * backup text, each step apart.
 */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXTENT_BYTES ((uint64_t)128 << 10)
#define METADATA_BYTES ((uint64_t)160 << 20)
#define CREATED 10000
#define RESTORED 100000

enum { BEGIN, CHANGE, COMMIT, STEPS };

static void print_steps(const char *title, double took[STEPS + 1][B_RUNS_MAX], unsigned runs)
{
	double all = b_median(took[STEPS], runs);

	printf("%-44s %.3f s (begin %.3f, change %.3f, commit %.3f)\n", title, all, b_median(took[BEGIN], runs),
			b_median(took[CHANGE], runs), b_median(took[COMMIT], runs));
	fflush(stdout);
}

static void note_steps(double took[STEPS + 1][B_RUNS_MAX], unsigned run, const double at[STEPS + 1])
{
	for (int i = 0; i < STEPS; i++)
		took[i][run] = at[i + 1] - at[i];
	took[STEPS][run] = at[STEPS] - at[0];
}

static void bench_create(char *const *paths)
{
	static double took[STEPS + 1][B_RUNS_MAX];
	unsigned runs = b_runs(5);

	for (unsigned r = 0; r < runs; r++) {
		struct lvol_ctx *ctx = b_ctx(paths);
		struct b_vg how = { .name = "bench", .extent_bytes = EXTENT_BYTES, .metadata_bytes = METADATA_BYTES };
		struct lvol_error err = LVOL_ERROR_INIT;
		struct lvol_txn *txn = b_begin_vg(ctx, &how);
		double at[STEPS + 1];

		b_commit(txn);
		at[BEGIN] = b_now();
		txn = b_begin(ctx, "bench");
		at[CHANGE] = b_now();
		b_add_lvs(txn, "lv", CREATED);
		at[COMMIT] = b_now();
		b_commit(txn);
		at[STEPS] = b_now();
		note_steps(took, r, at);
		txn = b_begin(ctx, "bench");
		b_ok(lvol_vg_remove(txn, "bench", LVOL_VG_REMOVE_LVS, &err), &err, "vgremove");
		b_commit(txn);
		txn = b_begin(ctx, NULL);
		b_ok(lvol_pv_remove(txn, paths[0], 0, &err), &err, "pvremove");
		b_commit(txn);
		lvol_ctx_unref(ctx);
	}
	print_steps("many: 10,000 LVs created in one transaction", took, runs);
}

static char *make_backup(struct lvol_ctx *ctx)
{
	struct b_vg how = { .name = "bench", .extent_bytes = EXTENT_BYTES, .metadata_bytes = METADATA_BYTES };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn = b_begin_vg(ctx, &how);
	struct lvol_vg *vg;
	char *text;

	b_add_lvs(txn, "lv", RESTORED);
	b_commit(txn);
	vg = b_open_vg(ctx, "bench");
	b_ok(lvol_vg_export_text(vg, &text, &err), &err, "export");
	lvol_vg_unref(vg);
	return text;
}

/* What nobody can do without: the text, and a text of that size onto the device. */
static double write_by_hand(const char *path, const char *text, size_t len)
{
	int fd = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
	double start = b_now();

	if (fd < 0 || pwrite(fd, text, len, 0) != (ssize_t)len || fdatasync(fd))
		b_die("cannot write %s", path);
	close(fd);
	return b_now() - start;
}

static void bench_restore(char *const *paths)
{
	static double took[STEPS + 1][B_RUNS_MAX], by_hand[B_RUNS_MAX];
	struct lvol_ctx *ctx = b_ctx(paths);
	struct lvol_error err = LVOL_ERROR_INIT;
	char *text = make_backup(ctx), *other = b_file("by-hand", 0);
	unsigned runs = b_runs(5);
	size_t len = strlen(text);

	for (unsigned r = 0; r < runs; r++) {
		double at[STEPS + 1];
		struct lvol_txn *txn;

		at[BEGIN] = b_now();
		txn = b_begin(ctx, "bench");
		at[CHANGE] = b_now();
		b_ok(lvol_vg_restore(txn, "bench", text, len, &err), &err, "restore");
		at[COMMIT] = b_now();
		b_commit(txn);
		at[STEPS] = b_now();
		note_steps(took, r, at);
		by_hand[r] = write_by_hand(other, text, len);
	}
	print_steps("many: 100,000 LVs restored", took, runs);
	printf("    writing and flushing its %.1f MB by hand: %.3f s\n", len / 1e6, b_median(by_hand, runs));
	lvol_string_free(text);
	free(other);
	lvol_ctx_unref(ctx);
}

int main(void)
{
	char *paths[] = { b_file("disk", METADATA_BYTES + EXTENT_BYTES * (RESTORED + 100) + (4 << 20)), NULL };

	bench_create(paths);
	bench_restore(paths);
	free(paths[0]);
	return 0;
}
