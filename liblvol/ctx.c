/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "ctx.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "args.h"
#include "conf.h"
#include "dev/devices_file.h"
#include "dev/lock.h"
#include "dev/system.h"
#include "io.h"

#define CTX_FLAGS (LVOL_CTX_READ_ONLY | LVOL_CTX_SEEDED | LVOL_CTX_FIXED_TIME | LVOL_CTX_NO_SYSTEM_CONFIG | \
		LVOL_CTX_NO_LOCKING)
#define DEFAULT_LOCK_MS 10000

/* A copy of what the caller chose, or of what holds otherwise. */
static const char *choose(struct lvol_ctx *ctx, const char *chosen, const char *otherwise)
{
	return lvi_arena_strdup(ctx->arena, chosen ? chosen : otherwise ? otherwise : "");
}

static int set_names(struct lvol_ctx *ctx, const struct lvol_ctx_opts *o, const struct lvm_conf *conf)
{
	struct utsname u;
	const char *node = uname(&u) ? "localhost" : u.nodename;

	ctx->env.host_name = choose(ctx, o->host_name, node);
	ctx->env.description = choose(ctx, o->description, "Write from liblvol.");
	ctx->env.system_id = choose(ctx, o->system_id, lvi_conf_system_id(conf, ctx->system_dir));
	ctx->env.locking_dir = choose(ctx, o->locking_dir, lvi_conf_str(conf, "global/locking_dir", "/run/lock/lvm"));
	if (strcmp(lvi_conf_str(conf, "devices/hints", "all"), "none"))
		ctx->env.hints_dir = "/run/lvm";  /* lvm2 has no setting for it */
	if (!ctx->env.host_name || !ctx->env.description || !ctx->env.system_id || !ctx->env.locking_dir)
		return -1;
	if (!*ctx->env.system_id)
		ctx->env.system_id = NULL;
	return 0;
}

static int lock_timeout(int32_t ms)
{
	if (ms == LVOL_WAIT_FOREVER)
		return LVI_LOCK_FOREVER;
	if (ms < 0)
		return 0;
	return ms ? ms : DEFAULT_LOCK_MS;
}

static void set_env(struct lvol_ctx *ctx, const struct lvol_ctx_opts *o)
{
	ctx->flags = o->flags;
	ctx->env.log = (struct log){ o->log, o->log_arg, o->log_level };
	ctx->env.has_fixed_time = o->flags & LVOL_CTX_FIXED_TIME;
	ctx->env.fixed_time = o->time_seconds;
	ctx->env.no_locking = o->flags & LVOL_CTX_NO_LOCKING;
	ctx->env.lock_timeout_ms = lock_timeout(o->lock_timeout_ms);
	lvi_seeded_random_init(&ctx->seeded, o->seed);
	ctx->env.random = o->flags & LVOL_CTX_SEEDED ? lvi_seeded_random_source(&ctx->seeded) :
			lvi_system_random_source();
}

static int fill(struct lvol_ctx *ctx, const struct lvol_ctx_opts *o, struct lvol_error *err)
{
	const char *dir = o->system_dir ? o->system_dir : getenv("LVM_SYSTEM_DIR");
	struct lvm_conf conf;
	int ret;

	ctx->arena = lvi_arena_new();
	if (!ctx->arena)
		return lvi_error_nomem(err);
	set_env(ctx, o);
	ctx->devs = lvi_devset_new(&ctx->env.log);
	ctx->system_dir = choose(ctx, dir, "/etc/lvm");
	if (!ctx->devs || !ctx->system_dir)
		return lvi_error_nomem(err);
	if (o->flags & LVOL_CTX_NO_SYSTEM_CONFIG || !*ctx->system_dir)
		ctx->system_dir = NULL;
	ret = lvi_io_shared_add(ctx->devs, err);
	if (!ret)
		ret = lvi_conf_read(&conf, ctx->arena, ctx->system_dir, err);
	if (!ret && set_names(ctx, o, &conf))
		ret = lvi_error_nomem(err);
	return ret;
}

int lvol_ctx_new(const struct lvol_ctx_opts *opts, struct lvol_ctx **out, struct lvol_error *err)
{
	struct lvol_ctx_opts o = { 0 };
	struct lvol_ctx *ctx;
	int ret;

	ARG_REQUIRED(err, out);
	if (opts)
		ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, CTX_FLAGS);
	ctx = calloc(1, sizeof *ctx);
	if (!ctx)
		return lvi_error_nomem(err);
	atomic_init(&ctx->refs, 1);
	ret = fill(ctx, &o, err);
	if (ret) {
		lvol_ctx_unref(ctx);
		return ret;
	}
	*out = ctx;
	return 0;
}

struct lvol_ctx *lvol_ctx_ref(struct lvol_ctx *ctx)
{
	atomic_fetch_add(&ctx->refs, 1);
	return ctx;
}

void lvol_ctx_unref(struct lvol_ctx *ctx)
{
	if (!ctx || atomic_fetch_sub(&ctx->refs, 1) != 1)
		return;
	lvi_devset_unref(ctx->devs);
	lvi_arena_free(ctx->arena);
	free(ctx);
}

static int make_filter(const struct lvm_conf *conf, const char *path, struct dev_filter **out, struct lvol_error *err)
{
	const char *const *patterns;

	if (lvi_conf_list(conf, path, &patterns))
		return lvi_error_nomem(err);
	return patterns ? lvi_filter_new(patterns, out, err) : 0;
}

static int read_devices_file(const struct lvol_ctx *ctx, const struct lvm_conf *conf, struct system_scan *how,
		struct lvol_error *err)
{
	const char *name = lvi_conf_str(conf, "devices/devicesfile", "system.devices"), *path;

	if (!ctx->system_dir || !lvi_conf_int(conf, "devices/use_devicesfile", 0))
		return 0;
	path = lvi_arena_printf(conf->arena, "%s/devices/%s", ctx->system_dir, name);
	return path ? lvi_devices_file_read(path, conf->arena, &how->devices, err) : lvi_error_nomem(err);
}

static int add_system(struct lvol_ctx *ctx, const struct lvm_conf *conf, struct lvol_error *err)
{
	static const char *const default_scan[] = { "/dev", NULL };
	struct dev_filter *filter = NULL, *global = NULL;
	struct system_scan how = { .dir = lvi_conf_str(conf, "devices/dir", "/dev") };
	int ret;

	if (lvi_conf_list(conf, "devices/scan", &how.scan))
		return lvi_error_nomem(err);
	if (!how.scan)
		how.scan = default_scan;
	ret = make_filter(conf, "devices/filter", &filter, err);
	if (!ret)
		ret = make_filter(conf, "devices/global_filter", &global, err);
	if (!ret)
		ret = read_devices_file(ctx, conf, &how, err);
	how.filter = filter;
	how.global_filter = global;
	if (!ret)
		ret = lvi_system_add(ctx->devs, &how, err);
	lvi_filter_free(filter);
	lvi_filter_free(global);
	return ret;
}

int lvol_ctx_add_system(struct lvol_ctx *ctx, struct lvol_error *err)
{
	struct lvm_conf conf;
	struct arena *arena;
	int ret;

	ARG_REQUIRED(err, ctx);
	arena = lvi_arena_new();
	if (!arena)
		return lvi_error_nomem(err);
	ret = lvi_conf_read(&conf, arena, ctx->system_dir, err);
	if (!ret)
		ret = add_system(ctx, &conf, err);
	lvi_arena_free(arena);
	return ret;
}
