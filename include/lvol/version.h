/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVOL_VERSION_H
#define LVOL_VERSION_H

/**
 * @file lvol/version.h
 * The library's version and what this build of it can do.
 */

#include <lvol/types.h>

LVOL_BEGIN_DECLS

/** Version that these headers belong to, as (major << 16 | minor << 8 | patch). Since 0.1. */
#define LVOL_VERSION_NUMBER 0x000100

/** Version of the library in use, as LVOL_VERSION_NUMBER. Since 0.1. */
LVOL_API uint32_t lvol_version_number(void);

/** Version of the library in use, such as "0.1.0", never NULL. Since 0.1. */
LVOL_API const char *lvol_version(void);

/**
 * Whether this build has an optional part: "json", "blkid", "devmapper", "uring", "udev", "libcrypto", "cryptsetup".
 * An unknown word is false. What is missing answers LVOL_E_NOT_SUPPORTED. Since 0.1.
 */
LVOL_API bool lvol_has_feature(const char *name);

LVOL_END_DECLS

#endif /* LVOL_VERSION_H */
