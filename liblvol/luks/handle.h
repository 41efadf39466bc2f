/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_LUKS_HANDLE_H
#define LVI_LUKS_HANDLE_H

#include "luks/library.h"
#include "luks/luks.h"

/* libcryptsetup's handle, and the last thing that it complained of. */
struct luks_handle {
	struct cryptsetup lib;
	struct crypt_device *cd;
	const char *subject;
	char said[256];
};

/* Of a file or device. */
int lvi_luks_handle_open(struct luks_handle *h, const char *path, const char *subject, struct lvol_error *err);
/* Of a device of the kernel, by its name. */
int lvi_luks_handle_named(struct luks_handle *h, const char *name, struct lvol_error *err);
void lvi_luks_handle_close(struct luks_handle *h);
/* The error of a call that returned @r, an errno with its sign; "SUBJECT: @doing: what it said". */
int lvi_luks_error(const struct luks_handle *h, int r, const char *doing, struct lvol_error *err);

/* "/proc/self/fd/N" */
#define LUKS_FD_PATH_LEN 32
const char *lvi_luks_fd_path(int fd, char out[LUKS_FD_PATH_LEN]);

#endif
