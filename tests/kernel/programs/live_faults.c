/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Transactions on active LVs that fail where only a real kernel can fail: writes of the commit while devices are suspended,
 * a suspend, a table that is refused, names that others have. Afterwards devices and metadata are as before, nothing is
 * suspended, and the same transaction succeeds when the reason is gone.
 *
 * The PV with the VG's metadata is /dev/mapper/pva, a linear device over /dev/ubda, which is where lvm2 sees it; so what it
 * answers can be changed.
 */
#include <linux/capability.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "backend.h"
#include "live.h"

#define SECTORS "$(blockdev --getsz /dev/ubda)"

static const struct backend_control_ops *kernel_ops;
static struct backend_control_ops spying_ops;
static long locked_while_suspended;
static const char *when_suspended, *when_created;     /* commands of a shell, once */
static char warning[300];

/* What pva answers from now on, where the metadata lie; data is always well. */
#define TABLE(first) "dmsetup suspend --nolockfs pva; echo \"0 2048 " first "\n2048 $((" SECTORS " - 2048)) linear /dev/ubda 2048\" |" \
	"dmsetup load pva; dmsetup resume pva"
#define WRITES_FAIL TABLE("flakey /dev/ubda 0 0 1 1 error_writes")
#define ALL_FAILS TABLE("error")
#define ALL_IS_WELL TABLE("linear /dev/ubda 0")

static void run_once(const char **command)
{
	const char *now = *command;

	*command = NULL;
	if (now)
		t_sh_ok("%s", now);
}

static int spying_suspend(struct backend_control *c, const char *name, unsigned flags, struct lvol_error *e)
{
	int r = kernel_ops->suspend(c, name, flags, e);

	locked_while_suspended = t_locked_kib();
	run_once(&when_suspended);
	return r;
}

static int spying_create(struct backend_control *c, const struct control_create *how, struct control_live *out,
		struct lvol_error *e)
{
	run_once(&when_created);
	return kernel_ops->create(c, how, out, e);
}

static void note_warning(void *arg, int level, const char *subject, const char *message)
{
	(void)arg, (void)subject;
	if (level <= LVOL_LOG_WARNING)
		snprintf(warning, sizeof warning, "%s", message);
}

static void open_all(uint32_t flags)
{
	struct lvol_ctx_opts c = LVOL_CTX_OPTS_INIT;
	struct lvol_backend_opts b = LVOL_BACKEND_OPTS_INIT;

	c.log = note_warning;
	c.log_level = LVOL_LOG_WARNING;
	b.flags = flags;
	t_ok(lvol_ctx_new(&c, &ctx, &err), err);
	t_ok(lvol_ctx_add_path(ctx, "/dev/mapper/pva", 0, NULL, &err), err);
	for (size_t i = 1; i < sizeof disks / sizeof *disks; i++)
		t_ok(lvol_ctx_add_path(ctx, disks[i], 0, NULL, &err), err);
	t_ok(lvol_backend_open(ctx, &b, &backend, &err), err);
	kernel_ops = backend->control->ops;
	spying_ops = *kernel_ops;
	spying_ops.suspend = spying_suspend;
	spying_ops.create = spying_create;
	backend->control->ops = &spying_ops;
	*warning = '\0';
}

static void close_all(void)
{
	when_suspended = when_created = NULL;
	backend->control->ops = kernel_ops;
	lvol_backend_close(backend);
	lvol_ctx_unref(ctx);
}

/* No LV lies on pva, so that what it answers does not reach the file system on a. */
static void setup(void)
{
	struct lvol_vg *vg;

	live_clean();
	memset(writers, 0, sizeof writers);
	err = (struct lvol_error)LVOL_ERROR_INIT;
	t_sh_ok("set -e; pvcreate -q /dev/ubda; pvcreate -q --metadatacopies 0 /dev/ubd[bcd]; vgcreate -q -s 1m vg0 /dev/ubd[a-d];"
			"lvcreate -q -an -y -n a -L 16m vg0 /dev/ubdb; lvcreate -q -an -y -n z -L 4m vg0 /dev/ubdb;"
			"dmsetup create pva --table \"0 " SECTORS " linear /dev/ubda 0\"; dmsetup mknodes pva");
	open_all(0);
	t_ok(lvol_vg_open(ctx, "vg0", &vg, &err), err);
	t_ok(lvol_vg_activate(vg, backend, 0, &err), err);
	lvol_vg_unref(vg);
}

static void teardown(void)
{
	struct lvol_vg *vg;

	live_umount_all();
	t_ok(lvol_vg_open(ctx, "vg0", &vg, &err), err);
	t_ok(lvol_vg_deactivate(vg, backend, 0, &err), err);
	lvol_vg_unref(vg);
	close_all();
	t_sh_ok("dmsetup remove pva; rm -f /dev/mapper/pva; vgremove -q -ff -y vg0; pvremove -q -ff -y /dev/ubd[a-d]");
	unlink(LIVE_MARK);
}

static void grow_onto(struct lvol_txn *txn, const char *lv, const char *pv)
{
	struct lvol_lv_resize_opts grow = LVOL_LV_RESIZE_OPTS_INIT;
	const char *const pvs[] = { pv, NULL };

	grow.size = (struct lvol_size){ .bytes = 4 << 20 };
	grow.sign = 1;
	grow.pvs = pvs;
	t_ok(lvol_lv_resize(txn, lv, &grow, &err), err);
}

/* The change that fails: one LV grows onto another PV, the mounted one gets a snapshot, a new one comes. */
static struct lvol_txn *change(void)
{
	struct lvol_txn *txn = live_begin(LVOL_TXN_ACTIVATE_NEW);
	static const char *const others[] = { "/dev/ubdb", "/dev/ubdc", NULL };
	struct lvol_lv_create_opts snap = LVOL_LV_CREATE_OPTS_INIT, plain = LVOL_LV_CREATE_OPTS_INIT;

	grow_onto(txn, "z", disks[2]);
	snap.origin = "a";
	snap.pvs = others;
	snap.name = "s";
	snap.size = (struct lvol_size){ .bytes = 4 << 20 };
	t_ok(lvol_lv_create(txn, &snap, &err), err);
	plain.name = "n";
	plain.pvs = others;
	plain.size = (struct lvol_size){ .bytes = 4 << 20 };
	t_ok(lvol_lv_create(txn, &plain, &err), err);
	return txn;
}

/* What lvm2 sees of the metadata, and all devices but what pva answers at the moment. */
static char *state(void)
{
	return guest_sh("vgs --nolocking --noheadings -o vg_name,vg_seqno,lv_count vg0; dmsetup info -c --noheadings -o name,uuid,attr;"
			"dmsetup table | grep -v '^pva:'; ls /dev/mapper /dev/vg0");
}

/* @remedy takes the reason away. */
static void fails(struct lvol_txn *txn, int code, const char *words, const char *remedy)
{
	char *before = state();
	int r = lvol_txn_commit(txn, &err);

	ck_assert_msg(r == -code, "%d: %s", r, err.message);
	ck_assert_msg(strstr(err.message, words) != NULL, "%s", err.message);
	lvol_txn_free(txn);
	run_once(&remedy);
	guest_same("after a commit that failed", state(), before);
	live_nothing_waits();
	ck_assert_int_eq(t_locked_kib(), 0);
}

static void a_file_system_cannot_be_frozen(void)
{
	struct lvol_txn *txn = change();

	t_sh_ok("sync /run/a; fsfreeze -f /run/a");
	fails(txn, LVOL_E_BUSY, "vg0-a cannot be suspended: its file system is frozen already", "fsfreeze -u /run/a");
}

static void writes_fail_while_devices_are_suspended(const char *fault)
{
	struct lvol_txn *txn = change();

	when_suspended = fault;
	locked_while_suspended = -1;
	fails(txn, LVOL_E_IO, "/dev/mapper/pva", ALL_IS_WELL);
	ck_assert_int_gt(locked_while_suspended, 0);
}

/* Somebody else holds the PV for himself. */
static void the_kernel_refuses_a_table(void)
{
	int fd = open(disks[3], O_RDWR | O_EXCL | O_CLOEXEC);
	struct lvol_txn *txn = live_begin(LVOL_TXN_ACTIVATE_NEW);

	ck_assert_int_ge(fd, 0);
	grow_onto(txn, "a", disks[3]);
	fails(txn, LVOL_E_BUSY, "somebody else holds /dev/ubdd", NULL);
	close(fd);
}

static void a_name_is_taken_while_devices_are_made(void)
{
	struct lvol_txn *txn = change();

	when_created = "dmsetup create vg0-s-cow --table '0 8 zero'";
	fails(txn, LVOL_E_EXISTS, "vg0-s-cow is taken by device", "dmsetup remove vg0-s-cow");
}

/* Root without CAP_IPC_LOCK: only the capability goes, not what device-mapper asks for. */
static void drop_ipc_lock(void)
{
	struct __user_cap_header_struct head = { .version = _LINUX_CAPABILITY_VERSION_3 };
	struct __user_cap_data_struct caps[2];
	const struct rlimit small = { 64 << 10, 64 << 10 };

	ck_assert_int_eq(syscall(SYS_capget, &head, caps), 0);
	caps[0].effective &= ~(1u << CAP_IPC_LOCK);
	ck_assert_int_eq(syscall(SYS_capset, &head, caps), 0);
	ck_assert_int_eq(setrlimit(RLIMIT_MEMLOCK, &small), 0);
}

/* With new handles, a refresh suspends the LV: how much was locked then. */
static long locked_by_a_refresh(uint32_t flags)
{
	struct lvol_vg *vg;

	close_all();
	open_all(flags);
	locked_while_suspended = -1;
	t_ok(lvol_vg_open(ctx, "vg0", &vg, &err), err);
	t_ok(lvol_lv_refresh(lvol_lv_find(vg, "z"), backend, 0, &err), err);
	lvol_vg_unref(vg);
	ck_assert_int_eq(t_locked_kib(), 0);
	return locked_while_suspended;
}

static void memory_is_locked_unless_told_otherwise(void)
{
	ck_assert_int_gt(locked_by_a_refresh(0), 0);
	ck_assert_str_eq(warning, "");
	ck_assert_int_eq(locked_by_a_refresh(LVOL_BACKEND_NO_MEMORY_LOCK), 0);
	drop_ipc_lock();
	ck_assert_int_eq(locked_by_a_refresh(LVOL_BACKEND_NO_MEMORY_LOCK), 0);
	ck_assert_str_eq(warning, "");
	ck_assert_int_eq(locked_by_a_refresh(0), 0);
	ck_assert_msg(strstr(warning, "RLIMIT_MEMLOCK") != NULL, "%s", warning);
}

/* One after the other, with somebody writing all the while; then the same transaction succeeds. */
START_TEST(what_fails_leaves_all_as_it_was)
{
	live_mount("a", "");
	a_file_system_cannot_be_frozen();
	writes_fail_while_devices_are_suspended(WRITES_FAIL);
	writes_fail_while_devices_are_suspended(ALL_FAILS);
	the_kernel_refuses_a_table();
	a_name_is_taken_while_devices_are_made();
	*warning = '\0';
	live_commit(change());
	live_nothing_waits();
	guest_prints("vgck vg0 && dmsetup ls | cut -f1 | sort | tr '\\n' ' '",
			"pva vg0-a vg0-a-real vg0-n vg0-s vg0-s-cow vg0-z ");
	ck_assert_str_eq(warning, "");
	memory_is_locked_unless_told_otherwise();
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("live faults");
	TCase *tests = tcase_create("transactions");

	guest_only();
	tcase_add_checked_fixture(tests, setup, teardown);
	tcase_set_timeout(tests, 100);
	tcase_add_test(tests, what_fails_leaves_all_as_it_was);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
