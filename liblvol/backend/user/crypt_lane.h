/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_CRYPT_LANE_H
#define LVI_BACKEND_USER_CRYPT_LANE_H

/* Between crypt_cipher.c and crypt_iv.c. */

#include "backend/user/crypt_cipher.h"
#include "backend/user/libcrypto.h"

#define CRYPT_IV_BYTES_MAX 16

struct crypt_lane {
	const struct libcrypto *lib;      /* the cipher's; NULL: not opened yet */
	struct crypt_lane *next;
	EVP_CIPHER_CTX *encrypt, *decrypt;
	EVP_CIPHER_CTX *seal;             /* essiv: the block cipher that makes vectors; NULL in others */
	unsigned char *room;
	size_t room_bytes;
};

/* What crypt_iv.c needs to know. */
struct crypt_iv {
	const struct crypt_iv_mode *mode;
	unsigned bytes;                   /* 0: the cipher takes none */
	unsigned block_bits;              /* of benbi: binary logarithm of the cipher's block */
	uint32_t unit_bytes;
};

struct crypt_iv_mode {
	const char *name;
	bool of_blocks;                   /* for ciphers whose vectors are as long as their blocks only */
	/* Into @iv, which is cleared. False: libcrypto failed. */
	bool (*make)(const struct crypt_iv *how, struct crypt_lane *lane, uint64_t number, unsigned char *iv);
};

const struct crypt_iv_mode *lvi_crypt_iv_find(const char *name);  /* NULL: not known */
/* One unit, or block. */
struct crypt_unit { const unsigned char *in; unsigned char *out; size_t len; };
bool lvi_crypt_one(const struct crypt_lane *lane, EVP_CIPHER_CTX *ctx, const unsigned char *iv,
		const struct crypt_unit *unit);

#endif
