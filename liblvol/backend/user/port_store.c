/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "backend/user/port_store.h"

static int store_read(void *arg, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_user_port_read(arg, buf, len, offset, err);
}

static int store_write(void *arg, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_user_port_write(arg, buf, len, offset, err);
}

static int store_flush(void *arg, struct lvol_error *err)
{
	return lvi_user_port_flush(arg, err);
}

struct pd_store lvi_user_port_store(struct user_port *port)
{
	return (struct pd_store){ store_read, store_write, store_flush, port, port->name, port->size / PD_BLOCK_BYTES };
}
