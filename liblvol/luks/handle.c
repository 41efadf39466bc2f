/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "luks/handle.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "base/error.h"

static void listen(int level, const char *text, void *arg)
{
	struct luks_handle *h = arg;
	size_t len = strcspn(text, "\n");

	if (level == CRYPT_LOG_ERROR)
		snprintf(h->said, sizeof h->said, "%.*s", (int)len, text);
}

int lvi_luks_error(const struct luks_handle *h, int r, const char *doing, struct lvol_error *err)
{
	int code = r == -ENOMEM ? LVOL_E_NO_MEMORY : r == -EPERM || r == -EACCES ? LVOL_E_PERMISSION :
		r == -EBUSY ? LVOL_E_BUSY : r == -EEXIST ? LVOL_E_EXISTS : r == -ENODEV || r == -ENOENT ? LVOL_E_NOT_FOUND :
		r == -EIO ? LVOL_E_IO : r == -ENOTSUP ? LVOL_E_NOT_SUPPORTED : LVOL_E_INVALID;

	if (code == LVOL_E_NO_MEMORY)
		return lvi_error_nomem(err);
	return lvi_error(err, code, h->subject, "%s: %s: %s", h->subject, doing, *h->said ? h->said : strerror(-r));
}

int lvi_luks_handle_open(struct luks_handle *h, const char *path, const char *subject, struct lvol_error *err)
{
	int r;

	*h = (struct luks_handle){ .subject = subject };
	r = lvi_cryptsetup_open(subject, &h->lib, err);
	if (r)
		return r;
	/* before it has a handle, libcryptsetup says what is wrong on standard error: let nothing be wrong */
	if (access(path, R_OK))
		return lvi_error_sys(err, errno, subject, "%s cannot be read", subject);
	r = h->lib.crypt_init(&h->cd, path);
	if (r < 0)
		return lvi_luks_error(h, r, "libcryptsetup cannot use it", err);
	h->lib.crypt_set_log_callback(h->cd, listen, h);
	return 0;
}

int lvi_luks_handle_named(struct luks_handle *h, const char *name, struct lvol_error *err)
{
	int r;

	*h = (struct luks_handle){ .subject = name };
	r = lvi_cryptsetup_open(name, &h->lib, err);
	if (r)
		return r;
	r = h->lib.crypt_status(NULL, name) == CRYPT_ACTIVE || h->lib.crypt_status(NULL, name) == CRYPT_BUSY ?
		h->lib.crypt_init_by_name(&h->cd, name) : -ENODEV;
	if (r < 0)
		return lvi_luks_error(h, r, "no active LUKS volume has this name", err);
	h->lib.crypt_set_log_callback(h->cd, listen, h);
	return 0;
}

void lvi_luks_handle_close(struct luks_handle *h)
{
	if (h->cd)
		h->lib.crypt_free(h->cd);
	h->cd = NULL;
}

const char *lvi_luks_fd_path(int fd, char out[LUKS_FD_PATH_LEN])
{
	snprintf(out, LUKS_FD_PATH_LEN, "/proc/self/fd/%d", fd);
	return out;
}
