/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_DEVICE_H
#define LVI_BACKEND_USER_DEVICE_H

#include "backend/backend.h"
#include "backend/user/flatten.h"

/*
 * An open device of the user backend. Immutable but for counters and what lies behind lives, so any threads may use it.
 */
struct user_device {
	struct backend_device base;
	struct user_mapper *mapper;    /* NULL: none was given */
	struct flat flat;
	struct flat *beside;           /* what is held open with it */
	size_t beside_count;
};

#endif
