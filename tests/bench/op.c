/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What one lvm2 command does, by the library, as a process of its own, for bench-compare. Devices and locks are those
 * that $LVM_SYSTEM_DIR/lvm.conf gives, as for lvm2.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "bench.h"

static struct lvol_ctx *system_ctx(void)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx;

	b_ok(lvol_ctx_new(NULL, &ctx, &err), &err, "context");
	b_ok(lvol_ctx_add_system(ctx, &err), &err, "devices");
	return ctx;
}

/* make VG LVS METADATA_BYTES EXTENT_BYTES: of all devices */
static void op_make(char **arg)
{
	struct lvol_ctx *ctx = system_ctx();
	struct b_vg vg = { .name = arg[0], .metadata_bytes = strtoull(arg[2], NULL, 10),
		.extent_bytes = strtoull(arg[3], NULL, 10) };
	struct lvol_txn *txn = b_begin_vg(ctx, &vg);

	b_add_lvs(txn, "lv", strtoul(arg[1], NULL, 10));
	b_commit(txn);
	lvol_ctx_unref(ctx);
}

/* list VG: names and sizes, from the handles */
static void op_list(char **arg)
{
	struct lvol_ctx *ctx = system_ctx();
	struct lvol_vg *vg = b_open_vg(ctx, arg[0]);

	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		printf("%s %s %llu\n", lvol_lv_name(lv), arg[0], (unsigned long long)lvol_lv_size_bytes(lv));
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
}

/* report VG: lvs with its default fields */
static void op_report(char **arg)
{
	struct lvol_ctx *ctx = system_ctx();
	struct lvol_report_opts opts = LVOL_REPORT_OPTS_INIT;
	const char *const names[] = { arg[0], NULL };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_report *report;
	struct lvol_scan *scan;

	opts.kind = LVOL_REPORT_LVS;
	opts.names = names;
	b_ok(lvol_scan_new(ctx, &scan, &err), &err, "scan");
	b_ok(lvol_report_new(scan, &opts, &report, &err), &err, "report");
	for (size_t row = 0; row < lvol_report_row_count(report); row++) {
		for (size_t i = 0; i < lvol_report_column_count(report); i++)
			printf("  %s", lvol_report_cell(report, row, i));
		putchar('\n');
	}
	lvol_report_free(report);
	lvol_scan_free(scan);
	lvol_ctx_unref(ctx);
}

/* many VG PREFIX COUNT: so many LVs in one transaction */
static void op_many(char **arg)
{
	struct lvol_ctx *ctx = system_ctx();
	struct lvol_txn *txn = b_begin(ctx, arg[0]);

	b_add_lvs(txn, arg[1], strtoul(arg[2], NULL, 10));
	b_commit(txn);
	lvol_ctx_unref(ctx);
}

/* create VG NAME */
static void op_create(char **arg)
{
	struct lvol_ctx *ctx = system_ctx();
	struct lvol_txn *txn = b_begin(ctx, arg[0]);
	struct lvol_lv_create_opts opts = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.name = arg[1];
	opts.size.extents = 1;
	opts.flags = LVOL_LV_CREATE_NO_ZERO;
	b_ok(lvol_lv_create(txn, &opts, &err), &err, "create");
	b_commit(txn);
	lvol_ctx_unref(ctx);
}

/* extend VG NAME: by one extent */
static void op_extend(char **arg)
{
	struct lvol_ctx *ctx = system_ctx();
	struct lvol_txn *txn = b_begin(ctx, arg[0]);
	struct lvol_lv_resize_opts opts = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;

	opts.size.extents = 1;
	opts.sign = 1;
	b_ok(lvol_lv_resize(txn, arg[1], &opts, &err), &err, "extend");
	b_commit(txn);
	lvol_ctx_unref(ctx);
}

/* rename VG NAME NEW */
static void op_rename(char **arg)
{
	struct lvol_ctx *ctx = system_ctx();
	struct lvol_txn *txn = b_begin(ctx, arg[0]);
	struct lvol_error err = LVOL_ERROR_INIT;

	b_ok(lvol_lv_rename(txn, arg[1], arg[2], &err), &err, "rename");
	b_commit(txn);
	lvol_ctx_unref(ctx);
}

/* remove VG NAME */
static void op_remove(char **arg)
{
	struct lvol_ctx *ctx = system_ctx();
	struct lvol_txn *txn = b_begin(ctx, arg[0]);
	struct lvol_error err = LVOL_ERROR_INIT;

	b_ok(lvol_lv_remove(txn, arg[1], &err), &err, "remove");
	b_commit(txn);
	lvol_ctx_unref(ctx);
}

/* backup VG FILE: and prints the size of the text */
static void op_backup(char **arg)
{
	struct lvol_ctx *ctx = system_ctx();
	struct lvol_vg *vg = b_open_vg(ctx, arg[0]);
	struct lvol_error err = LVOL_ERROR_INIT;
	char *text;
	FILE *f = fopen(arg[1], "w");

	b_ok(lvol_vg_export_text(vg, &text, &err), &err, "export");
	if (!f || fputs(text, f) < 0 || fclose(f))
		b_die("cannot write %s", arg[1]);
	printf("%zu\n", strlen(text));
	lvol_string_free(text);
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
}

static char *read_file(const char *path, size_t *len)
{
	FILE *f = fopen(path, "r");
	char *text;

	if (!f || fseek(f, 0, SEEK_END))
		b_die("cannot read %s", path);
	*len = ftell(f);
	rewind(f);
	text = b_alloc(*len);
	if (fread(text, 1, *len, f) != *len)
		b_die("cannot read %s", path);
	fclose(f);
	return text;
}

/* restore VG FILE */
static void op_restore(char **arg)
{
	struct lvol_ctx *ctx = system_ctx();
	struct lvol_txn *txn = b_begin(ctx, arg[0]);
	struct lvol_error err = LVOL_ERROR_INIT;
	size_t len;
	char *text = read_file(arg[1], &len);

	b_ok(lvol_vg_restore(txn, arg[0], text, len, &err), &err, "restore");
	b_commit(txn);
	free(text);
	lvol_ctx_unref(ctx);
}

/* The physical limit: the same bytes read, and written if asked for, with the flushes of a commit. */
static void move_bytes(char **arg, bool write)
{
	size_t len = strtoull(arg[1], NULL, 10) & ~(size_t)4095, piece = 1 << 20;
	int fd = open(arg[0], O_RDWR | O_DIRECT | O_CLOEXEC);
	off_t end = fd < 0 ? -1 : lseek(fd, 0, SEEK_END);
	void *buf;

	if (end < 0 || posix_memalign(&buf, 4096, piece))
		b_die("cannot open %s", arg[0]);
	for (size_t at = 0; at < len; at += piece)
		if (pread(fd, buf, len - at < piece ? len - at : piece, 4096 + at) < 0)
			b_die("read: %s", strerror(errno));
	/* behind the last extent in use */
	for (size_t at = 0; write && at < len; at += piece)
		if (pwrite(fd, buf, len - at < piece ? len - at : piece, end - len + at) < 0)
			b_die("write: %s", strerror(errno));
	for (int i = 0; write && i < 3; i++)
		if (fdatasync(fd) || (i < 2 && pwrite(fd, buf, 4096, end - 4096) != 4096))
			b_die("flush: %s", strerror(errno));
	close(fd);
	free(buf);
}

/* read DEVICE BYTES */
static void op_read(char **arg)
{
	move_bytes(arg, false);
}

/* write DEVICE BYTES */
static void op_write(char **arg)
{
	move_bytes(arg, true);
}

static const struct {
	const char *name;
	int args;
	void (*run)(char **arg);
} ops[] = {
	{ "make", 4, op_make }, { "list", 1, op_list }, { "report", 1, op_report }, { "many", 3, op_many },
	{ "create", 2, op_create }, { "extend", 2, op_extend }, { "rename", 3, op_rename }, { "remove", 2, op_remove },
	{ "backup", 2, op_backup }, { "restore", 2, op_restore }, { "read", 2, op_read }, { "write", 2, op_write },
};

int main(int argc, char **argv)
{
	for (size_t i = 0; argc > 1 && i < sizeof ops / sizeof *ops; i++)
		if (!strcmp(argv[1], ops[i].name) && argc == 2 + ops[i].args) {
			ops[i].run(argv + 2);
			return 0;
		}
	b_die("unknown operation, or not its number of arguments");
}
