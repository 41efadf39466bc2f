/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "base/units.h"

#include <inttypes.h>
#include <stdio.h>

/* All in integers: printf would put the decimal separator of the program's locale. */

const char *lvi_size_text(char out[LVI_SIZE_TEXT_LEN], uint64_t bytes)
{
	static const char units[][4] = { "B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB" };
	uint64_t hundredths;
	unsigned unit = 0;

	if (bytes < 1024) {
		snprintf(out, LVI_SIZE_TEXT_LEN, "%" PRIu64 " B", bytes);
		return out;
	}
	do {
		unsigned shift = 10 * ++unit;

		hundredths = (uint64_t)(((unsigned __int128)bytes * 100 + (UINT64_C(1) << (shift - 1))) >> shift);
	} while (hundredths >= 1024 * 100 && unit < 6);
	snprintf(out, LVI_SIZE_TEXT_LEN, "%u.%02u %.3s", (unsigned)(hundredths / 100), (unsigned)(hundredths % 100),
			units[unit]);
	return out;
}

/* @v / 2^@shift times 10^@decimals, rounded half to even as printf does. */
static uint64_t scale(uint64_t v, unsigned shift, unsigned decimals)
{
	unsigned __int128 n = v, half = (unsigned __int128)1 << (shift - 1), rest;
	uint64_t out;

	while (decimals--)
		n *= 10;
	rest = n & (half * 2 - 1);
	out = (uint64_t)(n >> shift);
	return out + (rest > half || (rest == half && (out & 1)));
}

/* @end is behind the last character; returns the first. */
static char *digits_before(char *end, uint64_t v, unsigned decimals)
{
	for (unsigned i = 0; v || i <= decimals; i++) {
		if (i && i == decimals)
			*--end = '.';
		*--end = (char)('0' + v % 10);
		v /= 10;
	}
	return end;
}

/* Six significant digits without trailing zeros, as printf's %g gives for what we have here: 0, or 0.5 and more. */
static const char *format_g(char buf[32], uint64_t v, unsigned shift)
{
	unsigned decimals = 6;
	uint64_t digits;

	for (uint64_t whole = v >> shift; whole && decimals; whole /= 10)
		decimals--;
	digits = scale(v, shift, decimals);
	while (decimals && digits % 10 == 0) {
		digits /= 10;
		decimals--;
	}
	buf[31] = '\0';
	return digits_before(buf + 31, digits, decimals);
}

const char *lvi_size_comment(char out[LVI_SIZE_TEXT_LEN + 8], uint64_t sectors)
{
	static const char units[][10] = { "Kilobytes", "Megabytes", "Gigabytes", "Terabytes", "Petabytes", "Exabytes" };
	unsigned unit = 0, shift = 1;
	char number[32];

	/* lvm2 says "1024 Kilobytes": it goes on to the next unit only above 1024. */
	while (unit < 5 && sectors > UINT64_C(1024) << shift) {
		shift += 10;
		unit++;
	}
	snprintf(out, LVI_SIZE_TEXT_LEN + 8, "%.20s %.9s", format_g(number, sectors, shift), units[unit]);
	return out;
}
