/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Crypt under crashes: what was flushed is there, and of what was not, each sector of the disk as it was or as it was to be; parts
 * of sectors are read, changed and written as a whole, so their neighbours are at stake too.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "target.h"

#define BYTES 49152
#define STEPS 5
#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

/* A tear inside of a sector of 4096 bytes leaves whole blocks of XTS, which do not depend on each other. */
static void define(struct dm_world *w, unsigned n)
{
	dmw_define(w, "c", n ? "0 96 crypt aes-xts-plain64 " KEY " 0 disk0 8 1 sector_size:4096" :
			"0 96 crypt aes-cbc-essiv:sha256 " KEY " 0 disk0 8");
}

static void fill(struct dm_world *w, unsigned n)
{
	struct backend_device *dev = dmw_open(w, "c", BACKEND_WRITE);
	unsigned char data[BYTES];

	(void)n;
	t_fill(data, sizeof data, 1, 0);
	dmw_write(dev, data, sizeof data, 0);
	dmw_close(dev);
}

/* Step k writes [at, at + len) with the byte k + 1; all steps write different places. */
static const struct { unsigned at, len; } steps[STEPS] = {
	{ 700, 600 }, { 8192, 4096 }, { 13000, 100 }, { 16384, 8192 }, { 40000, 3000 },
};

static void run(struct dm_world *w, struct recorder *rec, unsigned n)
{
	struct backend_device *dev = dmw_open(w, "c", BACKEND_WRITE);
	unsigned char buf[BYTES];

	(void)n;
	for (unsigned k = 0; k < STEPS; k++) {
		dmw_write(dev, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
		if (k % 2) {
			dmw_flush(dev);
			crash_promise(rec, k + 1);
		}
	}
	dmw_close(dev);
}

static char *judge(struct dm_world *w, uint64_t promised, unsigned n)
{
	unsigned char data[BYTES], old[BYTES], new[BYTES];
	struct backend_device *dev = dmw_open(w, "c", 0);

	(void)n;
	dmw_read(dev, data, BYTES, 0);
	dmw_close(dev);
	t_fill(old, BYTES, 1, 0);
	memcpy(new, old, BYTES);
	for (unsigned k = 0; k < STEPS; k++) {
		memset(new + steps[k].at, k + 1, steps[k].len);
		if (k < promised)
			memset(old + steps[k].at, k + 1, steps[k].len);
	}
	for (unsigned at = 0; at < BYTES; at += REC_SECTOR)
		if (memcmp(data + at, old + at, REC_SECTOR) && memcmp(data + at, new + at, REC_SECTOR))
			return t_text("sector %u is neither as it was nor as it was to be after %u promised steps", at / REC_SECTOR,
					(unsigned)promised);
	return NULL;
}

static const struct target_case cases[] = {
	{ "sectors of 512", 1, 65536, define, fill, run, judge, .n = 0, .clean = true },
	{ "sectors of 4096", 1, 65536, define, fill, run, judge, .n = 1, .clean = true },
};

int main(void)
{
	if (!HAVE_LIBCRYPTO)
		t_skip_all("this build lacks libcrypto");
	return CRASH_TARGET_MAIN("crash-crypt", cases);
}
