/* SPDX-License-Identifier: LGPL-2.1-or-later */
#ifndef TESTS_UNIT_RECORDED_CONTROL_H
#define TESTS_UNIT_RECORDED_CONTROL_H

/* The VGs of a recorded scenario, and a device-mapper that says again what the kernel's said when it was recorded. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <json-c/json.h>

#include "base/error.h"
#include "metadata/metadata.h"
#include "report/report.h"

#include "../util/util.h"

static inline struct json_object *get(struct json_object *from, const char *key)
{
	struct json_object *value = NULL;

	ck_assert_msg(json_object_object_get_ex(from, key, &value), "%s is missing", key);
	return value;
}

static inline const char *text(struct json_object *row, const char *key)
{
	struct json_object *value;

	return json_object_object_get_ex(row, key, &value) ? json_object_get_string(value) : "";
}

/* The device-mapper as it was. */

/* One device may be other than it was: @status is then what it says, @attr what it is. */
struct recorded {
	struct backend_control control;
	struct json_object *dmsetup;
	const char *device, *status, *attr;
	bool list_fails, look_fails;
};

/* Without what takes memory: that may be failing on purpose. */
static inline struct json_object *recorded(struct backend_control *c, const char *key)
{
	return json_object_object_get(((struct recorded *)c)->dmsetup, key);
}

static inline int recorded_list(struct backend_control *c, const char *prefix, struct control_devices *out, struct lvol_error *err)
{
	struct json_object *devices = recorded(c, "devices");

	if (((struct recorded *)c)->list_fails)
		return lvi_error(err, LVOL_E_PERMISSION, NULL, "no device is listed");
	for (size_t i = 0; i < json_object_array_length(devices); i++) {
		struct json_object *d = json_object_array_get_idx(devices, i);
		struct control_device *device;

		if (strncmp(text(d, "uuid"), prefix, strlen(prefix)))
			continue;
		device = ARRAY_PUSH(&out->list);
		if (!device)
			return lvi_error_nomem(err);
		*device = (struct control_device){
			.number = { json_object_get_int(json_object_object_get(d, "major")), json_object_get_int(json_object_object_get(d, "minor")) },
		};
		snprintf(device->name, sizeof device->name, "%s", text(d, "name"));
		snprintf(device->uuid, sizeof device->uuid, "%s", text(d, "uuid"));
	}
	return 0;
}

static inline int recorded_lines(struct backend_control *c, const char *key, const char *name, struct textbuf *out)
{
	struct json_object *lines = recorded(c, key);
	size_t len = strlen(name);

	for (size_t i = 0; i < json_object_array_length(lines); i++) {
		const char *line = json_object_get_string(json_object_array_get_idx(lines, i));

		if (strncmp(line, name, len) || strncmp(line + len, ": ", 2))
			continue;
		lvi_textbuf_puts(out, line + len + 2);
		lvi_textbuf_putc(out, '\n');
	}
	return 0;
}

/* "attr" is dmsetup's: table, inactive table, suspended, permission. */
static inline int recorded_look(struct backend_control *c, const char *name, unsigned flags, struct control_live *live,
		struct textbuf *lines, struct lvol_error *err)
{
	struct json_object *devices = recorded(c, "devices");
	const struct recorded *r = (const struct recorded *)c;
	bool other = r->device && !strcmp(r->device, name);

	*live = (struct control_live){ 0 };
	if (r->look_fails)
		return lvi_error(err, LVOL_E_IO, name, "%s cannot be looked at", name);
	for (size_t i = 0; i < json_object_array_length(devices); i++) {
		struct json_object *d = json_object_array_get_idx(devices, i);
		const char *attr = other && r->attr ? r->attr : text(d, "attr");

		if (strcmp(text(d, "name"), name))
			continue;
		*live = (struct control_live){
			.exists = true, .has_table = attr[0] == 'L', .has_inactive = attr[1] == 'I', .suspended = attr[2] == 's',
			.read_only = attr[3] == 'r',
			.number = { json_object_get_int(json_object_object_get(d, "major")), json_object_get_int(json_object_object_get(d, "minor")) },
		};
		snprintf(live->name, sizeof live->name, "%s", name);
	}
	if (other && r->status)
		lvi_textbuf_puts(lines, r->status);
	return other && r->status ? 0 : recorded_lines(c, "status", name, lines);
}

static inline int recorded_table(struct backend_control *c, const char *name, unsigned flags, struct textbuf *out,
		struct lvol_error *err)
{
	return recorded_lines(c, "table", name, out);
}

static inline int recorded_read_ahead(struct backend_control *c, struct control_number number, uint32_t *sectors,
		struct lvol_error *err)
{
	*sectors = 256;
	return 0;
}

static const struct backend_control_ops recorded_ops = {
	.name = "recorded", .list = recorded_list, .look = recorded_look, .read_ahead = recorded_read_ahead, .table = recorded_table,
};

/* Where the PV was when it was recorded; NULL: it was missing. */
static inline const char *device_of(struct json_object *pvs, const struct uuid *id)
{
	char uuid[LVI_UUID_TEXT_LEN + 1];

	lvi_uuid_format(id, uuid);
	for (size_t i = 0; i < json_object_array_length(pvs); i++) {
		struct json_object *row = json_object_array_get_idx(pvs, i);

		if (!strcmp(text(row, "pv_uuid"), uuid) && strcmp(text(row, "pv_name"), "[unknown]"))
			return text(row, "pv_name");
	}
	return NULL;
}

static inline struct lvol_vg *import(const char *name, const char *backup, struct json_object *pvs)
{
	struct lvol_error err = LVOL_ERROR_INIT;
	struct lvol_vg *vg = NULL;
	char *copy = strdup(backup);

	ck_assert_ptr_nonnull(copy);
	t_ok(lvi_metadata_import(copy, strlen(backup), name, &vg, &err), err);
	for (struct lvol_pv *pv = vg->pv_first; pv; pv = pv->next)
		pv->dev_name = device_of(pvs, &pv->id);
	t_ok(lvi_vg_freeze(vg, &err), err);
	return vg;
}

static inline const char *cell(const struct lvol_report *r, size_t row, const char *column)
{
	for (size_t i = 0; i < lvi_report_column_count(r); i++)
		if (!strcmp(lvi_report_column_name(r, i), column))
			return lvi_report_cell(r, row, i);
	return "";
}

#endif
