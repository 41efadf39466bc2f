/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Metadata of a thin pool: superblock, btrees, space maps. A pool with devices, snapshots, a metadata snapshot and
 * trees of several levels is patched: everything is read, within bounds of time, and then changed. What our check
 * found to be right before, must be right after that. Input: 1 byte of choices, then patches of block (1 byte),
 * offset (2), length (1), and that many bytes. Checksums of what was patched are made right unless bit 0 of the
 * choices is set.
 */
#include <stdlib.h>
#include <string.h>

#include "backend/user/thin_check.h"
#include "backend/user/thin_read.h"
#include "base/error.h"

#define BLOCKS 192u
#define READS_MAX 200000

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

struct disk { uint8_t data[BLOCKS * PD_BLOCK_BYTES]; uint64_t reads; };

static int disk_read(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct disk *d = arg;

	(void)err;
	if (offset + len > sizeof d->data || d->reads++ > READS_MAX)
		abort();
	memcpy(buf, d->data + offset, len);
	return 0;
}

static int disk_write(void *arg, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct disk *d = arg;

	(void)err;
	if (offset + len > sizeof d->data)
		abort();
	memcpy(d->data + offset, buf, len);
	return 0;
}

static int disk_flush(void *arg, struct lvol_error *err)
{
	(void)arg, (void)err;
	return 0;
}

static struct pd_store store_of(struct disk *d)
{
	return (struct pd_store){ disk_read, disk_write, disk_flush, d, "disk", BLOCKS };
}

static int map(struct thin_md *md, uint32_t id, const uint64_t range[3], struct lvol_error *err)
{
	struct thin_dev *dev;
	uint64_t data;
	int r = lvi_thin_dev_open(md, id, &dev, err);

	if (r)
		return r;
	for (uint64_t b = range[0]; !r && b < range[1]; b += range[2]) {
		r = lvi_thin_md_has_room(md, false) ? 0 : lvi_thin_md_commit(md, err);
		if (!r && !lvi_thin_md_has_room(md, false))
			break;
		if (!r)
			r = lvi_thin_md_find_data(md, &data, err);
		if (!r)
			break;
		if (r > 0)
			r = lvi_thin_dev_insert(dev, b, data, err);
	}
	lvi_thin_dev_close(dev);
	return r;
}

/* The pool that is patched; two inner levels, counts of many references. */
static const struct disk *base(void)
{
	static struct disk *made;
	struct pd_store store;
	struct thin_md *md;
	int r;

	if (made)
		return made;
	made = calloc(1, sizeof *made);
	store = store_of(made);
	r = !made || lvi_thin_md_new(&store, PD_CACHE_MIN, &md, NULL) || lvi_thin_md_format(md, 128, 17000, NULL) ||
			lvi_thin_md_create(md, 1, NULL) || map(md, 1, (uint64_t[]){ 0, 2500, 1 }, NULL) ||
			lvi_thin_md_create(md, 2, NULL) || map(md, 2, (uint64_t[]){ 5, 2000, 7 }, NULL) || lvi_thin_md_commit(md, NULL);
	for (uint32_t id = 3; !r && id < 7; id++)
		r = lvi_thin_md_create_snap(md, id, 2, NULL) || map(md, id, (uint64_t[]){ id, 2000, 900 }, NULL) ||
				lvi_thin_md_commit(md, NULL);
	if (r || lvi_thin_md_reserve_snap(md, NULL) || lvi_thin_md_commit(md, NULL) ||
	    map(md, 2, (uint64_t[]){ 30, 40, 1 }, NULL) || lvi_thin_md_commit(md, NULL) || lvi_thin_check(md, NULL))
		abort();
	lvi_thin_md_free(md);
	return made;
}

/* A checksum of the kind that the block had before. */
static void reseal(struct disk *d, const struct disk *from, uint64_t number)
{
	static const struct pd_kind superblock = { "superblock", 160774, 8, NULL };
	const struct pd_kind *const kinds[] = { &lvi_pd_node, &lvi_pd_bitmap, &lvi_pd_index, &superblock };

	for (size_t k = 0; k < sizeof kinds / sizeof *kinds; k++)
		if (!lvi_pd_verify(from->data + number * PD_BLOCK_BYTES, number, kinds[k])) {
			lvi_pd_seal(d->data + number * PD_BLOCK_BYTES, number, kinds[k]);
			return;
		}
}

static void patch(struct disk *d, const uint8_t *data, size_t size)
{
	const struct disk *from = base();
	bool seal = !(data[0] & 1);

	memcpy(d->data, from->data, sizeof d->data);
	for (data++, size--; size >= 5;) {
		uint64_t number = data[0] % BLOCKS;
		size_t at = (data[1] | data[2] << 8) % PD_BLOCK_BYTES, len = data[3] % 64 + 1u;

		len = len > size - 4 ? size - 4 : len;
		len = len > PD_BLOCK_BYTES - at ? PD_BLOCK_BYTES - at : len;
		memcpy(d->data + number * PD_BLOCK_BYTES + at, data + 4, len);
		if (seal)
			reseal(d, from, number);
		data += 4 + len;
		size -= 4 + len;
	}
}

static void compare(struct thin_md *md, const struct thin_diff_of *of)
{
	struct thin_diff_part part;
	struct thin_diff *diff;
	uint64_t at = 0;

	if (lvi_thin_diff_open(md, of, &diff, NULL))
		return;
	while (lvi_thin_diff_next(diff, &part, NULL) > 0) {
		/* ascending, never nothing */
		if (!part.length || part.begin < at)
			abort();
		at = part.begin + part.length - 1;
	}
	lvi_thin_diff_close(diff);
}

static int count_findings(void *arg, const struct thin_finding *f, struct lvol_error *err)
{
	if (!f->message || !*f->message || !f->code)
		abort();
	++*(unsigned *)arg;
	return 0;
}

static void read_all(struct thin_md *md, bool held)
{
	struct thin_view view;
	struct thin_listed dev, other = { 0 };
	struct thin_usage usage = { 0 };
	struct textbuf out = { 0 };

	if (lvi_thin_view(md, held, &view, NULL))
		return;
	lvi_thin_dump(&view, &out, NULL);
	lvi_textbuf_free(&out);
	for (int r = lvi_thin_view_device(&view, 0, &dev, NULL); r > 0;
	     r = lvi_thin_view_device(&view, dev.id + 1ull, &dev, NULL)) {
		uint64_t exclusive;

		lvi_thin_exclusive(md, dev.root, &exclusive, NULL);
		if (other.root)
			compare(md, &(struct thin_diff_of){ other.root, dev.root, held });
		other = dev;
	}
	if (!lvi_thin_usage(&view, &usage, NULL))
		ARRAY_FREE(&usage.devices);
}

static void unmap(struct thin_md *md, uint32_t id)
{
	struct thin_dev *dev;
	int r = 0;

	if (lvi_thin_dev_open(md, id, &dev, NULL))
		return;
	for (uint64_t b = 0; !r && b < 600; b++)
		r = lvi_thin_dev_remove(dev, b, NULL);
	lvi_thin_dev_close(dev);
}

/* Whatever fails is gone back on; so what is committed in the end is right, if it was before. */
static void change_all(struct thin_md *md)
{
	map(md, 2, (uint64_t[]){ 0, 300, 3 }, NULL);
	lvi_thin_md_create_snap(md, 9, 1, NULL);
	unmap(md, 1);
	lvi_thin_md_commit(md, NULL);
	if (md->failed && lvi_thin_md_abort(md, NULL))
		return;
	lvi_thin_md_delete(md, 3, NULL);
	lvi_thin_md_release_snap(md, NULL);
	map(md, 9, (uint64_t[]){ 0, 50, 1 }, NULL);
	lvi_thin_md_delete(md, 1, NULL);
	lvi_thin_md_grow_data(md, 40000, NULL);
	if (md->failed)
		lvi_thin_md_abort(md, NULL);
	lvi_thin_md_commit(md, NULL);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned findings = 0;
	const struct thin_check how = { count_findings, &findings };
	struct pd_store store;
	struct thin_md *md;
	struct disk *d;
	bool right;

	if (!size)
		return 0;
	d = calloc(1, sizeof *d);
	store = store_of(d);
	patch(d, data, size);
	if (!lvi_thin_md_new(&store, data[0] & 2 ? BLOCKS : PD_CACHE_MIN, &md, &err)) {
		/* counts that take memory are those of a huge data device */
		right = md->data.now.nr_blocks < 1 << 20 && !lvi_thin_check(md, &err);
		if (size == 1 && !right)
			abort();
		if (md->data.now.nr_blocks < 1 << 20 && !lvi_thin_examine(&store, &how, NULL) && right != !findings)
			abort();
		read_all(md, false);
		read_all(md, true);
		change_all(md);
		if (right && !md->failed && lvi_thin_check(md, &err))
			abort();
		lvi_thin_md_free(md);
	} else if (!*err.message || (!lvi_thin_examine(&store, &how, NULL) && !findings)) {
		abort();
	}
	free(d);
	return 0;
}
