/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef LVI_BACKEND_USER_PORT_STORE_H
#define LVI_BACKEND_USER_PORT_STORE_H

#include "backend/user/live.h"
#include "backend/user/persistent/block.h"

/* A port as what persistent metadata lie on. */
struct pd_store lvi_user_port_store(struct user_port *port);

#endif
