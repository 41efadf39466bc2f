/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A context over 1,000 devices: adding them and finding what is on them, beside opening the same files and reading the
 * same places of each (label, header of the metadata area, text) by hand.
 */
#include "bench.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#define DEVICES 1000
#define DEVICE_BYTES ((uint64_t)4 << 20)
#define LABEL_BYTES 2048
#define HEADER_AT 4096
#define HEADER_BYTES 512

static char *paths[DEVICES + 1];

static void run_context(void *arg)
{
	struct lvol_ctx *ctx = b_ctx(paths);

	lvol_ctx_unref(ctx);
}

static void run_scan(void *arg)
{
	struct lvol_ctx *ctx = b_ctx(paths);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *scan;

	b_ok(lvol_scan_new(ctx, &scan, &err), &err, "scan");
	if (arg && lvol_scan_vg_count(scan) != 1)
		b_die("the VG was not found");
	lvol_scan_free(scan);
	lvol_ctx_unref(ctx);
}

/* Opening and closing, and with @arg reading so many bytes of text behind the header. */
static void run_by_hand(void *arg)
{
	size_t text = arg ? *(size_t *)arg : 0;
	char *buf = b_alloc(LABEL_BYTES + text);
	struct stat st;
	int fds[DEVICES];

	for (unsigned i = 0; i < DEVICES; i++) {
		fds[i] = open(paths[i], O_RDWR | O_CLOEXEC);
		if (fds[i] < 0 || fstat(fds[i], &st))
			b_die("cannot open %s", paths[i]);
		if (!arg)
			continue;
		if (pread(fds[i], buf, LABEL_BYTES, 0) < 0 ||
		    (text && (pread(fds[i], buf, HEADER_BYTES, HEADER_AT) < 0 ||
		    pread(fds[i], buf, text, HEADER_AT + HEADER_BYTES) < 0)))
			b_die("cannot read %s", paths[i]);
	}
	for (unsigned i = 0; i < DEVICES; i++)
		close(fds[i]);
	free(buf);
}

static void bench(const char *title, void (*run)(void *), void *arg, size_t *by_hand)
{
	struct b_case cases[] = {
		{ "liblvol", NULL, run, NULL, arg, 0 },
		{ "by hand", NULL, run_by_hand, NULL, by_hand, 0 },
	};

	b_alternate(cases, 2, b_runs(9));
	b_print_times(title, cases, 2);
}

static size_t make_vg(unsigned metadata_pvs)
{
	struct lvol_ctx *ctx = b_ctx(paths);
	struct b_vg how = { .name = "bench", .extent_bytes = 1 << 20, .metadata_pvs = metadata_pvs };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg;
	char *text;
	size_t len;

	b_commit(b_begin_vg(ctx, &how));
	vg = b_open_vg(ctx, "bench");
	b_ok(lvol_vg_export_text(vg, &text, &err), &err, "export");
	len = strlen(text);
	lvol_string_free(text);
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
	return len;
}

static void make_files(void)
{
	char name[32];

	for (unsigned i = 0; i < DEVICES; i++) {
		snprintf(name, sizeof name, "disk%u", i);
		free(paths[i]);
		paths[i] = b_file(name, DEVICE_BYTES);
	}
}

int main(void)
{
	struct rlimit files = { DEVICES * 2 + 64, DEVICES * 2 + 64 };
	size_t none = 0, some = 0, all;

	if (setrlimit(RLIMIT_NOFILE, &files))
		b_die("cannot open so many files");
	make_files();
	bench("open: 1,000 files added", run_context, NULL, NULL);
	bench("open: 1,000 empty files scanned", run_scan, NULL, &none);
	make_vg(2);
	bench("open: VG of 1,000 PVs, 2 with metadata", run_scan, &some, &some);
	make_files();
	all = make_vg(0);
	bench("open: VG of 1,000 PVs, all with metadata", run_scan, &all, &all);
	for (unsigned i = 0; i < DEVICES; i++)
		free(paths[i]);
	return 0;
}
