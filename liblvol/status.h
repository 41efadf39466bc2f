/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_STATUS_H
#define LVI_STATUS_H

#include "dm/status.h"

/* The status behind the public calls. */
struct lvol_status { struct dm_status lines; };

#endif
