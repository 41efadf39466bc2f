/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Without OpenSSL there are checksums alone. */
#include "backend/user/integrity_hash.h"
#include "base/error.h"

int lvi_digest_find(const char *name, const char *device, struct integrity_hash *out, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, device, "integrity %s: the hash \"%s\" is not known here; crc32c and crc32 "
			"are, and more in a build with libcrypto (OpenSSL 3)", device, name);
}

int lvi_digest_make(const struct integrity_digest *digest, uint64_t sector, const void *data, size_t len,
		unsigned char *out)
{
	return -1;
}

void lvi_digest_free(struct integrity_digest *digest)
{
}
