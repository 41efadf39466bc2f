/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* LUKS volumes as devices of the kernel. */
#include <errno.h>
#include <stdio.h>

#include "base/error.h"
#include "luks/handle.h"

int lvi_luks_activate(const char *path, const char *name, const struct luks_key *key, unsigned flags,
		struct lvol_error *err)
{
	unsigned how = (flags & LUKS_READ_ONLY ? CRYPT_ACTIVATE_READONLY : 0) |
		(flags & LUKS_ALLOW_DISCARDS ? CRYPT_ACTIVATE_ALLOW_DISCARDS : 0);
	struct luks_handle h;
	char own_name[64];
	int r = lvi_luks_handle_open(&h, path, path, err);

	if (!r && (r = h.lib.crypt_load(h.cd, CRYPT_LUKS, NULL)) < 0)
		r = lvi_error(err, LVOL_E_CORRUPT, path, "%s holds no LUKS volume, or one with a damaged header", path);
	if (!r) {
		snprintf(own_name, sizeof own_name, "luks-%s", h.lib.crypt_get_uuid(h.cd));
		r = h.lib.crypt_activate_by_passphrase(h.cd, name ? name : own_name, CRYPT_ANY_SLOT, key->bytes, key->length, how);
		if (r < 0)
			r = lvi_luks_error(&h, r, r == -EPERM ? "no key slot opens with this key" : "it cannot be activated", err);
	}
	lvi_luks_handle_close(&h);
	return r < 0 ? r : 0;
}

int lvi_luks_deactivate(const char *name, struct lvol_error *err)
{
	struct luks_handle h;
	int r = lvi_luks_handle_named(&h, name, err);

	if (!r && (r = h.lib.crypt_deactivate(h.cd, name)) < 0)
		r = lvi_luks_error(&h, r, "it cannot be deactivated", err);
	lvi_luks_handle_close(&h);
	return r;
}

/* The kernel takes a new table only with the volume key in it; libcryptsetup gets that out of a key slot, or out of the table at
 * hand when it is not kept in a keyring, as it is for LUKS2. */
static int unlock(struct luks_handle *h, const struct luks_size *to, struct lvol_error *err)
{
	struct crypt_active_device now;
	int r = h->lib.crypt_get_active_device(h->cd, to->name, &now);

	if (r < 0)
		return lvi_luks_error(h, r, "it cannot be looked at", err);
	if (!to->key && now.flags & CRYPT_ACTIVATE_KEYRING_KEY)
		return lvi_error(err, LVOL_E_PERMISSION, to->name, "the LUKS volume %s can be resized only with a key that opens it; "
				"none was given", to->name);
	if (!to->key)
		return 0;
	r = h->lib.crypt_activate_by_passphrase(h->cd, NULL, CRYPT_ANY_SLOT, to->key->bytes, to->key->length,
			now.flags & CRYPT_ACTIVATE_KEYRING_KEY);
	return r < 0 ? lvi_luks_error(h, r, r == -EPERM ? "no key slot opens with this key" : "its key cannot be used", err) : 0;
}

int lvi_luks_resize(const struct luks_size *to, bool only_try, struct lvol_error *err)
{
	struct luks_handle h;
	int r = lvi_luks_handle_named(&h, to->name, err);

	if (!r)
		r = unlock(&h, to, err);
	if (!r && !only_try && (r = h.lib.crypt_resize(h.cd, to->name, to->bytes / 512)) < 0)
		r = lvi_luks_error(&h, r, "it cannot be resized", err);
	lvi_luks_handle_close(&h);
	return r;
}
