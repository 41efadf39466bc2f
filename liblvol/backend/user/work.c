/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* The steps of all that an open device stands on, or that is held open with it. */
#include "backend/user/device.h"
#include "backend/user/mapper.h"
#include "base/error.h"
#include "base/textbuf.h"

struct lives { ARRAY(struct user_live *) list; };

/* Each live once, the lower ones first: what is above may need what they make good. */
static int collect(struct user_mapper *m, const struct flat *flat, enum backend_work work, struct lives *out)
{
	for (const struct user_under *under = flat->unders; under; under = under->next) {
		struct user_live *live = under->live, **slot;

		if (live->visited == m->visit)
			continue;
		live->visited = m->visit;
		for (unsigned i = 0; i < live->port_count; i++)
			if (collect(m, &live->ports[i].flat, work, out))
				return -1;
		if (!live->target->step || live->target->work != work)
			continue;
		slot = ARRAY_PUSH(&out->list);
		if (!slot)
			return -1;
		*slot = live;
	}
	return 0;
}

/* They stay as long as the device is open. */
static int find(const struct user_device *dev, enum backend_work work, struct lives *out, struct lvol_error *err)
{
	int r;

	if (!dev->mapper)
		return 0;
	pthread_mutex_lock(&dev->mapper->lives_lock);
	dev->mapper->visit++;
	r = collect(dev->mapper, &dev->flat, work, out);
	for (size_t i = 0; !r && i < dev->beside_count; i++)
		r = collect(dev->mapper, &dev->beside[i], work, out);
	pthread_mutex_unlock(&dev->mapper->lives_lock);
	if (r)
		ARRAY_FREE(&out->list);
	return r ? lvi_error_nomem(err) : 0;
}

static int step(struct user_live *live, struct backend_progress *sum, struct lvol_error *err)
{
	struct user_progress p = { 0 };
	int r;

	atomic_store(&live->wrote, true);
	r = live->target->step(live, &p, err);
	sum->done_bytes += p.done_bytes;
	sum->total_bytes += p.total_bytes;
	sum->mismatched_bytes += p.mismatched_bytes;
	sum->devices++;
	return r;
}

int lvi_user_work(struct backend_device *base, enum backend_work work, struct backend_progress *out,
		struct lvol_error *err)
{
	struct lives lives = { 0 };
	struct backend_progress sum = { 0 };
	int r = find((struct user_device *)base, work, &lives, err), more = 0;

	for (size_t i = 0; r >= 0 && i < lives.list.len; i++) {
		r = step(lives.list.items[i], &sum, err);
		more |= r > 0;
	}
	ARRAY_FREE(&lives.list);
	if (r < 0)
		return r;
	*out = sum;
	return more;
}

static int message(struct user_live *live, const char *text, struct lvol_error *err)
{
	struct textbuf answer = { 0 };
	int r = live->target->message(live, text, &answer, err);

	lvi_textbuf_free(&answer);
	return r;
}

int lvi_user_message(struct backend_device *base, enum backend_work work, const char *text, struct lvol_error *err)
{
	struct lives lives = { 0 };
	size_t told = 0;
	int r = find((struct user_device *)base, work, &lives, err);

	for (size_t i = 0; !r && i < lives.list.len; i++) {
		struct user_live *live = lives.list.items[i];

		if (!live->target->message)
			continue;
		r = message(live, text, err);
		told++;
	}
	ARRAY_FREE(&lives.list);
	if (!r && !told)
		r = lvi_error(err, LVOL_E_NOT_FOUND, NULL, "there is no device in it that takes the message \"%s\"", text);
	return r;
}
