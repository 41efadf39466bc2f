/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_LUKS_LIBRARY_H
#define LVI_LUKS_LIBRARY_H

#include <libcryptsetup.h>

#include "base/library.h"

/* What is used of libcryptsetup. */
#define CRYPTSETUP_CALLS(X) \
	X(crypt_init) X(crypt_init_by_name) X(crypt_free) X(crypt_set_log_callback) X(crypt_load) X(crypt_format) \
	X(crypt_get_type) X(crypt_get_uuid) X(crypt_get_cipher) X(crypt_get_cipher_mode) X(crypt_get_data_offset) \
	X(crypt_get_iv_offset) X(crypt_get_sector_size) X(crypt_get_integrity_info) X(crypt_reencrypt_status) \
	X(crypt_get_pbkdf_default) X(crypt_set_pbkdf_type) X(crypt_keyslot_add_by_volume_key) X(crypt_volume_key_get) \
	X(crypt_status) X(crypt_get_active_device) X(crypt_activate_by_passphrase) X(crypt_deactivate) X(crypt_resize)

struct cryptsetup { CRYPTSETUP_CALLS(LVI_LIBRARY_MEMBER) };

/* LVOL_E_NOT_SUPPORTED: it is not installed. */
int lvi_cryptsetup_open(const char *subject, struct cryptsetup *out, struct lvol_error *err);

#endif
