/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/activate_work.h"

#include <string.h>

#include "base/error.h"

/* Fewer devices than that are asked for one by one. */
#define FEW 4

static int enter(const struct control_devices *devices, struct hash *by_uuid)
{
	if (lvi_hash_reserve(by_uuid, devices->list.len))
		return -1;
	for (size_t i = 0; i < devices->list.len; i++) {
		const char *uuid = devices->list.items[i].uuid;

		if (lvi_hash_put(by_uuid, uuid, strlen(uuid), (void *)uuid, NULL))
			return -1;
	}
	return 0;
}

/* A device that the list does not have is not there; most of those that are to be made are so. */
static int look_at_listed(struct work *w, const struct hash *by_uuid, struct lvol_error *err)
{
	int r = 0;

	for (size_t i = 0; !r && i < w->diff.count; i++) {
		struct device *d = &w->devices[i];
		const char *uuid = d->change->old ? d->change->old->uuid : d->change->new->uuid;

		if (!by_uuid || !uuid || !*uuid || lvi_hash_get(by_uuid, uuid, strlen(uuid)))
			r = lvi_step_look(w, d, err);
	}
	return r;
}

int lvi_work_ask(struct work *w, struct lvol_error *err)
{
	struct backend_control *c = w->how->control;
	struct control_devices devices = { 0 };
	struct hash by_uuid;
	int r;

	if (w->diff.count < FEW)
		return look_at_listed(w, NULL, err);
	lvi_hash_init(&by_uuid);
	r = c->ops->list(c, NULL, &devices, err);
	if (!r && enter(&devices, &by_uuid))
		r = lvi_error_nomem(err);
	if (!r)
		r = look_at_listed(w, &by_uuid, err);
	lvi_hash_free(&by_uuid);
	ARRAY_FREE(&devices.list);
	return r;
}
