/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/crc.h"

#include <isa-l/crc.h>

uint32_t lvi_crc_lvm(uint32_t crc, const void *data, size_t len)
{
	/* ISA-L inverts on the way in and out, as zlib does; LVM2 does neither. */
	return len ? ~crc32_gzip_refl(~crc, data, len) : crc;
}
