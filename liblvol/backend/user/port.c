/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include <inttypes.h>

#include "backend/user/move.h"
#include "backend/user/port.h"
#include "base/error.h"

int lvi_user_port_check(const struct user_port *port, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	if (offset <= port->size && len <= port->size - offset)
		return 0;
	return lvi_error(err, LVOL_E_CORRUPT, port->name, "%" PRIu64 " bytes at offset %" PRIu64
			" are beyond the end of %s (%" PRIu64 " bytes)", len, offset, port->name, port->size);
}

int lvi_user_port_read(struct user_port *port, void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	int r = lvi_user_port_check(port, len, offset, err);

	return r ? r : lvi_user_move_read(&port->flat, buf, len, offset, err);
}

int lvi_user_port_write(struct user_port *port, const void *buf, size_t len, uint64_t offset, struct lvol_error *err)
{
	int r = lvi_user_port_check(port, len, offset, err);

	return r ? r : lvi_user_move_write(&port->flat, buf, len, offset, err);
}

int lvi_user_port_zero(struct user_port *port, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	int r = lvi_user_port_check(port, len, offset, err);

	return r ? r : lvi_user_move_zero(&port->flat, len, offset, err);
}

int lvi_user_port_discard(struct user_port *port, uint64_t len, uint64_t offset, struct lvol_error *err)
{
	int r = lvi_user_port_check(port, len, offset, err);

	return r ? r : lvi_user_move_discard(&port->flat, len, offset, err);
}

int lvi_user_port_flush(struct user_port *port, struct lvol_error *err)
{
	return lvi_user_move_flush(&port->flat, err);
}

int lvi_user_port_one(struct user_port_io *io, struct lvol_error *err)
{
	switch (io->op) {
	case USER_PORT_READ:
		return lvi_user_port_read(io->port, io->buf, io->len, io->offset, err);
	case USER_PORT_WRITE:
		return lvi_user_port_write(io->port, io->buf, io->len, io->offset, err);
	case USER_PORT_FLUSH:
		break;
	}
	return lvi_user_port_flush(io->port, err);
}
