/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BASE_UNITS_H
#define LVI_BASE_UNITS_H

#include <stddef.h>
#include <stdint.h>

#define LVI_SECTOR_SHIFT 9
#define LVI_SECTOR_BYTES UINT64_C(512)

/* "4.00 MiB", as error messages say it; @out always holds a NUL. */
#define LVI_SIZE_TEXT_LEN 24
const char *lvi_size_text(char out[LVI_SIZE_TEXT_LEN], uint64_t bytes);
/* "4 Megabytes", as LVM2 comments it in backups: whole or 1-4 significant decimals as lvm2 prints ("1.5 Gigabytes"). */
const char *lvi_size_comment(char out[LVI_SIZE_TEXT_LEN + 8], uint64_t sectors);

#endif
