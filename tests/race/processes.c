/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * Processes that commit to one VG at the same time and are killed at any moment:
 *   race-processes                        liblvol against liblvol, on image files
 *   race-processes --lvm2 LOCKS DEVICE DEVICE   half of them real lvm2, on block devices; lvm2's locks are in LOCKS
 * What must come out of it: every acknowledged commit is there; of one that was cut off all or nothing; one seqno for
 * each commit and no more; no lock is left; nothing is wrong with the VG after the next commit.
 */
#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "race.h"
#include "worker.h"

struct rules {
	unsigned commits, kills;          /* go on until there are so many */
	unsigned pause_ms;                /* between two kills, at most */
	unsigned lvm2_workers;
	const char *locking_dir;
	const char *const *devices;
};

static struct book *new_book(void)
{
	struct book *book = mmap(NULL, sizeof *book, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	race_must(book != MAP_FAILED, "no shared memory");
	return book;
}

/* Each worker is a process group, with the commands that it runs. */
static void start(struct book *book, const struct rules *rules, unsigned number)
{
	struct work work = { book, number, rules->devices, rules->locking_dir };
	pid_t pid = fork();

	race_must(pid >= 0, "no process for a worker");
	if (!pid) {
		setpgid(0, 0);
		if (number < rules->lvm2_workers)
			work_with_lvm2(&work);
		work_with_liblvol(&work);
	}
	setpgid(pid, pid);
	book->workers[number].pid = pid;
}

static struct lvol_vg *open_vg(const struct rules *rules)
{
	struct lvol_ctx *ctx = race_context(rules->devices, rules->locking_dir);
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;

	race_ok(lvol_vg_open(ctx, RACE_VG, &vg, &err), err);
	lvol_ctx_unref(ctx);
	return vg;
}

static void settle(struct book *book, const struct rules *rules, unsigned number)
{
	struct lvol_vg *vg = open_vg(rules);

	book_settle(book, number, vg);
	lvol_vg_unref(vg);
}

/* All processes of the group are gone once this returns: a command that was killed is ours to wait for. */
static int wait_for(pid_t group)
{
	int status, result = 0;
	pid_t pid;

	while ((pid = waitpid(-group, &status, 0)) > 0 || errno == EINTR)
		if (pid == group)
			result = status;
	return result;
}

static void kill_one(struct book *book, const struct rules *rules, unsigned number)
{
	pid_t pid = book->workers[number].pid;
	int status;

	kill(-pid, SIGKILL);
	status = wait_for(pid);
	race_must(WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL, "a worker ended by itself");
	book->kills++;
	settle(book, rules, number);
	start(book, rules, number);
}

static void pause_ms(unsigned ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	nanosleep(&t, NULL);
}

static void watch(struct book *book, const struct rules *rules)
{
	uint64_t random = 1;

	while (book_commits(book) < rules->commits || book->kills < rules->kills) {
		pause_ms(1 + race_random(&random) % rules->pause_ms);
		kill_one(book, rules, race_random(&random) % WORKERS);
	}
	atomic_store(&book->stop, 1);
	for (unsigned i = 0; i < WORKERS; i++) {
		race_must(wait_for(book->workers[i].pid) == 0, "a worker failed");
		settle(book, rules, i);
	}
}

static uint32_t acknowledged(const struct book *book)
{
	uint32_t lines = 0;

	for (unsigned i = 0; i < MOST_COMMITS; i++)
		lines += !!atomic_load(&book->acknowledged[i]);
	return lines;
}

/* One more commit, which finds the VG unlocked and leaves nothing to be said about it. */
static void commit_once_more(const struct rules *rules)
{
	static const char *const vgs[] = { RACE_VG, NULL }, *const tags[] = { "after", NULL };
	struct lvol_ctx *ctx = race_context(rules->devices, rules->locking_dir);
	struct lvol_vg_change_opts change = LVOL_VG_CHANGE_OPTS_INIT;
	struct lvol_txn_opts opts = LVOL_TXN_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn = NULL;

	change.add_tags = tags;
	opts.lock_timeout_ms = LVOL_NO_WAIT;
	race_ok(lvol_txn_begin(ctx, vgs, &opts, &txn, &err), err);
	race_ok(lvol_vg_change(txn, RACE_VG, &change, &err), err);
	race_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
	lvol_ctx_unref(ctx);
}

static void check_end(const struct book *book, const struct rules *rules, uint32_t first)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_problem problem;
	struct lvol_vg *vg = open_vg(rules);

	if (lvol_vg_seqno(vg) != first + book_commits(book))
		race_die("seqno is %u: %u commits after %u were expected to be %u", lvol_vg_seqno(vg), book_commits(book), first,
			 first + book_commits(book));
	lvol_vg_unref(vg);
	commit_once_more(rules);
	vg = open_vg(rules);
	if (lvol_vg_problem(vg, 0, &problem))
		race_die("after the next commit: %s: %s", problem.subject, problem.message);
	race_ok(lvol_vg_check(vg, &err), err);
	for (unsigned i = 0; i < WORKERS; i++)
		book_check(book, i, vg);
	lvol_vg_unref(vg);
}

static uint32_t make_vg(const struct rules *rules)
{
	struct lvol_ctx *ctx = race_context(rules->devices, rules->locking_dir);
	struct lvol_vg *vg;
	uint32_t seqno;

	race_make_vg(ctx, rules->devices);
	lvol_ctx_unref(ctx);
	vg = open_vg(rules);
	seqno = lvol_vg_seqno(vg);
	lvol_vg_unref(vg);
	return seqno;
}

static void race(const struct rules *rules)
{
	struct book *book = new_book();
	uint32_t first = make_vg(rules);

	for (unsigned i = 0; i < WORKERS; i++) {
		book->workers[i].random = i + 1;
		start(book, rules, i);
	}
	watch(book, rules);
	check_end(book, rules, first);
	printf("%u commits, %u of them acknowledged with their seqno; %u processes killed, %u after their commit had happened\n",
	       book_commits(book), acknowledged(book), book->kills, book->found);
}

int main(int argc, char **argv)
{
	const char *longer = getenv("LVOL_TEST_LONG");
	unsigned times = longer && *longer && *longer != '0' ? 20 : 1;
	struct rules rules = { .commits = 1200 * times, .kills = 250 * times, .pause_ms = 30 };

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (argc == 5 && !strcmp(argv[1], "--lvm2")) {
		rules = (struct rules){ .commits = 400 * times, .kills = 60 * times, .pause_ms = 150,
				.lvm2_workers = WORKERS / 2, .locking_dir = argv[2], .devices = (const char *const *)argv + 3 };
	} else if (argc == 1) {
		rules.devices = race_images(race_folder(), 128 << 20);
	} else {
		fprintf(stderr, "usage: race-processes [--lvm2 LOCKING_DIR DEVICE DEVICE]\n");
		return 2;
	}
	race(&rules);
	return 0;
}
