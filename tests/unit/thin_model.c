/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Thin devices against plain arrays: seeded runs of writes, zeroes, discards, snapshots, deletions, growth, closing and
 * opening again. After each flush thin_check is silent.
 */
#include "thin_disk.h"

#define DEVICES 5
#define LOOKS 40  /* steps between two looks at everything */

struct run {
	struct thin_disk disk;
	struct backend_device *dev[DEVICES];
	uint8_t *want[DEVICES];                /* NULL: there is no such device */
	unsigned data_blocks, meta_blocks;
	uint64_t seed;
};

static uint64_t dice(struct run *w, uint64_t below)
{
	return t_mix(w->seed++) % below;
}

static struct backend_device *device(struct run *w, unsigned d)
{
	if (!w->dev[d])
		w->dev[d] = disk_thin(&w->disk, d + 1);
	return w->dev[d];
}

static void close_one(struct run *w, unsigned d)
{
	if (w->dev[d])
		dmw_close(w->dev[d]);
	w->dev[d] = NULL;
}

static void look(struct run *w)
{
	uint8_t *buf = malloc(THIN_BYTES);

	for (unsigned d = 0; d < DEVICES; d++) {
		if (!w->want[d])
			continue;
		dmw_read(device(w, d), buf, THIN_BYTES, 0);
		for (uint64_t i = 0; i < THIN_BYTES; i++)
			if (buf[i] != w->want[d][i])
				ck_abort_msg("device %u, byte %llu: %02x and not %02x", d + 1, (unsigned long long)i, buf[i],
						w->want[d][i]);
	}
	free(buf);
}

/* Ends of ranges are often those of blocks. */
static void range(struct run *w, uint64_t *offset, uint64_t *len)
{
	*offset = dice(w, THIN_BYTES);
	*len = 1 + dice(w, dice(w, 4) ? 20000 : 5 * BLOCK);
	if (!dice(w, 3))
		*offset -= *offset % BLOCK;
	if (!dice(w, 3))
		*len += BLOCK - *len % BLOCK;
	if (*len > THIN_BYTES - *offset)
		*len = THIN_BYTES - *offset;
}

/* Full pools are for other tests: here something goes before. */
static bool has_room(struct run *w)
{
	unsigned used = atoi(disk_pool_fill(&w->disk));

	return used + 8 < w->data_blocks;
}

static void write_some(struct run *w, unsigned d, bool zero)
{
	uint64_t offset, len;

	range(w, &offset, &len);
	if (!has_room(w))
		return;
	memset(w->want[d] + offset, zero ? 0 : (int)dice(w, 255) + 1, len);
	if (zero)
		dmw_zero(device(w, d), len, offset);
	else
		dmw_write(device(w, d), w->want[d] + offset, len, offset);
}

static void discard_some(struct run *w, unsigned d)
{
	uint64_t offset, len, first, last;

	range(w, &offset, &len);
	dmw_discard(device(w, d), len, offset);
	first = (offset + BLOCK - 1) / BLOCK * BLOCK;
	last = (offset + len) / BLOCK * BLOCK;
	if (first < last)
		memset(w->want[d] + first, 0, last - first);
}

static void come_or_go(struct run *w, unsigned d)
{
	unsigned origin = dice(w, DEVICES);
	char text[40];

	if (w->want[d]) {
		if (dice(w, 2))
			return;
		close_one(w, d);
		snprintf(text, sizeof text, "delete %u", d + 1);
		free(w->want[d]);
		w->want[d] = NULL;
	} else if (w->want[origin]) {
		snprintf(text, sizeof text, "create_snap %u %u", d + 1, origin + 1);
		w->want[d] = malloc(THIN_BYTES);
		memcpy(w->want[d], w->want[origin], THIN_BYTES);
	} else {
		snprintf(text, sizeof text, "create_thin %u", d + 1);
		w->want[d] = calloc(1, THIN_BYTES);
	}
	disk_message(&w->disk, text);
}

static void reopen(struct run *w, bool grow)
{
	for (unsigned d = 0; d < DEVICES; d++)
		close_one(w, d);
	if (grow && w->data_blocks < 250 && w->meta_blocks < 1000) {
		w->data_blocks += 1 + dice(w, 6);
		w->meta_blocks += dice(w, 24);
	}
	disk_resize(&w->disk, w->meta_blocks, w->data_blocks);
	disk_check(&w->disk);
	w->disk.pool = dmw_open(w->disk.world, "pool", BACKEND_WRITE);
}

static void step(struct run *w)
{
	unsigned d = dice(w, DEVICES), what = dice(w, 100);

	if (what < 8) {
		come_or_go(w, d);
	} else if (what < 11) {
		reopen(w, what == 8);
	} else if (w->want[d] && what < 15) {
		dmw_flush(device(w, d));
		disk_check(&w->disk);
	} else if (w->want[d]) {
		if (what < 35)
			discard_some(w, d);
		else
			write_some(w, d, what < 45);
	}
}

START_TEST(a_seeded_run_reads_as_the_arrays)
{
	struct run *w = calloc(1, sizeof *w);

	w->seed = (uint64_t)(_i + 1) << 32;
	w->data_blocks = 80;
	w->meta_blocks = 256;
	disk_new_sizes(&w->disk, _i % 2 ? "1 no_discard_passdown" : "", w->meta_blocks, w->data_blocks);
	disk_spoil_data(&w->disk, 0, 0xdd);
	w->want[0] = calloc(1, THIN_BYTES);
	for (unsigned i = 0; i < (t_long() ? 20000 : 300); i++) {
		step(w);
		if (i % LOOKS == 0)
			look(w);
	}
	reopen(w, false);
	look(w);
	for (unsigned d = 0; d < DEVICES; d++) {
		close_one(w, d);
		free(w->want[d]);
	}
	disk_free(&w->disk);
	free(w);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("thin model");
	TCase *tests = tcase_create("runs");

	need_thin_tools();
	tcase_set_timeout(tests, 900);
	tcase_add_loop_test(tests, a_seeded_run_reads_as_the_arrays, 0, 4);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
