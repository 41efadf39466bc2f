/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Refusals: values that no operation takes, and names that lead nowhere. */
#include "refusals.h"

static int pv_create(const char *a, const char *b, const void *opts)
{
	return lvol_pv_create(w.txn, opts, &err);
}

static int pv_change(const char *a, const char *b, const void *opts)
{
	return lvol_pv_change(w.txn, a ? a : w.disks[0], opts, &err);
}

static int pv_move(const char *a, const char *b, const void *opts)
{
	struct lvol_pv_move_opts o = LVOL_PV_MOVE_OPTS_INIT;

	o.vg = "vg";
	o.pv = a ? a : w.disks[0];
	o.lv = b;
	return lvol_pv_move(w.txn, &o, &err);
}

static int vg_change(const char *a, const char *b, const void *opts)
{
	return lvol_vg_change(w.txn, a, opts, &err);
}

static int vg_create(const char *a, const char *b, const void *opts)
{
	return lvol_vg_create(w.txn, opts, &err);
}

static int vg_extend(const char *a, const char *b, const void *opts)
{
	return lvol_vg_extend(w.txn, a, b ? LIST(b) : (const char *const[]){ NULL }, opts ? LVOL_PV_CREATE_FORCE_USED : 0, &err);
}

#define PV(...) OPTS(pv_create_opts, __VA_ARGS__)
#define PV_CHANGE(...) OPTS(pv_change_opts, __VA_ARGS__)
#define VG(...) OPTS(vg_create_opts, __VA_ARGS__)
#define VG_CHANGE(...) OPTS(vg_change_opts, __VA_ARGS__)
#define MIRROR(...) CREATE(.segtype = "mirror", .size.bytes = MIB, .raid = RAID(__VA_ARGS__))
#define RAID1(...) CREATE(.segtype = "raid1", .size.bytes = MIB, .raid = RAID(__VA_ARGS__))

static const struct refusal created[] = {
	{ lv_create, NULL, NULL, MIRROR(.flags = 1u << 9), LVOL_E_INVALID, "new" },
	{ lv_create, NULL, NULL, MIRROR(.log = 3), LVOL_E_INVALID, "log" },
	{ lv_create, NULL, NULL, MIRROR(.min_recovery_kib = 5), LVOL_E_INVALID, "raid" },
	{ lv_create, NULL, NULL, MIRROR(.max_recovery_kib = 5), LVOL_E_INVALID, "raid" },
	{ lv_create, NULL, NULL, MIRROR(.write_behind = 5), LVOL_E_INVALID, "raid" },
	{ lv_create, NULL, NULL, MIRROR(.copies = 1), LVOL_E_INVALID, "copies" },
	{ lv_create, NULL, NULL, MIRROR(.copies = 9), LVOL_E_INVALID, "copies" },
	{ lv_create, NULL, NULL, RAID1(.region_bytes = 1000), LVOL_E_INVALID, "region" },
	{ lv_create, NULL, NULL, RAID1(.region_bytes = 512), LVOL_E_INVALID, "region" },
	{ lv_create, NULL, NULL, CREATE(.size.bytes = MIB, .pvs = LIST("x"), .thin = THIN(.pool = "pool")), LVOL_E_INVALID, "new" },
	{ lv_create, NULL, NULL, CREATE(.size.bytes = MIB, .thin = THIN(.pool = "vgnothing")), LVOL_E_NOT_FOUND, "vgnothing" },
	{ lv_create, NULL, NULL, CREATE(.size.bytes = MIB, .origin = "vgnothing"), LVOL_E_NOT_FOUND, "vgnothing" },
	{ lv_create, NULL, NULL, CREATE(.origin = "vgnothing", .thin = THIN(.pool = "pool")), LVOL_E_NOT_FOUND, "vgnothing" },
	{ lv_create, NULL, NULL, CREATE(.segtype = "thin", .origin = "t", .size.extents = 5, .thin = THIN(0)), LVOL_E_INVALID, "size" },
	{ lv_create, NULL, NULL, CREATE(.segtype = "thin", .origin = "t", .size.percent = 5,
		.size.percent_of = LVOL_PERCENT_ORIGIN, .thin = THIN(0)), LVOL_E_INVALID, "size" },
	{ lv_create, NULL, NULL, CREATE(.origin = "pool", .thin = THIN(.pool = "pool")), LVOL_E_NOT_SUPPORTED, "pool" },
	{ lv_create, NULL, NULL, CREATE(.segtype = "thin-pool", .size.bytes = MIB, .thin = THIN(.pool = "pool")), LVOL_E_INVALID, "new" },
	{ lv_create, NULL, NULL, CREATE(.segtype = "thin-pool", .size.bytes = MIB, .flags = LVOL_LV_CREATE_READ_ONLY), LVOL_E_INVALID,
		"new" },
	{ lv_create, NULL, NULL, CREATE(.segtype = "thin-pool", .size.bytes = MIB, .thin = THIN(.flags = 1u << 9)), LVOL_E_INVALID,
		"flags" },
	{ lv_create, NULL, NULL, CREATE(.segtype = "thin-pool", .size.bytes = MIB, .thin = THIN(.chunk_bytes = 65537)), LVOL_E_INVALID,
		"chunk" },
	{ lv_create, NULL, NULL, CREATE(.segtype = "thin-pool", .size.bytes = MIB, .thin = THIN(.chunk_bytes = UINT32_MAX)), LVOL_E_INVALID,
		"chunk" },
	{ lv_create, NULL, NULL, CREATE(.segtype = "cache-pool", .size.bytes = MIB, .cache = CACHE(.flags = 1u << 9)), LVOL_E_INVALID,
		"flags" },
	{ lv_create, NULL, NULL, CREATE(.segtype = "cache-pool", .size.bytes = MIB, .cache = CACHE(.reserved = 1)), LVOL_E_INVALID, "new" },
	{ lv_create, NULL, NULL, CREATE(.segtype = "cache-pool", .size.bytes = MIB, .cache = CACHE(.metadata_bytes = UINT64_C(1) << 40)),
		LVOL_E_NO_SPACE, "the spare for metadata of pools" },
	{ lv_create, NULL, NULL, CREATE(.size.percent = 101, .size.percent_of = LVOL_PERCENT_FREE), LVOL_E_INVALID, "101" },
	{ lv_create, NULL, NULL, CREATE(.size.percent = 101, .size.percent_of = LVOL_PERCENT_PVS), LVOL_E_INVALID, "101" },
};

static const struct refusal changed[] = {
	{ cache_change, "vg/cached", NULL, CACHE(.settings = "=5"), LVOL_E_INVALID, "=5" },
	{ cache_change, "vg/cached", NULL, CACHE(.settings = "a"), LVOL_E_INVALID, "a" },
	{ cache_change, "vg/cached", NULL, CACHE(.flags = 1u << 9), LVOL_E_INVALID, "flags" },
	{ cache_attach, "vg/lin", "vgnothing", NULL, LVOL_E_NOT_FOUND, "vgnothing" },
	{ writecache_attach, "vg/lin", "store", "high_watermark=12345678901234", LVOL_E_INVALID, "high_watermark" },
	{ writecache_attach, "vg/lin", "store", "high_watermark=5x", LVOL_E_INVALID, "high_watermark" },
	{ writecache_attach, "vg/lin", "store", "high_watermark=", LVOL_E_INVALID, "high_watermark" },
	{ writecache_attach, "vg/lin", "store", "high_waterman=5", LVOL_E_INVALID, "high_waterman" },
	{ writecache_attach, "vg/lin", "store", "high=5", LVOL_E_INVALID, "high" },
	{ lv_resize, "vg/lin", NULL, RESIZE(.size.extents = 5, .sign = 2), LVOL_E_INVALID, "sign" },
	{ lv_resize, "vg/lin", NULL, RESIZE(.size.extents = 5, .sign = -2), LVOL_E_INVALID, "sign" },
	{ lv_resize, "vg/lin", NULL, RESIZE(.size.percent = 101, .size.percent_of = LVOL_PERCENT_FREE, .sign = 1), LVOL_E_INVALID, "101" },
	{ lv_resize, "vg/t", NULL, RESIZE(.size.extents = UINT64_C(5) << 32), LVOL_E_INVALID, "vg/t" },
	{ lv_resize, "vg/r1", NULL, RESIZE(.size.extents = 90, .stripe_count = 2), LVOL_E_INVALID, "stripe" },
	{ thin_convert, "vg/lin", "vgnothing", NULL, LVOL_E_NOT_FOUND, "vgnothing" },
	{ pv_move, NULL, "vg/nothing", NULL, LVOL_E_NOT_FOUND, "nothing" },
	{ pv_move, NULL, "vgnothing", NULL, LVOL_E_NOT_FOUND, "vgnothing" },
	{ pv_move, NULL, "vg/cached_corig", NULL, LVOL_E_STATE, "LV cached_corig has nothing on" },
	{ pv_move, "nowhere", NULL, NULL, LVOL_E_NOT_FOUND, "nowhere" },
	{ pv_create, NULL, NULL, PV(.device = "nowhere"), LVOL_E_NOT_FOUND, "no such device" },
	{ pv_create, NULL, NULL, PV(.device = "x", .metadata_ignore = 2), LVOL_E_INVALID, "0 or 1" },
	{ pv_create, NULL, NULL, PV(.device = "x", .metadata_copies_set = 2), LVOL_E_INVALID, "0 or 1" },
	{ pv_create, NULL, NULL, PV(.device = "x", .metadata_copies_set = 1, .metadata_ignore = 1), LVOL_E_INVALID, "to ignore" },
	{ pv_create, NULL, NULL, PV(.device = "x", .restore_text = "x"), LVOL_E_INVALID, "UUID" },
	{ pv_create, NULL, NULL, PV(.device = "x", .label_sector = 9), LVOL_E_INVALID, "sectors 0 to 3" },
	{ pv_change, NULL, NULL, PV_CHANGE(.what = LVOL_PV_CHANGE_ALLOCATABLE, .allocatable = 2), LVOL_E_INVALID, "0 or 1" },
	{ pv_change, NULL, NULL, PV_CHANGE(.what = LVOL_PV_CHANGE_METADATA_IGNORE, .metadata_ignore = 2), LVOL_E_INVALID, "0 or 1" },
	{ pv_change, NULL, NULL, PV_CHANGE(.reserved = 1), LVOL_E_INVALID, "reserved" },
	{ pv_change, "nowhere", NULL, PV_CHANGE(.what = LVOL_PV_CHANGE_UUID), LVOL_E_NOT_FOUND, "no such device" },
	{ vg_change, "vg", NULL, VG_CHANGE(.what = LVOL_VG_CHANGE_RESIZEABLE, .resizeable = 2), LVOL_E_INVALID, "0 or 1" },
	{ vg_change, "vg", NULL, VG_CHANGE(.what = LVOL_VG_CHANGE_AUTOACTIVATION, .autoactivation = 2), LVOL_E_INVALID, "0 or 1" },
	{ vg_change, "vg", NULL, VG_CHANGE(.reserved = 1), LVOL_E_INVALID, "reserved" },
	{ vg_change, "vg", NULL, VG_CHANGE(.what = LVOL_VG_CHANGE_MAX_PV, .max_pv = 1), LVOL_E_INVALID, "vg" },
	{ vg_change, "vg", NULL, VG_CHANGE(.what = LVOL_VG_CHANGE_SYSTEM_ID, .system_id = "a b"), LVOL_E_INVALID, "position 2" },
	{ vg_create, NULL, NULL, VG(.name = "vg", .pvs = LIST("x")), LVOL_E_EXISTS, "vg" },
	{ vg_create, NULL, NULL, VG(.name = "new", .pvs = LIST(NULL)), LVOL_E_INVALID, "no PV is named" },
	{ vg_create, NULL, NULL, VG(.name = "new", .pvs = LIST("nowhere")), LVOL_E_NOT_FOUND, "no such device" },
	{ vg_extend, "vg", NULL, NULL, LVOL_E_INVALID, "no PV is named" },
	{ vg_extend, "vg", "nowhere", NULL, LVOL_E_NOT_FOUND, "no such device" },
	{ vg_extend, "vg", "nowhere", "forced", LVOL_E_INVALID, "flags" },
};

TEST_OF(created)
TEST_OF(changed)

static void add(TCase *tests)
{
	tcase_add_test(tests, created_are_refused);
	tcase_add_test(tests, changed_are_refused);
}

int main(void)
{
	return refusals_main("refusals_values", add);
}
