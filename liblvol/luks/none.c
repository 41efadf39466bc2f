/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In a build without libcryptsetup. */
#include "base/error.h"
#include "luks/luks.h"

static int lacks(const char *subject, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, subject, "this build has no LUKS: it lacks libcryptsetup");
}

int lvi_luks_header_make(const struct luks_format *how, const char *subject, struct luks_header *out,
		struct lvol_error *err)
{
	out->fd = -1;
	return lacks(subject, err);
}

void lvi_luks_header_free(struct luks_header *h)
{
}

int lvi_luks_unlock(struct luks_source *from, const struct luks_key *key, struct luks_volume *out, struct lvol_error *err)
{
	return lacks(from->subject, err);
}

void lvi_luks_volume_wipe(struct luks_volume *v)
{
}

int lvi_luks_activate(const char *path, const char *name, const struct luks_key *key, unsigned flags,
		struct lvol_error *err)
{
	return lacks(path, err);
}

int lvi_luks_deactivate(const char *name, struct lvol_error *err)
{
	return lacks(name, err);
}

int lvi_luks_resize(const struct luks_size *to, bool only_try, struct lvol_error *err)
{
	return lacks(to->name, err);
}
