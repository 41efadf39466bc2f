/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Digests of OpenSSL. */
#include <stdlib.h>
#include <string.h>

#include "backend/user/integrity_hash.h"
#include "backend/user/libcrypto.h"
#include "base/bytes.h"
#include "base/error.h"

struct integrity_digest {
	struct libcrypto lib;
	EVP_MD *md;
};

/* The kernel's names are libcrypto's. */
static bool known(const char *name)
{
	static const char *const names[] = { "md5", "sha1", "sha224", "sha256", "sha384", "sha512" };

	for (size_t i = 0; i < sizeof names / sizeof *names; i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

static int fetch(struct integrity_digest *d, const char *name, const char *device, struct lvol_error *err)
{
	int r = lvi_libcrypto_open(&(struct library_use){ device, "integrity" }, &d->lib, err);
	unsigned long why;

	if (r)
		return r;
	d->lib.ERR_set_mark();
	d->md = d->lib.EVP_MD_fetch(NULL, name, NULL);
	why = d->md ? 0 : d->lib.ERR_peek_last_error();
	d->lib.ERR_pop_to_mark();
	if (!d->md && (!why || ERR_GET_REASON(why) == ERR_R_MALLOC_FAILURE))
		return lvi_error_nomem(err);
	return d->md ? 0 : lvi_error(err, LVOL_E_NOT_SUPPORTED, device, "integrity %s: libcrypto offers no hash \"%s\"",
			device, name);
}

int lvi_digest_find(const char *name, const char *device, struct integrity_hash *out, struct lvol_error *err)
{
	struct integrity_digest *d;
	int r;

	if (!known(name))
		return lvi_error(err, LVOL_E_NOT_SUPPORTED, device, "integrity %s: the hash \"%s\" is not known here; crc32c, "
				"crc32, md5, sha1, sha224, sha256, sha384 and sha512 are", device, name);
	d = calloc(1, sizeof *d);
	r = d ? fetch(d, name, device, err) : lvi_error_nomem(err);
	if (r) {
		free(d);
		return r;
	}
	out->digest = d;
	out->size = (size_t)d->lib.EVP_MD_get_size(d->md);
	return 0;
}

int lvi_digest_make(const struct integrity_digest *d, uint64_t sector, const void *data, size_t len, unsigned char *out)
{
	EVP_MD_CTX *ctx = d->lib.EVP_MD_CTX_new();
	unsigned char number[8];
	int ok;

	if (!ctx)
		return -1;
	lvi_put_le64(number, sector);
	ok = d->lib.EVP_DigestInit_ex(ctx, d->md, NULL) && d->lib.EVP_DigestUpdate(ctx, number, sizeof number) &&
		d->lib.EVP_DigestUpdate(ctx, data, len) && d->lib.EVP_DigestFinal_ex(ctx, out, NULL);
	d->lib.EVP_MD_CTX_free(ctx);
	return ok ? 0 : -1;
}

void lvi_digest_free(struct integrity_digest *d)
{
	if (!d)
		return;
	d->lib.EVP_MD_free(d->md);
	free(d);
}
