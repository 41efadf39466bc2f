/* SPDX-License-Identifier: MIT */
/*
 * custom-device: a device made by the program itself. Here it is memory that counts what is asked of it and takes its
 * time, as a remote store would; a VG is made on it, an LV filled and read back.
 */

#include <lvol/lvol.h>

#include <inttypes.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define SIZE_BYTES ((size_t)64 << 20)

/* Any thread may call, several at once: the counters are atomic. */
struct slow_store {
	char *data;
	long delay_ns;
	atomic_ulong reads, writes, flushes, bytes;
};

static void take_time(struct slow_store *store, size_t len)
{
	const struct timespec delay = { .tv_nsec = store->delay_ns };

	atomic_fetch_add(&store->bytes, len);
	nanosleep(&delay, NULL);
}

static int store_pread(void *arg, void *buf, size_t len, uint64_t offset)
{
	struct slow_store *store = arg;

	atomic_fetch_add(&store->reads, 1);
	take_time(store, len);
	memcpy(buf, store->data + offset, len);
	return 0;  /* or -errno; offset and length were checked against the size */
}

static int store_pwrite(void *arg, const void *buf, size_t len, uint64_t offset)
{
	struct slow_store *store = arg;

	atomic_fetch_add(&store->writes, 1);
	take_time(store, len);
	memcpy(store->data + offset, buf, len);
	return 0;
}

static int store_flush(void *arg)
{
	struct slow_store *store = arg;

	atomic_fetch_add(&store->flushes, 1);
	return 0;
}

/* Called once, when nothing uses the device any more. */
static void store_close(void *arg)
{
	struct slow_store *store = arg;

	printf("closed after %lu reads, %lu writes, %lu flushes, %lu bytes\n", atomic_load(&store->reads),
			atomic_load(&store->writes), atomic_load(&store->flushes), atomic_load(&store->bytes));
}

static int make_volumes(struct lvol_ctx *ctx, struct lvol_vg **out, struct lvol_error *err)
{
	static const char *const devices[] = { "store", NULL };
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_txn *txn;
	int ret = lvol_txn_begin(ctx, NULL, NULL, &txn, err);

	if (ret < 0)
		return ret;
	vg.name = "vg0";
	vg.pvs = devices;
	ret = lvol_vg_create(txn, &vg, err);
	lv.name = "notes";
	lv.size.bytes = 8u << 20;
	if (ret == 0)
		ret = lvol_lv_create(txn, &lv, err);
	if (ret == 0)
		ret = lvol_txn_commit(txn, err);
	if (ret == 0)
		ret = lvol_txn_result(txn, "vg0", out, err);
	lvol_txn_free(txn);
	return ret;
}

static int use_lv(const struct lvol_vg *vg, struct lvol_error *err)
{
	const char text[] = "what was written is what is read";
	char back[sizeof(text)] = "";
	struct lvol_io *io;
	int ret = lvol_io_open(lvol_lv_find(vg, "notes"), LVOL_IO_WRITE, &io, err);

	if (ret < 0)
		return ret;
	ret = lvol_io_pwrite(io, text, sizeof(text), 12345, err);
	if (ret == 0)
		ret = lvol_io_flush(io, err);
	if (ret == 0)
		ret = lvol_io_pread(io, back, sizeof(back), 12345, err);
	if (ret == 0)
		printf("vg0/notes: \"%s\"\n", back);
	lvol_io_close(io);
	return ret;
}

int main(void)
{
	struct slow_store store = { .delay_ns = 200000, .data = calloc(1, SIZE_BYTES) };
	struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx = NULL;
	struct lvol_vg *vg = NULL;
	int ret = store.data ? lvol_ctx_new(NULL, &ctx, &err) : -LVOL_E_NO_MEMORY;

	ops.size_bytes = SIZE_BYTES;
	ops.pread = store_pread;
	ops.pwrite = store_pwrite;
	ops.flush = store_flush;
	ops.close = store_close;
	if (ret == 0)
		ret = lvol_ctx_add_ops(ctx, "store", &ops, &store, NULL, &err);
	if (ret == 0)
		ret = make_volumes(ctx, &vg, &err);
	if (ret == 0)
		ret = use_lv(vg, &err);
	if (ret < 0)
		fprintf(stderr, "custom-device: %s: %s\n", err.subject, err.message);
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
	free(store.data);
	return ret < 0;
}
