/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <errno.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"
#include "luks/handle.h"

static int refuse(const struct luks_handle *h, const char *what, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, h->subject, "the LUKS volume on %s %s", h->subject, what);
}

static int check_kind(struct luks_handle *h, struct lvol_error *err)
{
	struct crypt_params_integrity integrity = { 0 };

	if (h->lib.crypt_get_integrity_info(h->cd, &integrity) == 0 && integrity.integrity)
		return refuse(h, "has authenticated sectors; open it with the kernel's device-mapper", err);
	if (!strcmp(h->lib.crypt_get_type(h->cd), CRYPT_LUKS2) &&
	    h->lib.crypt_reencrypt_status(h->cd, NULL) != CRYPT_REENCRYPT_NONE)
		return refuse(h, "is being re-encrypted; let cryptsetup finish that first", err);
	return 0;
}

static int load(struct luks_handle *h, struct lvol_error *err)
{
	int r = h->lib.crypt_load(h->cd, CRYPT_LUKS, NULL);

	if (r == -ENOMEM)
		return lvi_error_nomem(err);
	return r < 0 ? lvi_error(err, LVOL_E_CORRUPT, h->subject, "%s holds no LUKS volume, or one with a damaged header%s%s",
			h->subject, *h->said ? ": " : "", h->said) : check_kind(h, err);
}

static int take_key(struct luks_handle *h, const struct luks_key *key, struct luks_volume *out, struct lvol_error *err)
{
	size_t room = sizeof out->key;
	int r = h->lib.crypt_volume_key_get(h->cd, CRYPT_ANY_SLOT, (char *)out->key, &room, key->bytes, key->length);

	if (r == -EPERM || r == -ENOENT)
		return lvi_error(err, LVOL_E_PERMISSION, h->subject, "no key slot of the LUKS volume on %s opens with this key",
				h->subject);
	if (r < 0)
		return lvi_luks_error(h, r, "its volume key cannot be had", err);
	out->key_bytes = room;
	return 0;
}

static int describe(struct luks_handle *h, const struct luks_key *key, struct luks_volume *out, struct lvol_error *err)
{
	int n = snprintf(out->cipher, sizeof out->cipher, "%s-%s", h->lib.crypt_get_cipher(h->cd),
			h->lib.crypt_get_cipher_mode(h->cd));

	if (n < 0 || (size_t)n >= sizeof out->cipher)
		return refuse(h, "names a cipher that is no cipher", err);
	out->iv_offset_sectors = h->lib.crypt_get_iv_offset(h->cd);
	out->sector_bytes = (uint32_t)h->lib.crypt_get_sector_size(h->cd);
	return take_key(h, key, out, err);
}

int lvi_luks_unlock(struct luks_source *from, const struct luks_key *key, struct luks_volume *out, struct lvol_error *err)
{
	char path[LUKS_FD_PATH_LEN];
	struct luks_handle h;
	int r = lvi_luks_handle_open(&h, lvi_luks_fd_path(from->fd, path), from->subject, err);

	*out = (struct luks_volume){ 0 };
	if (!r)
		r = load(&h, err);
	if (!r) {
		out->offset_bytes = from->need = h.lib.crypt_get_data_offset(h.cd) * 512;
		if (from->need <= from->have)
			r = describe(&h, key, out, err);
	}
	lvi_luks_handle_close(&h);
	if (r)
		lvi_luks_volume_wipe(out);
	return r;
}

void lvi_luks_volume_wipe(struct luks_volume *v)
{
	explicit_bzero(v, sizeof *v);
}
