/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NBDKIT_LVOL_API_H
#define NBDKIT_LVOL_API_H

/* The version of nbdkit's plugin interface, the same in every file. */
#define NBDKIT_API_VERSION 2
#include <nbdkit-plugin.h>

#endif
