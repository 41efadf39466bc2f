/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* What arrays keep on disk about themselves, and what they make of what they find there. */
#include "dm/raid_super.h"
#include "base/bytes.h"
#include "raid_world.h"

#define LEG_SECTORS 1024u                    /* 16 regions of 64 sectors */
#define REGION (64 * 512)
#define BITS (4096 + 256)                    /* of the bitmap, on a leg's metadata */

static struct lvol_error err;
static const struct raid_kind raid1 = { "raid1", 2, 0, 1, 1, 1, "", 0 };
static const struct raid_kind raid5 = { "raid5_ls", 3, 8, 1, 2, 1, "", 0 };

static void peek(struct dm_world *w, const char *disk, void *buf, size_t len, uint64_t offset)
{
	struct backend_device *dev = dmw_open(w, disk, 0);

	dmw_read(dev, buf, len, offset);
	dmw_close(dev);
}

static void poke(struct dm_world *w, const char *disk, const void *buf, size_t len, uint64_t offset)
{
	struct backend_device *dev = dmw_open(w, disk, BACKEND_WRITE);

	dmw_write(dev, buf, len, offset);
	dmw_close(dev);
}

static struct raid_super super_of(struct dm_world *w, unsigned leg)
{
	uint8_t sector[512];
	struct raid_super s;
	char name[24];

	snprintf(name, sizeof name, "disk-meta%u", leg);
	peek(w, name, sector, sizeof sector, 0);
	t_ok(lvi_raid_super_decode(sector, name, &s, &err), err);
	return s;
}

static void set_super(struct dm_world *w, unsigned leg, const struct raid_super *s)
{
	uint8_t sector[512];
	char name[24];

	snprintf(name, sizeof name, "disk-meta%u", leg);
	lvi_raid_super_encode(s, sector);
	poke(w, name, sector, sizeof sector, 0);
}

/* The bits of the first 16 regions. */
static unsigned bits_of(struct dm_world *w, unsigned leg)
{
	uint8_t bits[2];
	char name[24];

	snprintf(name, sizeof name, "disk-meta%u", leg);
	peek(w, name, bits, sizeof bits, BITS);
	return bits[0] | bits[1] << 8;
}

static void fill(struct backend_device *dev, int byte, size_t len, uint64_t offset)
{
	void *buf = malloc(len);

	dmw_write(dev, memset(buf, byte, len), len, offset);
	free(buf);
}

/* In sync, filled with 1, closed. */
static struct dm_world *ready(const struct raid_kind *kind)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;

	rw_make(w, kind, LEG_SECTORS, "");
	dev = dmw_open(w, "array", BACKEND_WRITE);
	fill(dev, 1, dev->size_bytes, 0);
	rw_sync(w);
	dmw_close(dev);
	return w;
}

/* All disks as they are now, in a new world: what is left when the power goes and all was written. */
static struct dm_world *power_cut(struct dm_world *w, const struct raid_kind *kind)
{
	struct dm_world *copy = dmw_new();
	uint8_t buf[LEG_SECTORS * 512];
	char name[24];

	rw_make(copy, kind, LEG_SECTORS, "");
	for (unsigned i = 0; i < kind->legs; i++)
		for (int meta = 0; meta < 2; meta++) {
			size_t len = 512 * (meta ? RW_META_SECTORS : LEG_SECTORS);

			snprintf(name, sizeof name, "disk-%s%u", meta ? "meta" : "data", i);
			peek(w, name, buf, len, 0);
			poke(copy, name, buf, len, 0);
		}
	return copy;
}

START_TEST(new_array_begins_unsynchronised)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;
	struct raid_super s;

	rw_make(w, &raid1, LEG_SECTORS, "");
	dev = dmw_open(w, "array", BACKEND_WRITE);
	rw_check_status(w, "raid1 2 aa 0/1024 resync 0 0 -");
	ck_assert(super_of(w, 0).is_new);         /* nobody has written */
	fill(dev, 5, 1000, 70000);
	s = super_of(w, 1);
	ck_assert(!s.is_new && s.legs == 2 && s.position == 1 && s.level == 1 && s.resynced == 0 &&
			s.recovered == RAID_ALL);
	ck_assert(s.size == LEG_SECTORS * 512 && s.leg_size == s.size);
	ck_assert_uint_eq(bits_of(w, 0), 0xffff);
	rw_sync(w);
	rw_check_status(w, "raid1 2 AA 1024/1024 idle 0 0 -");
	dmw_close(dev);
	ck_assert_uint_eq(super_of(w, 0).resynced, RAID_ALL);
	ck_assert_uint_eq(super_of(w, 0).events, super_of(w, 1).events);
	ck_assert_uint_eq(bits_of(w, 1), 0);
	dmw_free(w);
}
END_TEST

START_TEST(nosync_array_is_in_sync)
{
	struct dm_world *w = dmw_new();
	struct backend_device *dev;

	rw_make(w, &raid1, LEG_SECTORS, "nosync ");
	dev = dmw_open(w, "array", BACKEND_WRITE);
	rw_check_status(w, "raid1 2 AA 1024/1024 idle 0 0 -");
	fill(dev, 5, 1000, 70000);
	ck_assert_uint_eq(bits_of(w, 0), 4);
	dmw_close(dev);
	ck_assert_uint_eq(bits_of(w, 0), 0);
	dmw_free(w);
}
END_TEST

/* While it is written its regions' bits are on disk, and what makes the kernel heed them; afterwards neither. */
START_TEST(bits_are_there_while_it_is_written)
{
	struct dm_world *w = ready(&raid5);
	struct backend_device *dev = dmw_open(w, "array", BACKEND_WRITE);
	uint64_t events = super_of(w, 0).events;

	ck_assert_uint_eq(bits_of(w, 2), 0);
	fill(dev, 2, 100, 3 * 2 * REGION + 17);   /* a row has two chunks: region 3 of each leg */
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_uint_eq(bits_of(w, i), 1 << 3);
		ck_assert_uint_eq(super_of(w, i).resynced, 0);
		ck_assert_uint_gt(super_of(w, i).events, events);
	}
	dmw_close(dev);
	for (unsigned i = 0; i < 3; i++) {
		ck_assert_uint_eq(bits_of(w, i), 0);
		ck_assert_uint_eq(super_of(w, i).resynced, RAID_ALL);
	}
	dmw_free(w);
}
END_TEST

/* Of two places where the legs differ, the one in a region that was being written is mended, the other is not looked
 * at. */
START_TEST(power_cut_leaves_the_written_regions_to_be_synchronised)
{
	struct dm_world *w = ready(&raid1), *after;
	struct backend_device *dev = dmw_open(w, "array", BACKEND_WRITE);
	uint8_t odd[512], there[512];

	fill(dev, 2, 100, 5 * REGION);
	after = power_cut(w, &raid1);
	dmw_close(dev);
	dmw_free(w);
	memset(odd, 0x77, sizeof odd);
	poke(after, "disk-data1", odd, sizeof odd, 5 * REGION + 8192);
	poke(after, "disk-data1", odd, sizeof odd, 9 * REGION);
	dev = dmw_open(after, "array", BACKEND_WRITE);
	rw_check_status(after, "raid1 2 aa 0/1024 resync 0 0 -");
	for (int i = 0; i < 10; i++)
		dmw_check_byte(dev, 1, 512, 5 * REGION + 8192);   /* the first leg's alone */
	rw_sync(after);
	peek(after, "disk-data1", there, sizeof there, 5 * REGION + 8192);
	ck_assert_uint_eq(there[0], 1);
	peek(after, "disk-data1", there, sizeof there, 9 * REGION);
	ck_assert_uint_eq(there[0], 0x77);
	ck_assert_uint_eq(rw_scrub(after), 64);           /* what is compared at once, in sectors: here a region */
	rw_message(after, "repair");
	rw_sync(after);
	ck_assert_uint_eq(rw_scrub(after), 0);
	dmw_close(dev);
	dmw_free(after);
}
END_TEST

/* Parity that was being written when the power went is not used to make up what a leg lost at the same time held. */
START_TEST(parity_in_doubt_is_not_used)
{
	struct dm_world *w = ready(&raid5), *after;
	struct backend_device *dev = dmw_open(w, "array", BACKEND_WRITE);
	char buf[512];

	fill(dev, 2, 100, 0);
	after = power_cut(w, &raid5);
	dmw_close(dev);
	dmw_free(w);
	rw_leg(after, 0, LEG_SECTORS, false);
	dev = dmw_open(after, "array", BACKEND_WRITE);
	t_fails(dev->backend->read(dev, buf, sizeof buf, 0, &err), LVOL_E_CORRUPT, err);
	dmw_check_byte(dev, 1, 4096, 4096);                    /* on another leg */
	dmw_check_byte(dev, 1, dev->size_bytes - 2 * REGION, 2 * REGION);  /* in other regions */
	dmw_close(dev);
	dmw_free(after);
}
END_TEST

START_TEST(leg_that_missed_writes_is_not_read)
{
	struct dm_world *w = ready(&raid1);
	struct backend_device *dev;
	struct raid_super s;

	rw_leg(w, 0, LEG_SECTORS, false);
	dev = dmw_open(w, "array", BACKEND_WRITE);
	rw_check_status(w, "raid1 2 DA 1024/1024 idle 0 0 -");
	fill(dev, 2, 1000, 3 * REGION);
	dmw_close(dev);
	s = super_of(w, 1);
	ck_assert(lvi_raid_mask_has(&s.failed, 0) && s.events > super_of(w, 0).events && s.resynced == RAID_ALL);
	ck_assert_uint_eq(bits_of(w, 1), 8);
	rw_leg(w, 0, LEG_SECTORS, true);
	dev = dmw_open(w, "array", BACKEND_WRITE);
	rw_check_status(w, "raid1 2 aA 0/1024 recover 0 0 -");
	for (int i = 0; i < 10; i++)
		dmw_check_byte(dev, 2, 1000, 3 * REGION);
	rw_sync(w);
	rw_check_status(w, "raid1 2 AA 1024/1024 idle 0 0 -");
	ck_assert_uint_eq(rw_scrub(w), 0);
	dmw_close(dev);
	s = super_of(w, 1);
	ck_assert(!lvi_raid_mask_any(&s.failed) && s.events == super_of(w, 0).events);
	ck_assert_uint_eq(bits_of(w, 0), 0);
	dmw_free(w);
}
END_TEST

/* Nobody wrote down that it was missing, but it is behind by more than an interrupted update: all of it is rebuilt. */
START_TEST(older_leg_is_rebuilt)
{
	struct dm_world *w = ready(&raid1);
	struct raid_super s = super_of(w, 1);
	struct backend_device *dev;
	uint8_t odd[512];

	memset(odd, 0x77, sizeof odd);
	poke(w, "disk-data1", odd, sizeof odd, 9 * REGION);
	s.events -= 2;
	set_super(w, 1, &s);
	dev = dmw_open(w, "array", BACKEND_WRITE);
	rw_check_status(w, "raid1 2 Aa 0/1024 recover 0 0 -");
	dmw_check_byte(dev, 1, dev->size_bytes, 0);
	rw_sync(w);
	ck_assert_uint_eq(rw_scrub(w), 0);
	dmw_close(dev);
	s = super_of(w, 1);
	s.events--;                               /* one less: an update of all superblocks was cut off */
	set_super(w, 1, &s);
	dev = dmw_open(w, "array", BACKEND_WRITE);
	rw_check_status(w, "raid1 2 AA 1024/1024 idle 0 0 -");
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(replaced_leg_is_rebuilt)
{
	struct dm_world *w = ready(&raid5);
	struct backend_device *dev;
	uint8_t zeroes[LEG_SECTORS * 512] = { 0 };
	struct user_progress p;

	poke(w, "disk-meta1", zeroes, RW_META_SECTORS * 512, 0);
	poke(w, "disk-data1", zeroes, sizeof zeroes, 0);
	t_fails(dmw_try_open(w, "array", 0, &dev, &err), LVOL_E_CORRUPT, err);
	ck_assert(strstr(err.message, "rebuild") && strstr(err.subject, "meta1"));
	rw_define(w, &raid5, LEG_SECTORS, "rebuild 1 ");
	dev = dmw_open(w, "array", BACKEND_WRITE);
	rw_check_status(w, "raid5_ls 3 AaA 0/1024 recover 0 0 -");
	dmw_check_byte(dev, 1, dev->size_bytes, 0);
	for (int i = 0; i < 4; i++)
		ck_assert_int_eq(rw_step(w, &p), 1);
	ck_assert(p.done_bytes == 4 * REGION && p.total_bytes == LEG_SECTORS * 512);
	dmw_close(dev);
	ck_assert_uint_eq(super_of(w, 1).recovered, 4 * REGION);
	rw_define(w, &raid5, LEG_SECTORS, "");    /* as lvm2 loads it the next time */
	dev = dmw_open(w, "array", BACKEND_WRITE);
	rw_check_status(w, "raid5_ls 3 AaA 256/1024 recover 0 0 -");
	dmw_check_byte(dev, 1, dev->size_bytes, 0);
	rw_sync(w);
	ck_assert_uint_eq(rw_scrub(w), 0);
	dmw_close(dev);
	ck_assert_uint_eq(super_of(w, 1).recovered, RAID_ALL);
	rw_leg(w, 2, LEG_SECTORS, false);         /* and it carries the array */
	dev = dmw_open(w, "array", 0);
	dmw_check_byte(dev, 1, dev->size_bytes, 0);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(too_many_missing_legs_are_named)
{
	struct dm_world *w = ready(&raid5);
	struct backend_device *dev;

	rw_leg(w, 0, LEG_SECTORS, false);
	rw_leg(w, 2, LEG_SECTORS, false);
	t_fails(dmw_try_open(w, "array", 0, &dev, &err), LVOL_E_MISSING_PV, err);
	ck_assert_msg(strstr(err.message, "1 of its 3 legs") && strstr(err.message, "data0") && strstr(err.message,
			"data2") &&
			!strstr(err.message, "data1"), "%s", err.message);
	dmw_free(w);
}
END_TEST

static void set_le32(struct dm_world *w, const char *disk, uint64_t offset, uint32_t v)
{
	uint8_t bytes[4];

	lvi_put_le32(bytes, v);
	poke(w, disk, bytes, sizeof bytes, offset);
}

/* Metadata that cannot be of this array: what is changed on which disk, and the error. */
static const struct { const char *disk; uint64_t offset; uint32_t value; int error; } wrong[] = {
	{ "disk-meta0", 4, 3, LVOL_E_NOT_SUPPORTED },           /* features */
	{ "disk-meta0", 144, 1, LVOL_E_NOT_SUPPORTED },
	{ "disk-meta1", 12, 2, LVOL_E_CORRUPT },                /* position */
	{ "disk-meta2", 0, 0, LVOL_E_CORRUPT },                 /* magic */
	{ "disk-meta0", 60, 1, LVOL_E_NOT_SUPPORTED },          /* reshaping */
	{ "disk-meta0", 52, 0, LVOL_E_NOT_SUPPORTED },          /* layout */
	{ "disk-meta0", 8, 4, LVOL_E_NOT_SUPPORTED },           /* number of legs */
	{ "disk-meta0", 48, 77, LVOL_E_NOT_SUPPORTED },         /* level */
	{ "disk-meta0", 96, 8, LVOL_E_CORRUPT },                /* offset of the data: legs are too short */
};

START_TEST(contradicting_metadata_is_refused)
{
	struct dm_world *w = ready(&raid5);
	struct backend_device *dev;

	set_le32(w, wrong[_i].disk, wrong[_i].offset, wrong[_i].value);
	t_fails(dmw_try_open(w, "array", 0, &dev, &err), wrong[_i].error, err);
	dmw_free(w);
}
END_TEST

START_TEST(bitmap_of_another_leg_serves)
{
	struct dm_world *w = ready(&raid5);
	struct backend_device *dev;

	set_le32(w, "disk-meta0", 4096, 0);
	dev = dmw_open(w, "array", BACKEND_WRITE);
	rw_check_status(w, "raid5_ls 3 AAA 1024/1024 idle 0 0 -");
	dmw_close(dev);
	set_le32(w, "disk-meta1", 4096, 0);
	set_le32(w, "disk-meta2", 4096 + 52, 1000);
	t_fails(dmw_try_open(w, "array", 0, &dev, &err), LVOL_E_CORRUPT, err);
	dmw_free(w);
}
END_TEST

/* Regions of another size, as after lvchange --regionsize: bits that are set stay so. */
START_TEST(bitmap_follows_the_region_size)
{
	struct dm_world *w = ready(&raid1), *after;
	struct backend_device *dev = dmw_open(w, "array", BACKEND_WRITE);

	fill(dev, 2, 100, 6 * REGION);
	after = power_cut(w, &raid1);
	dmw_close(dev);
	dmw_free(w);
	dmw_define(after, "array", "0 1024 raid raid1 3 0 region_size 128 2 meta0 data0 meta1 data1");
	dev = dmw_open(after, "array", BACKEND_WRITE);
	fill(dev, 3, 10, 0);
	ck_assert_uint_eq(bits_of(after, 0), 1 | 1 << 3);
	dmw_close(dev);
	dmw_define(after, "array", "0 1024 raid raid1 3 0 region_size 16 2 meta0 data0 meta1 data1");
	dev = dmw_open(after, "array", BACKEND_WRITE);
	rw_sync(after);
	rw_check_status(after, "raid1 2 AA 1024/1024 idle 0 0 -");
	dmw_close(dev);
	dmw_free(after);
}
END_TEST

/* raid1 of two is raid5_n of two; a third leg makes it grow no data. raid5_ls gets a Q and is raid6_ls_6. */
START_TEST(type_is_taken_over_where_no_data_moves)
{
	static const struct raid_kind raid5_2 = { "raid5_n", 2, 8, 1, 1, 1, "", 0 };
	static const struct raid_kind raid6 = { "raid6_ls_6", 4, 8, 2, 2, 1, "", 0 };
	static const struct raid_kind other = { "raid6_zr", 4, 8, 2, 2, 1, "", 0 };
	struct raid_kind three = raid5;
	struct dm_world *w = ready(&raid1);
	struct backend_device *dev;

	rw_define(w, &raid5_2, LEG_SECTORS, "");
	dev = dmw_open(w, "array", BACKEND_WRITE);
	dmw_check_byte(dev, 1, dev->size_bytes, 0);
	fill(dev, 4, 5000, 777);
	ck_assert_uint_eq(rw_scrub(w), 0);
	dmw_close(dev);
	rw_define(w, &raid1, LEG_SECTORS, "");
	dev = dmw_open(w, "array", BACKEND_WRITE);
	dmw_check_byte(dev, 4, 5000, 777);
	ck_assert_uint_eq(rw_scrub(w), 0);
	dmw_close(dev);
	dmw_free(w);

	three.legs = 3;
	w = ready(&three);
	dmw_memory(w, "disk-meta3", RW_META_SECTORS);
	dmw_memory(w, "disk-data3", LEG_SECTORS);
	rw_leg(w, 3, LEG_SECTORS, true);
	rw_define(w, &other, LEG_SECTORS, "rebuild 3 ");
	t_fails(dmw_try_open(w, "array", 0, &dev, &err), LVOL_E_NOT_SUPPORTED, err);
	ck_assert(strstr(err.message, "reshaping"));
	rw_define(w, &raid6, LEG_SECTORS, "rebuild 3 ");
	dev = dmw_open(w, "array", BACKEND_WRITE);
	rw_check_status(w, "raid6_ls_6 4 AAAa 0/1024 recover 0 0 -");
	dmw_check_byte(dev, 1, dev->size_bytes, 0);
	rw_sync(w);
	ck_assert_uint_eq(rw_scrub(w), 0);
	dmw_close(dev);
	rw_define(w, &raid6, LEG_SECTORS, "");
	rw_leg(w, 0, LEG_SECTORS, false);
	rw_leg(w, 1, LEG_SECTORS, false);
	dev = dmw_open(w, "array", 0);
	dmw_check_byte(dev, 1, dev->size_bytes, 0);
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

START_TEST(messages_are_those_of_the_kernel)
{
	struct dm_world *w = dmw_new();
	struct textbuf answer = { 0 };
	struct backend_device *dev;
	struct user_progress p;

	rw_make(w, &raid1, LEG_SECTORS, "");
	dev = dmw_open(w, "array", BACKEND_WRITE);
	t_fails(dmw_message(w, "array", "check", &answer, &err), LVOL_E_BUSY, err);
	t_fails(dmw_message(w, "array", "reshape", &answer, &err), LVOL_E_INVALID, err);
	rw_message(w, "frozen");
	rw_check_status(w, "raid1 2 aa 0/1024 frozen 0 0 -");
	ck_assert_int_eq(rw_step(w, &p), 0);
	rw_message(w, "resync");
	rw_sync(w);
	rw_message(w, "check");
	rw_check_status(w, "raid1 2 AA 0/1024 check 0 0 -");
	rw_message(w, "idle");
	rw_check_status(w, "raid1 2 AA 1024/1024 idle 0 0 -");
	dmw_close(dev);
	dmw_free(w);
}
END_TEST

/* Opened and read only, even a new or a damaged array: not a byte changes. */
START_TEST(reading_changes_nothing)
{
	struct dm_world *w = ready(&raid5);
	struct backend_device *dev;
	uint8_t before[RW_META_SECTORS * 512], after[RW_META_SECTORS * 512];

	rw_leg(w, 0, LEG_SECTORS, false);
	peek(w, "disk-meta1", before, sizeof before, 0);
	dev = dmw_open(w, "array", 0);
	dmw_check_byte(dev, 1, dev->size_bytes, 0);
	dmw_close(dev);
	peek(w, "disk-meta1", after, sizeof after, 0);
	ck_assert(!memcmp(before, after, sizeof before));
	dmw_free(w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("raid_states");
	TCase *tests = tcase_create("states");

	tcase_set_timeout(tests, 30);
	tcase_add_test(tests, new_array_begins_unsynchronised);
	tcase_add_test(tests, nosync_array_is_in_sync);
	tcase_add_test(tests, bits_are_there_while_it_is_written);
	tcase_add_test(tests, power_cut_leaves_the_written_regions_to_be_synchronised);
	tcase_add_test(tests, parity_in_doubt_is_not_used);
	tcase_add_test(tests, leg_that_missed_writes_is_not_read);
	tcase_add_test(tests, older_leg_is_rebuilt);
	tcase_add_test(tests, replaced_leg_is_rebuilt);
	tcase_add_test(tests, too_many_missing_legs_are_named);
	tcase_add_loop_test(tests, contradicting_metadata_is_refused, 0, sizeof wrong / sizeof *wrong);
	tcase_add_test(tests, bitmap_of_another_leg_serves);
	tcase_add_test(tests, bitmap_follows_the_region_size);
	tcase_add_test(tests, type_is_taken_over_where_no_data_moves);
	tcase_add_test(tests, messages_are_those_of_the_kernel);
	tcase_add_test(tests, reading_changes_nothing);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
