/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Option structs of other ages. For every option struct of the interface: a program that knows fewer of its fields is
 * understood, one that knows more is too as long as it leaves them zero, and else it is refused with the library's words.
 * options.sh builds this twice, against the headers of the last release and against today's, and runs both with the
 * library as it is. It is about one struct each time, in a world of its own: VG vg0 with LV lv0 in memory.
 */
#include <lvol/lvol.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define DISK_BYTES ((uint64_t)16 << 20)

struct world {
	struct lvol_ctx *ctx;
	struct lvol_txn *txn;   /* begun on vg0 */
	struct lvol_vg *vg;
	struct lvol_scan *scan;
};

static const char *const vgs[] = { "vg0", NULL }, *const disk0[] = { "disk0", NULL }, *const disk1[] = { "disk1", NULL };

static void must(int ret, const struct lvol_error *err, const char *what)
{
	if (!ret)
		return;
	fprintf(stderr, "%s: %s\n", what, err->message);
	exit(1);
}

static void add_memory(struct lvol_ctx *ctx, const char *name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_memory memory = LVOL_MEMORY_INIT;

	memory.size_bytes = DISK_BYTES;
	must(lvol_ctx_add_memory(ctx, name, &memory, NULL, &err), &err, name);
}

static void make_vg(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	struct lvol_txn *txn;

	vg.name = "vg0";
	vg.pvs = disk0;
	vg.extent_bytes = 1 << 20;
	lv.name = "lv0";
	lv.size.extents = 2;
	must(lvol_txn_begin(w->ctx, NULL, NULL, &txn, &err), &err, "begin");
	must(lvol_vg_create(txn, &vg, &err), &err, "VG");
	must(lvol_lv_create(txn, &lv, &err), &err, "LV");
	must(lvol_txn_commit(txn, &err), &err, "commit");
	lvol_txn_free(txn);
}

static void open_world(struct world *w)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;

	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	must(lvol_ctx_new(&opts, &w->ctx, &err), &err, "context");
	add_memory(w->ctx, "disk0");
	add_memory(w->ctx, "disk1");
	make_vg(w);
	must(lvol_vg_open(w->ctx, "vg0", &w->vg, &err), &err, "open");
	must(lvol_scan_new(w->ctx, &w->scan, &err), &err, "scan");
	must(lvol_txn_begin(w->ctx, vgs, NULL, &w->txn, &err), &err, "begin");
}

static void close_world(struct world *w)
{
	lvol_txn_free(w->txn);
	lvol_scan_free(w->scan);
	lvol_vg_unref(w->vg);
	lvol_ctx_unref(w->ctx);
}

/* --- one function for each option struct: fill in what it needs (the first call), then try it --- */

static void fill_ctx(void *o) { ((struct lvol_ctx_opts *)o)->flags = LVOL_CTX_NO_SYSTEM_CONFIG; }
static int try_ctx(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_ctx *ctx = NULL;
	int ret = lvol_ctx_new(o, &ctx, err);

	lvol_ctx_unref(ctx);
	return ret;
}

static int pread_nothing(void *arg, void *buf, size_t len, uint64_t offset)
{
	memset(buf, 0, len);
	return 0;
}

static void fill_dev(void *o)
{
	((struct lvol_dev_ops *)o)->size_bytes = DISK_BYTES;
	((struct lvol_dev_ops *)o)->pread = pread_nothing;
}
static int try_dev(struct world *w, const void *o, struct lvol_error *err)
{
	return lvol_ctx_add_ops(w->ctx, "mine", o, NULL, NULL, err);
}

static void fill_memory(void *o) { ((struct lvol_memory *)o)->size_bytes = DISK_BYTES; }
static int try_memory(struct world *w, const void *o, struct lvol_error *err)
{
	return lvol_ctx_add_memory(w->ctx, "more", o, NULL, err);
}

static void fill_nothing(void *o) { }
static int try_queue(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_queue *queue = NULL;
	int ret = lvol_queue_new(o, &queue, err);

	lvol_queue_free(queue);
	return ret;
}

static void fill_lv_create(void *o) { ((struct lvol_lv_create_opts *)o)->size.extents = 1; }
static int try_lv_create(struct world *w, const void *o, struct lvol_error *err)
{
	return lvol_lv_create(w->txn, o, err);
}

static void fill_lv_resize(void *o) { ((struct lvol_lv_resize_opts *)o)->size.extents = 3; }
static int try_lv_resize(struct world *w, const void *o, struct lvol_error *err)
{
	return lvol_lv_resize(w->txn, "lv0", o, err);
}

static void fill_lv_change(void *o) { ((struct lvol_lv_change_opts *)o)->what = LVOL_LV_CHANGE_WRITABLE; }
static int try_lv_change(struct world *w, const void *o, struct lvol_error *err)
{
	return lvol_lv_change(w->txn, "lv0", o, err);
}

static void fill_pv_create(void *o) { ((struct lvol_pv_create_opts *)o)->device = "disk1"; }
static int try_pv_create(struct world *w, const void *o, struct lvol_error *err)
{
	return lvol_pv_create(w->txn, o, err);
}

static void fill_pv_change(void *o) { ((struct lvol_pv_change_opts *)o)->what = LVOL_PV_CHANGE_ALLOCATABLE; }
static int try_pv_change(struct world *w, const void *o, struct lvol_error *err)
{
	return lvol_pv_change(w->txn, "disk0", o, err);
}

static void fill_vg_create(void *o)
{
	((struct lvol_vg_create_opts *)o)->name = "vg1";
	((struct lvol_vg_create_opts *)o)->pvs = disk1;
}
static int try_vg_create(struct world *w, const void *o, struct lvol_error *err)
{
	return lvol_vg_create(w->txn, o, err);
}

static void fill_vg_change(void *o) { ((struct lvol_vg_change_opts *)o)->what = LVOL_VG_CHANGE_MAX_LV; }
static int try_vg_change(struct world *w, const void *o, struct lvol_error *err)
{
	return lvol_vg_change(w->txn, "vg0", o, err);
}

#ifdef HAVE_lvol_thin_view_opts
static int try_thin_view(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_thin_view *view = NULL;
	int ret = lvol_thin_view_open(lvol_lv_find(w->vg, "lv0"), o, &view, err);

	lvol_thin_view_close(view);
	/* the options are looked at before the LV, which is no thin one */
	return ret == -LVOL_E_INVALID && strstr(err->message, "neither a thin pool") ? 0 : ret;
}
#endif

#ifdef HAVE_lvol_export_opts
static int try_export(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_export *exporting = NULL;
	int ret = lvol_export_open(lvol_lv_find(w->vg, "lv0"), o, &exporting, err);

	lvol_export_close(exporting);
	return ret;
}

static int try_import(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_import *importing = NULL;
	struct lvol_io *io = NULL;
	int ret;

	must(lvol_io_open(lvol_lv_find(w->vg, "lv0"), LVOL_IO_WRITE, &io, err), err, "lv0");
	ret = lvol_import_open(io, o, &importing, err);
	lvol_import_close(importing);
	lvol_io_close(io);
	return ret;
}
#endif

static void fill_report(void *o) { ((struct lvol_report_opts *)o)->kind = LVOL_REPORT_LVS; }
static int try_report(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_report *report = NULL;
	int ret = lvol_report_new(w->scan, o, &report, err);

	lvol_report_free(report);
	return ret;
}

static int try_picture(struct world *w, const void *o, struct lvol_error *err)
{
	char *text = NULL;
	int ret = lvol_vg_picture(w->vg, o, &text, err);

	lvol_string_free(text);
	return ret;
}

static int try_txn(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_txn *txn = NULL;
	int ret;

	lvol_txn_abort(w->txn);
	ret = lvol_txn_begin(w->ctx, vgs, o, &txn, err);
	lvol_txn_free(txn);
	return ret;
}

#ifdef HAVE_lvol_backend_opts
/* Where there is no device-mapper, or not for us, the options have been looked at before. */
static int try_backend(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_backend *backend = NULL;
	int ret = lvol_backend_open(w->ctx, o, &backend, err);

	lvol_backend_close(backend);
	return ret == -LVOL_E_NOT_SUPPORTED || ret == -LVOL_E_PERMISSION ? 0 : ret;
}
#endif

#ifdef HAVE_lvol_writecache_opts
static void fill_writecache(void *o) { ((struct lvol_writecache_opts *)o)->fast = "fast"; }
static int try_writecache(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;

	lv.name = "fast";
	lv.size.extents = 1;
	must(lvol_lv_create(w->txn, &lv, err), err, "fast");
	return lvol_writecache_attach(w->txn, "lv0", o, err);
}

static int try_integrity(struct world *w, const void *o, struct lvol_error *err)
{
	int ret = lvol_integrity_add(w->txn, "lv0", o, err);

	return ret == -LVOL_E_NOT_SUPPORTED ? 0 : ret;   /* the options are looked at before the LV, which is linear */
}
#endif

#ifdef HAVE_lvol_job_opts
/* A linear LV waits for nothing; the options are looked at before the LV is. */
static int try_job(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_job *job = NULL;
	int ret;

	lvol_txn_abort(w->txn);
	ret = lvol_job_begin(w->ctx, "vg0/lv0", o, &job, err);
	lvol_job_free(job);
	return ret == -LVOL_E_STATE ? 0 : ret;
}

static void fill_pv_move(void *o) { ((struct lvol_pv_move_opts *)o)->pv = "disk0"; }
static int try_pv_move(struct world *w, const void *o, struct lvol_error *err)
{
	int ret = lvol_pv_move(w->txn, o, err);

	return ret == -LVOL_E_NO_SPACE ? 0 : ret;   /* there is no other PV */
}

static void fill_attach(void *o)
{
	((struct lvol_snapshot_attach_opts *)o)->origin = "lv0";
	((struct lvol_snapshot_attach_opts *)o)->store = "store";
}
static int try_attach(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;

	lv.name = "store";
	lv.size.extents = 1;
	must(lvol_lv_create(w->txn, &lv, err), err, "store");
	return lvol_snapshot_attach(w->txn, o, err);
}
#endif

#ifdef HAVE_lvol_cache_opts
static void fill_cache(void *o) { ((struct lvol_cache_opts *)o)->mode = LVOL_CACHE_WRITETHROUGH; }
static void make_pool(struct world *w, struct lvol_error *err)
{
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;

	lv.name = "pool";
	lv.segtype = "cache-pool";
	lv.size.extents = 1;
	must(lvol_lv_create(w->txn, &lv, err), err, "pool");
}
static int try_cache(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_cache_attach_opts attach = LVOL_CACHE_ATTACH_OPTS_INIT;

	make_pool(w, err);
	attach.lv = "lv0";
	attach.fast = "pool";
	attach.cache = o;
	return lvol_cache_attach(w->txn, &attach, err);
}
static void fill_cache_attach(void *o)
{
	((struct lvol_cache_attach_opts *)o)->lv = "lv0";
	((struct lvol_cache_attach_opts *)o)->fast = "pool";
}
static int try_cache_attach(struct world *w, const void *o, struct lvol_error *err)
{
	make_pool(w, err);
	return lvol_cache_attach(w->txn, o, err);
}
#endif

#ifdef HAVE_lvol_raid_opts
/* One disk has no room for two legs: by then the options have been looked at. */
static int try_raid(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	int ret;

	lv.segtype = "raid1";
	lv.size.extents = 1;
	lv.raid = o;
	ret = lvol_lv_create(w->txn, &lv, err);
	return ret == -LVOL_E_NO_SPACE ? 0 : ret;
}

static void fill_convert(void *o) { ((struct lvol_lv_convert_opts *)o)->segtype = "raid1"; }
static int try_convert(struct world *w, const void *o, struct lvol_error *err)
{
	int ret = lvol_lv_convert(w->txn, "lv0", o, err);

	return ret == -LVOL_E_NO_SPACE ? 0 : ret;
}

/* lv0 is linear: it has no legs. What is told of that is not what is told of the options. */
static int try_replace(struct world *w, const void *o, struct lvol_error *err)
{
	int ret = lvol_lv_replace_legs(w->txn, "lv0", o, err);

	return ret && strstr(err->message, "no legs") ? 0 : ret;
}

#ifdef HAVE_lvol_raid_change_opts
static int try_raid_change(struct world *w, const void *o, struct lvol_error *err)
{
	int ret = lvol_raid_change(w->txn, "lv0", o, err);

	return ret && strstr(err->message, "no legs") ? 0 : ret;
}
#endif

static void fill_split(void *o) { ((struct lvol_lv_split_opts *)o)->new_name = "new"; }
static int try_split(struct world *w, const void *o, struct lvol_error *err)
{
	int ret = lvol_lv_split_legs(w->txn, "lv0", o, err);

	return ret == -LVOL_E_NOT_SUPPORTED ? 0 : ret;
}
#endif

#ifdef HAVE_lvol_thin_opts
/* The disk has no room for 2 MiB of metadata and their spare beside more: by then the options have been looked at. */
static int try_thin(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	int ret;

	lv.name = "thinpool";
	lv.segtype = "thin-pool";
	lv.size.extents = 1;
	lv.thin = o;
	ret = lvol_lv_create(w->txn, &lv, err);
	return ret == -LVOL_E_NO_SPACE ? 0 : ret;
}

static int try_thin_change(struct world *w, const void *o, struct lvol_error *err)
{
	struct lvol_thin_opts defaults = LVOL_THIN_OPTS_INIT;

	must(try_thin(w, &defaults, err), err, "thin pool");
	return lvol_thin_pool_change(w->txn, "thinpool", o, err);
}
#endif

#ifdef HAVE_lvol_luks_opts
static void fill_luks(void *o)
{
	((struct lvol_luks_opts *)o)->key = "key";
	((struct lvol_luks_opts *)o)->key_bytes = 3;
}
/* lv0 is no new LV. What is told of that is not what is told of the options. */
static int try_luks(struct world *w, const void *o, struct lvol_error *err)
{
	int ret = lvol_luks_format(w->txn, "lv0", o, err);

	return ret && strstr(err->message, "there already") ? 0 : ret;
}
#endif

/* `needed`: where the last field that fill() sets ends. options.sh looks here for every struct of the headers. */
#define END(type, field) (offsetof(struct type, field) + sizeof(((struct type *)0)->field))
static const struct {
	const char *name;
	size_t size, needed;
	void (*fill)(void *opts);
	int (*try)(struct world *w, const void *opts, struct lvol_error *err);
} structs[] = {
#define STRUCT(type, field, fill, try) { #type, sizeof(struct type), END(type, field), fill, try }
	STRUCT(lvol_ctx_opts, flags, fill_ctx, try_ctx),
	STRUCT(lvol_dev_ops, pread, fill_dev, try_dev),
	STRUCT(lvol_memory, size_bytes, fill_memory, try_memory),
	STRUCT(lvol_queue_opts, struct_size, fill_nothing, try_queue),
	STRUCT(lvol_lv_create_opts, size, fill_lv_create, try_lv_create),
	STRUCT(lvol_lv_resize_opts, size, fill_lv_resize, try_lv_resize),
	STRUCT(lvol_lv_change_opts, what, fill_lv_change, try_lv_change),
	STRUCT(lvol_pv_create_opts, device, fill_pv_create, try_pv_create),
	STRUCT(lvol_pv_change_opts, what, fill_pv_change, try_pv_change),
	STRUCT(lvol_vg_create_opts, pvs, fill_vg_create, try_vg_create),
	STRUCT(lvol_vg_change_opts, what, fill_vg_change, try_vg_change),
	STRUCT(lvol_report_opts, kind, fill_report, try_report),
	STRUCT(lvol_picture_opts, struct_size, fill_nothing, try_picture),
	STRUCT(lvol_txn_opts, struct_size, fill_nothing, try_txn),
#ifdef HAVE_lvol_backend_opts
	STRUCT(lvol_backend_opts, struct_size, fill_nothing, try_backend),
#endif
#ifdef HAVE_lvol_job_opts
	STRUCT(lvol_job_opts, struct_size, fill_nothing, try_job),
	STRUCT(lvol_pv_move_opts, pv, fill_pv_move, try_pv_move),
	STRUCT(lvol_snapshot_attach_opts, store, fill_attach, try_attach),
#endif
#ifdef HAVE_lvol_raid_opts
	STRUCT(lvol_raid_opts, struct_size, fill_nothing, try_raid),
	STRUCT(lvol_lv_convert_opts, segtype, fill_convert, try_convert),
	STRUCT(lvol_lv_replace_opts, struct_size, fill_nothing, try_replace),
	STRUCT(lvol_lv_split_opts, new_name, fill_split, try_split),
#ifdef HAVE_lvol_raid_change_opts
	STRUCT(lvol_raid_change_opts, struct_size, fill_nothing, try_raid_change),
#endif
#endif
#ifdef HAVE_lvol_writecache_opts
	STRUCT(lvol_writecache_opts, fast, fill_writecache, try_writecache),
	STRUCT(lvol_integrity_opts, struct_size, fill_nothing, try_integrity),
#endif
#ifdef HAVE_lvol_cache_opts
	STRUCT(lvol_cache_opts, mode, fill_cache, try_cache),
	STRUCT(lvol_cache_attach_opts, fast, fill_cache_attach, try_cache_attach),
#endif
#ifdef HAVE_lvol_thin_opts
	STRUCT(lvol_thin_opts, struct_size, fill_nothing, try_thin),
	STRUCT(lvol_thin_change_opts, struct_size, fill_nothing, try_thin_change),
#endif
#ifdef HAVE_lvol_luks_opts
	STRUCT(lvol_luks_opts, key_bytes, fill_luks, try_luks),
#endif
#ifdef HAVE_lvol_thin_view_opts
	STRUCT(lvol_thin_view_opts, struct_size, fill_nothing, try_thin_view),
#endif
#ifdef HAVE_lvol_export_opts
	STRUCT(lvol_export_opts, struct_size, fill_nothing, try_export),
	STRUCT(lvol_import_opts, struct_size, fill_nothing, try_import),
#endif
};

/* One struct of `size` bytes, filled in, of which the last one is `last`: what the call answers. */
static int answer(size_t i, size_t size, unsigned char last, struct lvol_error *err)
{
	size_t room = size > structs[i].size ? size : structs[i].size;
	unsigned char *opts = calloc(1, room), *exact = malloc(size > sizeof(size) ? size : sizeof(size));
	struct world w = { 0 };
	int ret;

	if (!opts || !exact)
		abort();
	structs[i].fill(opts);
	memcpy(exact, opts, size);   /* of exactly that size, so that ASan sees who reads further */
	memcpy(exact, &size, sizeof(size));
	if (last)
		exact[size - 1] = last;
	open_world(&w);
	ret = structs[i].try(&w, exact, err);
	close_world(&w);
	free(exact);
	free(opts);
	return ret;
}

static int check(size_t i)
{
	const size_t size = structs[i].size, align = sizeof(void *);
	struct lvol_error err = LVOL_ERROR_INIT;
	int bad = 0;

	/* older: any size that a struct of fewer fields could have; newer: three more fields */
	for (size_t s = (structs[i].needed + align - 1) / align * align; s <= size + 3 * align; s += align) {
		if (!answer(i, s, 0, &err))
			continue;
		printf("%s of %zu bytes instead of %zu is refused: %s\n", structs[i].name, s, size, err.message);
		bad++;
	}
	/* the tail begins where today's library ends, which is not before the end of this program's struct */
	if (answer(i, size + 4096, 1, &err) != -LVOL_E_INVALID || err.code != LVOL_E_INVALID ||
			!(strstr(err.message, "newer") || strstr(err.message, "know"))) {
		printf("%s with an unknown field set: \"%s\"\n", structs[i].name, err.message);
		bad++;
	}
	if (answer(i, 1 + sizeof(size_t) / 2, 0, &err) != -LVOL_E_INVALID) {
		printf("%s without a struct_size is not refused\n", structs[i].name);
		bad++;
	}
	return bad;
}

int main(void)
{
	const size_t count = sizeof(structs) / sizeof(*structs);
	int bad = 0;

	for (size_t i = 0; i < count; i++)
		bad += check(i);
	if (!bad)
		printf("%zu option structs of headers 0x%06x, library %s\n", count, LVOL_VERSION_NUMBER, lvol_version());
	return bad != 0;
}
