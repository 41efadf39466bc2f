/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Flakey and delay beside the kernel's: the same requests come to the same end, with the same bytes below and above, and both
 * are down, and hold up, for about as long.
 */
#include <fcntl.h>

#include "base/clock.h"
#include "dm_world.h"
#include "guest.h"

#define BLOCK 4096u
#define SLOT 64                      /* sectors of a disk for each device */
#define MS UINT64_C(1000000)

/* Devices that are never up. Corrupting reads is not among it: up to Linux 6.15 the kernel accepts that, and does not do it. */
static const char *const features[] = {
	"", " 1 drop_writes", " 1 error_writes", " 5 corrupt_bio_byte 1 w 1 0", " 5 corrupt_bio_byte 5 w 1 1",
	" 5 corrupt_bio_byte 5 w 1 32", " 5 corrupt_bio_byte 4096 w 7 0", " 5 corrupt_bio_byte 4097 w 7 0",
};
#define DEVICES (sizeof features / sizeof *features)
#define ORDINARY DEVICES             /* after them: one that is up and down by turns, and one that delays */
#define DELAY (DEVICES + 1)

/* On one disk what is read; on two more what is written and flushed. */
static void print_table(unsigned n, const char *const on[3], char *out, size_t size)
{
	if (n == DELAY)
		snprintf(out, size, "0 %u delay %s %u 30 %s %u 60 %s %u 90", SLOT, on[0], n * SLOT, on[1], n * SLOT, on[2], n * SLOT);
	else
		snprintf(out, size, "0 %u flakey %s %u %s%s", SLOT, on[0], n * SLOT, n == ORDINARY ? "1 1" : "0 1",
				n == ORDINARY ? "" : features[n]);
}

/* A device of the kernel or of ours. */
struct side {
	int fd;                            /* -1: ours */
	struct backend_device *dev;
	void *buf;                         /* aligned */
};

static bool side_read(struct side *s, uint64_t offset)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	memset(s->buf, 0xee, BLOCK);
	return s->fd >= 0 ? pread(s->fd, s->buf, BLOCK, offset) == BLOCK : !s->dev->backend->read(s->dev, s->buf, BLOCK, offset, &err);
}

static bool side_write(struct side *s, uint64_t offset)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	memset(s->buf, 0x77, BLOCK);
	return s->fd >= 0 ? pwrite(s->fd, s->buf, BLOCK, offset) == BLOCK : !s->dev->backend->write(s->dev, s->buf, BLOCK, offset, &err);
}

static bool side_flush(struct side *s)
{
	struct lvol_error err = LVOL_ERROR_INIT;

	return s->fd >= 0 ? !fdatasync(s->fd) : !s->dev->backend->flush(s->dev, &err);
}

static void side_open(struct side *s, struct dm_world *w, unsigned n)
{
	char name[40];

	ck_assert_int_eq(posix_memalign(&s->buf, BLOCK, BLOCK), 0);
	snprintf(name, sizeof name, w ? "d%u" : "/dev/mapper/d%u", n);
	s->fd = w ? -1 : open(name, O_RDWR | O_DIRECT);
	s->dev = w ? dmw_open(w, name, BACKEND_WRITE) : NULL;
	ck_assert(w || s->fd >= 0);
}

static void side_close(struct side *s)
{
	if (s->fd >= 0)
		close(s->fd);
	else
		dmw_close(s->dev);
	free(s->buf);
}

/* Bytes in words: a block of one pattern is what it began with, and which bytes are others. */
static void tell(char *out, size_t size, const char *what, bool well, const unsigned char *data)
{
	size_t len = strlen(out);

	snprintf(out + len, size - len, "%s %s", what, well ? "succeeds" : "fails");
	for (unsigned i = 0; data && well && i < BLOCK; i++)
		if (i == 0 || data[i] != data[i - 1]) {
			len = strlen(out);
			snprintf(out + len, size - len, " %u:%02x", i, data[i]);
		}
	len = strlen(out);
	snprintf(out + len, size - len, "\n");
}

static void steps(struct side *s, char *out, size_t size)
{
	bool well = side_write(s, 0);

	*out = '\0';
	tell(out, size, "a write", well, NULL);
	tell(out, size, "a flush", side_flush(s), NULL);
	well = side_read(s, 0);
	tell(out, size, "a read", well, s->buf);
	well = side_read(s, BLOCK);
	tell(out, size, "a read elsewhere", well, s->buf);
}

static void below(const char *disk, unsigned n, char *out, size_t size)
{
	unsigned char data[BLOCK];

	t_pread(disk, data, BLOCK, (uint64_t)n * SLOT * 512);
	tell(out, size, "below it", true, data);
}

/* How long it fails reads, from the first failure on, and it works again; nanoseconds. */
static uint64_t down_time(struct side *s)
{
	uint64_t first = 0, begin = lvi_now_ns();

	while (lvi_now_ns() - begin < 6000 * MS) {
		bool well = side_read(s, 0);

		if (!well && !first)
			first = lvi_now_ns();
		if (well && first)
			return lvi_now_ns() - first;
		usleep(10000);
	}
	ck_abort_msg("in six seconds it was not up, down and up again");
	return 0;
}

/* No less than it shall be, but for a tick of the clock; and not for ever. */
static void held_up(const char *what, uint64_t begin, unsigned ms)
{
	uint64_t took = (lvi_now_ns() - begin) / MS;

	ck_assert_msg(took + 11 >= ms && took < ms + 2000, "%s took %u ms, not about %u", what, (unsigned)took, ms);
}

static void check_delay(struct side *s)
{
	uint64_t begin = lvi_now_ns();

	ck_assert(side_read(s, 0));
	held_up("a read", begin, 30);
	begin = lvi_now_ns();
	ck_assert(side_write(s, 0));
	held_up("a write", begin, 60);
	begin = lvi_now_ns();
	ck_assert(side_flush(s));
	held_up("a flush", begin, 90);
	/* what was written is elsewhere */
	ck_assert(side_read(s, 0));
	ck_assert_int_ne(*(unsigned char *)s->buf, 0x77);
}

static void fill_disks(void)
{
	unsigned char *data = malloc((DEVICES + 2) * SLOT * 512);

	memset(data, 0x11, (DEVICES + 2) * SLOT * 512);
	for (unsigned d = 0; d < 4; d++)
		t_pwrite(disks[d], data, (DEVICES + 2) * SLOT * 512, 0);
	free(data);
	free(guest_sh("sync; echo 3 >/proc/sys/vm/drop_caches"));
}

static void make_devices(struct dm_world *w)
{
	static const char *const theirs[3] = { "/dev/ubda", "/dev/ubdb", "/dev/ubdb" }, *const ours[3] = { "disk0", "disk1", "disk1" };
	char *concise = calloc(DEVICES + 2, 200), *end = concise, table[160], name[8];

	for (unsigned n = 0; n < DEVICES + 2; n++) {
		print_table(n, theirs, table, sizeof table);
		end += sprintf(end, "%sd%u,,,rw,%s", n ? ";" : "", n, table);
		print_table(n, ours, table, sizeof table);
		snprintf(name, sizeof name, "d%u", n);
		dmw_define(w, name, table);
	}
	t_write_file("/run/concise", concise, strlen(concise));
	free(guest_sh("dmsetup create --concise \"$(cat /run/concise)\" && dmsetup mknodes"));
	free(concise);
}

static void same_steps(struct dm_world *w, unsigned n)
{
	char kernel[600], own[600];
	struct side s;

	side_open(&s, NULL, n);
	steps(&s, kernel, sizeof kernel);
	side_close(&s);
	side_open(&s, w, n);
	steps(&s, own, sizeof own);
	side_close(&s);
	below("/dev/ubda", n, kernel, sizeof kernel);
	below("/dev/ubdc", n, own, sizeof own);
	ck_assert_msg(!strcmp(kernel, own), "flakey%s: with the kernel\n%sand with us\n%s", features[n], kernel, own);
}

START_TEST(requests_end_alike)
{
	struct dm_world *w = dmw_new();

	fill_disks();
	dmw_path(w, "disk0", disks[2], 0);
	dmw_path(w, "disk1", disks[3], 0);
	make_devices(w);
	for (unsigned n = 0; n < DEVICES; n++)
		same_steps(w, n);
	for (unsigned who = 0; who < 2; who++) {
		struct side s;
		uint64_t ns;

		side_open(&s, who ? w : NULL, ORDINARY);
		ns = down_time(&s);
		ck_assert_msg(ns > 600 * MS && ns < 1900 * MS, "it was down for %u ms, not for a second", (unsigned)(ns / MS));
		side_close(&s);
		side_open(&s, who ? w : NULL, DELAY);
		check_delay(&s);
		side_close(&s);
	}
	dmw_free(w);
	free(guest_sh("dmsetup ls | cut -f1 | xargs dmsetup remove --retry && dmsetup mknodes"));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("flakey");
	TCase *tests = tcase_create("beside the kernel");

	guest_only();
	tcase_add_test(tests, requests_end_alike);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
