/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * The kernel's log on a device of its own, version 2; little-endian, no checksums.
 *
 *   byte 0         header: magic, version, number of regions (64 bits)
 *   byte 1024      a bit for each region, the lowest of a byte first: 1 clean, 0 to be copied at the next activation
 *
 * Bits are a multiple of 64. Regions behind the number of the header are new: they are in sync if the table says so.
 * LVM2 makes logs with bits of one kind and all ones as the number.
 */
#include <inttypes.h>

#include "backend/user/dirty_log.h"
#include "base/bytes.h"
#include "base/error.h"

#define MAGIC 0x4d695272u
#define VERSION 2
/* The same on disk, where numbers are little-endian. */
#define VERSION_BEFORE 1

/* Regions whose bits can be used. A log that cannot be read knows nothing. */
static int read_area(struct dirty_log *log, uint64_t *known, struct lvol_error *err)
{
	struct lvol_error why = LVOL_ERROR_INIT;
	uint32_t version;
	int r = lvi_user_port_read(log->port, log->area, log->area_bytes, 0, &why);

	*known = 0;
	if (r && log->may_fail && r != -LVOL_E_NO_MEMORY) {
		log->health = 'D';
		return 0;
	}
	if (r) {
		if (err)
			*err = why;
		return r;
	}
	log->careful = log->start == DIRTY_LOG_AS_KNOWN;
	if (!log->careful || lvi_get_le32(log->area) != MAGIC)
		return 0;
	version = lvi_get_le32(log->area + 4);
	*known = lvi_get_le64(log->area + 8);
	if (version == VERSION || version == VERSION_BEFORE)
		return 0;
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, log->device, "the log of mirror %s on %s is of version %" PRIu32
			", and only version 2 is known", log->device, log->port->name, version);
}

static int disk_load(struct dirty_log *log, struct lvol_error *err)
{
	uint64_t known = 0;
	int r;

	if (log->area_bytes > log->port->size)
		return lvi_error(err, LVOL_E_CORRUPT, log->device, "the log of mirror %s needs %" PRIu64 " bytes for %" PRIu64
				" regions, and %s has only %" PRIu64, log->device, log->area_bytes, log->regions, log->port->name,
				log->port->size);
	r = read_area(log, &known, err);
	if (r)
		return r;
	for (uint64_t i = known; i < lvi_round_up(log->regions, 64); i++) {
		log->clean[i / 8] &= ~(1u << (i % 8));
		if (log->start == DIRTY_LOG_NOSYNC)
			log->clean[i / 8] |= 1u << (i % 8);
	}
	/* the mirror may have shrunk */
	for (uint64_t i = log->regions; i < lvi_round_up(log->regions, 64); i++)
		log->clean[i / 8] &= ~(1u << (i % 8));
	lvi_put_le32(log->area, MAGIC);
	lvi_put_le32(log->area + 4, VERSION);
	lvi_put_le64(log->area + 8, log->regions);
	return 0;
}

static int disk_store(struct dirty_log *log, const void *data, size_t len, uint64_t offset, struct lvol_error *err)
{
	return lvi_user_port_write(log->port, data, len, offset, err);
}

static void disk_status(const struct dirty_log *log, struct textbuf *out)
{
	lvi_textbuf_printf(out, "3 %s %s %c", log->ops->type, log->port->name, log->health);
}

const struct dirty_log_ops lvi_dirty_log_disk = { "disk", disk_load, disk_store, disk_status };
