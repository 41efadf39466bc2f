/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "map/names.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "base/error.h"

/* A part of a name as it is built; one past the room is counted too, so that "too long" is seen at the end. */
struct name_out { char *text; size_t len; };

static void put(struct name_out *o, char c)
{
	if (o->len < LVI_DM_NAME_SIZE)
		o->text[o->len++] = c;
}

static bool is_plain(char c)
{
	return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c && strchr("#+-.:=@_", c));
}

static void put_part(struct name_out *o, const char *part)
{
	static const char hex[] = "0123456789abcdef";

	for (; *part; part++) {
		unsigned char c = *part;

		if (is_plain(c)) {
			if (c == '-')
				put(o, c);
			put(o, c);
			continue;
		}
		put(o, '\\');
		put(o, 'x');
		put(o, hex[c >> 4]);
		put(o, hex[c & 15]);
	}
}

int lvi_dm_name(const char *vg, const char *lv, const char *layer, char out[LVI_DM_NAME_SIZE], struct lvol_error *err)
{
	struct name_out o = { out, 0 };

	put_part(&o, vg);
	put(&o, '-');
	put_part(&o, lv);
	if (layer && *layer) {
		/* lvm2 joins such layers as they are ("_mlog") */
		if (*layer != '_')
			put(&o, '-');
		put_part(&o, layer);
	}
	if (o.len == LVI_DM_NAME_SIZE) {
		*out = '\0';
		return lvi_error(err, LVOL_E_INVALID, lv,
				"device-mapper name of %s/%s would be longer than %d characters (a hyphen counts twice)",
				vg, lv, LVI_DM_NAME_SIZE - 1);
	}
	out[o.len] = '\0';
	return 0;
}

void lvi_dm_uuid(const struct lvol_lv *lv, const char *layer, char out[LVI_DM_UUID_SIZE])
{
	assert(!layer || strlen(layer) <= LVI_DM_LAYER_MAX);
	snprintf(out, LVI_DM_UUID_SIZE, "LVM-%.*s%.*s%s%s", LVI_UUID_LEN, lv->vg->id.c, LVI_UUID_LEN, lv->id.c,
			layer ? "-" : "", layer ? layer : "");
}
