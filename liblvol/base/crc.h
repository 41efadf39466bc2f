/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_CRC_H
#define LVI_BASE_CRC_H

#include <stddef.h>
#include <stdint.h>

/* LVM2's checksum: reflected CRC-32 (polynomial 0xEDB88320) with this start value and no final inversion. */
#define LVI_CRC_LVM_SEED UINT32_C(0xf597a6cf)

/* Continue with @crc, so that crc(crc(seed, a), b) is the checksum of a followed by b. */
uint32_t lvi_crc_lvm(uint32_t crc, const void *data, size_t len);

#endif
