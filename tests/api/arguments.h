/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_API_ARGUMENTS_H
#define TESTS_API_ARGUMENTS_H

/* For tests of arguments that cannot be: how each is refused. The test has a "static struct lvol_error err". */

#include "lv_world.h"

static inline void check_named(const struct lvol_error *err, const char *call, const char *what)
{
	char name[64];

	snprintf(name, sizeof name, "%.*s", (int)strcspn(call, "("), call);
	ck_assert_msg(strstr(err->message, name) && strstr(err->message, what), "%s: \"%s\" does not name %s", call,
			err->message, what);
}

/* The message names the call and @what. */
#define REFUSED(what, call) \
	do { \
		err = (struct lvol_error) LVOL_ERROR_INIT; \
		t_fails(call, LVOL_E_INVALID, err); \
		check_named(&err, #call, what); \
	} while (0)

#define MISSING(arg, call) REFUSED("\"" arg "\" is missing", call)

#endif
