/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/validate.h"

#include <stdarg.h>

#include "base/message.h"
#include "model/internal.h"

const struct vg_check lvi_vg_checks[] = {
	{ "vg-name", lvi_check_vg_name },
	{ "vg-id", lvi_check_vg_id },
	{ "vg-seqno", lvi_check_vg_seqno },
	{ "vg-format", lvi_check_vg_format },
	{ "vg-extent-size", lvi_check_vg_extent_size },
	{ "vg-alloc", lvi_check_vg_alloc },
	{ "vg-limits", lvi_check_vg_limits },
	{ "vg-counts", lvi_check_vg_counts },
	{ "vg-tags", lvi_check_vg_tags },
	{ "vg-lock", lvi_check_vg_lock },
	{ "lv-lock", lvi_check_lv_lock },
	{ "pv-ids", lvi_check_pv_ids },
	{ "pv-tags", lvi_check_pv_tags },
	{ "pv-places", lvi_check_pv_places },
	{ "pv-exported", lvi_check_pv_exported },
	{ "lv-names", lvi_check_lv_names },
	{ "lv-ids", lvi_check_lv_ids },
	{ "lv-tags", lvi_check_lv_tags },
	{ "lv-creation", lvi_check_lv_creation },
	{ "lv-device-number", lvi_check_lv_device_number },
	{ "lv-settings", lvi_check_lv_settings },
	{ "lv-segments", lvi_check_lv_segments },
	{ "lv-one-spare", lvi_check_lv_one_spare },
	{ "lv-area-use", lvi_check_lv_area_use },
	{ "lv-one-owner", lvi_check_lv_one_owner },
	{ "historical-unique", lvi_check_historical_unique },
	{ "historical-links", lvi_check_historical_links },
	{ NULL, NULL }
};

int lvi_check_found(const struct check_sink *sink, const char *check, const char *subject, const char *fmt, ...)
{
	char text[sizeof ((struct lvol_error *)0)->message];
	va_list ap;

	va_start(ap, fmt);
	lvi_message_vformat(text, sizeof text, fmt, ap);
	va_end(ap);
	return sink->found(sink->arg, check, subject ? subject : "", text);
}
