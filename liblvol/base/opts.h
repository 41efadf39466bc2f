/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_OPTS_H
#define LVI_BASE_OPTS_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/*
 * Option structs may be older or newer than this library. Copies what both know into @out (@known bytes, cleared
 * first), whose struct_size is its own, so that it can be handed on. False when @opts is NULL, too small to be one, or
 * larger with a tail that is not zero.
 */
static inline bool lvi_opts_copy(void *out, size_t known, const void *opts)
{
	size_t size;

	memset(out, 0, known);
	if (!opts)
		return false;
	memcpy(&size, opts, sizeof size);
	if (size < sizeof size)
		return false;
	for (size_t i = known; i < size; i++)
		if (((const unsigned char *)opts)[i])
			return false;
	memcpy(out, opts, size < known ? size : known);
	memcpy(out, &known, sizeof known);
	return true;
}

#endif
