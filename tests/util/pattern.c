/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The fill pattern of the golden images: all 64 words of sector N written with seed S are mix(S << 40 | N), in little
 * endian. mix() can be inverted, so that a sector found in a wrong place tells where it belongs.
 */
#include "util.h"

#include <endian.h>
#include <string.h>

#define SECTOR_BYTES 512
#define SECTOR_MASK ((UINT64_C(1) << 40) - 1)

uint64_t t_mix(uint64_t x)
{
	uint64_t z = x + UINT64_C(0x9E3779B97F4A7C15);

	z = (z ^ (z >> 30)) * UINT64_C(0xBF58476D1CE4E5B9);
	z = (z ^ (z >> 27)) * UINT64_C(0x94D049BB133111EB);
	return z ^ (z >> 31);
}

uint64_t t_unmix(uint64_t z)
{
	/* the factors are the inverses of those above modulo 2^64 */
	z ^= z >> 31 ^ z >> 62;
	z *= UINT64_C(0x319642B2D24D8EC3);
	z ^= z >> 27 ^ z >> 54;
	z *= UINT64_C(0x96DE1B173F119089);
	z ^= z >> 30 ^ z >> 60;
	return z - UINT64_C(0x9E3779B97F4A7C15);
}

void t_fill(void *data, size_t bytes, uint32_t seed, uint64_t first_sector)
{
	char *to = data;

	ck_assert_uint_eq(bytes % SECTOR_BYTES, 0);
	for (size_t i = 0; i < bytes / SECTOR_BYTES; i++) {
		uint64_t word = htole64(t_mix((uint64_t)seed << 40 | (first_sector + i)));

		for (size_t j = 0; j < SECTOR_BYTES / sizeof(word); j++, to += sizeof(word))
			memcpy(to, &word, sizeof(word));
	}
}

bool t_decode(const void *sector, uint32_t *seed, uint64_t *number)
{
	uint64_t word, plain;

	memcpy(&word, sector, sizeof(word));
	/* all words are alike if the sector equals itself moved by one word */
	if (memcmp(sector, (const char *)sector + sizeof(word), SECTOR_BYTES - sizeof(word)))
		return false;
	plain = t_unmix(le64toh(word));
	*seed = (uint32_t)(plain >> 40);
	*number = plain & SECTOR_MASK;
	return word != 0;
}

void t_check_fill(const void *data, size_t bytes, uint32_t seed, uint64_t first_sector)
{
	const char *from = data;

	ck_assert_uint_eq(bytes % SECTOR_BYTES, 0);
	for (size_t i = 0; i < bytes / SECTOR_BYTES; i++) {
		const char *sector = from + i * SECTOR_BYTES;
		unsigned long long want = first_sector + i;
		uint32_t found_seed = 0;
		uint64_t found = 0;

		if (!t_decode(sector, &found_seed, &found))
			ck_abort_msg("sector %llu of seed %u is no pattern at all (first byte 0x%02x)", want, seed,
				     (unsigned char)sector[0]);
		ck_assert_msg(found_seed == seed && found == want,
			      "sector %llu of seed %u holds sector %llu of seed %u", want, seed,
			      (unsigned long long)found, found_seed);
	}
}
