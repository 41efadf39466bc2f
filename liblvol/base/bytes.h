/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_BYTES_H
#define LVI_BASE_BYTES_H

#include <endian.h>
#include <stdint.h>
#include <string.h>

/* Little-endian integers at any alignment: every on-disk number of LVM2 and device-mapper. */

static inline uint16_t lvi_get_le16(const void *p) { uint16_t v; memcpy(&v, p, sizeof v); return le16toh(v); }
static inline uint32_t lvi_get_le32(const void *p) { uint32_t v; memcpy(&v, p, sizeof v); return le32toh(v); }
static inline uint64_t lvi_get_le64(const void *p) { uint64_t v; memcpy(&v, p, sizeof v); return le64toh(v); }
static inline void lvi_put_le16(void *p, uint16_t v) { v = htole16(v); memcpy(p, &v, sizeof v); }
static inline void lvi_put_le32(void *p, uint32_t v) { v = htole32(v); memcpy(p, &v, sizeof v); }
static inline void lvi_put_le64(void *p, uint64_t v) { v = htole64(v); memcpy(p, &v, sizeof v); }

/* Alignment need not be a power of two; align > 0. Round-up of a value near UINT64_MAX saturates. */
static inline uint64_t lvi_round_down(uint64_t v, uint64_t align) { return v - v % align; }
static inline uint64_t lvi_round_up(uint64_t v, uint64_t align)
{
	uint64_t rest = v % align;
	if (!rest)
		return v;
	return v > UINT64_MAX - (align - rest) ? UINT64_MAX : v + (align - rest);
}
static inline uint64_t lvi_div_up(uint64_t v, uint64_t by) { return v / by + (v % by != 0); }
static inline int lvi_is_pow2(uint64_t v) { return v && !(v & (v - 1)); }

#endif
