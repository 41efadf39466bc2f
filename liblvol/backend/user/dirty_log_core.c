/* SPDX-License-Identifier: LGPL-2.1-or-later */
/* A log in memory: the next activation knows nothing, and copies everything, or nothing where it is told so. */
#include "backend/user/dirty_log.h"

static int core_load(struct dirty_log *log, struct lvol_error *err)
{
	(void)err;
	log->careful = true;
	if (log->start == DIRTY_LOG_NOSYNC)
		for (uint64_t i = 0; i < log->regions; i++)
			log->clean[i / 8] |= 1u << (i % 8);
	return 0;
}

static void core_status(const struct dirty_log *log, struct textbuf *out)
{
	lvi_textbuf_printf(out, "1 %s", log->ops->type);
}

const struct dirty_log_ops lvi_dirty_log_core = { "core", core_load, NULL, core_status };
