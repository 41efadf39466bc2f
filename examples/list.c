/* SPDX-License-Identifier: MIT */
/*
 * list DEVICE...: what is on the given image files or block devices: volume groups, their logical volumes and where
 * these lie, physical volumes of no group, and what is no LVM2 at all.
 */

#include <lvol/lvol.h>

#include <inttypes.h>
#include <stdio.h>

#define MIB (1024.0 * 1024)

static int complain(const struct lvol_error *err)
{
	fprintf(stderr, "list: %s%s%s\n", err->subject, *err->subject ? ": " : "", err->message);
	return 1;
}

static void print_areas(const struct lvol_segment *seg)
{
	struct lvol_area area;

	for (uint32_t i = 0; lvol_segment_area(seg, i, &area); i++) {
		if (area.pv)
			printf(" %s:%" PRIu32, lvol_pv_is_missing(area.pv) ? "(missing)" : lvol_pv_name(area.pv),
					area.start_extent);
		else if (area.lv)
			printf(" %s:%" PRIu32, lvol_lv_name(area.lv), area.start_extent);
	}
	putchar('\n');
}

static void print_lv(const struct lvol_lv *lv)
{
	printf("  LV %-16s %10.1f MiB%s%s\n", lvol_lv_name(lv), (double)lvol_lv_size_bytes(lv) / MIB,
			lvol_lv_is_visible(lv) ? "" : ", hidden", lvol_lv_is_writable(lv) ? "" : ", read-only");
	for (const struct lvol_segment *seg = lvol_lv_segment_first(lv); seg; seg = lvol_segment_next(seg)) {
		printf("     extents %" PRIu32 "+%" PRIu32 " %s", lvol_segment_start_extents(seg),
				lvol_segment_size_extents(seg), lvol_segment_type(seg));
		print_areas(seg);
	}
}

static void print_vg(const struct lvol_vg *vg)
{
	struct lvol_problem problem;
	double extent = (double)lvol_vg_extent_bytes(vg);

	printf("VG %s, version %" PRIu32 ": %.1f MiB, %.1f MiB free\n", lvol_vg_name(vg), lvol_vg_seqno(vg),
			(double)lvol_vg_size_extents(vg) * extent / MIB, (double)lvol_vg_free_extents(vg) * extent / MIB);
	for (const struct lvol_pv *pv = lvol_pv_first(vg); pv; pv = lvol_pv_next(pv))
		printf("  PV %-16s %10.1f MiB, %" PRIu32 " of %" PRIu32 " extents used\n",
				lvol_pv_is_missing(pv) ? "(missing)" : lvol_pv_name(pv),
				(double)lvol_pv_size_bytes(pv) / MIB, lvol_pv_used_extents(pv), lvol_pv_size_extents(pv));
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
		print_lv(lv);
	for (size_t i = 0; lvol_vg_problem(vg, i, &problem); i++)
		printf("  ! %s: %s\n", problem.subject, problem.message);
}

/* Devices on which libblkid finds something of others. */
static void print_signatures(const struct lvol_ctx *ctx)
{
	char type[64];

	for (const struct lvol_dev *dev = lvol_dev_first(ctx); dev; dev = lvol_dev_next(dev))
		if (lvol_dev_signature(dev, type, sizeof(type), NULL) == 0 && *type)
			printf("%s holds no LVM2, but: %s\n", lvol_dev_name(dev), type);
}

static int list(struct lvol_ctx *ctx, struct lvol_error *err)
{
	struct lvol_scan *scan;
	struct lvol_problem problem;
	int ret = lvol_scan_new(ctx, &scan, err);

	if (ret < 0)
		return ret;
	for (size_t i = 0; i < lvol_scan_vg_count(scan); i++)
		print_vg(lvol_scan_vg(scan, i));
	for (size_t i = 0; i < lvol_scan_orphan_count(scan); i++)
		printf("PV %s of no VG\n", lvol_pv_name(lvol_scan_orphan(scan, i)));
	for (size_t i = 0; lvol_scan_problem(scan, i, &problem); i++)
		printf("! %s: %s\n", problem.subject, problem.message);
	lvol_scan_free(scan);
	print_signatures(ctx);
	return 0;
}

int main(int argc, char **argv)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx = NULL;
	int ret;

	opts.flags = LVOL_CTX_READ_ONLY | LVOL_CTX_NO_SYSTEM_CONFIG;
	ret = lvol_ctx_new(&opts, &ctx, &err);
	for (int i = 1; ret == 0 && i < argc; i++)
		ret = lvol_ctx_add_path(ctx, argv[i], 0, NULL, &err);
	if (ret == 0)
		ret = list(ctx, &err);
	lvol_ctx_unref(ctx);
	return ret < 0 ? complain(&err) : 0;
}
