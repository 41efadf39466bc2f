/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* Checksums of metadata blocks: CRC-32C without final inversion of all behind the checksum, xor a salt for each
 * kind. */
#include <isa-l/crc.h>

#include "backend/user/persistent/block.h"
#include "base/bytes.h"

static uint32_t checksum(const uint8_t *data, const struct pd_kind *kind)
{
	return crc32_iscsi((unsigned char *)data + 4, PD_BLOCK_BYTES - 4, UINT32_MAX) ^ kind->salt;
}

void lvi_pd_seal(uint8_t *data, uint64_t number, const struct pd_kind *kind)
{
	lvi_put_le64(data + kind->number_at, number);
	lvi_put_le32(data, checksum(data, kind));
}

const char *lvi_pd_verify(const uint8_t *data, uint64_t number, const struct pd_kind *kind)
{
	if (lvi_get_le32(data) != checksum(data, kind))
		return "the checksum is wrong";
	if (lvi_get_le64(data + kind->number_at) != number)
		return "it carries the number of another block";
	return kind->check ? kind->check(data) : NULL;
}

bool lvi_pd_is_zero(const uint8_t *data)
{
	return !data[0] && !memcmp(data, data + 1, PD_BLOCK_BYTES - 1);
}
