/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "recorder.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#include "util.h"

static void *map_zeroes(size_t bytes)
{
	void *at = mmap(NULL, bytes, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	ck_assert_ptr_ne(at, MAP_FAILED);
	return at;
}

static void pages_init(struct rec_pages *pages, uint64_t bytes)
{
	size_t count = bytes / REC_PAGE + 1;

	*pages = (struct rec_pages){ calloc(count, sizeof(bool)), calloc(count, sizeof(uint32_t)), 0 };
	ck_assert(pages->has && pages->list);
}

static void pages_free(struct rec_pages *pages)
{
	free(pages->has);
	free(pages->list);
}

static void pages_add(struct rec_pages *pages, uint32_t page)
{
	if (pages->has[page])
		return;
	pages->has[page] = true;
	pages->list[pages->count++] = page;
}

static void pages_clear(struct rec_pages *pages)
{
	for (uint32_t i = 0; i < pages->count; i++)
		pages->has[pages->list[i]] = false;
	pages->count = 0;
}

static void note_change(struct rec_disk *disk, uint64_t length, uint64_t offset)
{
	for (uint64_t page = offset / REC_PAGE; length && page <= (offset + length - 1) / REC_PAGE; page++) {
		pages_add(&disk->changed, page);
		pages_add(&disk->used, page);
	}
}

void rec_put(struct rec_disk *disk, const void *bytes, size_t length, uint64_t offset)
{
	note_change(disk, length, offset);
	memcpy(disk->data + offset, bytes, length);
}

void rec_put_zeroes(struct rec_disk *disk, uint64_t length, uint64_t offset)
{
	note_change(disk, length, offset);
	memset(disk->data + offset, 0, length);
}

/* Under the lock. */
static void note_op(struct recorder *rec, const struct rec_op *op, const void *bytes)
{
	struct rec_op *to;

	if (!rec->recording)
		return;
	if (rec->op_count == rec->op_room) {
		rec->op_room = rec->op_room ? rec->op_room * 2 : 64;
		rec->ops = realloc(rec->ops, rec->op_room * sizeof *rec->ops);
		ck_assert_ptr_nonnull(rec->ops);
	}
	to = &rec->ops[rec->op_count++];
	*to = *op;
	if (bytes) {
		to->bytes = malloc(op->length);
		ck_assert_ptr_nonnull(to->bytes);
		memcpy(to->bytes, bytes, op->length);
	}
}

static int disk_pread(void *arg, void *buf, size_t len, uint64_t offset)
{
	struct rec_disk *disk = arg;

	memcpy(buf, disk->data + offset, len);
	return 0;
}

static int disk_pwrite(void *arg, const void *buf, size_t len, uint64_t offset)
{
	struct rec_disk *disk = arg;

	pthread_mutex_lock(&disk->rec->lock);
	note_op(disk->rec, &(struct rec_op){ REC_WRITE, disk->number, offset, len, NULL }, buf);
	rec_put(disk, buf, len, offset);
	pthread_mutex_unlock(&disk->rec->lock);
	return 0;
}

static int disk_flush(void *arg)
{
	struct rec_disk *disk = arg;

	pthread_mutex_lock(&disk->rec->lock);
	note_op(disk->rec, &(struct rec_op){ .kind = REC_FLUSH, .disk = disk->number }, NULL);
	pthread_mutex_unlock(&disk->rec->lock);
	return 0;
}

static int clear(struct rec_disk *disk, enum rec_kind kind, uint64_t len, uint64_t offset)
{
	pthread_mutex_lock(&disk->rec->lock);
	note_op(disk->rec, &(struct rec_op){ kind, disk->number, offset, len, NULL }, NULL);
	rec_put_zeroes(disk, len, offset);
	pthread_mutex_unlock(&disk->rec->lock);
	return 0;
}

static int disk_zero(void *arg, uint64_t len, uint64_t offset)
{
	return clear(arg, REC_ZERO, len, offset);
}

static int disk_discard(void *arg, uint64_t len, uint64_t offset)
{
	return clear(arg, REC_DISCARD, len, offset);
}

struct lvol_dev_ops rec_ops(const struct recorder *rec)
{
	struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;

	ops.size_bytes = rec->bytes;
	ops.pread = disk_pread;
	ops.pwrite = disk_pwrite;
	ops.flush = disk_flush;
	ops.discard = disk_discard;
	ops.write_zeroes = disk_zero;
	return ops;
}

void rec_attach(struct recorder *rec, struct lvol_ctx *ctx)
{
	struct lvol_dev_ops ops = rec_ops(rec);
	struct lvol_error err = LVOL_ERROR_INIT;

	for (unsigned i = 0; i < rec->count; i++)
		t_ok(lvol_ctx_add_ops(ctx, rec->disks[i].name, &ops, &rec->disks[i], NULL, &err), err);
}

struct recorder *rec_new(unsigned disks, uint64_t bytes)
{
	struct recorder *rec = calloc(1, sizeof *rec);

	ck_assert_ptr_nonnull(rec);
	ck_assert_uint_le(disks, REC_MAX_DISKS);
	ck_assert_uint_eq(bytes % REC_PAGE, 0);
	rec->count = disks;
	rec->bytes = bytes;
	pthread_mutex_init(&rec->lock, NULL);
	for (unsigned i = 0; i < disks; i++) {
		struct rec_disk *disk = &rec->disks[i];

		snprintf(disk->name, sizeof disk->name, "disk%u", i);
		disk->number = i;
		disk->rec = rec;
		disk->data = map_zeroes(bytes);
		disk->base = map_zeroes(bytes);
		pages_init(&disk->changed, bytes);
		pages_init(&disk->used, bytes);
	}
	return rec;
}

static void drop_journal(struct recorder *rec)
{
	for (size_t i = 0; i < rec->op_count; i++)
		free(rec->ops[i].bytes);
	rec->op_count = 0;
}

void rec_free(struct recorder *rec)
{
	if (!rec)
		return;
	drop_journal(rec);
	free(rec->ops);
	for (unsigned i = 0; i < rec->count; i++) {
		munmap(rec->disks[i].data, rec->bytes);
		munmap(rec->disks[i].base, rec->bytes);
		pages_free(&rec->disks[i].changed);
		pages_free(&rec->disks[i].used);
	}
	pthread_mutex_destroy(&rec->lock);
	free(rec);
}

struct recorder *rec_clone(const struct recorder *rec)
{
	struct recorder *copy = rec_new(rec->count, rec->bytes);

	for (unsigned i = 0; i < rec->count; i++) {
		const struct rec_pages *used = &rec->disks[i].used;

		for (uint32_t j = 0; j < used->count; j++) {
			uint64_t at = (uint64_t)used->list[j] * REC_PAGE;

			rec_put(&copy->disks[i], rec->disks[i].data + at, REC_PAGE, at);
		}
	}
	rec_settle(copy);
	return copy;
}

void rec_settle(struct recorder *rec)
{
	for (unsigned i = 0; i < rec->count; i++) {
		struct rec_disk *disk = &rec->disks[i];

		for (uint32_t j = 0; j < disk->changed.count; j++) {
			uint64_t at = (uint64_t)disk->changed.list[j] * REC_PAGE;

			memcpy(disk->base + at, disk->data + at, REC_PAGE);
		}
		pages_clear(&disk->changed);
	}
}

void rec_revert(struct recorder *rec)
{
	for (unsigned i = 0; i < rec->count; i++) {
		struct rec_disk *disk = &rec->disks[i];

		for (uint32_t j = 0; j < disk->changed.count; j++) {
			uint64_t at = (uint64_t)disk->changed.list[j] * REC_PAGE;

			memcpy(disk->data + at, disk->base + at, REC_PAGE);
		}
		pages_clear(&disk->changed);
	}
}

void rec_start(struct recorder *rec)
{
	drop_journal(rec);
	rec_settle(rec);
	rec->recording = true;
}

void rec_stop(struct recorder *rec)
{
	rec->recording = false;
}

static uint64_t sector_number(const uint8_t *sector, uint64_t seed)
{
	uint64_t sum = seed;

	for (unsigned i = 0; i < REC_SECTOR; i += sizeof sum) {
		uint64_t word;

		memcpy(&word, sector + i, sizeof word);
		sum = (sum ^ word) * UINT64_C(0x9e3779b97f4a7c15);
		sum ^= sum >> 29;
	}
	return t_mix(sum);
}

/* A sum over sectors, so that the order in which they came to differ does not matter. */
uint64_t rec_difference(const struct recorder *rec)
{
	uint64_t sum = 0;

	for (unsigned i = 0; i < rec->count; i++) {
		const struct rec_disk *disk = &rec->disks[i];

		for (uint32_t j = 0; j < disk->changed.count; j++) {
			uint64_t at = (uint64_t)disk->changed.list[j] * REC_PAGE, end = at + REC_PAGE;

			for (; at < end; at += REC_SECTOR)
				if (memcmp(disk->data + at, disk->base + at, REC_SECTOR))
					sum += sector_number(disk->data + at, t_mix(at * REC_MAX_DISKS + i));
		}
	}
	return sum;
}
