/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The public calls of <lvol/events.h>. One descriptor of epoll stands for two: that of the kernel's device-mapper, which is
 * readable after any event of any device since it was armed, and a timer. Whichever it was, the devices are listed with
 * their event numbers, and those whose number has changed, or that are looked at by time, say how they are. What differs
 * from before is an event; events wait in a list until they are fetched.
 */
#include <lvol/events.h>
#include <lvol/lv.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/timerfd.h>
#include <unistd.h>

#include "args.h"
#include "backend.h"
#include "dm/watch.h"
#include "map/map.h"
#include "map/names.h"
#include "model/lv.h"

#define FILL_DEFAULT 80
#define LOOK_MS_DEFAULT 10000

/* An LV that is watched. */
struct watched {
	struct watched *next;
	char *vg, *lv;
	char own[LVI_DM_UUID_SIZE], layer[LVI_DM_UUID_SIZE];  /* layer: "" without one */
	uint32_t event[2];           /* numbers of both devices */
	bool is_active;
	struct dm_watch state;
};

struct lvol_events {
	struct backend_control *control;
	int kernel, timer, poll;
	uint32_t fill_percent;
	bool has_new;                /* something is watched that was not looked at */
	struct watched *first;
	ARRAY(struct lvol_event) queue;
	size_t fetched;              /* of the queue */
	struct lvol_event last;
};

static int sys_error(const char *what, struct lvol_error *err)
{
	return lvi_error_sys(err, errno, "events", "%s", what);
}

static int add_to_poll(struct lvol_events *e, int fd)
{
	struct epoll_event ev = { .events = EPOLLIN, .data.fd = fd };

	return epoll_ctl(e->poll, EPOLL_CTL_ADD, fd, &ev);
}

static int begin(struct lvol_events *e, uint32_t look_ms, struct lvol_error *err)
{
	const struct timespec t = { look_ms / 1000, (long)(look_ms % 1000) * 1000000 };
	const struct itimerspec when = { .it_interval = t, .it_value = t };
	int r = e->control->ops->open_events(e->control, &e->kernel, err);

	if (r)
		return r;
	e->timer = timerfd_create(CLOCK_MONOTONIC, TFD_NONBLOCK | TFD_CLOEXEC);
	e->poll = epoll_create1(EPOLL_CLOEXEC);
	if (e->timer < 0 || e->poll < 0 || timerfd_settime(e->timer, 0, &when, NULL) || add_to_poll(e, e->kernel) ||
	    add_to_poll(e, e->timer))
		return sys_error("devices cannot be watched", err);
	return 0;
}

int lvol_events_open(struct lvol_backend *backend, const struct lvol_events_opts *opts, struct lvol_events **out,
		struct lvol_error *err)
{
	struct lvol_events_opts o = LVOL_EVENTS_OPTS_INIT;
	struct lvol_events *e;
	int r;

	ARG_REQUIRED(err, backend);
	ARG_REQUIRED(err, out);
	if (opts)
		ARG_OPTS(err, &o, opts);
	if (o.fill_percent > 100)
		return lvi_error(err, LVOL_E_INVALID, NULL, "%s: fill_percent cannot be %u", __func__, (unsigned)o.fill_percent);
	e = calloc(1, sizeof *e);
	if (!e)
		return lvi_error_nomem(err);
	e->control = backend->control;
	e->kernel = e->timer = e->poll = -1;
	e->fill_percent = o.fill_percent ? o.fill_percent : FILL_DEFAULT;
	r = begin(e, o.look_ms ? o.look_ms : LOOK_MS_DEFAULT, err);
	if (r)
		lvol_events_close(e);
	else
		*out = e;
	return r;
}

static void free_watched(struct watched *w)
{
	free(w->vg);
	free(w->lv);
	free(w);
}

static void close_if(int fd)
{
	if (fd >= 0)
		close(fd);
}

void lvol_events_close(struct lvol_events *events)
{
	struct watched *w, *next;

	if (!events)
		return;
	for (w = events->first; w; w = next) {
		next = w->next;
		free_watched(w);
	}
	close_if(events->poll);
	close_if(events->timer);
	close_if(events->kernel);
	ARRAY_FREE(&events->queue);
	free(events);
}

int lvol_events_fd(const struct lvol_events *events)
{
	return events->poll;
}

/* watching */

/* The place of the LV whose device has that uuid; of NULL at the end if none has. */
static struct watched **find(struct lvol_events *e, const char *own)
{
	struct watched **at = &e->first;

	while (*at && strcmp((*at)->own, own))
		at = &(*at)->next;
	return at;
}

static int fill(struct lvol_events *e, struct watched *w, const struct lvol_lv *lv, struct lvol_error *err)
{
	const char *layer = lvi_map_layer(lv);

	w->vg = strdup(lv->vg->name);
	w->lv = strdup(lv->name);
	if (!w->vg || !w->lv)
		return lvi_error_nomem(err);
	lvi_dm_watch_init(&w->state, e->fill_percent);
	if (layer)
		lvi_dm_uuid(lv, layer, w->layer);
	return 0;
}

int lvol_events_watch(struct lvol_events *events, const struct lvol_lv *lv, struct lvol_error *err)
{
	struct watched *w, **end;
	int r;

	ARG_REQUIRED(err, events);
	ARG_REQUIRED(err, lv);
	w = calloc(1, sizeof *w);
	if (!w)
		return lvi_error_nomem(err);
	r = lvi_map_own_uuid(lv, w->own, err);
	end = find(events, w->own);
	if (!r && *end)
		r = lvi_error(err, LVOL_E_EXISTS, lv->name, "LV %s/%s is watched already", lv->vg->name, lv->name);
	if (!r)
		r = fill(events, w, lv, err);
	if (r) {
		free_watched(w);
		return r;
	}
	*end = w;
	events->has_new = true;
	return 0;
}

int lvol_events_unwatch(struct lvol_events *events, const struct lvol_lv *lv, struct lvol_error *err)
{
	char own[LVI_DM_UUID_SIZE];
	struct watched **at, *gone;
	int r;

	ARG_REQUIRED(err, events);
	ARG_REQUIRED(err, lv);
	r = lvi_map_own_uuid(lv, own, err);
	at = r ? NULL : find(events, own);
	if (!r && !*at)
		r = lvi_error(err, LVOL_E_NOT_FOUND, lv->name, "LV %s/%s is not watched", lv->vg->name, lv->name);
	if (r)
		return r;
	gone = *at;
	*at = gone->next;
	/* what has happened to it is not told any more */
	for (size_t i = events->fetched; i < events->queue.len; i++)
		if (events->queue.items[i].lv == gone->lv)
			events->queue.items[i].kind = 0;
	if (events->last.lv == gone->lv)
		events->last.vg = events->last.lv = "";
	free_watched(gone);
	return 0;
}

/* looking */

struct scan { struct lvol_events *events; struct control_devices devices; bool by_time; };

static int push(struct lvol_events *e, const struct watched *w, enum lvol_event_kind kind, uint32_t percent)
{
	struct lvol_event *ev = ARRAY_PUSH(&e->queue);

	if (!ev)
		return -LVOL_E_NO_MEMORY;
	*ev = (struct lvol_event){ .kind = kind, .percent = percent, .vg = w->vg, .lv = w->lv };
	return 0;
}

static const struct control_device *listed(const struct scan *s, const char *uuid)
{
	for (size_t i = 0; *uuid && i < s->devices.list.len; i++)
		if (!strcmp(s->devices.list.items[i].uuid, uuid))
			return &s->devices.list.items[i];
	return NULL;
}

/* What its targets say; what cannot be understood, and a device that has just gone, say nothing. */
static int read_device(struct lvol_events *e, const struct control_device *d, struct dm_status *out, struct lvol_error *err)
{
	struct textbuf text = { 0 };
	struct control_live live;
	int r = d ? e->control->ops->look(e->control, d->name, CONTROL_NO_FLUSH, &live, &text, err) : 0;

	lvi_textbuf_putc(&text, '\0');
	if (!r && text.failed)
		r = lvi_error_nomem(err);
	if (!r && d && live.exists)
		r = lvi_dm_status_add(out, d->name, text.data, err);
	lvi_textbuf_free(&text);
	return r == -LVOL_E_INVALID ? 0 : r;
}

/* All of it, or nothing: what was not told is found again. */
static int tell(struct lvol_events *e, struct watched *w, const struct dm_status *status, bool has_changed)
{
	struct dm_watch before = w->state;
	struct dm_watch_found found;
	size_t told = e->queue.len;
	int r = 0;

	lvi_dm_watch_compare(&w->state, status, &found);
	if (found.percent)
		r = push(e, w, LVOL_EVENT_FILL, found.percent);
	if (!r && found.failed)
		r = push(e, w, LVOL_EVENT_FAILED, 0);
	if (!r && found.synced)
		r = push(e, w, LVOL_EVENT_SYNCED, 0);
	if (!r && has_changed && !found.percent && !found.failed && !found.synced)
		r = push(e, w, LVOL_EVENT_CHANGED, 0);
	if (r) {
		w->state = before;
		e->queue.len = told;
	}
	return r;
}

static int look_at(struct lvol_events *e, struct watched *w, const struct control_device *const d[2], bool has_changed,
		struct lvol_error *err)
{
	struct dm_status status;
	int r = lvi_dm_status_init(&status, err);

	for (int i = 0; i < 2 && !r; i++)
		r = read_device(e, d[i], &status, err);
	if (!r && tell(e, w, &status, has_changed))
		r = lvi_error_nomem(err);
	lvi_dm_status_free(&status);
	return r;
}

static int scan_one(struct scan *s, struct watched *w, struct lvol_error *err)
{
	const struct control_device *d[2] = { listed(s, w->own), listed(s, w->layer) };
	bool was_active = w->is_active, has_changed = false;
	int r;

	w->is_active = d[0] != NULL;
	for (int i = 0; i < 2; i++) {
		has_changed |= d[i] && w->event[i] != d[i]->event;
		w->event[i] = d[i] ? d[i]->event : 0;
	}
	if (!w->is_active) {
		lvi_dm_watch_init(&w->state, s->events->fill_percent);
		return was_active && push(s->events, w, LVOL_EVENT_GONE, 0) ? lvi_error_nomem(err) : 0;
	}
	/* the first look only finds what is amiss */
	if (was_active && !has_changed && !(s->by_time && w->state.fills))
		return 0;
	r = look_at(s->events, w, d, was_active && has_changed, err);
	if (r)
		w->event[0] = ~d[0]->event;  /* to be looked at again */
	return r;
}

static int scan(struct lvol_events *e, bool by_time, struct lvol_error *err)
{
	struct scan s = { .events = e, .by_time = by_time };
	int r;

	e->queue.len = e->fetched = 0;
	r = e->control->ops->list(e->control, "LVM-", &s.devices, err);
	for (struct watched *w = e->first; w && !r; w = w->next)
		r = scan_one(&s, w, err);
	e->has_new = r;  /* the kernel will not say it twice */
	ARRAY_FREE(&s.devices.list);
	return r;
}

/* Whether there is a reason to look. Armed before looking, so that what happens in between is seen the next time. */
static int is_due(struct lvol_events *e, bool *by_time, struct lvol_error *err)
{
	struct epoll_event ready[2];
	int count = epoll_wait(e->poll, ready, 2, 0);
	bool kernel = false;
	uint64_t ticks;

	*by_time = false;
	if (count < 0 && errno != EINTR)
		return sys_error("watched devices cannot be polled", err);
	for (int i = 0; i < count; i++) {
		kernel |= ready[i].data.fd == e->kernel;
		*by_time |= ready[i].data.fd == e->timer && read(e->timer, &ticks, sizeof ticks) == (ssize_t)sizeof ticks;
	}
	if (kernel) {
		int r = e->control->ops->arm_events(e->control, e->kernel, err);

		if (r)
			return r;
	}
	return kernel || *by_time || e->has_new;
}

static bool fetch(struct lvol_events *e, const struct lvol_event **out)
{
	while (e->fetched < e->queue.len) {
		e->last = e->queue.items[e->fetched++];
		*out = &e->last;
		if (e->last.kind)
			return true;
	}
	return false;
}

int lvol_events_next(struct lvol_events *events, const struct lvol_event **out, struct lvol_error *err)
{
	bool by_time;
	int r;

	ARG_REQUIRED(err, events);
	ARG_REQUIRED(err, out);
	if (fetch(events, out))
		return 1;
	r = is_due(events, &by_time, err);
	if (r > 0)
		r = scan(events, by_time, err);
	return r < 0 ? r : fetch(events, out);
}
