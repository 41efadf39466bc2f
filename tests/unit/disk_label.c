/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* PV labels: a label that lvm2 wrote, and everything that can be wrong with one. */
#include <string.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "disk/label.h"
#include "util.h"

#define DEVICE_BYTES (UINT64_C(8) << 20)

/* First 160 bytes of sector 1 of an 8 MiB PV made by LVM2 2.03.16 (the rest is zero). */
static const char lvm2_label[] =
	"4c4142454c4f4e45" "0100000000000000" "b915b617" "20000000" "4c564d3220303031"
	"636a7942686a51534a714b6c76534a353841574e7a7a62396651686554786757"
	"0000800000000000"
	"0000100000000000" "0000000000000000" "0000000000000000" "0000000000000000"
	"0010000000000000" "00f00f0000000000" "0000000000000000" "0000000000000000"
	"02000000" "01000000" "0000000000000000" "0000000000000000";

static uint8_t buf[LABEL_SCAN_BYTES];
static struct label_scan scan;
static struct lvol_error err;

static unsigned nibble(char c) { return c <= '9' ? c - '0' : c - 'a' + 10; }

static void put_sample(unsigned sector)
{
	for (size_t i = 0; lvm2_label[2 * i]; i++)
		buf[sector * 512 + i] = nibble(lvm2_label[2 * i]) << 4 | nibble(lvm2_label[2 * i + 1]);
}

static void seal(unsigned sector)
{
	uint8_t *s = buf + sector * 512;

	lvi_put_le32(s + 16, lvi_crc_lvm(LVI_CRC_LVM_SEED, s + 20, 492));
}

/* the sample, in another sector and right there */
static void put_sample_at(unsigned sector)
{
	put_sample(sector);
	buf[sector * 512 + 8] = sector;
	seal(sector);
}

static enum label_state parse(void)
{
	lvi_label_parse(buf, DEVICE_BYTES, &scan);
	return scan.state;
}

static void damaged(const char *why)
{
	ck_assert_int_eq(parse(), LABEL_DAMAGED);
	ck_assert_msg(strstr(scan.why, why) != NULL, "\"%s\" is not in: %s", why, scan.why);
}

static void setup(void) { memset(buf, 0, sizeof buf); }

START_TEST(worked_example)
{
	uint8_t again[512];

	put_sample(1);
	ck_assert_int_eq(parse(), LABEL_OK);
	ck_assert_uint_eq(scan.label.sector, 1);
	ck_assert_mem_eq(scan.label.pv_id.c, "cjyBhjQSJqKlvSJ58AWNzzb9fQheTxgW", 32);
	ck_assert_uint_eq(scan.label.device_size, DEVICE_BYTES);
	ck_assert_uint_eq(scan.label.data_count, 1);
	ck_assert_uint_eq(scan.label.data[0].offset, 1 << 20);
	ck_assert_uint_eq(scan.label.data[0].size, 0);
	ck_assert_uint_eq(scan.label.mda_count, 1);
	ck_assert_uint_eq(scan.label.mdas[0].offset, 4096);
	ck_assert_uint_eq(scan.label.mdas[0].size, 1044480);
	ck_assert_uint_eq(scan.label.ext_version, PV_EXT_VERSION);
	ck_assert_uint_eq(scan.label.ext_flags, PV_EXT_USED);
	ck_assert_uint_eq(scan.label.bootloader.offset, 0);
	ck_assert_uint_eq(scan.additional, 0);
	ck_assert(!scan.torn_type_only);
	ck_assert_int_eq(lvi_label_format(&scan.label, again, &err), 0);
	ck_assert_mem_eq(again, buf + 512, 512);
}
END_TEST

START_TEST(nothing_there)
{
	ck_assert_int_eq(parse(), LABEL_NONE);
	memset(buf, 0xff, sizeof buf);
	ck_assert_int_eq(parse(), LABEL_NONE);
	ck_assert(!scan.torn_type_only);
}
END_TEST

START_TEST(any_of_four_sectors)
{
	put_sample_at(_i);
	ck_assert_int_eq(parse(), LABEL_OK);
	ck_assert_uint_eq(scan.label.sector, (unsigned)_i);
}
END_TEST

START_TEST(first_of_several)
{
	put_sample_at(0);
	put_sample_at(1);
	put_sample_at(3);
	buf[3 * 512 + 32] ^= 1;  /* a damaged one is not counted */
	ck_assert_int_eq(parse(), LABEL_OK);
	ck_assert_uint_eq(scan.label.sector, 0);
	ck_assert_uint_eq(scan.additional, 1);
}
END_TEST

START_TEST(damaged_one_is_passed_over)
{
	put_sample_at(0);
	put_sample_at(2);
	buf[400] ^= 1;
	ck_assert_int_eq(parse(), LABEL_OK);
	ck_assert_uint_eq(scan.label.sector, 2);
	ck_assert_uint_eq(scan.additional, 0);
	ck_assert_str_eq(scan.why, "");
}
END_TEST

START_TEST(wrong_checksum)
{
	put_sample(1);
	buf[512 + 511] = 1;
	damaged("checksum");
	ck_assert_ptr_nonnull(strstr(scan.why, "sector 1"));
}
END_TEST

START_TEST(wrong_sector_number)
{
	put_sample(2);
	damaged("sector number");
}
END_TEST

START_TEST(wrong_type)
{
	put_sample(1);
	buf[512 + 31] = '2';
	seal(1);
	damaged("type");
}
END_TEST

START_TEST(type_without_id)
{
	put_sample(1);
	buf[512] = 'X';
	ck_assert_int_eq(parse(), LABEL_NONE);
	ck_assert(scan.torn_type_only);
}
END_TEST

START_TEST(header_offset)
{
	static const struct { uint32_t offset; bool ok; } cases[] = {
		{ 0, false }, { 31, false }, { 32, true }, { 64, true }, { 473, false }, { 0xffffffff, false },
	};

	for (size_t i = 0; i < sizeof cases / sizeof cases[0]; i++) {
		setup();
		put_sample(1);
		if (cases[i].ok)
			memmove(buf + 512 + cases[i].offset, buf + 512 + 32, 200);
		lvi_put_le32(buf + 512 + 20, cases[i].offset);
		seal(1);
		ck_assert_msg(parse() == (cases[i].ok ? LABEL_OK : LABEL_DAMAGED), "offset %u: %s", cases[i].offset, scan.why);
	}
}
END_TEST

START_TEST(bad_uuid)
{
	put_sample(1);
	buf[512 + 40] = '-';
	seal(1);
	damaged("UUID");
}
END_TEST

/* Where each list of the sample begins in the sector. */
enum { DATA = 512 + 72, MDAS = DATA + 32, EXT = MDAS + 32, BOOT = EXT + 8 };

START_TEST(areas_outside)
{
	static const struct { unsigned at; uint64_t offset, size; } bad[] = {
		{ DATA, DEVICE_BYTES + 1, 0 }, { DATA, 1 << 20, DEVICE_BYTES }, { DATA, UINT64_MAX, 0 },
		{ MDAS, 4096, DEVICE_BYTES }, { MDAS, UINT64_MAX - 10, 4096 }, { MDAS, 4096, UINT64_MAX - 100 },
		{ MDAS, 4096, 511 }, { BOOT, DEVICE_BYTES, 1 }, { BOOT, 1, UINT64_MAX },
	};

	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		setup();
		put_sample(1);
		lvi_put_le64(buf + bad[i].at, bad[i].offset);
		lvi_put_le64(buf + bad[i].at + 8, bad[i].size);
		seal(1);
		damaged("area");
	}
}
END_TEST

START_TEST(lists_without_end)
{
	put_sample(1);
	memset(buf + DATA, 1, 512 - (DATA - 512));
	seal(1);
	damaged("areas");
	put_sample(1);
	for (int i = 0; i < 3; i++)
		lvi_put_le64(buf + MDAS + 16 * i, 4096);
	seal(1);
	damaged("areas");
}
END_TEST

/* A chain of the header pushed to the very end of the sector, where the bootloader list has no room for its end. */
START_TEST(list_runs_out_of_sector)
{
	put_sample(1);
	memmove(buf + 512 + 376, buf + 512 + 32, 120);
	lvi_put_le32(buf + 512 + 20, 376);
	lvi_put_le64(buf + 512 + 376 + 112, 1 << 20);
	seal(1);
	damaged("runs out");
}
END_TEST

START_TEST(header_without_extension)
{
	uint8_t again[512];

	put_sample(1);
	memset(buf + EXT, 0, 24);
	seal(1);
	ck_assert_int_eq(parse(), LABEL_OK);
	ck_assert_uint_eq(scan.label.ext_version, 0);
	ck_assert_uint_eq(scan.label.ext_flags, 0);
	ck_assert_int_eq(lvi_label_format(&scan.label, again, &err), 0);
	ck_assert_mem_eq(again, buf + 512, 512);
}
END_TEST

START_TEST(extension_of_the_future)
{
	uint8_t again[512];

	put_sample(1);
	lvi_put_le32(buf + EXT, 3);
	lvi_put_le32(buf + EXT + 4, 0x80000003);
	lvi_put_le64(buf + BOOT, 5000 * 512);
	lvi_put_le64(buf + BOOT + 8, 4096);
	seal(1);
	ck_assert_int_eq(parse(), LABEL_OK);
	ck_assert_uint_eq(scan.label.ext_version, 3);
	ck_assert_uint_eq(scan.label.ext_flags, 0x80000003);
	ck_assert_uint_eq(scan.label.bootloader.offset, 5000 * 512);
	ck_assert_int_eq(lvi_label_format(&scan.label, again, &err), 0);
	ck_assert_mem_eq(again, buf + 512, 512);
}
END_TEST

static struct label sample(void)
{
	struct label l = { .sector = 1, .device_size = DEVICE_BYTES, .ext_version = PV_EXT_VERSION };

	memset(l.pv_id.c, 'q', sizeof l.pv_id.c);
	l.data[l.data_count++] = (struct disk_area){ 1 << 20, 0 };
	return l;
}

/* The extension begins where the sheet of lvm2's format says for 0, 1 and 2 metadata areas. */
START_TEST(number_of_metadata_areas)
{
	static const unsigned ext[] = { 120, 136, 152 };
	struct label l = sample();

	for (unsigned i = 0; i < (unsigned)_i; i++)
		l.mdas[l.mda_count++] = (struct disk_area){ 4096 + i * 65536, 65536 };
	ck_assert_int_eq(lvi_label_format(&l, buf + 512, &err), 0);
	ck_assert_uint_eq(lvi_get_le32(buf + 512 + ext[_i]), PV_EXT_VERSION);
	ck_assert_int_eq(parse(), LABEL_OK);
	ck_assert_uint_eq(scan.label.mda_count, (unsigned)_i);
	ck_assert_mem_eq(&scan.label.mdas, &l.mdas, sizeof l.mdas);
}
END_TEST

START_TEST(largest_label)
{
	struct label l = sample();

	for (l.data_count = 0; l.data_count < LABEL_MAX_DATA; l.data_count++)
		l.data[l.data_count] = (struct disk_area){ 1 << 20, 4096 };
	for (l.mda_count = 0; l.mda_count < LABEL_MAX_MDAS; l.mda_count++)
		l.mdas[l.mda_count] = (struct disk_area){ 4096, 65536 };
	l.bootloader = (struct disk_area){ 69632, 4096 };
	ck_assert_int_eq(lvi_label_format(&l, buf + 512, &err), 0);
	ck_assert_int_eq(parse(), LABEL_OK);
	ck_assert_mem_eq(&scan.label, &l, sizeof l);
}
END_TEST

START_TEST(unfit_to_write)
{
	struct label bad[6];
	uint8_t sector[512];

	for (int i = 0; i < 6; i++)
		bad[i] = sample();
	bad[0].sector = 4;
	bad[1].pv_id.c[3] = '-';
	bad[2].data_count = LABEL_MAX_DATA + 1;
	bad[3].mda_count = LABEL_MAX_MDAS + 1;
	bad[4].data[0].offset = 0;
	bad[5].ext_version = 0;
	bad[5].bootloader.offset = 4096;
	for (int i = 0; i < 6; i++)
		ck_assert_msg(lvi_label_format(&bad[i], sector, &err) == -LVOL_E_INVALID, "case %d", i);
}
END_TEST

START_TEST(on_a_device)
{
	static char data[64 * 1024];
	struct lvol_memory m = LVOL_MEMORY_INIT;
	struct devset *set = lvi_devset_new(NULL);
	struct lvol_dev *dev = NULL;
	struct label l = sample();

	m.data = data;
	m.size_bytes = sizeof data;
	m.logical_block_bytes = 4096;
	memset(data, 'x', sizeof data);
	l.data[0].offset = 32768;
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &m, &dev, &err), 0);
	ck_assert_int_eq(lvi_label_write(dev, &l, &err), 0);
	ck_assert_int_eq(lvi_label_read(dev, &scan, &err), 0);
	ck_assert_int_eq(scan.state, LABEL_OK);
	ck_assert_int_eq(data[511], 'x');
	ck_assert_int_eq(data[1024], 'x');
	memcpy(data + 3 * 512 + 24, LABEL_TYPE, 8);
	ck_assert_int_eq(lvi_label_wipe(dev, &err), 0);
	ck_assert_int_eq(lvi_label_read(dev, &scan, &err), 0);
	ck_assert_int_eq(scan.state, LABEL_NONE);
	ck_assert(!scan.torn_type_only);
	ck_assert_int_eq(data[511], 'x');
	ck_assert_int_eq(data[512] | data[1023] | data[1536] | data[2047], 0);
	ck_assert_int_eq(data[1024], 'x');
	ck_assert_int_eq(data[2048], 'x');
	lvi_devset_unref(set);
}
END_TEST

START_TEST(tiny_device)
{
	struct lvol_memory m = LVOL_MEMORY_INIT;
	struct devset *set = lvi_devset_new(NULL);
	struct lvol_dev *dev = NULL;

	m.size_bytes = 512;
	ck_assert_int_eq(lvi_dev_add_memory(set, "m", &m, &dev, &err), 0);
	ck_assert_int_eq(lvi_label_read(dev, &scan, &err), 0);
	ck_assert_int_eq(scan.state, LABEL_NONE);
	ck_assert_int_eq(lvi_label_wipe(dev, &err), 0);
	lvi_devset_unref(set);
}
END_TEST

int main(void)
{
	Suite *s = suite_create("disk_label");
	TCase *t = tcase_create("disk_label");

	tcase_add_checked_fixture(t, setup, NULL);
	tcase_add_test(t, worked_example);
	tcase_add_test(t, nothing_there);
	tcase_add_loop_test(t, any_of_four_sectors, 0, 4);
	tcase_add_test(t, first_of_several);
	tcase_add_test(t, damaged_one_is_passed_over);
	tcase_add_test(t, wrong_checksum);
	tcase_add_test(t, wrong_sector_number);
	tcase_add_test(t, wrong_type);
	tcase_add_test(t, type_without_id);
	tcase_add_test(t, header_offset);
	tcase_add_test(t, bad_uuid);
	tcase_add_test(t, areas_outside);
	tcase_add_test(t, lists_without_end);
	tcase_add_test(t, list_runs_out_of_sector);
	tcase_add_test(t, header_without_extension);
	tcase_add_test(t, extension_of_the_future);
	tcase_add_loop_test(t, number_of_metadata_areas, 0, 3);
	tcase_add_test(t, largest_label);
	tcase_add_test(t, unfit_to_write);
	tcase_add_test(t, on_a_device);
	tcase_add_test(t, tiny_device);
	suite_add_tcase(s, t);
	return t_main(s);
}
