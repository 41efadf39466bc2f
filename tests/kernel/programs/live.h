/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LIVE_H
#define LIVE_H

/* Mounted file systems with somebody writing to them, transactions with a backend, and what real lvm2 says afterwards. */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include <lvol/lvol.h>

#include "guest.h"

#define LIVE_WRITERS 8
#define LIVE_PAUSE_US 2000        /* the guest has one processor */
#define LIVE_MARK "/run/live-test"   /* there while a test runs */

static struct lvol_ctx *ctx;
static struct lvol_backend *backend;
static struct lvol_error err;
static pid_t writers[LIVE_WRITERS];

/* What a test that failed has left, which is not to be taken for a failure of the next one. */
static inline void live_clean(void)
{
	if (!access(LIVE_MARK, F_OK))
		t_sh_ok("sleep 0.1; for i in 1 2 3; do umount /run/a /run/b /run/s; dmsetup remove_all --force; done 2>/dev/null;"
				"rm -rf /dev/vg*; wipefs -qa /dev/ubd[a-d]");
	t_write_file(LIVE_MARK, "", 0);
}

static inline void live_setup(void)
{
	live_clean();
	err = (struct lvol_error)LVOL_ERROR_INIT;
	t_ok(lvol_ctx_new(NULL, &ctx, &err), err);
	for (size_t i = 0; i < sizeof disks / sizeof *disks; i++)
		t_ok(lvol_ctx_add_path(ctx, disks[i], 0, NULL, &err), err);
	t_ok(lvol_backend_open(ctx, NULL, &backend, &err), err);
	memset(writers, 0, sizeof writers);
}

static inline void live_stop_writers(void)
{
	int status;

	for (size_t i = 0; i < LIVE_WRITERS; i++) {
		if (!writers[i])
			continue;
		kill(writers[i], SIGTERM);
		waitpid(writers[i], &status, 0);
		ck_assert_msg(WIFSIGNALED(status) && WTERMSIG(status) == SIGTERM, "a writer met an error: status 0x%x", status);
		writers[i] = 0;
	}
}

/* Every file that was written is as it was written, and the file systems are sound. */
static inline void live_umount_all(void)
{
	live_stop_writers();
	t_sh_ok("for m in $(awk '$2 ~ \"^/run/[ab]$\" { print $2 }' /proc/mounts); do"
			"  (cd $m && awk '$1 != NR - 1 { exit 1 }' log) || exit 1;"
			"  d=/dev/mapper/$(cat /sys/dev/block/$(mountpoint -d $m)/dm/name);"
			"  umount $m && e2fsck -fn $d || exit 1; done");
}

static inline void live_teardown(void)
{
	live_umount_all();
	lvol_backend_close(backend);
	lvol_ctx_unref(ctx);
	/* there need not be all of them */
	t_sh_ok("printf '%%s\n' 'vgremove -q -ff -y vg0' 'vgremove -q -ff -y vg1' \"pvremove -q -ff -y $(echo /dev/ubd[a-d])\" |"
			"lvm >/dev/null 2>&1");
	guest_prints("dmsetup ls", "No devices found");
	unlink(LIVE_MARK);
}

/* Shell @commands make LVs in vg0; those of lvm2 wait for `now` among them, or for the end. */
static inline void live_make(const char *commands)
{
	char *all = t_text("vgcreate -q -s 1m vg0 /dev/ubd[a-d]; %s", commands);

	guest_lvm(all);
	free(all);
}

static inline pid_t live_fork(void)
{
	size_t i = 0;

	while (writers[i])
		i++;
	ck_assert_uint_lt(i, LIVE_WRITERS);
	writers[i] = fork();
	if (!writers[i]) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGTERM, SIG_DFL);
	}
	return writers[i];
}

/* An ext4 file system of that size ("": all of it) at /run/NAME, and a writer that appends numbers and flushes. */
static inline void live_mount(const char *lv, const char *size)
{
	char *path = t_text("/run/%s/log", lv);

	t_sh_ok("mkfs.ext4 -q -b 1024 /dev/vg0/%s %s && mkdir -p /run/%s && mount /dev/vg0/%s /run/%s", lv, size, lv, lv, lv);
	if (live_fork()) {
		for (struct stat st = { 0 }; !st.st_size; usleep(LIVE_PAUSE_US))  /* it has begun */
			ck_assert(!stat(path, &st) || errno == ENOENT);
		return free(path);
	}
	for (FILE *f = fopen(path, "w");;) {
		static unsigned long n;

		if (!f || fprintf(f, "%lu\n", n++) < 0 || fflush(f) || fdatasync(fileno(f)))
			_exit(1);
		usleep(LIVE_PAUSE_US);
	}
}

/* A writer that writes one number after the other into the first sector of each LV, in order. */
static inline void live_count(const char *lvs)
{
	static unsigned char sector[4096] __attribute__((aligned(4096)));
	int fds[LIVE_WRITERS];

	if (live_fork()) {
		usleep(100000);
		return;
	}
	for (size_t i = 0; lvs[i]; i++) {
		char path[] = { "/dev/vg0/X" };

		path[sizeof path - 2] = lvs[i];
		fds[i] = open(path, O_RDWR | O_DIRECT | O_CLOEXEC);
	}
	for (uint64_t n = 1;; n++) {
		memcpy(sector, &n, sizeof n);
		for (size_t i = 0; lvs[i]; i++)
			if (pwrite(fds[i], sector, sizeof sector, 0) != sizeof sector)
				_exit(1);
		usleep(LIVE_PAUSE_US);
	}
}

/* In the snapshots sX of LVs X: the number of one is that of the one before, or one less. */
static inline void live_one_moment(const char *lvs)
{
	uint64_t last = UINT64_MAX, n;

	for (const char *l = lvs; *l; l++) {
		char *path = t_text("/dev/vg0/s%c", *l);

		t_pread(path, &n, sizeof n, 0);
		ck_assert_msg(n > 0 && (last == UINT64_MAX || n == last || n + 1 == last), "%s has %lu after %lu", path,
				(unsigned long)n, (unsigned long)last);
		ck_assert(n);
		last = n;
		free(path);
	}
}

static inline struct lvol_txn *live_begin_vgs(const char *const *vgs, uint32_t flags)
{
	struct lvol_txn_opts o = LVOL_TXN_OPTS_INIT;
	struct lvol_txn *txn;

	o.backend = backend;
	o.flags = flags;
	t_ok(lvol_txn_begin(ctx, vgs, &o, &txn, &err), err);
	return txn;
}

static inline struct lvol_txn *live_begin_vg(const char *vg, uint32_t flags)
{
	return live_begin_vgs((const char *const[]){ vg, NULL }, flags);
}

static inline struct lvol_txn *live_begin(uint32_t flags)
{
	return live_begin_vg("vg0", flags);
}

static inline struct lvol_txn *live_begin_without(void)
{
	struct lvol_txn *txn;

	t_ok(lvol_txn_begin(ctx, (const char *const[]){ "vg0", NULL }, NULL, &txn, &err), err);
	return txn;
}

static inline void live_commit(struct lvol_txn *txn)
{
	t_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
}

/* All that is to be seen: devices, metadata. */
static inline char *live_state(void)
{
	char *devices = guest_devices();
	char *vgs = guest_sh("vgs --nolocking --noheadings -o vg_name,vg_seqno");
	char *both = t_text("%s\n%s", devices, vgs);

	free(devices);
	free(vgs);
	return both;
}

static inline void live_nothing_waits(void)
{
	guest_prints("dmsetup info -c --noheadings -o suspended,tables_loaded | sort -u | grep -v 'No devices' || :", "Active:Live");
}

static inline void live_refused(struct lvol_txn *txn, int code)
{
	char *before = live_state();

	t_fails(lvol_txn_commit(txn, &err), code, err);
	lvol_txn_free(txn);
	guest_same("after a refused commit", live_state(), before);
	live_nothing_waits();
}

/* Names, uuids, permissions and tables, with names for numbers; what is suspended or has a table that waits. */
static inline char *live_tables(void)
{
	return guest_sh("{ dmsetup info -c --noheadings --separator ' ' -o major,minor,name,readonly,suspended,tables_loaded,uuid;"
			" dmsetup table; } |"
			"awk '/^[0-9]+ [0-9]+ / { name[$1 \":\" $2] = $3; print $3, $4, $7; if ($5 $6 != \"ActiveLive\") print \"waits\", $3; next }"
			" { for (i = 2; i <= NF; i++) if ($i in name) $i = \"<\" name[$i] \">\"; print }' | sort; echo /dev/mapper/*");
}

/* lvm2 finds nothing wrong, and would load the same tables; nothing is suspended and no table waits. */
static inline void live_agrees(void)
{
	char *ours = live_tables(), *waits = strstr(ours, "waits ");
	struct t_output o;

	ck_assert_msg(!waits, "%s", waits);
	o = t_sh("printf 'vgck vg0\nlvs -a -o+devices vg0\n' | lvm");
	ck_assert_msg(!o.status && !*o.err, "%s", o.err);
	t_output_free(&o);
	t_sh_ok("vgchange -q --refresh vg0");
	guest_same("lvm2 refreshed", live_tables(), ours);
}

#endif
