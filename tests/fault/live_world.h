/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIVE_WORLD_H
#define LIVE_WORLD_H

/* A VG "vg" on DISKS disks in memory, whose LVs are active in a device-mapper in memory (tests/unit/fake_control.h). */
#include <lvol/lvol.h>

#include "allocator.h"
#include "backend.h"
#include "ctx.h"
#include "fake_control.h"
#include "faulty.h"

#define DISK_BYTES (4u << 20)
#define EXTENT (64u << 10)

static unsigned char disk[DISKS][DISK_BYTES], prepared[DISKS][DISK_BYTES];
static struct lvol_error err;

/* Disks in memory. */

static inline int mem_pread(void *arg, void *buf, size_t len, uint64_t offset)
{
	memcpy(buf, (unsigned char *)arg + offset, len);
	return 0;
}

static inline int mem_pwrite(void *arg, const void *buf, size_t len, uint64_t offset)
{
	memcpy((unsigned char *)arg + offset, buf, len);
	return 0;
}

static inline int mem_zero(void *arg, uint64_t len, uint64_t offset)
{
	memset((unsigned char *)arg + offset, 0, len);
	return 0;
}

static inline int mem_flush(void *arg)
{
	return 0;
}

static inline struct lvol_dev_ops disk_ops(void)
{
	struct lvol_dev_ops ops = LVOL_DEV_OPS_INIT;

	ops.size_bytes = DISK_BYTES;
	ops.logical_block_bytes = 512;
	ops.pread = mem_pread;
	ops.pwrite = mem_pwrite;
	ops.flush = mem_flush;
	ops.write_zeroes = ops.discard = mem_zero;
	return ops;
}

/* What the device-mapper takes of memory is not counted. */
#define HELD(name, params, args) \
	static inline int held_##name params { int r; allocator_hold(true); r = fake_##name args; allocator_hold(false); return r; }
HELD(list, (struct backend_control *c, const char *p, struct control_devices *out, struct lvol_error *e), (c, p, out, e))
HELD(create, (struct backend_control *c, const struct control_create *how, struct control_live *out, struct lvol_error *e),
		(c, how, out, e))
HELD(load, (struct backend_control *c, const char *n, const char *t, unsigned f, struct lvol_error *e), (c, n, t, f, e))
HELD(clear, (struct backend_control *c, const char *n, struct lvol_error *e), (c, n, e))
HELD(suspend, (struct backend_control *c, const char *n, unsigned f, struct lvol_error *e), (c, n, f, e))
HELD(resume, (struct backend_control *c, const char *n, const struct control_show *s, unsigned f, struct lvol_error *e),
		(c, n, s, f, e))
HELD(rename, (struct backend_control *c, const struct control_rename *how, struct lvol_error *e), (c, how, e))
HELD(remove, (struct backend_control *c, const char *n, const struct control_show *s, unsigned f, struct lvol_error *e),
		(c, n, s, f, e))
HELD(info, (struct backend_control *c, const char *n, const char *u, struct control_live *out, struct lvol_error *e),
		(c, n, u, out, e))

struct world {
	struct fake fake;
	struct backend_control_ops ops;
	struct lvol_backend backend;
	struct lvol_ctx *ctx;
	struct faults faults;
};

static inline struct lvol_ctx *open_ctx(struct faults *faults, uint64_t seed)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_dev_ops ops = disk_ops();
	struct lvol_ctx *ctx;

	opts.flags = LVOL_CTX_SEEDED | LVOL_CTX_FIXED_TIME | LVOL_CTX_NO_SYSTEM_CONFIG | LVOL_CTX_NO_LOCKING;
	opts.seed = seed;
	opts.time_seconds = 1700000000;
	opts.host_name = "fault.example.org";
	t_ok(lvol_ctx_new(&opts, &ctx, &err), err);
	for (unsigned i = 0; i < DISKS; i++) {
		char name[] = { '/', 'd', 'e', 'v', '/', (char)('1' + i), '\0' };

		t_ok(faulty_add(ctx, faults, i, name, &ops, disk[i]), err);
		lvi_devset_find(ctx->devs, name)->is_block = true;
	}
	return ctx;
}

static inline void begin(struct world *w)
{
	struct lvol_vg *vg;

	memcpy(disk, prepared, sizeof disk);
	*w = (struct world){ 0 };
	fake_init(&w->fake);
	w->ops = fake_ops;
	w->ops.list = held_list;
	w->ops.create = held_create;
	w->ops.load = held_load;
	w->ops.info = held_info;
	w->ops.clear = held_clear;
	w->ops.suspend = held_suspend;
	w->ops.resume = held_resume;
	w->ops.rename = held_rename;
	w->ops.remove = held_remove;
	w->fake.control.ops = &w->ops;
	w->ctx = open_ctx(&w->faults, 8);
	w->backend = (struct lvol_backend){ w->ctx, &w->fake.control };
	t_ok(lvol_vg_open(w->ctx, "vg", &vg, &err), err);
	t_ok(lvol_vg_activate(vg, &w->backend, 0, &err), err);
	lvol_vg_unref(vg);
	w->fake.calls = 0;
	*w->fake.log = '\0';
}

static inline void end(struct world *w)
{
	lvol_ctx_unref(w->ctx);
	fake_free(&w->fake);
}

/* Makes the VG, and @lvs in it, on all disks; what they hold then is what begin() begins with. */
static inline void prepare_disks(int (*lvs)(struct lvol_txn *txn))
{
	const char *names[] = { "/dev/1", "/dev/2", "/dev/3", "/dev/4", NULL };
	struct lvol_vg_create_opts o = LVOL_VG_CREATE_OPTS_INIT;
	struct faults none = { 0 };
	struct lvol_ctx *ctx = open_ctx(&none, 7);
	struct lvol_txn *txn;

	err = (struct lvol_error)LVOL_ERROR_INIT;
	names[DISKS] = NULL;
	o.name = "vg";
	o.pvs = names;
	o.extent_bytes = EXTENT;
	t_ok(lvol_txn_begin(ctx, NULL, NULL, &txn, &err), err);
	t_ok(lvol_vg_create(txn, &o, &err), err);
	t_ok(lvs(txn), err);
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
	lvol_ctx_unref(ctx);
	memcpy(prepared, disk, sizeof disk);
}

#endif
