/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "model/names.h"

#include <string.h>

#include "base/error.h"

/* LVM2 builds "vg-lv" with room for the terminating NUL and hyphens in a buffer of this size. */
#define FULL_NAME_MAX 128

static const char name_chars[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+-";
static const char tag_chars[] =
	"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789._+/=!:&#-";

static const char *const reserved_starts[] = { "snapshot", "pvmove" };
/* LVM2 gives these names to parts of an LV; it looks for them anywhere in a name. */
static const char *const reserved_parts[] = {
	"_cdata", "_cmeta", "_corig", "_cpool", "_cvol", "_wcorig", "_mimage", "_mlog", "_rimage", "_rmeta", "_tdata",
	"_tmeta", "_vdata", "_imeta", "_iorig", "_pmspare", "_vorigin",
};

#define COUNT(a) (sizeof (a) / sizeof (a)[0])

static int name_check(const char *what, const char *name, struct lvol_error *err)
{
	size_t good = strspn(name, name_chars);

	if (!name[0])
		return lvi_error(err, LVOL_E_INVALID, name, "%s name is empty", what);
	if (strlen(name) > LVI_NAME_MAX)
		return lvi_error(err, LVOL_E_INVALID, name, "%s name \"%.40s...\" is longer than %d characters", what, name,
				LVI_NAME_MAX);
	if (name[good])
		return lvi_error(err, LVOL_E_INVALID, name,
				"%s name \"%s\" has a character other than A-Z a-z 0-9 . _ + - at position %zu", what, name, good + 1);
	if (name[0] == '-')
		return lvi_error(err, LVOL_E_INVALID, name, "%s name \"%s\" begins with a hyphen", what, name);
	if (!strcmp(name, ".") || !strcmp(name, ".."))
		return lvi_error(err, LVOL_E_INVALID, name, "%s name \"%s\" means a directory", what, name);
	return 0;
}

int lvi_vg_name_check(const char *name, struct lvol_error *err)
{
	return name_check("VG", name, err);
}

int lvi_lv_name_check(const char *vg_name, const char *name, struct lvol_error *err)
{
	int ret = name_check("LV", name, err);

	if (ret)
		return ret;
	if (strlen(vg_name) + strlen(name) + 3 >= FULL_NAME_MAX)
		return lvi_error(err, LVOL_E_INVALID, name,
				"LV name \"%s\" is too long: it and the VG's name may have %d characters together", name,
				FULL_NAME_MAX - 4);
	return 0;
}

int lvi_lv_new_name_check(const char *vg_name, const char *name, struct lvol_error *err)
{
	int ret = lvi_lv_name_check(vg_name, name, err);

	if (ret)
		return ret;
	for (size_t i = 0; i < COUNT(reserved_starts); i++)
		if (!strncmp(name, reserved_starts[i], strlen(reserved_starts[i])))
			return lvi_error(err, LVOL_E_INVALID, name,
					"LV name \"%s\" is reserved: it begins with \"%s\"", name, reserved_starts[i]);
	for (size_t i = 0; i < COUNT(reserved_parts); i++)
		if (strstr(name, reserved_parts[i]))
			return lvi_error(err, LVOL_E_INVALID, name, "LV name \"%s\" is reserved: it contains \"%s\"", name,
					reserved_parts[i]);
	return 0;
}

int lvi_tag_check(const char *tag, struct lvol_error *err)
{
	size_t good = strspn(tag, tag_chars);

	if (!tag[0])
		return lvi_error(err, LVOL_E_INVALID, tag, "tag is empty");
	if (tag[good])
		return lvi_error(err, LVOL_E_INVALID, tag, "tag \"%.200s\" has a character other than "
				"A-Z a-z 0-9 . _ + / = ! : & # - at position %zu", tag, good + 1);
	return 0;
}
