/* SPDX-License-Identifier: LGPL-2.1-or-later */
#include "config.h"

#include <stdlib.h>
#include <string.h>

#include "base/error.h"
#include "report/internal.h"

#if HAVE_JSONC
#include <json-c/json.h>

/* {"report": [{"lv": [{"lv_name": "root", ...}, ...]}]}, every value a string, as lvm2's --reportformat json. */

/* Bytes of the UTF-8 character at @s, 0 if that is none. */
static size_t utf8_length(const unsigned char *s)
{
	size_t len = *s < 0x80 ? 1 : *s >= 0xc2 && *s < 0xe0 ? 2 : *s >= 0xe0 && *s < 0xf0 ? 3 : *s >= 0xf0 && *s < 0xf5 ? 4 : 0;

	for (size_t i = 1; i < len; i++)
		if ((s[i] & 0xc0) != 0x80)
			return 0;
	/* forms longer than needed, surrogates, and what is beyond Unicode */
	if ((*s == 0xe0 && s[1] < 0xa0) || (*s == 0xed && s[1] > 0x9f) || (*s == 0xf0 && s[1] < 0x90) ||
			(*s == 0xf4 && s[1] > 0x8f))
		return 0;
	return len;
}

/* Names come from disks that anybody may have written: bytes that are no text become '?'. */
static struct json_object *text_value(const char *text)
{
	char *copy = strdup(text);
	struct json_object *value;

	if (!copy)
		return NULL;
	for (char *at = copy; *at;) {
		size_t len = utf8_length((const unsigned char *)at);

		if (!len)
			*at = '?';
		at += len ? len : 1;
	}
	value = json_object_new_string(copy);
	free(copy);
	return value;
}

/* Both take @value over, also when they fail. */
static int add_item(struct json_object *list, struct json_object *value)
{
	if (value && !json_object_array_add(list, value))
		return 0;
	json_object_put(value);
	return -LVOL_E_NO_MEMORY;
}

/* @key is not copied: it is a constant. */
static int add_member(struct json_object *to, const char *key, struct json_object *value)
{
	if (value && !json_object_object_add_ex(to, key, value, JSON_C_OBJECT_ADD_CONSTANT_KEY))
		return 0;
	json_object_put(value);
	return -LVOL_E_NO_MEMORY;
}

static const char *report_key(enum lvol_report_kind kind)
{
	switch (kind) {
	case LVOL_REPORT_PVS:
		return "pv";
	case LVOL_REPORT_VGS:
		return "vg";
	case LVOL_REPORT_LVS:
		return "lv";
	case LVOL_REPORT_SEGS:
		return "seg";
	default:
		return "pvseg";
	}
}

static int add_row(struct json_object *rows, const struct lvol_report *r, size_t row)
{
	struct json_object *object = json_object_new_object();
	int ret = object ? 0 : -LVOL_E_NO_MEMORY;

	for (size_t i = 0; i < lvi_report_column_count(r) && !ret; i++)
		ret = add_member(object, lvi_report_column_name(r, i), text_value(lvi_report_cell(r, row, i)));
	if (!ret)
		return add_item(rows, object);
	json_object_put(object);
	return ret;
}

static int add_report(struct json_object *list, const struct lvol_report *r)
{
	struct json_object *report = json_object_new_object(), *rows = json_object_new_array();
	int ret = report && rows ? 0 : -LVOL_E_NO_MEMORY;

	for (size_t i = 0; i < lvi_report_row_count(r) && !ret; i++)
		ret = add_row(rows, r, i);
	if (ret)
		json_object_put(rows);
	else
		ret = add_member(report, report_key(r->kind), rows);
	if (!ret)
		return add_item(list, report);
	json_object_put(report);
	return ret;
}

static int make_text(struct json_object *top, char **json)
{
	const char *text = json_object_to_json_string_ext(top, JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED |
			JSON_C_TO_STRING_NOSLASHESCAPE);

	*json = text ? strdup(text) : NULL;
	return *json ? 0 : -LVOL_E_NO_MEMORY;
}

int lvi_report_json(const struct lvol_report *const *reports, size_t count, char **json, struct lvol_error *err)
{
	struct json_object *top = json_object_new_object(), *list = json_object_new_array();
	int ret = top && list ? 0 : -LVOL_E_NO_MEMORY;

	for (size_t i = 0; i < count && !ret; i++)
		ret = add_report(list, reports[i]);
	if (ret)
		json_object_put(list);
	else
		ret = add_member(top, "report", list);
	if (!ret)
		ret = make_text(top, json);
	json_object_put(top);
	return ret ? lvi_error_nomem(err) : 0;
}

#else

int lvi_report_json(const struct lvol_report *const *reports, size_t count, char **json, struct lvol_error *err)
{
	return lvi_error(err, LVOL_E_NOT_SUPPORTED, NULL, "this library was built without json-c, which JSON needs");
}

#endif
