/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/integrity_hash.h"

#include <string.h>

#include <isa-l/crc.h>

#include "base/bytes.h"
#include "base/crc.h"
#include "base/error.h"

static uint32_t crc32c(uint64_t sector, const void *data, size_t len)
{
	unsigned char number[8];

	lvi_put_le64(number, sector);
	return ~crc32_iscsi((unsigned char *)data, len, crc32_iscsi(number, sizeof number, UINT32_MAX));
}

/* As the kernel's hashes have it: nothing is inverted. */
static uint32_t crc32(uint64_t sector, const void *data, size_t len)
{
	unsigned char number[8];

	lvi_put_le64(number, sector);
	return lvi_crc_lvm(lvi_crc_lvm(0, number, sizeof number), data, len);
}

int lvi_integrity_hash_find(const char *name, const char *device, struct integrity_hash *out, struct lvol_error *err)
{
	lvi_integrity_hash_free(out);
	*out = (struct integrity_hash){ .size = 4 };
	if (!strcmp(name, "crc32c"))
		out->crc = crc32c;
	else if (!strcmp(name, "crc32"))
		out->crc = crc32;
	else
		return lvi_digest_find(name, device, out, err);
	return 0;
}

int lvi_integrity_hash(const struct integrity_hash *hash, uint64_t sector, const void *data, size_t len,
		unsigned char *out)
{
	if (!hash->crc)
		return lvi_digest_make(hash->digest, sector, data, len, out);
	lvi_put_le32(out, hash->crc(sector, data, len));
	return 0;
}

void lvi_integrity_hash_free(struct integrity_hash *hash)
{
	lvi_digest_free(hash->digest);
}
