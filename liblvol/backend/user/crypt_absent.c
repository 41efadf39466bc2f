/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* In place of crypt_cipher.c and crypt_iv.c where there is no libcrypto. */
#include "backend/user/crypt_cipher.h"
#include "base/error.h"

int lvi_crypt_cipher_new(const struct crypt_args *args, struct crypt_cipher **out, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, args->device,
			"%s is encrypted, and this liblvol was built without libcrypto (OpenSSL 3)", args->device);
}

void lvi_crypt_cipher_free(struct crypt_cipher *cipher)
{
}

int lvi_crypt_lane_take(struct crypt_cipher *cipher, struct crypt_lane **out, struct lvol_error *err)
{
	return lvi_error_nomem(err);
}

void lvi_crypt_lane_give(struct crypt_cipher *cipher, struct crypt_lane *lane)
{
}

unsigned char *lvi_crypt_lane_room(struct crypt_lane *lane, size_t len)
{
	return NULL;
}

int lvi_crypt_run(struct crypt_cipher *cipher, struct crypt_lane *lane, const struct crypt_job *job,
		struct lvol_error *err)
{
	return lvi_error_nomem(err);
}
