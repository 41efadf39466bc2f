/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Which PVs and extents an operation may use: names, UUIDs, tags, ranges. */
#include "txn_make.h"

static struct lvol_vg *three_disks(void)
{
	struct lvol_vg *vg = make_ready_vg();

	make_disk(vg, 100);
	make_disk(vg, 50);
	make_disk(vg, 10);
	return vg;
}

#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

/* "d0[0-4,10-99] d2" */
static const char *text_of(const struct pv_choice *c, char *out, size_t size)
{
	size_t len = 0;

	out[0] = '\0';
	for (size_t i = 0; i < c->items.len; i++) {
		const struct pv_chosen *item = &c->items.items[i];

		len += (size_t)snprintf(out + len, size - len, "%s%s", i ? " " : "", item->pv->dev_name);
		for (size_t k = 0; k < item->ranges.len; k++)
			len += (size_t)snprintf(out + len, size - len, "%s%u-%u%s", k ? "," : "[", item->ranges.items[k].first,
					item->ranges.items[k].last, k + 1 == item->ranges.len ? "]" : "");
	}
	return out;
}

static void expect(const struct lvol_vg *vg, const char *const *pvs, const char *want)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct pv_choice c;
	char text[256];

	t_ok(lvi_pv_choice_make(vg, pvs, &c, &err), err);
	ck_assert_str_eq(text_of(&c, text, sizeof text), want);
	lvi_pv_choice_free(&c);
}

static void refuse(const struct lvol_vg *vg, const char *word, int code, const char *part)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct pv_choice c;

	t_fails(lvi_pv_choice_make(vg, LIST(word), &c, &err), code, err);
	ck_assert_msg(strstr(err.message, part) != NULL, "\"%s\" does not say \"%s\"", err.message, part);
	ck_assert_str_eq(err.subject, word);
}

START_TEST(nobody_asked)
{
	struct lvol_vg *vg = three_disks();
	struct lvol_error err = LVOL_ERROR_INIT;
	struct pv_choice c;

	expect(vg, NULL, "d0 d1 d2");
	expect(vg, (const char *const[]) { NULL }, "d0 d1 d2");
	disk(vg, 0)->flags = 0;
	disk(vg, 2)->flags |= PV_MISSING;
	expect(vg, NULL, "d1");
	disk(vg, 1)->dev = NULL;
	expect(vg, NULL, "");
	t_ok(lvi_pv_choice_make(vg, NULL, &c, &err), err);
	ck_assert(!c.given);
	lvi_pv_choice_free(&c);
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(by_name_id_and_tag)
{
	struct lvol_vg *vg = three_disks();
	char id[LVI_UUID_TEXT_LEN + 1], bare[LVI_UUID_LEN + 1] = "", ranged[64];

	expect(vg, LIST("d2", "d0"), "d2 d0");
	lvi_uuid_format(&disk(vg, 1)->id, id);
	expect(vg, LIST(id), "d1");
	memcpy(bare, disk(vg, 1)->id.c, LVI_UUID_LEN);
	snprintf(ranged, sizeof ranged, "%s:5-9", bare);
	expect(vg, LIST(ranged), "d1[5-9]");
	ck_assert_int_eq(lvi_strings_add(vg, &disk(vg, 0)->tags, "fast"), 0);
	ck_assert_int_eq(lvi_strings_add(vg, &disk(vg, 2)->tags, "fast"), 0);
	ck_assert_int_eq(lvi_strings_add(vg, &disk(vg, 2)->tags, "a:b"), 0);
	expect(vg, LIST("@fast"), "d0 d2");
	expect(vg, LIST("d2", "@fast"), "d2 d0");
	expect(vg, LIST("@fast:0-3"), "d0[0-3] d2[0-3]");
	expect(vg, LIST("@a:b:7"), "d2[7-7]");
	disk(vg, 0)->flags = 0;
	expect(vg, LIST("@fast"), "d2");
	disk(vg, 2)->flags = 0;
	refuse(vg, "@fast", LVOL_E_INVALID, "fast");
	refuse(vg, "@slow", LVOL_E_NOT_FOUND, "@slow");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(ranges)
{
	struct lvol_vg *vg = three_disks();

	expect(vg, LIST("d0:5"), "d0[5-5]");
	expect(vg, LIST("d0:5-9"), "d0[5-9]");
	expect(vg, LIST("d0:90-"), "d0[90-99]");
	expect(vg, LIST("d0:-9"), "d0[0-9]");
	expect(vg, LIST("d0:5+10"), "d0[5-14]");
	expect(vg, LIST("d0:0-9:20-29"), "d0[0-9,20-29]");
	expect(vg, LIST("d0:20-29:0-9"), "d0[0-9,20-29]");
	expect(vg, LIST("d0:0-9:5-19:20:40"), "d0[0-20,40-40]");
	expect(vg, LIST("d0:0-9", "d1:3", "d0:50-59"), "d0[0-9,50-59] d1[3-3]");
	/* all of it is no range */
	expect(vg, LIST("d0:0-"), "d0");
	expect(vg, LIST("d0:50-:-49"), "d0");
	expect(vg, LIST("d0:7", "d0"), "d0");
	expect(vg, LIST("d0", "d0:7"), "d0");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(bad_ranges)
{
	static const char *const bad[] = {
		"d0:", "d0:x", "d0:5x", "d0:5-x", "d0:-", "d0:+5", "d0:5+", "d0:5+0", "d0:9-5", "d0:100", "d0:0-100", "d0:100-",
		"d0:99+2", "d0:0-9:", "d0::5", "d0:1,2", "d0:4294967296", "d0:5+4294967295", "d0:0x5", "d0: 5", "d0:5-9-12"
	};
	struct lvol_vg *vg = three_disks();

	for (size_t i = 0; i < sizeof bad / sizeof *bad; i++)
		refuse(vg, bad[i], LVOL_E_INVALID, "range");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(pvs_that_do_not_do)
{
	struct lvol_vg *vg = three_disks();

	refuse(vg, "d3", LVOL_E_NOT_FOUND, "d3");
	refuse(vg, "d3:0-9", LVOL_E_NOT_FOUND, "d3:0-9");
	refuse(vg, "", LVOL_E_NOT_FOUND, "vg");
	refuse(vg, "@", LVOL_E_NOT_FOUND, "@");
	refuse(vg, ":5", LVOL_E_NOT_FOUND, ":5");
	disk(vg, 0)->flags = 0;
	refuse(vg, "d0", LVOL_E_INVALID, "not allocatable");
	disk(vg, 1)->flags |= PV_MISSING;
	refuse(vg, "d1:0-9", LVOL_E_INVALID, "missing");
	disk(vg, 2)->dev = NULL;
	refuse(vg, "d2", LVOL_E_INVALID, "missing");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(names_with_colons)
{
	struct lvol_vg *vg = three_disks();

	disk(vg, 0)->dev_name = "/dev/disk/by-path/pci-0000:00:1f";
	disk(vg, 1)->dev_name = "/dev/x";
	disk(vg, 2)->dev_name = "/dev/x:1";
	expect(vg, LIST("/dev/disk/by-path/pci-0000:00:1f"), "/dev/disk/by-path/pci-0000:00:1f");
	expect(vg, LIST("/dev/disk/by-path/pci-0000:00:1f:7"), "/dev/disk/by-path/pci-0000:00:1f[7-7]");
	expect(vg, LIST("/dev/x:1"), "/dev/x:1");
	expect(vg, LIST("/dev/x:1:2"), "/dev/x:1[2-2]");
	expect(vg, LIST("/dev/x:2"), "/dev/x[2-2]");
	lvi_vg_unref(vg);
}
END_TEST

START_TEST(counting)
{
	struct lvol_vg *vg = three_disks();
	struct lvol_error err = LVOL_ERROR_INIT;
	struct pv_choice c;

	use(disk(vg, 0), 0, 5);
	use(disk(vg, 0), 12, 3);
	use(disk(vg, 2), 0, 10);
	t_ok(lvi_pv_choice_make(vg, LIST("d0:0-12:50-59", "d1", "d2"), &c, &err), err);
	/* 5-11, 50-59; 0-49 */
	ck_assert_uint_eq(lvi_pv_choice_free_extents(&c), 7 + 10 + 50);
	ck_assert_uint_eq(lvi_pv_choice_all_extents(&c), 13 + 10 + 50 + 10);
	ck_assert(c.given);
	lvi_pv_choice_free(&c);
	lvi_vg_unref(vg);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("txn pv choice");
	TCase *tc = make_case(suite, "choice");

	tcase_add_test(tc, nobody_asked);
	tcase_add_test(tc, by_name_id_and_tag);
	tcase_add_test(tc, ranges);
	tcase_add_test(tc, bad_ranges);
	tcase_add_test(tc, pvs_that_do_not_do);
	tcase_add_test(tc, names_with_colons);
	tcase_add_test(tc, counting);
	return t_main(suite);
}
