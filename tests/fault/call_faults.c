/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Every call that the library makes of the system fails, once and from then on, in several ways, while it works on image
 * files and (as root) on loop devices that lvm.conf and the devices file name. Then
 *   - the call fails, and its error has the right code and a message, or it did all that was asked in spite of it;
 *   - the VGs are as they were between two of the transactions;
 *   - what was interrupted (EINTR) or done by half was tried again;
 *   - no descriptor stays open; no memory either (seen in the build with AddressSanitizer).
 */
#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <linux/fs.h>

#include <lvol/lvol.h>

#include "calls.h"
#include "util.h"

#define DISK_BYTES (UINT64_C(4) << 20)
#define DISKS 3
#define STATES_MAX 8
#define LIST(...) ((const char *const[]) { __VA_ARGS__, NULL })

struct world {
	char *dir, *disks[DISKS];  /* the third one is never to be touched */
	char *states[STATES_MAX];  /* what the VGs may be: before and after each transaction */
	unsigned state_count;
	bool system;               /* by lvm.conf and not by name */
	int (*steps)(struct world *w, struct lvol_error *err);
	uint64_t skip;             /* 0: every call; N: after call n that n + n / N + 1 */
	unsigned faults;
};

/* ---- what is done ---- */

/* check itself needs memory, which the steps may not have. */
static void must(bool ok, const char *what)
{
	if (ok)
		return;
	calls_disarm();
	ck_abort_msg("%s", what);
}

static int open_ctx(struct world *w, struct lvol_ctx **out, struct lvol_error *err)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_ctx *ctx;
	int ret, fd;

	opts.system_dir = w->dir;
	opts.lock_timeout_ms = 20;
	ret = lvol_ctx_new(&opts, &ctx, err);
	if (ret)
		return ret;
	if (w->system) {
		ret = lvol_ctx_add_system(ctx, err);
		must(!lvol_dev_find(ctx, w->disks[2]), "a device that lvm.conf rejects is there");
	} else {
		ret = lvol_ctx_add_path(ctx, w->disks[0], 0, NULL, err);
		fd = open(w->disks[1], O_RDWR | O_CLOEXEC);
		if (!ret)
			ret = lvol_ctx_add_fd(ctx, fd, w->disks[1], 0, NULL, err);
		close(fd);
	}
	if (ret)
		lvol_ctx_unref(ctx);
	else
		*out = ctx;
	return ret;
}

static int make_vg(struct world *w, struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_vg_create_opts vg = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_lv_create_opts lv = LVOL_LV_CREATE_OPTS_INIT;
	int ret;

	vg.name = "vg";
	vg.pvs = LIST(w->disks[0], w->disks[1]);
	vg.extent_bytes = 64 << 10;
	vg.flags = LVOL_PV_CREATE_WIPE;
	ret = lvol_vg_create(txn, &vg, err);
	lv.name = "lv";
	lv.size.extents = 3;
	return ret ? ret : lvol_lv_create(txn, &lv, err);
}

static int change_vg(struct world *w, struct lvol_txn *txn, struct lvol_error *err)
{
	struct lvol_lv_resize_opts size = LVOL_LV_RESIZE_OPTS_INIT;
	int ret = lvol_lv_rename(txn, "vg/lv", "renamed", err);

	size.size.extents = 1;
	size.flags = LVOL_LV_RESIZE_SHRINK;
	return ret ? ret : lvol_lv_resize(txn, "vg/renamed", &size, err);
}

static int remove_vg(struct world *w, struct lvol_txn *txn, struct lvol_error *err)
{
	int ret = lvol_vg_remove(txn, "vg", LVOL_VG_REMOVE_LVS, err);

	return ret ? ret : lvol_pv_remove(txn, w->disks[1], 0, err);
}

static int transaction(struct world *w, struct lvol_ctx *ctx, const char *vg,
		int (*change)(struct world *w, struct lvol_txn *txn, struct lvol_error *err), struct lvol_error *err)
{
	struct lvol_txn *txn;
	int ret = lvol_txn_begin(ctx, vg ? LIST(vg) : NULL, NULL, &txn, err);

	if (ret)
		return ret;
	ret = change(w, txn, err);
	if (!ret)
		ret = lvol_txn_commit(txn, err);
	lvol_txn_free(txn);
	return ret;
}

static int use_lv(struct world *w, struct lvol_ctx *ctx, struct lvol_error *err)
{
	struct lvol_vg *vg;
	struct lvol_io *io = NULL;
	char data[5000];
	int ret = lvol_vg_open(ctx, "vg", &vg, err);

	if (ret)
		return ret;
	memset(data, 'x', sizeof data);
	ret = lvol_io_open(lvol_lv_find(vg, "lv"), LVOL_IO_WRITE, &io, err);
	lvol_vg_unref(vg);
	if (!ret)
		ret = lvol_io_pwrite(io, data, sizeof data, 1000, err);
	if (!ret)
		ret = lvol_io_write_zeroes(io, 8192, 8192, err);
	if (!ret)
		ret = lvol_io_discard(io, 8192, 16384, err);
	if (!ret)
		ret = lvol_io_flush(io, err);
	if (!ret)
		ret = lvol_io_pread(io, data, 1, 5999, err);
	must(ret || data[0] == 'x', "what was written is not there");
	lvol_io_close(io);
	return ret;
}

static char *look(struct lvol_ctx *ctx)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_scan *scan;
	char *text = NULL;
	size_t len;
	FILE *f = open_memstream(&text, &len);

	t_ok(lvol_scan_new(ctx, &scan, &err), err);
	for (size_t i = 0; i < lvol_scan_vg_count(scan); i++) {
		const struct lvol_vg *vg = lvol_scan_vg(scan, i);

		fprintf(f, "%s %u %u:", lvol_vg_name(vg), lvol_vg_seqno(vg), lvol_vg_pv_count(vg));
		for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv))
			fprintf(f, " %s %u", lvol_lv_name(lv), lvol_lv_size_extents(lv));
	}
	lvol_scan_free(scan);
	fclose(f);
	return text;
}

/* From nothing to a VG and, with image files, back. With @note, what is between the transactions is written down. */
static int change_steps(struct world *w, bool note, struct lvol_error *err)
{
	static const struct {
		const char *vg;
		int (*change)(struct world *w, struct lvol_txn *txn, struct lvol_error *err);
	} changes[] = { { NULL, make_vg }, { "vg", change_vg }, { "vg", remove_vg } };
	struct lvol_ctx *ctx;
	int ret = open_ctx(w, &ctx, err);

	if (ret)
		return ret;
	for (unsigned i = 0; i < 3 && !ret; i++) {
		ret = transaction(w, ctx, changes[i].vg, changes[i].change, err);
		if (!ret && note)
			w->states[w->state_count++] = look(ctx);
		if (w->system)
			break;
		if (!ret && !i)
			ret = use_lv(w, ctx, err);
	}
	lvol_ctx_unref(ctx);
	return ret;
}

static int whole_life(struct world *w, struct lvol_error *err)
{
	return change_steps(w, false, err);
}

/* While an LV is open for I/O: the answer is that it is, by whom if that can be seen, or what kept it from being seen. */
static int against_locks(struct world *w, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx;
	int ret = open_ctx(w, &ctx, err);

	if (ret)
		return ret;
	ret = transaction(w, ctx, "vg", remove_vg, &why);
	lvol_ctx_unref(ctx);
	must(ret, "a VG with an LV in use was removed");
	if (ret == -LVOL_E_BUSY || ret == -LVOL_E_LOCKED)
		return 0;
	*err = why;
	return ret;
}

/* ---- how it is judged ---- */

/* All disks as they were in the beginning, with a file system's magic on the second. */
static void blank(const struct world *w)
{
	uint64_t all[2] = { 0, DISK_BYTES };

	for (unsigned i = 0; i < DISKS; i++) {
		int fd = open(w->disks[i], O_RDWR | O_CLOEXEC);

		ck_assert_int_ge(fd, 0);
		if (w->system)
			ck_assert_int_eq(ioctl(fd, BLKZEROOUT, all), 0);
		else
			ck_assert(!ftruncate(fd, 0) && !ftruncate(fd, DISK_BYTES));
		if (i == 1)
			ck_assert_int_eq(pwrite(fd, "XFSB", 4, 0), 4);
		close(fd);
	}
}

static unsigned open_descriptors(void)
{
	unsigned n = 0;
	DIR *dir = opendir("/proc/self/fd");

	while (readdir(dir))
		n++;
	closedir(dir);
	return n;
}

static void name_fault(char *out, size_t size, const struct call_fault *f)
{
	static const char *const kinds[] = { "open", "look", "change", "move", "memory", "library", "random" };

	snprintf(out, size, "call %llu of kind %s fails %s with %s", (unsigned long long)f->nth, kinds[f->kind],
			f->forever ? "for ever" : "once", f->error ? strerror(f->error) : "half of it done");
}

static void check_state(struct world *w, int ret, const char *name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx;
	char *now;
	bool known = false;

	t_ok(open_ctx(w, &ctx, &err), err);
	now = look(ctx);
	lvol_ctx_unref(ctx);
	for (unsigned i = ret ? 0 : w->state_count - 1; i < w->state_count; i++)
		known |= !strcmp(now, w->states[i]);
	ck_assert_msg(known, "%s: returned %d, the VGs are \"%s\"", name, ret, now);
	free(now);
}

/* False: the call that was to fail was not reached. */
static bool try(struct world *w, const struct call_fault *fault)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	unsigned descriptors = open_descriptors();
	bool again = fault->error == EINTR || !fault->error, reached;
	char name[128];
	int ret;

	name_fault(name, sizeof name, fault);
	if (w->steps == whole_life)
		blank(w);
	calls_arm(fault);
	ret = w->steps(w, &err);
	reached = calls_disarm() >= fault->nth;
	ck_assert_msg(!ret || (err.code == -ret && *err.message), "%s: returned %d, error %d \"%s\"", name, ret, err.code,
			err.message);
	ck_assert_msg(!ret || reached, "%s: nothing failed, but: %s", name, err.message);
	ck_assert_msg(!ret || !again || fault->kind != CALL_MOVE, "%s: not tried again: %s", name, err.message);
	ck_assert_msg(open_descriptors() == descriptors, "%s: descriptors stay open", name);
	check_state(w, ret, name);
	w->faults++;
	return reached;
}

static void try_all(struct world *w, struct call_fault fault)
{
	for (fault.nth = 1; try(w, &fault); fault.nth += 1 + (w->skip && !t_long() ? fault.nth / w->skip : 0))
		;
}

static void try_kinds(struct world *w)
{
	static const int errors[CALL_KINDS][6] = {
		[CALL_OPEN] = { EIO, EACCES, EINTR },
		[CALL_LOOK] = { EIO },
		[CALL_CHANGE] = { EIO, EOPNOTSUPP, EINTR, EWOULDBLOCK, EACCES },
		[CALL_MOVE] = { EIO, EINTR },
		[CALL_MEMORY] = { ENOMEM },
		[CALL_LIBRARY] = { EIO },
		[CALL_RANDOM] = { ENOSYS, EINTR },
	};

	for (int kind = 0; kind < CALL_KINDS; kind++)
		for (const int *error = errors[kind]; *error; error++)
			for (int forever = 0; forever < 2; forever++)
				if (!(forever && *error == EINTR))  /* what is interrupted for ever waits for ever */
					try_all(w, (struct call_fault) { kind, 1, forever, *error });
	try_all(w, (struct call_fault) { CALL_MOVE, 1, false, 0 });
	try_all(w, (struct call_fault) { CALL_MOVE, 1, true, 0 });
}

/* ---- the disks ---- */

static void write_conf(const struct world *w, const char *devices)
{
	char text[1024], *path = t_path(w->dir, "lvm.conf");

	snprintf(text, sizeof text, "global {\n\tlocking_dir = \"%s/a/locks\"\n\tsystem_id_source = \"lvmlocal\"\n}\n"
			"devices {\n%s}\n", w->dir, devices);
	t_write_file(path, text, strlen(text));
	free(path);
	path = t_path(w->dir, "lvmlocal.conf");
	t_write_file(path, "local { system_id = \"here\" }\n", 29);
	free(path);
}

static void make_files(struct world *w)
{
	char name[16];

	w->dir = t_tmpdir();
	for (unsigned i = 0; i < DISKS; i++) {
		snprintf(name, sizeof name, "disk%u", i);
		w->disks[i] = t_path(w->dir, name);
		t_sparse_file(w->disks[i], DISK_BYTES);
	}
}

static void free_world(struct world *w)
{
	for (unsigned i = 0; i < DISKS; i++)
		free(w->disks[i]);
	for (unsigned i = 0; i < w->state_count; i++)
		free(w->states[i]);
	free(w->dir);
}

/* False, with the reason printed, where there are no loop devices. */
static bool attach_files(struct world *w)
{
	const char *why_not = t_no_loops();

	if (why_not) {
		printf("left out: %s\n", why_not);
		free_world(w);
		return false;
	}
	for (unsigned i = 0; i < DISKS; i++) {
		char *loop = t_loop_attach(w->disks[i], 512);

		free(w->disks[i]);
		w->disks[i] = loop;
	}
	w->system = true;
	return true;
}

static void enumerate(struct world *w, const char *name)
{
	try_kinds(w);
	printf("fault: %s: %u faults of calls\n", name, w->faults);
	fflush(stdout);
	free_world(w);
}

/* Devices and files of a system are many, and the calls for one are as those for another: not all of them each time. */
static void enumerate_life(struct world *w, const char *name)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx;

	blank(w);
	t_ok(open_ctx(w, &ctx, &err), err);
	w->states[w->state_count++] = look(ctx);
	lvol_ctx_unref(ctx);
	t_ok(change_steps(w, true, &err), err);
	w->steps = whole_life;
	w->skip = w->system ? 2 : 0;
	enumerate(w, name);
}

START_TEST(image_files)
{
	struct world w = { 0 };

	make_files(&w);
	write_conf(&w, "");
	enumerate_life(&w, "image files");
}
END_TEST

START_TEST(lv_in_use)
{
	struct world w = { .steps = against_locks, .skip = 4 };
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx;
	struct lvol_vg *vg;
	struct lvol_io *io;

	make_files(&w);
	write_conf(&w, "");
	t_ok(open_ctx(&w, &ctx, &err), err);
	t_ok(transaction(&w, ctx, NULL, make_vg, &err), err);
	w.states[w.state_count++] = look(ctx);
	t_ok(lvol_vg_open(ctx, "vg", &vg, &err), err);
	t_ok(lvol_io_open(lvol_lv_find(vg, "lv"), 0, &io, &err), err);
	enumerate(&w, "an LV in use");
	lvol_io_close(io);
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
}
END_TEST

START_TEST(filtered_devices)
{
	struct world w = { 0 };
	char devices[256];

	make_files(&w);
	if (!attach_files(&w))
		return;
	snprintf(devices, sizeof devices, "\tglobal_filter = [ \"a|^%s$|\", \"a|^%s$|\", \"r|.*|\" ]\n", w.disks[0],
			w.disks[1]);
	write_conf(&w, devices);
	enumerate_life(&w, "devices by filter");
}
END_TEST

START_TEST(listed_devices)
{
	struct world w = { 0 };
	char text[512], *path;

	make_files(&w);
	snprintf(text, sizeof text, "# devices\nIDTYPE=loop_file IDNAME=%s DEVNAME=/dev/x\n"
			"IDTYPE=loop_file IDNAME=%s DEVNAME=/dev/y\n", w.disks[0], w.disks[1]);
	if (!attach_files(&w))
		return;
	write_conf(&w, "\tuse_devicesfile = 1\n");
	path = t_path(w.dir, "devices");
	ck_assert_int_eq(mkdir(path, 0700), 0);
	free(path);
	path = t_path(w.dir, "devices/system.devices");
	t_write_file(path, text, strlen(text));
	free(path);
	enumerate_life(&w, "devices by the devices file");
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("call faults");
	TCase *files = tcase_create("files"), *system = tcase_create("system");

	tcase_set_timeout(files, 0);
	tcase_add_test(files, image_files);
	tcase_add_test(files, lv_in_use);
	suite_add_tcase(suite, files);
	tcase_set_timeout(system, 0);
	tcase_add_test(system, filtered_devices);
	tcase_add_test(system, listed_devices);
	suite_add_tcase(suite, system);
	return t_main(suite);
}
