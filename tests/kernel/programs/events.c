/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Programs are told when legs fail and when snapshots and pools fill up, and these get more room, live. */
#include <poll.h>
#include <sys/mount.h>

#include <lvol/lvol.h>

#include "guest.h"

static struct lvol_ctx *ctx;
static struct lvol_backend *backend;
static struct lvol_events *events;
static struct lvol_vg *vg;
static struct lvol_error err;

static void setup(void)
{
	struct lvol_events_opts o = LVOL_EVENTS_OPTS_INIT;

	err = (struct lvol_error)LVOL_ERROR_INIT;
	t_sh_ok("for d in /dev/ubd[a-d]; do dd if=/dev/zero of=$d bs=1M count=1 oflag=direct status=none; done;"
			"vgcreate -q -s 1m vg /dev/ubd[a-d]");
	t_ok(lvol_ctx_new(NULL, &ctx, &err), err);
	for (size_t i = 0; i < sizeof disks / sizeof *disks; i++)
		t_ok(lvol_ctx_add_path(ctx, disks[i], 0, NULL, &err), err);
	t_ok(lvol_backend_open(ctx, NULL, &backend, &err), err);
	o.fill_percent = 60;
	o.look_ms = 200;
	t_ok(lvol_events_open(backend, &o, &events, &err), err);
}

static void teardown(void)
{
	lvol_events_close(events);
	lvol_vg_unref(vg);
	vg = NULL;
	lvol_backend_close(backend);
	lvol_ctx_unref(ctx);
	t_sh_ok("dmsetup resume vg-r_rimage_1 2>/dev/null; vgremove -q -ff -y vg && pvremove -q -ff -y /dev/ubd[a-d]");
}

static const struct lvol_lv *lv(const char *name)
{
	lvol_vg_unref(vg);
	vg = NULL;
	t_ok(lvol_vg_open(ctx, "vg", &vg, &err), err);
	return lvol_lv_find(vg, name);
}

/* Until an event of that kind comes, which it must within some seconds; its percentage. */
static uint32_t wait_for(int kind, const char *name)
{
	for (int i = 0; i < 50; i++) {
		struct pollfd p = { .fd = lvol_events_fd(events), .events = POLLIN };
		const struct lvol_event *ev;
		int r;

		poll(&p, 1, 200);
		while ((r = lvol_events_next(events, &ev, &err)) > 0)
			if (ev->kind == kind && !strcmp(ev->lv, name) && !strcmp(ev->vg, "vg"))
				return ev->percent;
		t_ok(r, err);
	}
	ck_abort_msg("no event %d of %s", kind, name);
	return 0;
}

static void nothing_happens(void)
{
	const struct lvol_event *ev;
	int r = lvol_events_next(events, &ev, &err);

	ck_assert_msg(r == 0, "%d: event %d of %s", r, r > 0 ? ev->kind : 0, r > 0 ? ev->lv : "");
}

static int autoextend(const char *name, uint32_t threshold)
{
	struct lvol_autoextend_opts o = LVOL_AUTOEXTEND_OPTS_INIT;
	int r;

	o.threshold_percent = threshold;
	o.grow_percent = 50;
	r = lvol_lv_autoextend(lv(name), ctx, backend, &o, &err);
	ck_assert_msg(r >= 0, "autoextend of %s: %s", name, err.message);
	return r;
}

START_TEST(a_snapshot_fills_up)
{
	t_sh_ok("lvcreate -q -y -L 32m -n org vg && lvcreate -q -y -s -L 8m -n snap vg/org");
	t_ok(lvol_events_watch(events, lv("snap"), &err), err);
	t_fails(lvol_events_watch(events, lv("snap"), &err), LVOL_E_EXISTS, err);
	nothing_happens();
	ck_assert_int_eq(autoextend("snap", 70), 0);
	t_sh_ok("dd if=/dev/urandom of=/dev/vg/org bs=64k count=90 oflag=direct status=none");
	ck_assert_uint_ge(wait_for(LVOL_EVENT_FILL, "snap"), 60);
	ck_assert_int_eq(autoextend("snap", 100), 0);
	ck_assert_int_eq(autoextend("snap", 60), 1);
	guest_prints("lvs --noheadings --units m --nosuffix -o lv_size,lv_attr vg/snap | tr -s ' '", " 12.00 swi-a-s---");
	guest_prints("dmsetup table vg-snap-cow | awk '{ n += $2 } END { print n }'", "24576");
	t_sh_ok("vgck vg; cmp /dev/vg/org /dev/vg/org");
	/* full, and over */
	t_sh_ok("dd if=/dev/urandom of=/dev/vg/org bs=1M count=32 oflag=direct status=none 2>/dev/null || :");
	wait_for(LVOL_EVENT_FAILED, "snap");
	t_ok(lvol_events_unwatch(events, lv("snap"), &err), err);
	t_fails(lvol_events_unwatch(events, lv("snap"), &err), LVOL_E_NOT_FOUND, err);
}
END_TEST

START_TEST(a_pool_fills_up)
{
	t_sh_ok("lvcreate -q -y -L 8m -T vg/pool -c 64k && lvcreate -q -y -V 64m -T vg/pool -n thin");
	t_ok(lvol_events_watch(events, lv("pool"), &err), err);
	t_sh_ok("dd if=/dev/urandom of=/dev/vg/thin bs=64k count=110 oflag=direct status=none");
	ck_assert_uint_ge(wait_for(LVOL_EVENT_FILL, "pool"), 60);
	ck_assert_int_eq(autoextend("pool", 70), 1);
	guest_prints("lvs --noheadings --units m --nosuffix -o lv_size vg/pool | tr -d ' '", "12.00");
	guest_prints("dmsetup table vg-pool-tpool | cut -d' ' -f2", "24576");
	t_sh_ok("dd if=/dev/urandom of=/dev/vg/thin bs=64k count=150 oflag=direct status=none && vgck vg");
}
END_TEST

START_TEST(a_leg_fails)
{
	t_sh_ok("lvcreate -q -y --type raid1 -m1 --nosync -L 8m -n r vg");
	t_ok(lvol_events_watch(events, lv("r"), &err), err);
	nothing_happens();
	t_sh_ok("dmsetup table vg-r_rimage_1 | sed 's/linear.*/error/' | dmsetup load vg-r_rimage_1;"
			"dmsetup suspend --noflush vg-r_rimage_1; dmsetup resume vg-r_rimage_1;"
			"dd if=/dev/zero of=/dev/vg/r bs=64k count=1 oflag=direct status=none");
	wait_for(LVOL_EVENT_FAILED, "r");
	t_sh_ok("lvchange -q -an vg/r");
	wait_for(LVOL_EVENT_GONE, "r");
	t_sh_ok("lvchange -q -ay vg/r");
}
END_TEST

START_TEST(what_cannot_be)
{
	struct lvol_autoextend_opts o = LVOL_AUTOEXTEND_OPTS_INIT;
	struct lvol_events_opts e = LVOL_EVENTS_OPTS_INIT;
	struct lvol_events *none = NULL;

	t_sh_ok("lvcreate -q -y -an -L 8m -n plain vg; lvcreate -q -y -L 8m -n org vg; lvcreate -q -y -s -L 4m -n s vg/org;"
			"vgchange -q -an vg");
	o.threshold_percent = 70;
	t_fails(lvol_lv_autoextend(lv("plain"), ctx, backend, &o, &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_autoextend(lv("s"), ctx, backend, &o, &err), LVOL_E_NOT_FOUND, err);
	o.threshold_percent = 49;
	t_fails(lvol_lv_autoextend(lv("s"), ctx, backend, &o, &err), LVOL_E_INVALID, err);
	e.fill_percent = 101;
	t_fails(lvol_events_open(backend, &e, &none, &err), LVOL_E_INVALID, err);
	t_ok(lvol_events_watch(events, lv("plain"), &err), err);
	nothing_happens();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("events");
	TCase *tests = tcase_create("events");

	guest_only();
	tcase_set_timeout(tests, 60);
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_add_test(tests, a_snapshot_fills_up);
	tcase_add_test(tests, a_pool_fills_up);
	tcase_add_test(tests, a_leg_fails);
	tcase_add_test(tests, what_cannot_be);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
