/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "txn/tags.h"

#include "base/error.h"
#include "txn/lv_settings.h"

int lvi_tags_change(struct lvol_vg *vg, struct strings *tags, const char *const *add, const char *const *remove,
		struct lvol_error *err)
{
	int ret = lvi_tags_check(add, err);

	if (!ret)
		ret = lvi_tags_check(remove, err);
	if (ret)
		return ret;
	return lvi_tags_add(vg, tags, add) || lvi_tags_remove(vg, tags, remove) ? lvi_error_nomem(err) : 0;
}
