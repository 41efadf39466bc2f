/* SPDX-License-Identifier: MIT */
/*
 * monitor [-t PERCENT] [-p PERCENT] VG: looks after the active LVs of a volume group until it is told to end. It says what
 * happens to them (a raid leg fails, a snapshot or thin pool fills up), and gives snapshots and thin pools that are fuller
 * than -t (70) so many percent more room (-p, 20), as lvm2's dmeventd does. Needs root.
 */

#include <lvol/lvol.h>

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/signalfd.h>
#include <unistd.h>

struct monitor {
	const char *vg_name;
	struct lvol_autoextend_opts extend;
	struct lvol_ctx *ctx;
	struct lvol_backend *backend;
	struct lvol_events *events;
};

static int complain(const struct lvol_error *err)
{
	fprintf(stderr, "monitor: %s%s%s\n", err->subject, *err->subject ? ": " : "", err->message);
	return 1;
}

/* All LVs, so that those that are activated later are watched too. */
static int watch(struct monitor *m, struct lvol_error *err)
{
	struct lvol_vg *vg;
	int ret = lvol_vg_open(m->ctx, m->vg_name, &vg, err);

	if (ret < 0)
		return ret;
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv && ret == 0; lv = lvol_lv_next(lv))
		if (lvol_lv_is_visible(lv))
			ret = lvol_events_watch(m->events, lv, err);
	lvol_vg_unref(vg);
	return ret;
}

/* The VG may have changed since the LV was watched. */
static int extend(struct monitor *m, const char *lv_name, struct lvol_error *err)
{
	const struct lvol_lv *lv;
	struct lvol_vg *vg;
	int ret = lvol_vg_open(m->ctx, m->vg_name, &vg, err);

	if (ret < 0)
		return ret;
	lv = lvol_lv_find(vg, lv_name);
	ret = lv ? lvol_lv_autoextend(lv, m->ctx, m->backend, &m->extend, err) : 0;
	if (ret > 0)
		printf("%s/%s has been extended\n", m->vg_name, lv_name);
	lvol_vg_unref(vg);
	return ret;
}

/* What cannot be extended (no room left, say) is told, and tried again when it is fuller. */
static void handle(struct monitor *m, const struct lvol_event *event)
{
	static const char *const what[] = {
		[LVOL_EVENT_FAILED] = "has failed", [LVOL_EVENT_SYNCED] = "is in sync", [LVOL_EVENT_GONE] = "is not active any more",
		[LVOL_EVENT_CHANGED] = "has changed",
	};
	struct lvol_error err = LVOL_ERROR_INIT;

	if (event->kind == LVOL_EVENT_FILL) {
		printf("%s/%s is full to %u %%\n", event->vg, event->lv, (unsigned)event->percent);
		if (extend(m, event->lv, &err) < 0)
			complain(&err);
	} else if (event->kind > 0 && (size_t)event->kind < sizeof(what) / sizeof(*what)) {
		printf("%s/%s %s\n", event->vg, event->lv, what[event->kind]);
	}
}

static int run(struct monitor *m, int signals, struct lvol_error *err)
{
	struct lvol_events_opts opts = LVOL_EVENTS_OPTS_INIT;
	struct pollfd fds[] = { { .fd = signals, .events = POLLIN }, { .events = POLLIN } };
	const struct lvol_event *event;
	int ret;

	opts.fill_percent = m->extend.threshold_percent;
	opts.look_ms = 1000;
	ret = lvol_events_open(m->backend, &opts, &m->events, err);
	if (ret == 0)
		ret = watch(m, err);
	if (ret == 0)
		fds[1].fd = lvol_events_fd(m->events);
	while (ret == 0 && !fds[0].revents) {
		while ((ret = lvol_events_next(m->events, &event, err)) > 0)
			handle(m, event);
		fflush(stdout);
		if (ret == 0 && poll(fds, 2, -1) < 0 && errno != EINTR)
			break;
	}
	lvol_events_close(m->events);
	return ret;
}

static int open_all(struct monitor *m, struct lvol_error *err)
{
	int ret = lvol_ctx_new(NULL, &m->ctx, err);

	if (ret == 0)
		ret = lvol_ctx_add_system(m->ctx, err);
	return ret ? ret : lvol_backend_open(m->ctx, NULL, &m->backend, err);
}

int main(int argc, char **argv)
{
	struct monitor m = { .extend = LVOL_AUTOEXTEND_OPTS_INIT };
	struct lvol_error err = LVOL_ERROR_INIT;
	int option, ret;
	sigset_t end;

	m.extend.threshold_percent = 70;
	m.extend.grow_percent = 20;
	while ((option = getopt(argc, argv, "t:p:")) == 't' || option == 'p')
		*(option == 't' ? &m.extend.threshold_percent : &m.extend.grow_percent) = (uint32_t)strtoul(optarg, NULL, 10);
	if (option != -1 || optind + 1 != argc || m.extend.threshold_percent < 50 || m.extend.threshold_percent > 100) {
		fprintf(stderr, "usage: monitor [-t PERCENT] [-p PERCENT] VG\n");
		return 2;
	}
	m.vg_name = argv[optind];
	sigemptyset(&end);
	sigaddset(&end, SIGINT);
	sigaddset(&end, SIGTERM);
	sigprocmask(SIG_BLOCK, &end, NULL);
	ret = open_all(&m, &err);
	if (ret == 0)
		ret = run(&m, signalfd(-1, &end, 0), &err);
	if (ret < 0)
		ret = complain(&err);
	lvol_backend_close(m.backend);
	lvol_ctx_unref(m.ctx);
	return ret;
}
