/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <lvol/lv.h>
#include <lvol/stream.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "args.h"
#include "backend.h"
#include "ctx.h"
#include "map/names.h"
#include "segtype/segtype.h"
#include "stream/writer.h"
#include "stream_token.h"
#include "thin_view.h"

#define NODES "/dev/mapper/"

/* Where a volume is read: through the device mapper of this library, or the kernel's. */
struct volume {
	struct lvol_io *io;
	struct devset *devs;
	struct lvol_dev *dev;
};

struct lvol_export {
	struct lvol_vg *vg;                 /* a reference */
	const struct lvol_lv *lv, *since;   /* of it */
	struct volume volume, base;         /* base: nothing open when it cannot be read */
	struct lvol_thin_view *view;        /* of a thin volume */
	struct lvol_thin_diff *diff;        /* incremental */
	struct lvol_thin_diff_range range;  /* the next difference */
	int more;                           /* of the differences: 1 there is `range`, 0 none */
	struct stream_writer writer;
};

/* Volumes */

static int open_device(struct volume *v, const char *name, struct lvol_error *err)
{
	char path[sizeof NODES + CONTROL_NAME_SIZE];

	snprintf(path, sizeof path, NODES "%s", name);
	v->devs = lvi_devset_new(NULL);
	return v->devs ? lvi_dev_add_path(v->devs, path, LVOL_DEV_READ_ONLY, &v->dev, err) : lvi_error_nomem(err);
}

/* 1: it is active in the kernel, and open. */
static int try_device(struct volume *v, const struct lvol_lv *lv, struct lvol_backend *kernel, struct lvol_error *err)
{
	char name[LVI_DM_NAME_SIZE];
	struct control_live live = { 0 };
	int r = lvi_dm_name(lv->vg->name, lv->name, NULL, name, err);

	if (!r)
		r = kernel->control->ops->info(kernel->control, name, NULL, &live, err);
	if (r || !live.exists || !live.has_table)
		return r;
	r = open_device(v, live.name, err);
	return r ? r : 1;
}

static void close_volume(struct volume *v)
{
	lvol_io_close(v->io);
	lvi_devset_unref(v->devs);
}

static int read_volume(struct volume *v, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return v->io ? lvol_io_pread(v->io, buf, len, offset, err) : lvi_dev_read(v->dev, buf, len, offset, err);
}

/* What the stream is made of */

static int read_piece(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return read_volume(&((struct lvol_export *)arg)->volume, buf, len, offset, err);
}

static int read_base(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	struct lvol_export *e = arg;
	uint64_t size = lvol_lv_size_bytes(e->since);
	int r;

	if (!e->base.io && !e->base.dev)
		return 0;
	/* the volume may have grown */
	if (offset > size || len > size - offset)
		return 0;
	r = read_volume(&e->base, buf, len, offset, err);
	return r ? r : 1;
}

static int next_of_all(void *arg, uint64_t from, struct stream_piece *out, struct lvol_error *err)
{
	struct lvol_export *e = arg;
	uint64_t size = e->writer.head.size;
	struct lvol_io_extent extent;
	int r;

	if (from >= size)
		return 0;
	*out = (struct stream_piece){ from, size - from, false };
	if (!e->volume.io)
		return 1;
	r = lvol_io_block_status(e->volume.io, from, &extent, err);
	if (r)
		return r;
	out->length = extent.length;
	out->zero = extent.kind == LVOL_EXTENT_ZERO;
	return 1;
}

static int next_of_changes(void *arg, uint64_t from, struct stream_piece *out, struct lvol_error *err)
{
	struct lvol_export *e = arg;
	uint64_t size = e->writer.head.size;

	while (e->more > 0 && e->range.offset + e->range.length <= from)
		e->more = lvol_thin_diff_next(e->diff, &e->range, err);
	if (e->more <= 0 || e->range.offset >= size)
		return e->more < 0 ? e->more : 0;
	*out = (struct stream_piece){ e->range.offset, e->range.length, false };
	if (out->length > size - out->offset)
		out->length = size - out->offset;
	return out->offset + out->length > from;
}

/* Names of contents */

static bool is_thin(const struct lvol_lv *lv)
{
	return lv->seg_first && lv->seg_first->type->flags & SEGTYPE_THIN;
}

/*
 * The root of a volume's mappings changes with each of them, and stays as long as none does: snapshots of it, and what others
 * in the pool do, leave it alone.
 */
static int name_content(struct lvol_export *e, const struct lvol_lv *lv, char out[STREAM_CONTENT_MAX + 1],
		struct lvol_error *err)
{
	struct thin_listed dev;
	char id[39];
	int r;

	lvol_lv_uuid(lv, id);
	snprintf(out, STREAM_CONTENT_MAX + 1, "%s", id);
	if (!e->view)
		return 0;
	r = lvi_thin_view_get(e->view, lvi_seg_number(lv->seg_first, SEG_DEVICE_ID, 0), &dev, err);
	if (!r)
		snprintf(out, STREAM_CONTENT_MAX + 1, "%s.%llu.%llu", id, (unsigned long long)dev.root,
				(unsigned long long)dev.details.mapped);
	return r;
}

/* Opening */

static int check_since(const struct lvol_lv *lv, const struct lvol_lv *since, struct lvol_error *err)
{
	const struct lvol_lv *a, *b;
	bool same;

	if (!since)
		return 0;
	if (!is_thin(lv) || !is_thin(since))
		return lvi_error(err, LVOL_E_INVALID, lv->name, "%s and %s are not both thin volumes: what changed is not known; export everything",
				lv->name, since->name);
	a = lvi_seg_lv(lv->seg_first, SEG_THIN_POOL);
	b = lvi_seg_lv(since->seg_first, SEG_THIN_POOL);
	same = lv->vg == since->vg && a == b;
	a = lvi_seg_lv(lv->seg_first, SEG_EXTERNAL_ORIGIN);
	b = lvi_seg_lv(since->seg_first, SEG_EXTERNAL_ORIGIN);
	if (same && a == b)
		return 0;
	return lvi_error(err, LVOL_E_INVALID, lv->name, "%s and %s are not of the same %s; export everything", lv->name, since->name,
			same ? "external origin" : "thin pool");
}

static int open_view(struct lvol_export *e, const struct lvol_export_opts *o, struct lvol_error *err)
{
	struct lvol_thin_view_opts how = LVOL_THIN_VIEW_OPTS_INIT;

	if (!is_thin(e->lv))
		return 0;
	how.flags = o->view_flags;
	how.backend = o->backend;
	return lvol_thin_view_open(e->lv, &how, &e->view, err);
}

static int open_volume(struct lvol_export *e, const struct lvol_export_opts *o, struct lvol_error *err)
{
	int r = o->backend ? try_device(&e->volume, e->lv, o->backend, err) : 0;

	if (r)
		return r < 0 ? r : 0;
	if (e->view && e->view->source.kernel)
		return lvi_error(err, LVOL_E_STATE, e->lv->name, "the pool of %s/%s is active in the kernel, and the volume is not; activate it "
				"(lvchange -ay -K)", e->lv->vg->name, e->lv->name);
	return lvol_io_open(e->lv, 0, &e->volume.io, err);
}

/* What it held before is good to know, and not needed. */
static int open_base(struct lvol_export *e, const struct lvol_export_opts *o, struct lvol_error *err)
{
	int r = o->backend ? try_device(&e->base, e->since, o->backend, err) : 0;

	if (r || e->view->source.kernel)
		return r < 0 ? r : 0;
	return lvol_io_open(e->since, 0, &e->base.io, err);
}

static int open_changes(struct lvol_export *e, const struct lvol_export_opts *o, struct lvol_error *err)
{
	uint32_t ids[2] = { lvi_seg_number(e->since->seg_first, SEG_DEVICE_ID, 0),
		lvi_seg_number(e->lv->seg_first, SEG_DEVICE_ID, 0) };
	int r = open_base(e, o, err);

	if (!r)
		r = lvol_thin_diff_open(e->view, ids, 0, &e->diff, err);
	if (r)
		return r;
	e->more = lvol_thin_diff_next(e->diff, &e->range, err);
	return e->more < 0 ? e->more : 0;
}

static int check_resume(const struct lvol_export *e, const char *text, struct stream_head *head, struct lvol_error *err)
{
	struct stream_token from;
	int r = text ? lvi_stream_token_parse(text, &from, err) : 0;

	if (r || !text)
		return r;
	if (strcmp(from.content, head->content) || strcmp(from.base, head->base) || from.offset > head->size)
		return lvi_error(err, LVOL_E_CONFLICT, e->lv->name, "what was interrupted brought %s, and %s/%s is %s now; begin anew", from.content,
				e->lv->vg->name, e->lv->name, head->content);
	head->begin = from.offset;
	return 0;
}

static int begin(struct lvol_export *e, const struct lvol_export_opts *o, struct lvol_error *err)
{
	struct stream_head head = { .size = lvol_lv_size_bytes(e->lv), .incremental = e->since };
	const struct stream_source source = {
		.next = e->since ? next_of_changes : next_of_all, .read = read_piece, .before = e->since ? read_base : NULL, .arg = e,
	};
	int r = open_view(e, o, err);

	if (!r)
		r = open_volume(e, o, err);
	if (!r && e->since)
		r = open_changes(e, o, err);
	if (!r)
		r = name_content(e, e->lv, head.content, err);
	if (!r && e->since)
		r = name_content(e, e->since, head.base, err);
	if (!r)
		r = check_resume(e, o->resume, &head, err);
	return r ? r : lvi_stream_writer_init(&e->writer, &head, &source, err);
}

int lvol_export_open(const struct lvol_lv *lv, const struct lvol_export_opts *opts, struct lvol_export **out,
		struct lvol_error *err)
{
	struct lvol_export_opts o = LVOL_EXPORT_OPTS_INIT;
	struct lvol_export *e;
	int r;

	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, out);
	if (opts)
		ARG_OPTS(err, &o, opts);
	ARG_FLAGS(err, o.flags, 0);
	r = check_since(lv, o.since, err);
	if (r)
		return r;
	e = calloc(1, sizeof *e);
	if (!e)
		return lvi_error_nomem(err);
	e->vg = lvi_vg_ref(lv->vg);
	e->lv = lv;
	e->since = o.since;
	r = begin(e, &o, err);
	if (r)
		lvol_export_close(e);
	else
		*out = e;
	return r;
}

int lvol_export_read(struct lvol_export *exporting, void *buf, size_t len, size_t *got, struct lvol_error *err)
{
	ARG_REQUIRED(err, exporting);
	ARG_REQUIRED_FOR(err, buf, len);
	ARG_REQUIRED(err, got);
	return lvi_stream_pull(&exporting->writer, buf, len, got, err);
}

uint64_t lvol_export_position(const struct lvol_export *exporting)
{
	return exporting->writer.at;
}

const char *lvol_export_content(const struct lvol_export *exporting)
{
	return exporting->writer.head.content;
}

void lvol_export_close(struct lvol_export *exporting)
{
	if (!exporting)
		return;
	lvi_stream_writer_free(&exporting->writer);
	lvol_thin_diff_close(exporting->diff);
	lvol_thin_view_close(exporting->view);
	close_volume(&exporting->base);
	close_volume(&exporting->volume);
	lvi_vg_unref(exporting->vg);
	free(exporting);
}
