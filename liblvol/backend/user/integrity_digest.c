/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Digests of OpenSSL. */
#include <string.h>

#include <openssl/evp.h>

#include "backend/user/integrity_hash.h"
#include "base/bytes.h"

static const struct { const char *name; const EVP_MD *(*get)(void); } digests[] = {
	{ "md5", EVP_md5 }, { "sha1", EVP_sha1 }, { "sha224", EVP_sha224 }, { "sha256", EVP_sha256 },
	{ "sha384", EVP_sha384 }, { "sha512", EVP_sha512 },
};

int lvi_digest_find(const char *name, struct integrity_hash *out)
{
	for (size_t i = 0; i < sizeof digests / sizeof digests[0]; i++)
		if (!strcmp(name, digests[i].name)) {
			out->digest = digests[i].get();
			out->size = EVP_MD_get_size(out->digest);
			return 0;
		}
	return -1;
}

int lvi_digest_make(const struct integrity_hash *hash, uint64_t sector, const void *data, size_t len,
		unsigned char *out)
{
	EVP_MD_CTX *ctx = EVP_MD_CTX_new();
	unsigned char number[8];
	int ok;

	if (!ctx)
		return -1;
	lvi_put_le64(number, sector);
	ok = EVP_DigestInit_ex(ctx, hash->digest, NULL) && EVP_DigestUpdate(ctx, number, sizeof number) &&
		EVP_DigestUpdate(ctx, data, len) && EVP_DigestFinal_ex(ctx, out, NULL);
	EVP_MD_CTX_free(ctx);
	return ok ? 0 : -1;
}
