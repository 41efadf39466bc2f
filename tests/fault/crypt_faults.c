/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Crypt while its disk fails: what was promised is there, no sector is half old and half new, and nothing else changes. What is
 * written to a part of a sector is read, changed and written as a whole, so reads fail during writes too.
 */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "target_faults.h"

#define BYTES 49152
#define STEPS 5
#define KEY "000102030405060708090a0b0c0d0e0f101112131415161718191a1b1c1d1e1f"

static void define_small(struct dm_world *w)
{
	dmw_define(w, "c", "0 96 crypt aes-xts-plain64 " KEY " 0 disk0 0");
}

static void define_large(struct dm_world *w)
{
	dmw_define(w, "c", "0 96 crypt aes-cbc-essiv:sha256 " KEY " 8 disk0 8 2 sector_size:4096 iv_large_sectors");
}

/* Stripes of 8 KiB below: a write may get through to one of the disks alone. */
static void define_striped(struct dm_world *w)
{
	dmw_define(w, "below", "0 96 striped 2 16 disk0 0 disk1 0");
	dmw_define(w, "c", "0 96 crypt aes-xts-plain64 " KEY " 0 below 0 1 sector_size:4096");
}

static void fill(struct dm_world *w)
{
	struct backend_device *dev = dmw_open(w, "c", BACKEND_WRITE);
	unsigned char data[BYTES];

	t_fill(data, sizeof data, 1, 0);
	dmw_write(dev, data, sizeof data, 0);
	dmw_close(dev);
}

/* parts of sectors, whole ones, parts again; nothing is written twice */
static const struct { unsigned at, len; } steps[STEPS] = {
	{ 700, 600 }, { 8192, 4096 }, { 13000, 100 }, { 16384, 20480 }, { 40000, 6000 },
};

/* Without memory to look for a cipher libcrypto says that it has none of that name. */
static struct backend_device *open_crypt(struct target_series *s)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev = NULL;
	int r = dmw_try_open(s->w, "c", BACKEND_WRITE, &dev, &err);

	return !(s->memory && r == -LVOL_E_NOT_SUPPORTED) && series_note(s, r, &err) ? dev : NULL;
}

static void run(struct target_series *s)
{
	struct backend_device *dev = open_crypt(s);
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned char buf[BYTES];
	int r;

	if (!dev)
		return;
	for (unsigned k = 0; k < STEPS; k++)
		series_write(s, dev, k, memset(buf, k + 1, steps[k].len), steps[k].len, steps[k].at);
	series_enter(s, true);
	r = dev->backend->read(dev, buf, 3000, 5000, &err);
	series_enter(s, false);
	series_note(s, r, &err);
	dmw_close(dev);
}

/* Each sector is as it was or as it was to be, and as it was to be where that was promised. */
static char *judge_sector(const unsigned char *now, const unsigned char *old, const unsigned char *new, unsigned at, bool promised)
{
	if (!memcmp(now, new, 512) || (!promised && !memcmp(now, old, 512)))
		return NULL;
	return t_text("sector %u is neither as it was nor as it was to be%s", at / 512, promised ? ", which was promised" : "");
}

static char *judge(struct dm_world *w, const struct target_series *s)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct backend_device *dev = dmw_open(w, "c", 0);
	unsigned char data[BYTES], old[BYTES], new[BYTES];
	bool promised[BYTES / 512];
	char *wrong = NULL;
	int r = dev->backend->read(dev, data, BYTES, 0, &err);

	dmw_close(dev);
	if (r)
		return t_text("it cannot be read: %s", err.message);
	t_fill(old, BYTES, 1, 0);
	memcpy(new, old, BYTES);
	memset(promised, true, sizeof promised);
	for (unsigned k = 0; k < STEPS; k++) {
		memset(new + steps[k].at, k + 1, steps[k].len);
		for (unsigned at = steps[k].at / 512; at <= (steps[k].at + steps[k].len - 1) / 512; at++)
			promised[at] = s->promised[k];
	}
	for (unsigned at = 0; at < BYTES && !wrong; at += 512)
		wrong = judge_sector(data + at, old + at, new + at, at, promised[at / 512]);
	return wrong;
}

static const struct target_fault_case cases[] = {
	{ "sectors of 512", 1, 65536, define_small, fill, run, judge },
	{ "sectors of 4096", 1, 65536, define_large, fill, run, judge },
	{ "on stripes", 2, 65536, define_striped, fill, run, judge },
};

int main(void)
{
	if (!HAVE_LIBCRYPTO)
		t_skip_all("this build lacks libcrypto");
	return TARGET_FAULTS_MAIN("fault-crypt", cases);
}
