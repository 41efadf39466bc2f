/* SPDX-License-Identifier: MIT */
/*
 * build-image [-s SEED] IMAGE VG LV=FILE...: a disk image with a VG, and in it an LV for each FILE with its content. The
 * same files and seed give the same bytes, whatever the image is called; the time is SOURCE_DATE_EPOCH.
 */

#include <lvol/lvol.h>

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define EXTENT_BYTES ((uint64_t)1 << 20)

struct volume {
	const char *name, *path;
	FILE *file;
	uint64_t extents;
};

static int fail(struct lvol_error *err, const char *subject, const char *message)
{
	snprintf(err->subject, sizeof(err->subject), "%s", subject);
	snprintf(err->message, sizeof(err->message), "%s", message);
	return -LVOL_E_IO;
}

/* LV=FILE, taken apart in place; the LV gets as many extents as the file needs. */
static int open_volume(char *word, struct volume *v, struct lvol_error *err)
{
	char *sign = strchr(word, '=');
	off_t size;

	if (!sign)
		return fail(err, word, "is not of the form LV=FILE");
	*sign = '\0';
	v->name = word;
	v->path = sign + 1;
	v->file = fopen(v->path, "rb");
	if (!v->file || fseeko(v->file, 0, SEEK_END) || (size = ftello(v->file)) < 0 || fseeko(v->file, 0, SEEK_SET))
		return fail(err, v->path, strerror(errno));
	v->extents = size ? ((uint64_t)size + EXTENT_BYTES - 1) / EXTENT_BYTES : 1;
	return 0;
}

static int lay_out(struct lvol_ctx *ctx, const char *vg_name, const struct volume *volumes, int count,
		struct lvol_vg **out, struct lvol_error *err)
{
	static const char *const pvs[] = { "image", NULL };
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_txn *txn = NULL;
	int ret = lvol_txn_begin(ctx, NULL, NULL, &txn, err);

	vg.name = vg_name;
	vg.pvs = pvs;
	vg.extent_bytes = EXTENT_BYTES;
	if (ret == 0)
		ret = lvol_vg_create(txn, &vg, err);
	for (int i = 0; ret == 0 && i < count; i++) {
		struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;

		lv.name = volumes[i].name;
		lv.size.extents = volumes[i].extents;
		ret = lvol_lv_create(txn, &lv, err);
	}
	if (ret == 0)
		ret = lvol_txn_commit(txn, err);
	if (ret == 0)
		ret = lvol_txn_result(txn, vg_name, out, err);
	lvol_txn_free(txn);
	return ret;
}

/* The image is new, so what is zero need not be written: it stays a hole. */
static int fill(const struct lvol_vg *vg, const struct volume *v, struct lvol_error *err)
{
	static const char zeroes[1 << 16];
	char buffer[sizeof(zeroes)];
	uint64_t offset = 0;
	struct lvol_io *io = NULL;
	size_t len;
	int ret = lvol_io_open(lvol_lv_find(vg, v->name), LVOL_IO_WRITE, &io, err);

	for (; ret == 0 && (len = fread(buffer, 1, sizeof(buffer), v->file)); offset += len)
		if (memcmp(buffer, zeroes, len))
			ret = lvol_io_pwrite(io, buffer, len, offset, err);
	if (ret == 0 && ferror(v->file))
		ret = fail(err, v->path, strerror(errno));
	if (ret == 0)
		ret = lvol_io_flush(io, err);
	lvol_io_close(io);
	return ret;
}

static int build(int fd, uint64_t seed, char **words, struct lvol_error *err)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct volume volumes[64] = { 0 };
	uint64_t size = 1 << 20;  /* label and metadata in front of the first extent: the default */
	struct lvol_ctx *ctx = NULL;
	struct lvol_vg *vg = NULL;
	int count = 0, ret = 0;

	/* all that could differ from run to run: UUIDs, time, host, the device's name in the metadata ("image") */
	opts.flags = LVOL_CTX_SEEDED | LVOL_CTX_FIXED_TIME | LVOL_CTX_NO_SYSTEM_CONFIG;
	opts.seed = seed;
	opts.time_seconds = getenv("SOURCE_DATE_EPOCH") ? atoll(getenv("SOURCE_DATE_EPOCH")) : 0;
	opts.host_name = opts.description = "build-image";
	for (; ret == 0 && words[1 + count]; size += volumes[count++].extents * EXTENT_BYTES)
		ret = open_volume(words[1 + count], &volumes[count], err);
	if (ret == 0 && ftruncate(fd, (off_t)size))
		ret = fail(err, "image", strerror(errno));
	if (ret == 0)
		ret = lvol_ctx_new(&opts, &ctx, err);
	if (ret == 0)
		ret = lvol_ctx_add_fd(ctx, fd, "image", 0, NULL, err);
	if (ret == 0)
		ret = lay_out(ctx, words[0], volumes, count, &vg, err);
	for (int i = 0; i < count; i++) {
		if (ret == 0)
			ret = fill(vg, &volumes[i], err);
		if (volumes[i].file)
			fclose(volumes[i].file);
	}
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
	return ret;
}

int main(int argc, char **argv)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	int seeded = argc > 2 && !strcmp(argv[1], "-s"), first = seeded ? 3 : 1, fd, ret;

	if (argc < first + 3 || argc > first + 2 + 64) {
		fputs("usage: build-image [-s SEED] IMAGE VG LV=FILE... (at most 64)\n", stderr);
		return 2;
	}
	fd = open(argv[first], O_RDWR | O_CREAT | O_EXCL, 0666);  /* never over something that is there */
	ret = fd < 0 ? fail(&err, argv[first], strerror(errno)) :
			build(fd, seeded ? strtoull(argv[2], NULL, 0) : 0, argv + first + 1, &err);
	if (ret < 0)
		fprintf(stderr, "build-image: %s: %s\n", err.subject, err.message);
	if (ret < 0 && fd >= 0)
		unlink(argv[first]);
	return ret < 0;
}
