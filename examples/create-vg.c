/* SPDX-License-Identifier: MIT */
/*
 * create-vg VG DEVICE...: make a volume group of the devices with three logical volumes in it, in one transaction: if
 * any of it cannot be done, nothing is written.
 */

#include <lvol/lvol.h>

#include <inttypes.h>
#include <stdio.h>

static int create_lvs(struct lvol_txn *txn, uint32_t pv_count, struct lvol_error *err)
{
	static const char *const root_tags[] = { "system", NULL };
	struct lvol_lv_create_opts root = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_lv_create_opts scratch = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_lv_create_opts rest = LVOL_LV_CREATE_OPTS_INIT;
	int ret;

	/* The transaction holds one VG, so the LVs need not name it. */
	root.name = "root";
	root.size.bytes = 16u << 20;
	root.tags = root_tags;
	ret = lvol_lv_create(txn, &root, err);
	if (ret < 0)
		return ret;

	scratch.name = "scratch";
	scratch.size.extents = 2 * pv_count;
	scratch.stripe_count = pv_count;
	scratch.stripe_bytes = 16u << 10;
	ret = lvol_lv_create(txn, &scratch, err);
	if (ret < 0)
		return ret;

	rest.name = "home";
	rest.size.percent = 50;
	rest.size.percent_of = LVOL_PERCENT_FREE;
	return lvol_lv_create(txn, &rest, err);
}

static int create(struct lvol_ctx *ctx, const char *name, const char *const *devices, struct lvol_error *err)
{
	struct lvol_vg_create_opts opts = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_txn *txn;
	struct lvol_vg *vg;
	uint32_t count = 0;
	int ret = lvol_txn_begin(ctx, NULL, NULL, &txn, err);

	if (ret < 0)
		return ret;
	while (devices[count])
		count++;
	opts.name = name;
	opts.pvs = devices;  /* what is no PV yet becomes one */
	ret = lvol_vg_create(txn, &opts, err);
	if (ret == 0)
		ret = create_lvs(txn, count, err);
	if (ret == 0)
		ret = lvol_txn_commit(txn, err);
	if (ret == 0)
		ret = lvol_txn_result(txn, name, &vg, err);
	if (ret == 0) {
		printf("%s: version %" PRIu32 ", %" PRIu32 " PVs, %" PRIu32 " LVs, %" PRIu64 " of %" PRIu64
				" extents free\n", lvol_vg_name(vg), lvol_vg_seqno(vg), lvol_vg_pv_count(vg),
				lvol_vg_lv_count(vg), lvol_vg_free_extents(vg), lvol_vg_size_extents(vg));
		lvol_vg_unref(vg);
	}
	lvol_txn_free(txn);  /* aborts what was not committed */
	return ret;
}

int main(int argc, char **argv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx = NULL;
	int ret;

	if (argc < 3) {
		fputs("usage: create-vg VG DEVICE...\n", stderr);
		return 2;
	}
	ret = lvol_ctx_new(NULL, &ctx, &err);
	for (int i = 2; ret == 0 && i < argc; i++)
		ret = lvol_ctx_add_path(ctx, argv[i], 0, NULL, &err);
	if (ret == 0)
		ret = create(ctx, argv[1], (const char *const *)argv + 2, &err);
	if (ret < 0)
		fprintf(stderr, "create-vg: %s: %s\n", err.subject, err.message);
	lvol_ctx_unref(ctx);
	return ret < 0;
}
