/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "race.h"

#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

static char folder[256];
static pid_t folder_owner;

void race_die(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	fprintf(stderr, "FAILED (process %d): ", (int)getpid());
	vfprintf(stderr, fmt, args);
	fputc('\n', stderr);
	va_end(args);
	exit(1);
}

void race_must(bool right, const char *what)
{
	if (!right)
		race_die("%s", what);
}

static void remove_folder(void)
{
	char command[sizeof folder + 16];

	if (folder_owner != getpid())
		return;
	snprintf(command, sizeof command, "rm -rf '%s'", folder);
	race_must(system(command) == 0, command);
}

const char *race_folder(void)
{
	const char *top = getenv("LVOL_TEST_TMP");

	snprintf(folder, sizeof folder, "%.200s/race-XXXXXX", top && *top ? top : "/tmp");
	race_must(mkdtemp(folder), folder);
	folder_owner = getpid();
	atexit(remove_folder);
	return folder;
}

const char *const *race_images(const char *in, uint64_t bytes)
{
	static char paths[RACE_PVS][300];
	static const char *list[RACE_PVS + 1];

	for (int i = 0; i < RACE_PVS; i++) {
		int fd;

		snprintf(paths[i], sizeof paths[i], "%s/disk%d.img", in, i);
		fd = open(paths[i], O_RDWR | O_CREAT | O_CLOEXEC, 0600);
		race_must(fd >= 0 && !ftruncate(fd, (off_t)bytes), paths[i]);
		close(fd);
		list[i] = paths[i];
	}
	return list;
}

struct lvol_ctx *race_context(const char *const *paths, const char *locking_dir)
{
	struct lvol_ctx_opts opts = LVOL_CTX_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_ctx *ctx = NULL;

	opts.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	opts.lock_timeout_ms = 60000;
	opts.locking_dir = locking_dir;
	race_ok(lvol_ctx_new(&opts, &ctx, &err), err);
	for (; *paths; paths++)
		race_ok(lvol_ctx_add_path(ctx, *paths, 0, NULL, &err), err);
	return ctx;
}

void race_make_vg(struct lvol_ctx *ctx, const char *const *devices)
{
	struct lvol_vg_create_opts opts = LVOL_VG_CREATE_OPTS_INIT;
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_txn *txn = NULL;

	opts.name = RACE_VG;
	opts.pvs = devices;
	opts.extent_bytes = RACE_EXTENT;
	race_ok(lvol_txn_begin(ctx, NULL, NULL, &txn, &err), err);
	race_ok(lvol_vg_create(txn, &opts, &err), err);
	race_ok(lvol_txn_commit(txn, &err), err);
	lvol_txn_free(txn);
}

uint32_t race_random(uint64_t *state)
{
	*state = *state * 6364136223846793005u + 1442695040888963407u;
	return (uint32_t)(*state >> 33);
}
