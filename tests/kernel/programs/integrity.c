/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Integrity beside the kernel's dm-integrity, by tables: hashes, sizes of tags and blocks, journal and bitmap, one
 * device and two. What each of them formats has the same superblock; what one wrote fits its tags for the other, and
 * both see what does not.
 */
#include <fcntl.h>

#include "dm_world.h"
#include "guest.h"

#define SECTORS 4096
#define BYTES (SECTORS * 512)
#define SLOT 8192                    /* sectors of a disk for each device, data or metadata */

/* MODE TAG, options behind the devices */
static const struct { const char *start; bool separate; const char *options; unsigned count; } kinds[] = {
	{ "0 4 J", true, "internal_hash:crc32c recalculate", 2 },
	{ "0 4 B", true, "internal_hash:crc32c recalculate", 2 },
	{ "0 32 B", true, "internal_hash:sha256 recalculate block_size:2048 sectors_per_bit:64", 4 },
	{ "8 4 J", false, "internal_hash:crc32c recalculate interleave_sectors:1024 fix_padding", 4 },
	/* with --long */
	{ "0 4 J", true, "internal_hash:crc32 recalculate block_size:4096 fix_padding", 4 },
	{ "0 20 J", true, "internal_hash:sha1 recalculate journal_sectors:500", 3 },
	{ "0 48 J", true, "internal_hash:sha384 recalculate buffer_sectors:8", 3 },
	{ "0 - B", true, "internal_hash:md5 recalculate journal_sectors:1 block_size:1024", 4 },
	{ "0 7 J", true, "internal_hash:crc32c recalculate", 2 },
	{ "0 4 B", false, "internal_hash:crc32c recalculate", 2 },
};
#define KINDS (sizeof kinds / sizeof *kinds)
#define SOME 4

/* @n of twice as many: the first ones the kernel formats, the others we. */
static void print_table(unsigned n, const char *data, const char *meta, char *out, size_t size)
{
	unsigned k = n % KINDS;

	snprintf(out, size, "0 %d integrity %s %s %u %s%s %s", SECTORS, data, kinds[k].start,
			kinds[k].count + kinds[k].separate, kinds[k].separate ? "meta_device:" : "", kinds[k].separate ? meta : "",
			kinds[k].options);
	if (!kinds[k].separate)
		snprintf(out, size, "0 %d integrity %s %s %u %s", SECTORS, data, kinds[k].start, kinds[k].count,
				kinds[k].options);
}

/* With all tags made. Few processes are made: that takes most of the time. */
static void kernel_device(unsigned n)
{
	char data[40], meta[40], table[300];

	snprintf(data, sizeof data, "/dev/mapper/p%u_0", n);
	snprintf(meta, sizeof meta, "/dev/mapper/p%u_1", n);
	print_table(n, data, meta, table, sizeof table);
	t_sh_ok("dmsetup create --concise 'p%u_0,,,rw,0 %u linear %s %u;p%u_1,,,rw,0 %u linear %s %u' && dmsetup mknodes && "
			"dmsetup create i%u --table '%s' && dmsetup mknodes && for i in $(seq 100); do "
			"set -- $(dmsetup status i%u); [ \"$5\" = \"$6\" ] && exit; sleep 0.1; done; exit 1", n,
			kinds[n % KINDS].separate ? SECTORS : SLOT, disks[0], n * SLOT, n, SLOT, disks[1], n * SLOT, n, table, n);
}

static void kernel_gone(unsigned n)
{
	t_sh_ok("sync; dmsetup remove --retry i%u p%u_0 p%u_1 && dmsetup mknodes; blockdev --flushbufs %s %s", n, n, n,
			disks[0], disks[1]);
}

static void kernel_writes(unsigned n, uint64_t seed)
{
	unsigned char *data = malloc(BYTES);
	char path[40];

	kernel_device(n);
	snprintf(path, sizeof path, "/dev/mapper/i%u", n);
	t_fill(data, BYTES, seed, 0);
	t_pwrite(path, data, BYTES, 0);
	kernel_gone(n);
	free(data);
}

/* What we wrote; and a sector that does not fit. */
static void kernel_reads(unsigned n, const unsigned char *want)
{
	unsigned char *found = malloc(BYTES);
	char path[40];

	kernel_device(n);
	snprintf(path, sizeof path, "/dev/mapper/i%u", n);
	t_pread(path, found, BYTES, 0);
	ck_assert_msg(!memcmp(found, want, BYTES), "device %u reads otherwise on the kernel", n);
	guest_prints(t_text("dmsetup status i%u | cut -d' ' -f4", n), "0");
	kernel_gone(n);
	free(found);
}

static struct dm_world *our_world(unsigned n)
{
	struct dm_world *w = dmw_new();
	char table[300];

	dmw_path(w, "disk0", disks[0], 0);
	dmw_path(w, "disk1", disks[1], 0);
	snprintf(table, sizeof table, "0 %u linear disk0 %u", kinds[n % KINDS].separate ? SECTORS : SLOT, n * SLOT);
	dmw_define(w, "data", table);
	snprintf(table, sizeof table, "0 %u linear disk1 %u", SLOT, n * SLOT);
	dmw_define(w, "meta", table);
	print_table(n, "data", "meta", table, sizeof table);
	dmw_define(w, "i", table);
	return w;
}

static void ours(unsigned n, unsigned char *data, bool has_data)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct dm_world *w = our_world(n);
	struct backend_device *dev = dmw_open(w, "i", BACKEND_WRITE);
	struct user_live *live = dmw_live(w, "i", 0);
	unsigned char *found = malloc(BYTES), piece[9000];
	struct user_progress p;
	int r;

	dmw_read(dev, found, BYTES, 0);
	ck_assert_msg(!has_data || !memcmp(found, data, BYTES), "what the kernel wrote to device %u reads otherwise", n);
	memcpy(data, found, BYTES);
	atomic_store(&live->wrote, true);
	while ((r = live->target->step(live, &p, &err)) > 0)
		;
	t_ok(r, err);
	for (unsigned k = 0; k < 12; k++) {
		uint64_t random = t_mix(n * 100 + k);
		unsigned at = random % (BYTES - sizeof piece), len = 1 + (random >> 32) % sizeof piece;

		memset(piece, random >> 24, len);
		memcpy(data + at, piece, len);
		dmw_write(dev, piece, len, at);
	}
	dmw_close(dev);
	ck_assert_str_eq(dmw_log(w), "");
	dmw_free(w);
	free(found);
}

static void same_superblock(unsigned n)
{
	uint64_t start = kinds[n].start[0] == '8' ? 4096 : 0;
	const char *disk = disks[kinds[n].separate ? 1 : 0];
	unsigned char theirs[512], ours[512];

	t_pread(disk, theirs, 512, (uint64_t)n * SLOT * 512 + start);
	t_pread(disk, ours, 512, (uint64_t)(n + KINDS) * SLOT * 512 + start);
	for (unsigned i = 0; i < 512; i++)
		ck_assert_msg(theirs[i] == ours[i], "kind %u: byte %u of the superblock is %02x by the kernel and %02x by us", n,
				i, theirs[i], ours[i]);
}

START_TEST(what_one_writes_fits_for_the_other)
{
	unsigned char *data = malloc(BYTES);

	kernel_writes(_i, _i + 1);
	t_fill(data, BYTES, _i + 1, 0);
	ours(_i, data, true);
	kernel_reads(_i, data);
	ours(_i + KINDS, data, false);
	same_superblock(_i);
	kernel_reads(_i + KINDS, data);
	free(data);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("integrity");
	TCase *tests = tcase_create("beside the kernel");

	guest_only();
	tcase_add_loop_test(tests, what_one_writes_fits_for_the_other, 0, getenv("LVOL_TEST_LONG") ? KINDS : SOME);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
