/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "status.h"

#include <stdio.h>
#include <stdlib.h>

#include <lvol/lv.h>

#include "args.h"
#include "backend.h"
#include "io.h"
#include "map/map.h"
#include "map/names.h"

/* The public calls of <lvol/status.h>. */

typedef int gather_fn(const void *from, struct dm_status *out, struct lvol_error *err);

static int make(gather_fn *gather, const void *from, struct lvol_status **out, struct lvol_error *err)
{
	struct lvol_status *status = calloc(1, sizeof *status);
	int r = status ? lvi_dm_status_init(&status->lines, err) : lvi_error_nomem(err);

	if (!r)
		r = gather(from, &status->lines, err);
	if (r)
		lvol_status_free(status);
	else
		*out = status;
	return r;
}

static int gather_text(const void *from, struct dm_status *out, struct lvol_error *err)
{
	return lvi_dm_status_add(out, "", from, err);
}

int lvol_status_new(const char *text, struct lvol_status **out, struct lvol_error *err)
{
	ARG_REQUIRED(err, text);
	ARG_REQUIRED(err, out);
	return make(gather_text, text, out, err);
}

/* of the kernel */

struct kernel_lv { const struct lvol_lv *lv; struct backend_control *control; };

/* The lines of a device, if it is there. */
static int add_device(struct backend_control *c, const char *uuid, struct dm_status *out, struct lvol_error *err)
{
	struct textbuf text = { 0 };
	struct control_live live;
	int r = c->ops->info(c, NULL, uuid, &live, err);

	if (r || !live.exists)
		return r;
	r = c->ops->status(c, live.name, CONTROL_NO_FLUSH, &text, err);
	lvi_textbuf_putc(&text, '\0');
	if (!r)
		r = text.failed ? lvi_error_nomem(err) : lvi_dm_status_add(out, live.name, text.data, err);
	lvi_textbuf_free(&text);
	return r;
}

static int inactive(const struct lvol_lv *lv, struct lvol_error *err)
{
	char subject[sizeof err->subject];

	snprintf(subject, sizeof subject, "%s/%s", lv->vg->name, lv->name);
	return lvi_error(err, LVOL_E_NOT_FOUND, subject, "LV %s is not active", subject);
}

int lvi_status_of_lv(const struct lvol_lv *lv, struct backend_control *control, struct dm_status *out,
		struct lvol_error *err)
{
	const char *layer = lvi_map_layer(lv);
	char uuid[LVI_DM_UUID_SIZE];
	int r = lvi_map_own_uuid(lv, uuid, err);

	if (!r)
		r = add_device(control, uuid, out, err);
	if (r || !layer)
		return r;
	lvi_dm_uuid(lv, layer, uuid);
	return add_device(control, uuid, out, err);
}

static int gather_lv(const void *from, struct dm_status *out, struct lvol_error *err)
{
	const struct kernel_lv *k = from;
	int r = lvi_status_of_lv(k->lv, k->control, out, err);

	return !r && !out->lines.len ? inactive(k->lv, err) : r;
}

int lvol_lv_status(const struct lvol_lv *lv, struct lvol_backend *backend, struct lvol_status **out,
		struct lvol_error *err)
{
	ARG_REQUIRED(err, lv);
	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, out);
	return make(gather_lv, &(struct kernel_lv){ lv, backend->control }, out, err);
}

/* in user space */

static int gather_io(const void *from, struct dm_status *out, struct lvol_error *err)
{
	const struct lvol_io *io = from;

	return io->dev->backend->say(io->dev, out, err);
}

int lvol_io_status(struct lvol_io *io, struct lvol_status **out, struct lvol_error *err)
{
	ARG_REQUIRED(err, io);
	ARG_REQUIRED(err, out);
	return make(gather_io, io, out, err);
}

void lvol_status_free(struct lvol_status *status)
{
	if (!status)
		return;
	lvi_dm_status_free(&status->lines);
	free(status);
}

size_t lvol_status_line_count(const struct lvol_status *status)
{
	return status->lines.lines.len;
}

const struct lvol_status_line *lvol_status_line(const struct lvol_status *status, size_t i)
{
	return i < status->lines.lines.len ? &status->lines.lines.items[i] : NULL;
}
