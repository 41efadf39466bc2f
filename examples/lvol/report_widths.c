/* SPDX-License-Identifier: MIT */
#include "report_widths.h"

#include <stddef.h>
#include <string.h>

/* Only columns that lvm2 (lib/report/columns.h) makes wider than their headings. */
static const struct {
	const char *field;
	int width;
} widths[] = {
	{ "pv_name", 10 }, { "pv_uuid", 38 }, { "pv_mda_free", 9 }, { "pv_mda_size", 9 }, { "pe_start", 7 },
	{ "pv_exported", 10 }, { "pv_missing", 10 }, { "pv_pe_count", 3 },

	{ "vg_uuid", 38 }, { "vg_attr", 5 }, { "vg_permissions", 10 }, { "vg_exported", 10 }, { "vg_partial", 10 },
	{ "vg_allocation_policy", 10 }, { "vg_clustered", 10 }, { "vg_shared", 7 }, { "vg_mda_free", 9 },
	{ "vg_mda_size", 9 },

	{ "lv_name", 4 }, { "lv_full_name", 4 }, { "lv_uuid", 38 }, { "lv_layout", 10 }, { "lv_role", 10 },
	{ "lv_image_synced", 10 }, { "lv_merging", 10 }, { "lv_allocation_policy", 10 },
	{ "lv_allocation_locked", 10 }, { "lv_fixed_minor", 10 }, { "lv_skip_activation", 15 },
	{ "lv_when_full", 15 }, { "lv_active_locally", 10 }, { "lv_active_remotely", 10 },
	{ "lv_active_exclusively", 10 }, { "lv_time", 26 }, { "lv_time_removed", 26 }, { "lv_host", 10 },
	{ "lv_permissions", 8 }, { "lv_suspended", 10 }, { "lv_live_table", 20 }, { "lv_inactive_table", 20 },
	{ "lv_device_open", 10 }, { "lv_health_status", 15 }, { "lv_check_needed", 15 }, { "lv_merge_failed", 15 },
	{ "lv_snapshot_invalid", 15 }, { "origin_uuid", 38 }, { "move_pv_uuid", 38 }, { "convert_lv_uuid", 38 },
	{ "mirror_log_uuid", 38 }, { "data_lv_uuid", 38 }, { "metadata_lv_uuid", 38 }, { "pool_lv_uuid", 38 },
	{ "data_percent", 6 }, { "snap_percent", 6 }, { "metadata_percent", 6 }, { "cache_used_blocks", 16 },
	{ "cache_read_hits", 16 }, { "cache_read_misses", 16 }, { "cache_write_hits", 16 },
	{ "kernel_cache_settings", 18 }, { "kernel_cache_policy", 18 },
};

int report_least_width(const char *field)
{
	for (size_t i = 0; i < sizeof(widths) / sizeof(*widths); i++)
		if (!strcmp(widths[i].field, field))
			return widths[i].width;
	return 0;
}
