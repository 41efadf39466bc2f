/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_ARGS_H
#define LVI_ARGS_H

#include "base/error.h"
#include "base/opts.h"

/* Checks of arguments at the public boundary. */

#define ARG_REQUIRED(err, arg) \
	do { \
		if (!(arg)) \
			return lvi_error(err, LVOL_E_INVALID, NULL, "%s: argument \"%s\" is missing", __func__, #arg); \
	} while (0)

/* A field of options, which were copied to @o before. */
#define ARG_OPTION(err, o, field) \
	do { \
		if (!(o).field) \
			return lvi_error(err, LVOL_E_INVALID, NULL, "%s: option \"%s\" is missing", __func__, #field); \
	} while (0)

/* @arg may be NULL when it holds @count things and that is none. */
#define ARG_REQUIRED_FOR(err, arg, count) \
	do { \
		if (count) \
			ARG_REQUIRED(err, arg); \
	} while (0)

#define ARG_FLAGS(err, flags, known) \
	do { \
		if ((flags) & ~(uint32_t)(known)) \
			return lvi_error(err, LVOL_E_INVALID, NULL, "%s: unknown flags 0x%x", __func__, \
					(unsigned)((flags) & ~(uint32_t)(known))); \
	} while (0)

/* Copy caller's options to @out; NULL options are all defaults when @optional. */
#define ARG_OPTS(err, out, opts) \
	do { \
		if (!lvi_opts_copy(out, sizeof *(out), opts)) \
			return lvi_error(err, LVOL_E_INVALID, NULL, "%s: options are missing, lack struct_size, or are newer than " \
					"this library and use what it does not know", __func__); \
	} while (0)

/* Options that @field, of options copied before, leads to are copied to @out, and @field leads there; NULL stays. */
#define ARG_FAMILY(err, out, field) \
	do { \
		if (field) { \
			ARG_OPTS(err, out, field); \
			(field) = (out); \
		} \
	} while (0)

#endif
