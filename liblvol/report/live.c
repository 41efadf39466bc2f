/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "report/live.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "map/map.h"
#include "map/names.h"

struct live {
	struct backend_control *control;
	struct control_devices devices;
	struct live_device *found;      /* as devices */
	struct hash by_uuid;            /* -> struct live_device */
	bool is_listed, asks_status;
	int failed;
	struct lvol_error why;
};

int lvi_live_new(struct backend_control *control, bool asks_status, struct live **out, struct lvol_error *err)
{
	struct live *live = calloc(1, sizeof *live);

	if (!live)
		return lvi_error_nomem(err);
	live->control = control;
	live->asks_status = asks_status;
	lvi_hash_init(&live->by_uuid);
	*out = live;
	return 0;
}

void lvi_live_free(struct live *live)
{
	if (!live)
		return;
	for (size_t i = 0; live->found && i < live->devices.list.len; i++)
		lvi_dm_status_free(&live->found[i].lines);
	free(live->found);
	ARRAY_FREE(&live->devices.list);
	lvi_hash_free(&live->by_uuid);
	free(live);
}

int lvi_live_failed(const struct live *live, struct lvol_error *err)
{
	if (live->failed && err)
		*err = live->why;
	return live->failed;
}

bool lvi_live_asks_status(const struct live *live)
{
	return live->asks_status;
}

static int enter(struct live *live)
{
	live->found = calloc(live->devices.list.len + 1, sizeof *live->found);
	if (!live->found || lvi_hash_reserve(&live->by_uuid, live->devices.list.len))
		return lvi_error_nomem(&live->why);
	for (size_t i = 0; i < live->devices.list.len; i++) {
		const char *uuid = live->devices.list.items[i].uuid;

		if (lvi_hash_put(&live->by_uuid, uuid, strlen(uuid), &live->found[i], NULL))
			return lvi_error_nomem(&live->why);
	}
	return 0;
}

static void list(struct live *live)
{
	live->is_listed = true;
	live->failed = live->control->ops->list(live->control, "LVM-", &live->devices, &live->why);
	if (!live->failed)
		live->failed = enter(live);
}

/* What its target says may be beyond us; the device is there all the same. */
static int read_lines(struct live_device *d, struct textbuf *text, struct lvol_error *err)
{
	int r = lvi_dm_status_init(&d->lines, err);

	lvi_textbuf_putc(text, '\0');
	if (!r && text->failed)
		r = lvi_error_nomem(err);
	if (!r)
		r = lvi_dm_status_add(&d->lines, d->info.name, text->data, err);
	d->is_readable = !r;
	return r == -LVOL_E_INVALID ? 0 : r;
}

/* A device that has gone since the list was made is not there. */
static int ask(struct live *live, struct live_device *d, struct lvol_error *err)
{
	const char *name = live->devices.list.items[d - live->found].name;
	struct textbuf text = { 0 };
	int r = live->control->ops->look(live->control, name, CONTROL_NO_FLUSH, &d->info, &text, err);

	d->is_asked = true;
	if (!r && d->info.exists)
		r = read_lines(d, &text, err);
	lvi_textbuf_free(&text);
	return r;
}

static struct live_device *find(struct live *live, const struct lvol_lv *lv, const char *layer)
{
	char uuid[LVI_DM_UUID_SIZE];

	if (!live->is_listed)
		list(live);
	if (live->failed || (!layer && lvi_map_own_uuid(lv, uuid, NULL)))
		return NULL;
	if (layer)
		lvi_dm_uuid(lv, layer, uuid);
	return lvi_hash_get(&live->by_uuid, uuid, strlen(uuid));
}

bool lvi_live_exists(struct live *live, const struct lvol_lv *lv, const char *layer)
{
	const struct live_device *d = find(live, lv, layer);

	return d && (!d->is_asked || d->info.exists);
}

const struct live_device *lvi_live_device(struct live *live, const struct lvol_lv *lv, const char *layer)
{
	struct live_device *d = find(live, lv, layer);

	if (d && !d->is_asked)
		live->failed = ask(live, d, &live->why);
	return d && !live->failed && d->info.exists ? d : NULL;
}

int64_t lvi_live_thin_id(struct live *live, const struct lvol_lv *lv, const char *layer)
{
	const struct live_device *d = lvi_live_device(live, lv, layer);
	struct textbuf text = { 0 };
	unsigned long id = 0;
	int found = 0;

	if (d && !live->control->ops->table(live->control, d->info.name, 0, &text, NULL)) {
		lvi_textbuf_putc(&text, '\0');
		found = text.failed ? 0 : sscanf(text.data, "%*u %*u thin %*u:%*u %lu", &id);
	}
	lvi_textbuf_free(&text);
	return found == 1 ? (int64_t)id : -1;
}

uint32_t lvi_live_read_ahead(struct live *live, const struct live_device *device)
{
	uint32_t sectors = 0;
	int r = live->control->ops->read_ahead(live->control, device->info.number, &sectors, &live->why);

	if (r && !live->failed)
		live->failed = r;
	return sectors;
}
