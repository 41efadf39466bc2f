/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "disks.h"

START_TEST(defaults)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_scan *s;
	const struct lvol_pv *pv;
	uint64_t at, size;

	DISKS(&w, 64);
	start(&w, NULL);
	t_ok(create_pv(&w, 0, 0, &err), err);
	commit(&w);
	s = scan(&w);
	pv = orphan(s, w.disks[0]);
	ck_assert_ptr_nonnull(pv);
	ck_assert_ptr_null(lvol_pv_vg(pv));
	ck_assert_uint_eq(lvol_pv_pe_start_bytes(pv), MIB);
	ck_assert_uint_eq(lvol_pv_dev_size_bytes(pv), 64 * MIB);
	ck_assert_uint_eq(lvol_pv_mda_count(pv), 1);
	ck_assert_uint_eq(lvol_pv_mda_used_count(pv), 1);
	ck_assert(lvol_pv_mda(pv, 0, &at, &size));
	ck_assert_uint_eq(at, 4096);
	ck_assert_uint_eq(size, MIB - 4096);
	ck_assert(!lvol_pv_is_in_use(pv));
	ck_assert_uint_eq(lvol_scan_problem_count(s), 0);
	lvol_scan_free(s);
	world_free(&w);
}
END_TEST

START_TEST(all_options)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char id[39];
	struct world w;
	struct lvol_scan *s;
	const struct lvol_pv *pv;
	uint8_t label[8];
	uint64_t at, size;

	DISKS(&w, 64);
	start(&w, NULL);
	o.device = w.disks[0];
	o.metadata_copies_set = 1;
	o.metadata_copies = 2;
	o.metadata_ignore = 1;
	o.metadata_bytes = 200 << 10;
	o.data_alignment_bytes = 256 << 10;
	o.data_alignment_offset_bytes = 4096;
	o.bootloader_bytes = 100 << 10;
	o.size_bytes = 48 * MIB;
	o.label_sector = 4;
	o.uuid = "abcdef-ghij-klmn-opqr-stuv-wxyz-012345";
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	commit(&w);
	s = scan(&w);
	pv = orphan(s, w.disks[0]);
	ck_assert_ptr_nonnull(pv);
	ck_assert_str_eq(lvol_pv_uuid(pv, id), o.uuid);
	ck_assert_uint_eq(lvol_pv_mda_count(pv), 2);
	ck_assert_uint_eq(lvol_pv_mda_used_count(pv), 0);
	ck_assert_uint_eq(lvol_pv_dev_size_bytes(pv), 48 * MIB);
	ck_assert(lvol_pv_mda(pv, 0, &at, &size));
	ck_assert_uint_eq(at + size, (256 + 4) << 10);
	ck_assert_uint_eq(lvol_pv_ba_start_bytes(pv), at + size);
	ck_assert_uint_eq(lvol_pv_ba_size_bytes(pv), 256 << 10);
	ck_assert_uint_eq(lvol_pv_pe_start_bytes(pv), (512 + 4) << 10);
	ck_assert(lvol_pv_mda(pv, 1, &at, &size));
	ck_assert_uint_eq(at + size, 48 * MIB);
	t_pread(w.disks[0], label, sizeof label, 3 * 512);
	ck_assert(!memcmp(label, "LABELONE", 8));
	lvol_scan_free(s);
	world_free(&w);
}
END_TEST

START_TEST(without_metadata_areas)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 64, 64);
	start(&w, NULL);
	o.device = w.disks[0];
	o.metadata_copies_set = 1;
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	/* such PVs alone cannot hold a VG */
	t_ok(create_vg(&w, "vg", LIST(w.disks[0]), &err), err);
	t_fails(lvol_txn_commit(w.txn, &err), LVOL_E_INVALID, err);
	give_up(&w);
	start(&w, NULL);
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	t_ok(create_vg(&w, "vg", LIST(w.disks[0], w.disks[1]), &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	expect_disks(&w, "vg", "0 1");
	world_free(&w);
}
END_TEST

/* The label that lvol_pv_create() made is the one that the VG of the same transaction uses. */
START_TEST(then_a_vg_on_it)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;
	char id[39];

	DISKS(&w, 64);
	start(&w, NULL);
	o.device = w.disks[0];
	o.uuid = "abcdef-ghij-klmn-opqr-stuv-wxyz-012345";
	o.data_alignment_bytes = 8 * MIB;
	o.metadata_copies_set = 1;
	o.metadata_copies = 2;
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	t_ok(create_vg(&w, "vg", LIST(o.uuid), &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	vg = look(&w, "vg");
	ck_assert_str_eq(lvol_pv_uuid(lvol_pv_first(vg), id), o.uuid);
	ck_assert_uint_eq(lvol_pv_pe_start_bytes(lvol_pv_first(vg)), 8 * MIB);
	ck_assert_uint_eq(lvol_pv_mda_used_count(lvol_pv_first(vg)), 2);
	ck_assert_uint_eq(lvol_pv_size_extents(lvol_pv_first(vg)), 48);  /* the last 8 MiB are the second area's */
	ck_assert(lvol_pv_is_in_use(lvol_pv_first(vg)));
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

START_TEST(anew)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char before[39], after[39];
	struct world w;

	DISKS(&w, 64);
	make_pv(&w, 0);
	pv_id(&w, NULL, 0, before);
	make_pv(&w, 0);
	pv_id(&w, NULL, 0, after);
	ck_assert_str_ne(before, after);
	/* twice in one transaction: the last one counts */
	start(&w, NULL);
	t_ok(create_pv(&w, 0, 0, &err), err);
	t_ok(create_pv(&w, 0, 0, &err), err);
	commit(&w);
	ck_assert(is_orphan(&w, 0));
	world_free(&w);
}
END_TEST

/* A label in another sector must not win over the new one. */
START_TEST(old_label_elsewhere)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char before[39], after[39];
	struct world w;

	DISKS(&w, 64);
	start(&w, NULL);
	o.device = w.disks[0];
	o.label_sector = 1;
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	commit(&w);
	pv_id(&w, NULL, 0, before);
	make_pv(&w, 0);
	ck_assert_str_ne(pv_id(&w, NULL, 0, after), before);
	world_free(&w);
}
END_TEST

START_TEST(other_devices)
{
	struct lvol_memory memory = LVOL_MEMORY_INIT;
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 8);
	memory.size_bytes = 16 * MIB;
	memory.logical_block_bytes = 4096;
	t_ok(lvol_ctx_add_memory(w.ctx, "ram", &memory, NULL, &err), err);
	start(&w, NULL);
	o.device = "ram";
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	/* blocks of 4096 and of 512 bytes do not mix */
	t_fails(create_vg(&w, "vg", LIST("ram", w.disks[0]), &err), LVOL_E_INVALID, err);
	says(&err, "4096");
	t_ok(create_vg(&w, "vg", LIST("ram"), &err), err);
	commit(&w);
	expect_sound(&w, "vg");
	world_free(&w);
}
END_TEST

/* Errors */

START_TEST(not_a_device)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 8);
	start(&w, NULL);
	o.device = "/nowhere";
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_NOT_FOUND, err);
	ck_assert_str_eq(err.subject, "/nowhere");
	o.device = NULL;
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_INVALID, err);
	world_free(&w);
}
END_TEST

START_TEST(of_a_vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 64, 64);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, NULL);
	t_fails(create_pv(&w, 0, 0, &err), LVOL_E_BUSY, err);
	says(&err, "vg");
	give_up(&w);
	/* nor when the transaction holds the VG, by force or not */
	start(&w, "vg");
	t_fails(create_pv(&w, 0, LVOL_PV_CREATE_FORCE_USED, &err), LVOL_E_BUSY, err);
	/* nor in the transaction that takes it out: until the commit its text is the VG's */
	t_ok(lvol_vg_reduce(w.txn, "vg", LIST(w.disks[0]), &err), err);
	t_fails(create_pv(&w, 0, LVOL_PV_CREATE_FORCE_USED, &err), LVOL_E_BUSY, err);
	commit(&w);
	make_pv(&w, 0);
	world_free(&w);
}
END_TEST

START_TEST(by_force)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 64, 64);
	make_vg(&w, "vg", LIST(w.disks[0], w.disks[1]));
	start(&w, NULL);
	t_ok(create_pv(&w, 0, LVOL_PV_CREATE_FORCE_USED, &err), err);
	commit(&w);
	ck_assert(is_orphan(&w, 0));
	vg = look(&w, "vg");
	ck_assert_uint_eq(lvol_vg_missing_pv_count(vg), 1);
	lvol_vg_unref(vg);
	world_free(&w);
}
END_TEST

/* The label says "used", but no device describes the VG. */
START_TEST(of_an_unknown_vg)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char zeroes[512] = "";

	DISKS(&w, 64);
	make_vg(&w, "vg", LIST(w.disks[0]));
	t_pwrite(w.disks[0], zeroes, sizeof zeroes, 4096);
	reopen(&w);
	start(&w, NULL);
	t_fails(create_pv(&w, 0, 0, &err), LVOL_E_BUSY, err);
	t_fails(create_vg(&w, "new", LIST(w.disks[0]), &err), LVOL_E_BUSY, err);
	t_ok(create_pv(&w, 0, LVOL_PV_CREATE_FORCE_USED, &err), err);
	t_ok(create_vg(&w, "new", LIST(w.disks[0]), &err), err);
	commit(&w);
	expect_sound(&w, "new");
	world_free(&w);
}
END_TEST

static void make_swap(const char *path)
{
	t_pwrite(path, "SWAPSPACE2", 10, 4096 - 10);
	t_pwrite(path, "\1\0\0\0\377\7\0\0", 8, 1024);  /* version 1, 2047 pages */
}

static bool finds_signatures(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	char type[32];

	return lvol_dev_signature(lvol_dev_first(w->ctx), type, sizeof type, &err) != -LVOL_E_NOT_SUPPORTED;
}

START_TEST(data_of_others)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;
	char type[32];

	DISKS(&w, 8);
	if (!finds_signatures(&w)) {
		world_free(&w);
		return;
	}
	make_swap(w.disks[0]);
	start(&w, NULL);
	t_fails(create_pv(&w, 0, 0, &err), LVOL_E_SIGNATURE, err);
	says(&err, "swap");
	t_fails(create_vg(&w, "vg", LIST(w.disks[0]), &err), LVOL_E_SIGNATURE, err);
	t_ok(create_pv(&w, 0, LVOL_PV_CREATE_WIPE, &err), err);
	commit(&w);
	t_ok(lvol_dev_signature(lvol_dev_first(w.ctx), type, sizeof type, &err), err);
	ck_assert_str_eq(type, "");
	ck_assert(is_orphan(&w, 0));
	world_free(&w);
}
END_TEST

START_TEST(id_is_taken)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char id[39];
	struct world w;

	DISKS(&w, 64, 64, 64);
	make_pv(&w, 0);
	pv_id(&w, NULL, 0, id);
	start(&w, NULL);
	o.device = w.disks[1];
	o.uuid = id;
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_EXISTS, err);
	says(&err, w.disks[0]);
	/* on the device itself it may stay, and when that has got another it is free */
	o.device = w.disks[0];
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	o.uuid = NULL;
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	o.device = w.disks[1];
	o.uuid = id;
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	o.device = w.disks[2];
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_EXISTS, err);
	o.uuid = "not an id";
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_INVALID, err);
	commit(&w);
	ck_assert(is_orphan(&w, 0) && is_orphan(&w, 1) && !is_orphan(&w, 2));
	world_free(&w);
}
END_TEST

START_TEST(bad_numbers)
{
	struct lvol_pv_create_opts good = LVOL_PV_CREATE_OPTS_INIT, o;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 64);
	start(&w, NULL);
	good.device = w.disks[0];
#define INVALID(field, value) \
	do { o = good; o.field = value; t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_INVALID, err); } while (0)
	INVALID(flags, 1u << 20);
	INVALID(metadata_copies_set, 2);
	INVALID(metadata_ignore, 2);
	INVALID(reserved, 1);
	INVALID(label_sector, 5);
	INVALID(data_alignment_bytes, 1000);
	INVALID(data_alignment_offset_bytes, 2 * MIB);
	INVALID(size_bytes, 65 * MIB);
	o = good;
	o.metadata_copies_set = 1;
	o.metadata_copies = 3;
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_INVALID, err);
	o.metadata_copies = 0;
	o.metadata_ignore = 1;
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_INVALID, err);
	o = good;
	o.struct_size = 1;
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_INVALID, err);
	world_free(&w);
}
END_TEST

START_TEST(no_room)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct world w;

	DISKS(&w, 1, 8);
	start(&w, NULL);
	t_fails(create_pv(&w, 0, 0, &err), LVOL_E_NO_SPACE, err);
	says(&err, "1.00 MiB");
	o.device = w.disks[1];
	o.metadata_bytes = 10 * MIB;
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_NO_SPACE, err);
	o.metadata_bytes = 0;
	o.bootloader_bytes = 8 * MIB;
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_NO_SPACE, err);
	o.bootloader_bytes = 0;
	o.data_alignment_bytes = 16 * MIB;
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_NO_SPACE, err);
	world_free(&w);
}
END_TEST

START_TEST(not_to_be_written)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char before[SUMS_LEN];
	struct world w;

	DISKS(&w, 8);
	lvol_ctx_unref(w.ctx);
	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	t_ok(lvol_ctx_new(&opts, &w.ctx, &err), err);
	t_ok(lvol_ctx_add_path(w.ctx, w.disks[0], LVOL_DEV_READ_ONLY, NULL, &err), err);
	sums(&w, before);
	start(&w, NULL);
	t_fails(create_pv(&w, 0, 0, &err), LVOL_E_READ_ONLY, err);
	t_fails(create_vg(&w, "vg", LIST(w.disks[0]), &err), LVOL_E_READ_ONLY, err);
	commit(&w);
	expect_sums(&w, before);
	world_free(&w);
}
END_TEST

/* From a backup */

START_TEST(from_a_backup)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char id[39], *text;
	struct world w;
	struct lvol_vg *vg;
	struct lvol_scan *s;
	const struct lvol_pv *pv;
	uint64_t at, size;

	DISKS(&w, 64, 64);
	start(&w, NULL);
	o.device = w.disks[0];
	o.data_alignment_bytes = 3 * MIB;
	o.bootloader_bytes = MIB;
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	t_ok(create_vg(&w, "vg", LIST(w.disks[0]), &err), err);
	commit(&w);
	vg = look(&w, "vg");
	lvol_pv_uuid(lvol_pv_first(vg), id);
	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	t_sparse_file(w.disks[0], 64 * MIB);
	reopen(&w);
	o = LVOL_PV_CREATE_OPTS_INIT;
	o.device = w.disks[1];
	o.uuid = id;
	o.restore_text = text;
	start(&w, NULL);
	t_ok(lvol_pv_create(w.txn, &o, &err), err);
	commit(&w);
	s = scan(&w);
	pv = orphan(s, w.disks[1]);
	ck_assert_ptr_nonnull(pv);
	ck_assert_uint_eq(lvol_pv_pe_start_bytes(pv), 6 * MIB);
	ck_assert_uint_eq(lvol_pv_ba_start_bytes(pv), 3 * MIB);
	ck_assert_uint_eq(lvol_pv_ba_size_bytes(pv), 3 * MIB);
	ck_assert(lvol_pv_mda(pv, 0, &at, &size));
	ck_assert_uint_le(at + size, 3 * MIB);
	lvol_scan_free(s);
	lvol_string_free(text);
	world_free(&w);
}
END_TEST

START_TEST(from_a_bad_backup)
{
	struct lvol_pv_create_opts o = LVOL_PV_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	char id[39], *text;
	struct world w;
	struct lvol_vg *vg;

	DISKS(&w, 64, 64, 8);
	make_vg(&w, "vg", LIST(w.disks[0]));
	vg = look(&w, "vg");
	lvol_pv_uuid(lvol_pv_first(vg), id);
	t_ok(lvol_vg_export_text(vg, &text, &err), err);
	lvol_vg_unref(vg);
	t_sparse_file(w.disks[0], 64 * MIB);
	reopen(&w);
	start(&w, NULL);
	o.device = w.disks[1];
	o.restore_text = text;
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_INVALID, err);  /* without the id */
	o.uuid = "abcdef-ghij-klmn-opqr-stuv-wxyz-012345";
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_NOT_FOUND, err);
	says(&err, o.uuid);
	o.uuid = id;
	o.device = w.disks[2];
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_NO_SPACE, err);
	o.restore_text = "vg {\n}\n";
	t_fails(lvol_pv_create(w.txn, &o, &err), LVOL_E_CORRUPT, err);
	lvol_string_free(text);
	world_free(&w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("pv_create");
	TCase *tc = make_case(suite, "creating");

	tcase_add_test(tc, defaults);
	tcase_add_test(tc, all_options);
	tcase_add_test(tc, without_metadata_areas);
	tcase_add_test(tc, then_a_vg_on_it);
	tcase_add_test(tc, anew);
	tcase_add_test(tc, old_label_elsewhere);
	tcase_add_test(tc, other_devices);
	tc = make_case(suite, "errors");
	tcase_add_test(tc, not_a_device);
	tcase_add_test(tc, of_a_vg);
	tcase_add_test(tc, by_force);
	tcase_add_test(tc, of_an_unknown_vg);
	tcase_add_test(tc, data_of_others);
	tcase_add_test(tc, id_is_taken);
	tcase_add_test(tc, bad_numbers);
	tcase_add_test(tc, no_room);
	tcase_add_test(tc, not_to_be_written);
	tc = make_case(suite, "backup");
	tcase_add_test(tc, from_a_backup);
	tcase_add_test(tc, from_a_bad_backup);
	return t_main(suite);
}
