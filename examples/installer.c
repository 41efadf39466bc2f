/* SPDX-License-Identifier: MIT */
/*
 * installer [-n] DEVICE...: the volume layout of an operating system's installer. It is worked out in a transaction,
 * shown to the user as a list of changes and a picture, and committed only when he agrees; -n: shown only.
 */

#include <lvol/lvol.h>

#include <stdio.h>
#include <string.h>

/* The layout, as a table: what an installer would read from a profile. */
static const struct {
	const char *name;
	struct lvol_size size;
	uint32_t flags;
} layout[] = {
	{ "boot", { .bytes = 16u << 20 }, LVOL_LV_CREATE_READ_ONLY },
	{ "swap", { .percent = 10, .percent_of = LVOL_PERCENT_VG }, LVOL_LV_CREATE_NO_AUTOACTIVATION },
	{ "root", { .percent = 40, .percent_of = LVOL_PERCENT_VG }, 0 },
	{ "home", { .percent = 80, .percent_of = LVOL_PERCENT_FREE }, 0 },
};

static int lay_out(struct lvol_txn *txn, const char *const *devices, struct lvol_error *err)
{
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	int ret;

	vg.name = "system";
	vg.pvs = devices;
	ret = lvol_vg_create(txn, &vg, err);
	for (size_t i = 0; ret == 0 && i < sizeof(layout) / sizeof(*layout); i++) {
		struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;

		lv.name = layout[i].name;
		lv.size = layout[i].size;
		lv.flags = layout[i].flags;
		ret = lvol_lv_create(txn, &lv, err);
	}
	return ret;
}

/* What would be: the transaction gives an ordinary VG handle of it. */
static int show_plan(struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_changes *changes;
	struct lvol_change change;
	struct lvol_vg *vg;
	char *picture;
	int ret = lvol_txn_changes(txn, &changes, err);

	if (ret < 0)
		return ret;
	puts("This will be done:");
	for (size_t i = 0; lvol_changes_get(changes, i, &change); i++)
		printf("  %zu. %s %s: %s\n", i + 1, change.object, change.subject, change.text);
	lvol_changes_free(changes);
	ret = lvol_txn_preview(txn, "system", &vg, err);
	if (ret < 0)
		return ret;
	ret = lvol_vg_picture(vg, NULL, &picture, err);
	if (ret == 0) {
		printf("\n%s\n", picture);
		lvol_string_free(picture);
	}
	lvol_vg_unref(vg);
	return ret;
}

static int agreed(void)
{
	char answer[16];

	fputs("Write this to the disks? [y/n] ", stdout);
	fflush(stdout);
	return fgets(answer, sizeof(answer), stdin) && *answer == 'y';
}

static int install(struct lvol_ctx *ctx, const char *const *devices, int plan_only, struct lvol_error *err)
{
	struct lvol_txn *txn;
	int ret = lvol_txn_begin(ctx, NULL, NULL, &txn, err);

	if (ret < 0)
		return ret;
	ret = lay_out(txn, devices, err);
	if (ret == 0)
		ret = show_plan(txn, err);
	if (ret == 0 && !plan_only && agreed()) {
		ret = lvol_txn_commit(txn, err);
		if (ret == 0)
			puts("Done.");
	} else if (ret == 0) {
		puts("Nothing was written.");
	}
	lvol_txn_free(txn);
	return ret;
}

int main(int argc, char **argv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx = NULL;
	int plan_only = argc > 1 && !strcmp(argv[1], "-n");
	int first = 1 + plan_only, ret;

	if (argc <= first) {
		fputs("usage: installer [-n] DEVICE...\n", stderr);
		return 2;
	}
	ret = lvol_ctx_new(NULL, &ctx, &err);
	for (int i = first; ret == 0 && i < argc; i++)
		ret = lvol_ctx_add_path(ctx, argv[i], 0, NULL, &err);
	if (ret == 0)
		ret = install(ctx, (const char *const *)argv + first, plan_only, &err);
	if (ret < 0)
		fprintf(stderr, "installer: %s: %s\n", err.subject, err.message);
	lvol_ctx_unref(ctx);
	return ret < 0;
}
