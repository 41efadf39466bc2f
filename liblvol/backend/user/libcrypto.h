/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_LIBCRYPTO_H
#define LVI_BACKEND_USER_LIBCRYPTO_H

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>

#include "base/library.h"

/* What is used of libcrypto. */
#define LIBCRYPTO_CALLS(X) \
	X(ERR_set_mark) X(ERR_pop_to_mark) X(ERR_peek_last_error) X(ERR_reason_error_string) X(CRYPTO_memcmp) \
	X(EVP_CIPHER_fetch) X(EVP_CIPHER_free) X(EVP_CIPHER_get_iv_length) X(EVP_CIPHER_CTX_new) X(EVP_CIPHER_CTX_free) \
	X(EVP_CIPHER_CTX_copy) X(EVP_CipherInit_ex) X(EVP_CipherInit_ex2) X(EVP_Cipher) X(EVP_MD_fetch) X(EVP_MD_free) \
	X(EVP_MD_get_size) X(EVP_MD_CTX_new) X(EVP_MD_CTX_free) X(EVP_Digest) X(EVP_DigestInit_ex) X(EVP_DigestUpdate) \
	X(EVP_DigestFinal_ex)

struct libcrypto { LIBCRYPTO_CALLS(LVI_LIBRARY_MEMBER) };

/* @use: for what ("encryption"); LVOL_E_NOT_SUPPORTED: it is not installed. */
int lvi_libcrypto_open(const struct library_use *use, struct libcrypto *out, struct lvol_error *err);

#endif
