/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What LVs that are open in user space say of themselves: the very words that the kernel said of the same LVs when the golden
 * scenarios were recorded.
 */
#include <json-c/json.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <lvol/lvol.h>

#include "util.h"

static struct lvol_error err;
static struct lvol_ctx *ctx;
static struct lvol_vg *vg;
static struct json_object *recorded;   /* lines "vg0-lv: 0 8192 linear ..." */
static struct json_object *manifest;

static void add_disks(const char *scenario)
{
	char *dir = t_golden_dir(scenario), name[32];

	for (unsigned i = 0; i < 8; i++) {
		char *image;

		snprintf(name, sizeof name, "disk%u.img", i);
		image = t_path(dir, name);
		if (!access(image, R_OK))
			t_ok(lvol_ctx_add_path(ctx, image, LVOL_DEV_READ_ONLY, NULL, &err), err);
		free(image);
	}
	free(dir);
}

static void open_scenario(const char *scenario)
{
	struct lvol_ctx_opts o = LVOL_CTX_OPTS_INIT;
	char *path = t_golden_manifest(scenario);
	struct json_object *dmsetup;

	err = (struct lvol_error)LVOL_ERROR_INIT;
	o.flags = LVOL_CTX_NO_SYSTEM_CONFIG;
	t_ok(lvol_ctx_new(&o, &ctx, &err), err);
	add_disks(scenario);
	t_ok(lvol_vg_open(ctx, "vg0", &vg, &err), err);
	manifest = json_object_from_file(path);
	ck_assert(json_object_object_get_ex(manifest, "dmsetup", &dmsetup));
	ck_assert(json_object_object_get_ex(dmsetup, "status", &recorded));
	free(path);
}

static void close_scenario(void)
{
	json_object_put(manifest);
	lvol_vg_unref(vg);
	lvol_ctx_unref(ctx);
}

/* What the kernel said of a device, behind "DEVICE: "; NULL: it was not there. */
static const char *kernel_said(const char *device)
{
	size_t len = strlen(device);

	for (size_t i = 0; i < json_object_array_length(recorded); i++) {
		const char *line = json_object_get_string(json_object_array_get_idx(recorded, i));

		if (!strncmp(line, device, len) && !strncmp(line + len, ": ", 2))
			return line + len + 2;
	}
	return NULL;
}

/* Devices are called otherwise here, and the free blocks of a pool's metadata are counted after its last commit. */
static bool is_compared(const struct lvol_status_line *line)
{
	return line->snapshot || line->thin || line->raid;
}

/* False: it was not active then. */
static bool same_line(const struct lvol_status_line *line)
{
	const char *theirs = kernel_said(line->device);
	char ours[400];

	snprintf(ours, sizeof ours, "%llu %llu %s %s", (unsigned long long)line->start_sectors,
			(unsigned long long)line->length_sectors, line->target, line->text);
	ck_assert_msg(!theirs || !strncmp(theirs, ours, strlen(ours)), "%s says \"%s\", the kernel said \"%s\"", line->device, ours,
			theirs);
	return theirs != NULL;
}

static struct lvol_status *status_of(const char *name, uint32_t flags)
{
	const struct lvol_lv *lv = lvol_lv_find(vg, name);
	struct lvol_status *status = NULL;
	struct lvol_io *io = NULL;

	ck_assert_msg(lv != NULL, "there is no %s", name);
	t_ok(lvol_io_open(lv, flags, &io, &err), err);
	t_ok(lvol_io_status(io, &status, &err), err);
	lvol_io_close(io);
	return status;
}

static const struct { const char *scenario; unsigned least; } scenarios[] = {
	{ "thin-basic", 8 }, { "thin-external", 2 }, { "snapshot-basic", 2 }, { "snapshot-invalid", 1 }, { "raid45-layouts", 4 },
	{ "raid1", 1 },
};

START_TEST(as_the_kernel_said)
{
	unsigned compared = 0;

	open_scenario(scenarios[_i].scenario);
	for (const struct lvol_lv *lv = lvol_lv_first(vg); lv; lv = lvol_lv_next(lv)) {
		struct lvol_status *status;

		if (!lvol_lv_is_visible(lv))
			continue;
		status = status_of(lvol_lv_name(lv), 0);
		for (size_t i = 0; i < lvol_status_line_count(status); i++)
			if (is_compared(lvol_status_line(status, i)))
				compared += same_line(lvol_status_line(status, i));
		lvol_status_free(status);
	}
	ck_assert_uint_ge(compared, scenarios[_i].least);
	close_scenario();
}
END_TEST

/* The pool's own device only shows it; what it says is behind that. */
START_TEST(a_layer_follows)
{
	struct lvol_status *status;

	open_scenario("thin-basic");
	status = status_of("pool", 0);
	ck_assert_uint_eq(lvol_status_line_count(status), 2);
	ck_assert_str_eq(lvol_status_line(status, 0)->target, "linear");
	ck_assert_str_eq(lvol_status_line(status, 1)->device, "vg0-pool-tpool");
	ck_assert_ptr_nonnull(lvol_status_line(status, 1)->thin_pool);
	ck_assert_uint_eq(lvol_status_line(status, 1)->thin_pool->transaction_id, 11);
	ck_assert_uint_eq(lvol_status_line(status, 1)->thin_pool->used_data_blocks, 190);
	ck_assert_ptr_null(lvol_status_line(status, 2));
	lvol_status_free(status);
	close_scenario();
}
END_TEST

START_TEST(text_is_read)
{
	struct lvol_status *status = NULL;

	err = (struct lvol_error)LVOL_ERROR_INIT;
	t_ok(lvol_status_new("0 8 linear\n8 8 thin 8 7\n", &status, &err), err);
	ck_assert_uint_eq(lvol_status_line_count(status), 2);
	ck_assert_uint_eq(lvol_status_line(status, 1)->thin->mapped_sectors, 8);
	ck_assert_str_eq(lvol_status_line(status, 1)->device, "");
	lvol_status_free(status);
	status = NULL;
	t_ok(lvol_status_new("", &status, &err), err);
	ck_assert_uint_eq(lvol_status_line_count(status), 0);
	lvol_status_free(status);
	lvol_status_free(NULL);
	t_fails(lvol_status_new("0 8 thin none\n", &status, &err), LVOL_E_INVALID, err);
	t_fails(lvol_status_new(NULL, &status, &err), LVOL_E_INVALID, err);
	t_fails(lvol_io_status(NULL, &status, &err), LVOL_E_INVALID, err);
	t_fails(lvol_lv_status(NULL, NULL, &status, &err), LVOL_E_INVALID, err);
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("io_status");
	TCase *tests = tcase_create("status");

	tcase_add_loop_test(tests, as_the_kernel_said, 0, (int)(sizeof scenarios / sizeof *scenarios));
	tcase_add_test(tests, a_layer_follows);
	tcase_add_test(tests, text_is_read);
	suite_add_tcase(suite, tests);
	return t_main(suite);
}
