/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * A program that uses every option struct that a program is likely to, on a.img and b.img, with fixed seed and time. With
 * an argument, and built where the structs have a field "grown", it sets that in one of them.
 */
#include <lvol/lvol.h>

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

static struct lvol_error err;

static void must(int ret, const char *what)
{
	if (ret >= 0)
		return;
	printf("%s: %s\n", what, err.message);
	exit(1);
}

static struct lvol_ctx *new_ctx(void)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_ctx *ctx;

	opts.flags = LVOL_CTX_SEEDED | LVOL_CTX_FIXED_TIME | LVOL_CTX_NO_SYSTEM_CONFIG;
	opts.host_name = "host";
	must(lvol_ctx_new(&opts, &ctx, &err), "context");
	must(lvol_ctx_add_path(ctx, "a.img", 0, NULL, &err), "a.img");
	must(lvol_ctx_add_path(ctx, "b.img", 0, NULL, &err), "b.img");
	return ctx;
}

static void make(struct lvol_txn *txn, int set)
{
	struct lvol_pv_create_opts pv = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_lv_resize_opts more = LVOL_LV_RESIZE_OPTS_INIT;
	struct lvol_lv_change_opts lv_change = LVOL_LV_CHANGE_OPTS_INIT;
	struct lvol_vg_change_opts vg_change = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_pv_change_opts pv_change = LVOL_PV_CHANGE_OPTS_INIT;

	pv.device = "a.img";
	pv.bootloader_bytes = 1 << 20;
	must(lvol_pv_create(txn, &pv, &err), "PV");
	vg.name = "vg0";
	vg.pvs = (const char *const[]){ "a.img", "b.img", NULL };
	must(lvol_vg_create(txn, &vg, &err), "VG");
	lv.name = "root";
	lv.size.bytes = 16 << 20;
	lv.stripe_count = 2;
#ifdef GROWN
	lv.grown[2] = (uint64_t)set;
#endif
	must(lvol_lv_create(txn, &lv, &err), "LV");
	more.size.bytes = 8 << 20;
	more.sign = 1;
	must(lvol_lv_resize(txn, "root", &more, &err), "resize");
	lv_change.add_tags = vg_change.add_tags = pv_change.add_tags = (const char *const[]){ "tag", NULL };
	must(lvol_lv_change(txn, "root", &lv_change, &err), "change of LV");
	must(lvol_vg_change(txn, "vg0", &vg_change, &err), "change of VG");
	must(lvol_pv_change(txn, "a.img", &pv_change, &err), "change of PV");
}

static void look(struct lvol_ctx *ctx, const struct lvol_vg *vg)
{
	struct lvol_report_opts opts = LVOL_REPORT_OPTS_INIT;
	struct lvol_picture_opts picture = LVOL_PICTURE_OPTS_INIT;
	struct lvol_report *report;
	struct lvol_scan *scan;
	char *text;

	opts.kind = LVOL_REPORT_LVS;
	opts.fields = "lv_name,lv_size,lv_tags,stripes,lv_uuid";
	must(lvol_scan_new(ctx, &scan, &err), "scan");
	must(lvol_report_new(scan, &opts, &report, &err), "report");
	for (size_t i = 0; i < lvol_report_column_count(report); i++)
		printf("%s ", lvol_report_cell(report, 0, i));
	must(lvol_vg_picture(vg, &picture, &text, &err), "picture");
	printf("\n%s", text);
	lvol_string_free(text);
	lvol_report_free(report);
	lvol_scan_free(scan);
}

static void use(const struct lvol_vg *vg)
{
	struct lvol_queue_opts opts = LVOL_QUEUE_OPTS_INIT;
	struct lvol_io_completion done;
	struct lvol_queue *queue;
	struct lvol_io *io;
	char text[] = "what was written";

	opts.depth = 4;
	must(lvol_queue_new(&opts, &queue, &err), "queue");
	must(lvol_io_open(lvol_lv_find(vg, "root"), LVOL_IO_WRITE, &io, &err), "open");
	must(lvol_queue_submit(queue, &(struct lvol_io_request){ .io = io, .op = LVOL_IO_OP_WRITE, .buf = text,
			.length = sizeof(text), .offset = 65530 }, &err), "submit");
	must(lvol_queue_complete(queue, &done, 1, LVOL_WAIT_FOREVER, &err), "complete");
	printf("%d\n", done.result);
	lvol_queue_free(queue);
	lvol_io_close(io);
}

int main(int argc, char **argv)
{
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	struct lvol_ctx *ctx = new_ctx();
	struct lvol_txn *txn;
	struct lvol_vg *vg;

	opts.lock_timeout_ms = LVOL_NO_WAIT;
	must(lvol_txn_begin(ctx, NULL, &opts, &txn, &err), "begin");
	make(txn, argc > 1);
	must(lvol_txn_commit(txn, &err), "commit");
	must(lvol_txn_result(txn, "vg0", &vg, &err), "result");
	lvol_txn_free(txn);
	use(vg);
	look(ctx, vg);
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
	return 0;
}
