/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef NBDKIT_LVOL_ERROR_H
#define NBDKIT_LVOL_ERROR_H

#include <lvol/lvol.h>

/* Hand the library's message and an errno that NBD knows to nbdkit. Returns -1, as callbacks do. */
int error_tell(const struct lvol_error *err);

/* Fill in @err; returns -code. */
int error_make(struct lvol_error *err, enum lvol_err code, const char *format, ...) LVOL_PRINTF(3, 4);

#endif
