/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_PORT_H
#define LVI_BACKEND_USER_PORT_H

#include "backend/user/live.h"

/* For the engine's own files. */
int lvi_user_port_check(const struct user_port *port, uint64_t len, uint64_t offset, struct lvol_error *err);
/* One of lvi_user_port_many(), done before it returns. */
int lvi_user_port_one(struct user_port_io *io, struct lvol_error *err);

#endif
