/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What devices say becomes events; each request of the device-mapper fails, and each allocation, while it does: an error, and the
 * same events afterwards.
 */
#include <poll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <lvol/events.h>

#include "arena_calls.h"

#define DISKS 2
#include "live_world.h"

#define SNAPSHOT(used) "0 512 snapshot " used "/128 8"
#define RAID(health, synced) "0 512 raid raid1 2 " health " " synced "/512 idle 0 0 -"

/* The world with a kernel that says when something happens. */
struct kernel {
	struct world w;
	uint32_t events[FAKE_DEVICES];
	int fd;
	struct lvol_events *e;
	struct lvol_vg *vg;
};

static struct kernel *kernel_of(struct backend_control *c)
{
	return (struct kernel *)c;  /* the fake comes first of the world, the world of this */
}

static int kernel_list(struct backend_control *c, const char *prefix, struct control_devices *out, struct lvol_error *e)
{
	int r = held_list(c, prefix, out, e);

	for (size_t i = 0; i < out->list.len; i++)
		out->list.items[i].event = kernel_of(c)->events[out->list.items[i].number.minor];
	return r;
}

static int kernel_look(struct backend_control *c, const char *name, unsigned flags, struct control_live *live,
		struct textbuf *lines, struct lvol_error *e)
{
	int r = held_info(c, name, NULL, live, e);

	return r || !live->exists ? r : fake_status(c, name, flags, lines, e);
}

static int kernel_open_events(struct backend_control *c, int *fd, struct lvol_error *e)
{
	int r = fake_fails(fake_of(c), "watch", "", e);

	if (!r)
		*fd = dup(kernel_of(c)->fd);
	return r;
}

static int kernel_arm(struct backend_control *c, int fd, struct lvol_error *e)
{
	uint64_t count;
	int r = fake_fails(fake_of(c), "arm", "", e);

	return r || read(fd, &count, sizeof count) == sizeof count ? r : lvi_error(e, LVOL_E_IO, NULL, "nothing has happened");
}

static int make_lv(struct lvol_txn *txn, const char *name, const char *type, const char *origin)
{
	struct lvol_lv_create_opts o = LVOL_LV_CREATE_OPTS_INIT;

	o.name = name;
	o.segtype = type;
	o.origin = origin;
	o.size = (struct lvol_size){ .bytes = 4 * EXTENT };
	return lvol_lv_create(txn, &o, &err);
}

static int make_lvs(struct lvol_txn *txn)
{
	int r = make_lv(txn, "o", NULL, NULL);

	r = r ? r : make_lv(txn, "s", NULL, "o");
	return r ? r : make_lv(txn, "r", "raid1", NULL);
}

static void setup(void)
{
	prepare_disks(make_lvs);
}

static void says(struct kernel *k, const char *device, const char *status)
{
	struct fake_device *d = fake_find(&k->w.fake, device, NULL);

	ck_assert_msg(d, "there is no %s", device);
	strcpy(d->status, status);
	k->events[d - k->w.fake.devices]++;
}

static void kick(struct kernel *k)
{
	ck_assert_int_eq(eventfd_write(k->fd, 1), 0);
}

static void watch(struct kernel *k, const char *lv)
{
	t_ok(lvol_events_watch(k->e, lvol_lv_find(k->vg, lv), &err), err);
}

/* The active VG, watched, nothing wrong with it. */
static void begin_kernel(struct kernel *k, uint32_t look_ms)
{
	struct lvol_events_opts o = LVOL_EVENTS_OPTS_INIT;
	const struct lvol_event *event;

	memset(k->events, 0, sizeof k->events);
	begin(&k->w);
	k->fd = eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC);
	k->w.ops.list = kernel_list;
	k->w.ops.look = kernel_look;
	k->w.ops.open_events = kernel_open_events;
	k->w.ops.arm_events = kernel_arm;
	says(k, "vg-s", SNAPSHOT("16"));
	says(k, "vg-r", RAID("AA", "512"));
	says(k, "vg-o", "0 512 snapshot-origin");
	o.look_ms = look_ms;
	t_ok(lvol_events_open(&k->w.backend, &o, &k->e, &err), err);
	t_ok(lvol_vg_open(k->w.ctx, "vg", &k->vg, &err), err);
	watch(k, "s");
	watch(k, "r");
	t_fails(lvol_events_watch(k->e, lvol_lv_find(k->vg, "r"), &err), LVOL_E_EXISTS, err);
	ck_assert_int_eq(lvol_events_next(k->e, &event, &err), 0);
	k->w.fake.calls = 0;
}

static void end_kernel(struct kernel *k)
{
	lvol_events_close(k->e);
	lvol_vg_unref(k->vg);
	close(k->fd);
	end(&k->w);
}

/* "s fill 87, r failed": all that there is, and after a failure what comes then. */
static int gather(struct kernel *k, char out[256])
{
	static const char *const names[] = { "", "fill", "failed", "synced", "gone", "changed" };
	const struct lvol_event *event;
	int r;

	while ((r = lvol_events_next(k->e, &event, &err)) > 0) {
		size_t len = strlen(out);

		len += (size_t)snprintf(out + len, 256 - len, "%s%s%s %s", len ? ", " : "", strcmp(event->vg, "vg") ? event->vg : "",
				event->lv, names[event->kind]);
		if (event->percent)
			snprintf(out + len, 256 - len, " %u", event->percent);
	}
	return r;
}

static void expect(struct kernel *k, const char *want)
{
	char got[256] = "";

	t_ok(gather(k, got), err);
	ck_assert_str_eq(got, want);
}

static const struct { const char *s, *r, *want; } changes[] = {
	{ SNAPSHOT("112"), NULL, "s fill 87" },
	{ SNAPSHOT("113"), NULL, "s changed" },
	{ SNAPSHOT("118"), RAID("AD", "512"), "s fill 92, r failed" },
	{ "0 512 snapshot Invalid", RAID("Aa", "128"), "s fill 100, s failed, r changed" },
	{ NULL, RAID("AA", "512"), "r synced" },
	{ "0 512 snapshot who knows", NULL, "s changed" },
	{ "0 512 snapshot 16/128 8", NULL, "s changed" },
};

START_TEST(what_differs_is_told_once)
{
	struct kernel k;

	begin_kernel(&k, 0);
	for (size_t i = 0; i < sizeof changes / sizeof *changes; i++) {
		if (changes[i].s)
			says(&k, "vg-s", changes[i].s);
		if (changes[i].r)
			says(&k, "vg-r", changes[i].r);
		expect(&k, "");
		kick(&k);
		ck_assert_int_eq(poll(&(struct pollfd){ .fd = lvol_events_fd(k.e), .events = POLLIN }, 1, 1000), 1);
		expect(&k, changes[i].want);
		expect(&k, "");
	}
	end_kernel(&k);
}
END_TEST

/* The kernel does not say that a snapshot fills up. */
START_TEST(how_full_it_is_is_looked_at_by_time)
{
	struct kernel k;
	struct pollfd p = { .events = POLLIN };

	begin_kernel(&k, 20);
	strcpy(fake_find(&k.w.fake, "vg-s", NULL)->status, SNAPSHOT("128"));
	strcpy(fake_find(&k.w.fake, "vg-r", NULL)->status, RAID("AD", "512"));
	p.fd = lvol_events_fd(k.e);
	ck_assert_int_eq(poll(&p, 1, 10000), 1);
	expect(&k, "s fill 100");
	end_kernel(&k);
}
END_TEST

START_TEST(what_is_not_watched_any_more_is_not_told)
{
	const struct lvol_event *event;
	struct kernel k;

	begin_kernel(&k, 0);
	says(&k, "vg-s", "0 512 snapshot Invalid");
	says(&k, "vg-r", RAID("AD", "512"));
	kick(&k);
	ck_assert_int_eq(lvol_events_next(k.e, &event, &err), 1);
	ck_assert_str_eq(event->lv, "s");
	t_ok(lvol_events_unwatch(k.e, lvol_lv_find(k.vg, "s"), &err), err);
	ck_assert_str_eq(event->lv, "");
	expect(&k, "r failed");
	t_fails(lvol_events_unwatch(k.e, lvol_lv_find(k.vg, "s"), &err), LVOL_E_NOT_FOUND, err);
	/* it is new once more, and what is amiss with it is told */
	watch(&k, "s");
	expect(&k, "s fill 100, s failed");
	t_ok(lvol_vg_deactivate(k.vg, &k.w.backend, 0, &err), err);
	kick(&k);
	expect(&k, "r gone, s gone");
	kick(&k);
	expect(&k, "");
	end_kernel(&k);
}
END_TEST

static void amiss(struct kernel *k)
{
	says(k, "vg-s", "0 512 snapshot Invalid");
	says(k, "vg-r", RAID("AD", "512"));
	kick(k);
}

static void told_all_the_same(struct kernel *k, char got[256])
{
	t_ok(gather(k, got), err);
	ck_assert_str_eq(got, "s fill 100, s failed, r failed");
}

START_TEST(each_request_fails)
{
	struct kernel k;
	long n = 0;
	int r;

	do {
		char got[256] = "";

		begin_kernel(&k, 0);
		amiss(&k);
		k.w.fake.fail_at = ++n;
		r = gather(&k, got);
		ck_assert_int_eq(r, r ? -LVOL_E_IO : 0);
		k.w.fake.fail_at = 0;
		told_all_the_same(&k, got);
		end_kernel(&k);
	} while (r);
	ck_assert_int_gt(n, 5);
}
END_TEST

START_TEST(no_event_descriptor)
{
	struct lvol_events *e;
	struct kernel k;

	begin_kernel(&k, 0);
	k.w.fake.fail_at = 1;
	t_fails(lvol_events_open(&k.w.backend, NULL, &e, &err), LVOL_E_IO, err);
	end_kernel(&k);
}
END_TEST

/* Opening, watching and telling, with one allocation after the other. */
static int from_nothing(struct kernel *k, char got[256])
{
	int r = lvol_events_open(&k->w.backend, NULL, &k->e, &err);

	for (unsigned i = 0; i < 2 && !r; i++)
		r = lvol_events_watch(k->e, lvol_lv_find(k->vg, i ? "r" : "s"), &err);
	return r ? r : gather(k, got);
}

START_TEST(each_allocation_fails)
{
	struct kernel k;
	uint64_t n = 0, asked;
	int r;

	if (!ALLOCATOR_WORKS)
		return;
	do {
		char got[256] = "";

		begin_kernel(&k, 0);
		amiss(&k);
		lvol_events_close(k.e);
		k.e = NULL;
		allocator_arm(++n, false);
		r = from_nothing(&k, got);
		asked = allocator_disarm();
		ck_assert_msg(!r || (r == -LVOL_E_NO_MEMORY && err.code == LVOL_E_NO_MEMORY), "%d %s", r, err.message);
		if (r && k.e)
			for (unsigned i = 0; i < 2; i++)
				if (lvol_events_watch(k.e, lvol_lv_find(k.vg, i ? "r" : "s"), &err))
					ck_assert_int_eq(err.code, LVOL_E_EXISTS);
		if (k.e)
			told_all_the_same(&k, got);
		end_kernel(&k);
	} while (asked >= n);
	ck_assert_uint_gt(n, 10);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("live events");
	TCase *tests = tcase_create("events");

	tcase_set_timeout(tests, 100);
	tcase_add_checked_fixture(tests, setup, NULL);
	tcase_add_test(tests, what_differs_is_told_once);
	tcase_add_test(tests, how_full_it_is_is_looked_at_by_time);
	tcase_add_test(tests, what_is_not_watched_any_more_is_not_told);
	tcase_add_test(tests, each_request_fails);
	tcase_add_test(tests, no_event_descriptor);
	tcase_add_test(tests, each_allocation_fails);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
