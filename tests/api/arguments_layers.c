/* SPDX-License-Identifier: LGPL-2.1-or-later */
/*
 * What api/arguments.c asks of the calls that concern a transaction and its VGs, asked of all others: the device-mapper,
 * layers, jobs, streams. Handles that a call must not look at, since it refuses something else, are no handles.
 */
#include "arguments.h"

static struct lvol_error err;
static char no_handle[64];
#define ANY ((void *)no_handle)

static uint32_t numbers[3];
static const struct lvol_luks_key key = { "secret", 6 }, no_key = { NULL, 6 };
/* options without any */
static const struct lvol_device_create_opts device_create_opts = { sizeof device_create_opts };
static const struct lvol_cache_attach_opts cache_attach_opts = { sizeof cache_attach_opts };
static const struct lvol_cache_opts cache_opts = { sizeof cache_opts };
static const struct lvol_snapshot_attach_opts snapshot_attach_opts = { sizeof snapshot_attach_opts };
static const struct lvol_writecache_opts writecache_opts = { sizeof writecache_opts };
static const struct lvol_autoextend_opts autoextend_opts = { sizeof autoextend_opts };
static const struct lvol_lv_convert_opts lv_convert_opts = { sizeof lv_convert_opts };
static const struct lvol_lv_replace_opts lv_replace_opts = { sizeof lv_replace_opts };
static const struct lvol_raid_change_opts raid_change_opts = { sizeof raid_change_opts };
static const struct lvol_lv_split_opts lv_split_opts = { sizeof lv_split_opts };
static const struct lvol_pv_move_opts pv_move_opts = { sizeof pv_move_opts };
static const struct lvol_thin_change_opts thin_change_opts = { sizeof thin_change_opts };
static const struct lvol_luks_opts luks_opts = { sizeof luks_opts };

START_TEST(device_mapper)
{
	MISSING("backend", lvol_backend_clear(NULL, ANY, &err));
	MISSING("name", lvol_backend_clear(ANY, NULL, &err));
	MISSING("backend", lvol_backend_create(NULL, &device_create_opts, &err));
	REFUSED("options", lvol_backend_create(ANY, NULL, &err));
	MISSING("backend", lvol_backend_deps(NULL, ANY, ANY, 0, ANY, &err));
	MISSING("name", lvol_backend_deps(ANY, NULL, ANY, 0, ANY, &err));
	MISSING("list", lvol_backend_deps(ANY, ANY, NULL, 1, ANY, &err));
	MISSING("count", lvol_backend_deps(ANY, ANY, ANY, 0, NULL, &err));
	MISSING("backend", lvol_backend_devices(NULL, ANY, ANY, 0, ANY, &err));
	MISSING("list", lvol_backend_devices(ANY, ANY, NULL, 1, ANY, &err));
	MISSING("count", lvol_backend_devices(ANY, ANY, ANY, 0, NULL, &err));
	MISSING("backend", lvol_backend_info(NULL, ANY, ANY, &err));
	MISSING("name", lvol_backend_info(ANY, NULL, ANY, &err));
	MISSING("out", lvol_backend_info(ANY, ANY, NULL, &err));
	MISSING("backend", lvol_backend_load(NULL, ANY, ANY, 0, &err));
	MISSING("name", lvol_backend_load(ANY, NULL, ANY, 0, &err));
	MISSING("table", lvol_backend_load(ANY, ANY, NULL, 0, &err));
	REFUSED("unknown flags", lvol_backend_load(ANY, ANY, ANY, 1u << 31, &err));
	MISSING("backend", lvol_backend_message(NULL, ANY, 0, ANY, ANY, &err));
	MISSING("name", lvol_backend_message(ANY, NULL, 0, ANY, ANY, &err));
	MISSING("text", lvol_backend_message(ANY, ANY, 0, NULL, ANY, &err));
	MISSING("ctx", lvol_backend_open(NULL, NULL, ANY, &err));
	MISSING("out", lvol_backend_open(ANY, NULL, NULL, &err));
	REFUSED("options", lvol_backend_open(ANY, &(struct lvol_backend_opts){ 0 }, ANY, &err));
	REFUSED("unknown flags", lvol_backend_open(ANY,
			&(struct lvol_backend_opts){ sizeof(struct lvol_backend_opts), .flags = 1u << 31 }, ANY, &err));
	MISSING("backend", lvol_backend_remove(NULL, ANY, 0, &err));
	MISSING("name", lvol_backend_remove(ANY, NULL, 0, &err));
	REFUSED("unknown flags", lvol_backend_remove(ANY, ANY, 1u << 31, &err));
	MISSING("backend", lvol_backend_rename(NULL, ANY, ANY, 0, &err));
	MISSING("name", lvol_backend_rename(ANY, NULL, ANY, 0, &err));
	MISSING("new_name", lvol_backend_rename(ANY, ANY, NULL, 0, &err));
	REFUSED("unknown flags", lvol_backend_rename(ANY, ANY, ANY, 1u << 31, &err));
	MISSING("backend", lvol_backend_resume(NULL, ANY, 0, &err));
	MISSING("name", lvol_backend_resume(ANY, NULL, 0, &err));
	REFUSED("unknown flags", lvol_backend_resume(ANY, ANY, 1u << 31, &err));
	MISSING("backend", lvol_backend_status(NULL, ANY, 0, ANY, &err));
	MISSING("name", lvol_backend_status(ANY, NULL, 0, ANY, &err));
	MISSING("text", lvol_backend_status(ANY, ANY, 0, NULL, &err));
	REFUSED("unknown flags", lvol_backend_status(ANY, ANY, 1u << 31, ANY, &err));
	MISSING("backend", lvol_backend_suspend(NULL, ANY, 0, &err));
	MISSING("name", lvol_backend_suspend(ANY, NULL, 0, &err));
	REFUSED("unknown flags", lvol_backend_suspend(ANY, ANY, 1u << 31, &err));
	MISSING("backend", lvol_backend_sync(NULL, &err));
	MISSING("backend", lvol_backend_table(NULL, ANY, 0, ANY, &err));
	MISSING("name", lvol_backend_table(ANY, NULL, 0, ANY, &err));
	MISSING("out", lvol_backend_table(ANY, ANY, 0, NULL, &err));
	REFUSED("unknown flags", lvol_backend_table(ANY, ANY, 1u << 31, ANY, &err));
	MISSING("backend", lvol_backend_targets(NULL, ANY, 0, ANY, &err));
	MISSING("list", lvol_backend_targets(ANY, NULL, 1, ANY, &err));
	MISSING("count", lvol_backend_targets(ANY, ANY, 0, NULL, &err));
	MISSING("backend", lvol_backend_version(NULL, numbers, &err));
	MISSING("version", lvol_backend_version(ANY, NULL, &err));
	MISSING("backend", lvol_backend_wait(NULL, ANY, 0, 0, ANY, &err));
	MISSING("name", lvol_backend_wait(ANY, NULL, 0, 0, ANY, &err));
	MISSING("now", lvol_backend_wait(ANY, ANY, 0, 0, NULL, &err));
}
END_TEST

START_TEST(layers)
{
	MISSING("txn", lvol_cache_attach(NULL, &cache_attach_opts, &err));
	REFUSED("options", lvol_cache_attach(ANY, NULL, &err));
	MISSING("lv", lvol_cache_attach(ANY,
			&(struct lvol_cache_attach_opts){ sizeof(struct lvol_cache_attach_opts), .fast = "fast" }, &err));
	MISSING("fast", lvol_cache_attach(ANY,
			&(struct lvol_cache_attach_opts){ sizeof(struct lvol_cache_attach_opts), .lv = "lv" }, &err));
	REFUSED("unknown flags", lvol_cache_attach(ANY,
			&(struct lvol_cache_attach_opts){ sizeof(struct lvol_cache_attach_opts), .lv = "lv", .fast = "fast", .flags = 1 }, &err));
	REFUSED("options", lvol_cache_attach(ANY,
			&(struct lvol_cache_attach_opts){ sizeof(struct lvol_cache_attach_opts), .lv = "lv", .fast = "fast", .cache = &(struct lvol_cache_opts){ 0 } }, &err));
	MISSING("txn", lvol_cache_change(NULL, ANY, &cache_opts, &err));
	MISSING("lv", lvol_cache_change(ANY, NULL, &cache_opts, &err));
	REFUSED("options", lvol_cache_change(ANY, ANY, NULL, &err));
	MISSING("txn", lvol_cache_pool_convert(NULL, ANY, NULL, NULL, &err));
	MISSING("name", lvol_cache_pool_convert(ANY, NULL, NULL, NULL, &err));
	REFUSED("options", lvol_cache_pool_convert(ANY, ANY, NULL, &(struct lvol_cache_opts){ 0 }, &err));
	MISSING("txn", lvol_integrity_add(NULL, ANY, NULL, &err));
	MISSING("lv", lvol_integrity_add(ANY, NULL, NULL, &err));
	REFUSED("options", lvol_integrity_add(ANY, ANY, &(struct lvol_integrity_opts){ 0 }, &err));
	MISSING("txn", lvol_integrity_remove(NULL, ANY, &err));
	MISSING("lv", lvol_integrity_remove(ANY, NULL, &err));
	MISSING("txn", lvol_snapshot_attach(NULL, &snapshot_attach_opts, &err));
	REFUSED("options", lvol_snapshot_attach(ANY, NULL, &err));
	MISSING("origin", lvol_snapshot_attach(ANY,
			&(struct lvol_snapshot_attach_opts){ sizeof(struct lvol_snapshot_attach_opts), .store = "s" }, &err));
	MISSING("store", lvol_snapshot_attach(ANY,
			&(struct lvol_snapshot_attach_opts){ sizeof(struct lvol_snapshot_attach_opts), .origin = "o" }, &err));
	REFUSED("unknown flags", lvol_snapshot_attach(ANY,
			&(struct lvol_snapshot_attach_opts){ sizeof(struct lvol_snapshot_attach_opts), .origin = "o", .store = "s", .flags = 1u << 31 }, &err));
	MISSING("txn", lvol_snapshot_merge(NULL, ANY, &err));
	MISSING("snapshot", lvol_snapshot_merge(ANY, NULL, &err));
	MISSING("txn", lvol_snapshot_split(NULL, ANY, &err));
	MISSING("snapshot", lvol_snapshot_split(ANY, NULL, &err));
	MISSING("txn", lvol_writecache_attach(NULL, ANY, &writecache_opts, &err));
	MISSING("lv", lvol_writecache_attach(ANY, NULL, &writecache_opts, &err));
	REFUSED("options", lvol_writecache_attach(ANY, ANY, NULL, &err));
	MISSING("fast", lvol_writecache_attach(ANY, ANY, &writecache_opts, &err));
	REFUSED("unknown flags", lvol_writecache_attach(ANY, ANY,
			&(struct lvol_writecache_opts){ sizeof(struct lvol_writecache_opts), .fast = "f", .reserved = 1 }, &err));
	MISSING("txn", lvol_writecache_detach(NULL, ANY, 0, &err));
	MISSING("lv", lvol_writecache_detach(ANY, NULL, 0, &err));
	REFUSED("unknown flags", lvol_writecache_detach(ANY, ANY, 1u << 31, &err));
}
END_TEST

START_TEST(events)
{
	MISSING("events", lvol_events_next(NULL, ANY, &err));
	MISSING("out", lvol_events_next(ANY, NULL, &err));
	MISSING("backend", lvol_events_open(NULL, NULL, ANY, &err));
	MISSING("out", lvol_events_open(ANY, NULL, NULL, &err));
	REFUSED("options", lvol_events_open(ANY, &(struct lvol_events_opts){ 0 }, ANY, &err));
	MISSING("events", lvol_events_unwatch(NULL, ANY, &err));
	MISSING("lv", lvol_events_unwatch(ANY, NULL, &err));
	MISSING("events", lvol_events_watch(NULL, ANY, &err));
	MISSING("lv", lvol_events_watch(ANY, NULL, &err));
}
END_TEST

START_TEST(streams)
{
	MISSING("lv", lvol_export_open(NULL, NULL, ANY, &err));
	MISSING("out", lvol_export_open(ANY, NULL, NULL, &err));
	REFUSED("options", lvol_export_open(ANY, &(struct lvol_export_opts){ 0 }, ANY, &err));
	REFUSED("unknown flags", lvol_export_open(ANY,
			&(struct lvol_export_opts){ sizeof(struct lvol_export_opts), .flags = 1u << 31 }, ANY, &err));
	MISSING("exporting", lvol_export_read(NULL, ANY, 0, ANY, &err));
	MISSING("buf", lvol_export_read(ANY, NULL, 1, ANY, &err));
	MISSING("got", lvol_export_read(ANY, ANY, 0, NULL, &err));
	MISSING("importing", lvol_import_finish(NULL, &err));
	MISSING("io", lvol_import_open(NULL, NULL, ANY, &err));
	MISSING("out", lvol_import_open(ANY, NULL, NULL, &err));
	REFUSED("options", lvol_import_open(ANY, &(struct lvol_import_opts){ 0 }, ANY, &err));
	REFUSED("unknown flags", lvol_import_open(ANY,
			&(struct lvol_import_opts){ sizeof(struct lvol_import_opts), .flags = 1u << 31 }, ANY, &err));
	MISSING("importing", lvol_import_write(NULL, ANY, 0, &err));
	MISSING("buf", lvol_import_write(ANY, NULL, 1, &err));
	MISSING("io", lvol_io_status(NULL, ANY, &err));
	MISSING("out", lvol_io_status(ANY, NULL, &err));
}
END_TEST

START_TEST(jobs)
{
	MISSING("job", lvol_job_abort(NULL, &err));
	MISSING("ctx", lvol_job_begin(NULL, ANY, NULL, ANY, &err));
	MISSING("lv", lvol_job_begin(ANY, NULL, NULL, ANY, &err));
	MISSING("out", lvol_job_begin(ANY, ANY, NULL, NULL, &err));
	REFUSED("options", lvol_job_begin(ANY, ANY, &(struct lvol_job_opts){ 0 }, ANY, &err));
	REFUSED("unknown flags", lvol_job_begin(ANY, ANY,
			&(struct lvol_job_opts){ sizeof(struct lvol_job_opts), .flags = 1u << 31 }, ANY, &err));
	MISSING("job", lvol_job_status(NULL, ANY, &err));
	MISSING("out", lvol_job_status(ANY, NULL, &err));
	MISSING("job", lvol_job_step(NULL, 0, ANY, &err));
	MISSING("status", lvol_job_step(ANY, 0, NULL, &err));
}
END_TEST

START_TEST(luks)
{
	MISSING("lv", lvol_luks_activate(NULL, ANY, &key, NULL, &err));
	MISSING("backend", lvol_luks_activate(ANY, NULL, &key, NULL, &err));
	MISSING("key", lvol_luks_activate(ANY, ANY, NULL, NULL, &err));
	MISSING("key->bytes", lvol_luks_activate(ANY, ANY, &no_key, NULL, &err));
	REFUSED("options", lvol_luks_activate(ANY, ANY, &key, &(struct lvol_luks_activate_opts){ 0 }, &err));
	REFUSED("unknown flags", lvol_luks_activate(ANY, ANY, &key,
			&(struct lvol_luks_activate_opts){ sizeof(struct lvol_luks_activate_opts), .flags = 1u << 31 }, &err));
	MISSING("backend", lvol_luks_deactivate(NULL, ANY, &err));
	MISSING("name", lvol_luks_deactivate(ANY, NULL, &err));
	MISSING("txn", lvol_luks_format(NULL, ANY, &luks_opts, &err));
	MISSING("name", lvol_luks_format(ANY, NULL, &luks_opts, &err));
	REFUSED("options", lvol_luks_format(ANY, ANY, NULL, &err));
	MISSING("lv", lvol_luks_open(NULL, 0, &key, ANY, &err));
	MISSING("key", lvol_luks_open(ANY, 0, NULL, ANY, &err));
	MISSING("key->bytes", lvol_luks_open(ANY, 0, &no_key, ANY, &err));
	MISSING("out", lvol_luks_open(ANY, 0, &key, NULL, &err));
	REFUSED("unknown flags", lvol_luks_open(ANY, 1u << 31, &key, ANY, &err));
	MISSING("backend", lvol_luks_resize(NULL, ANY, 0, ANY, &err));
	MISSING("name", lvol_luks_resize(ANY, NULL, 0, ANY, &err));
}
END_TEST

START_TEST(activation)
{
	MISSING("lv", lvol_lv_activate(NULL, ANY, 0, &err));
	MISSING("backend", lvol_lv_activate(ANY, NULL, 0, &err));
	REFUSED("unknown flags", lvol_lv_activate(ANY, ANY, 1u << 31, &err));
	MISSING("lv", lvol_lv_autoextend(NULL, ANY, ANY, &autoextend_opts, &err));
	MISSING("ctx", lvol_lv_autoextend(ANY, NULL, ANY, &autoextend_opts, &err));
	MISSING("backend", lvol_lv_autoextend(ANY, ANY, NULL, &autoextend_opts, &err));
	REFUSED("options", lvol_lv_autoextend(ANY, ANY, ANY, NULL, &err));
	MISSING("lv", lvol_lv_deactivate(NULL, ANY, 0, &err));
	MISSING("backend", lvol_lv_deactivate(ANY, NULL, 0, &err));
	REFUSED("unknown flags", lvol_lv_deactivate(ANY, ANY, 1u << 31, &err));
	MISSING("lv", lvol_lv_device(NULL, ANY, ANY, &err));
	MISSING("backend", lvol_lv_device(ANY, NULL, ANY, &err));
	MISSING("out", lvol_lv_device(ANY, ANY, NULL, &err));
	MISSING("lv", lvol_lv_refresh(NULL, ANY, 0, &err));
	MISSING("backend", lvol_lv_refresh(ANY, NULL, 0, &err));
	REFUSED("unknown flags", lvol_lv_refresh(ANY, ANY, 1u << 31, &err));
	MISSING("vg", lvol_vg_activate(NULL, ANY, 0, &err));
	MISSING("backend", lvol_vg_activate(ANY, NULL, 0, &err));
	REFUSED("unknown flags", lvol_vg_activate(ANY, ANY, 1u << 31, &err));
	MISSING("vg", lvol_vg_deactivate(NULL, ANY, 0, &err));
	MISSING("backend", lvol_vg_deactivate(ANY, NULL, 0, &err));
	REFUSED("unknown flags", lvol_vg_deactivate(ANY, ANY, 1u << 31, &err));
}
END_TEST

START_TEST(legs)
{
	MISSING("txn", lvol_lv_convert(NULL, ANY, &lv_convert_opts, &err));
	MISSING("name", lvol_lv_convert(ANY, NULL, &lv_convert_opts, &err));
	REFUSED("options", lvol_lv_convert(ANY, ANY, NULL, &err));
	MISSING("txn", lvol_lv_glance(NULL, ANY, ANY, &err));
	MISSING("out", lvol_lv_glance(ANY, ANY, NULL, &err));
	MISSING("txn", lvol_lv_merge_leg(NULL, ANY, &err));
	MISSING("leg", lvol_lv_merge_leg(ANY, NULL, &err));
	MISSING("txn", lvol_lv_replace_legs(NULL, ANY, &lv_replace_opts, &err));
	MISSING("name", lvol_lv_replace_legs(ANY, NULL, &lv_replace_opts, &err));
	REFUSED("options", lvol_lv_replace_legs(ANY, ANY, NULL, &err));
	MISSING("txn", lvol_raid_change(NULL, ANY, &raid_change_opts, &err));
	MISSING("name", lvol_raid_change(ANY, NULL, &raid_change_opts, &err));
	REFUSED("options", lvol_raid_change(ANY, ANY, NULL, &err));
	REFUSED("unknown flags", lvol_raid_change(ANY, ANY,
			&(struct lvol_raid_change_opts){ sizeof(struct lvol_raid_change_opts), .what = 1u << 31 }, &err));
	MISSING("txn", lvol_lv_split_legs(NULL, ANY, &lv_split_opts, &err));
	MISSING("name", lvol_lv_split_legs(ANY, NULL, &lv_split_opts, &err));
	REFUSED("options", lvol_lv_split_legs(ANY, ANY, NULL, &err));
	REFUSED("unknown flags", lvol_lv_split_legs(ANY, ANY,
			&(struct lvol_lv_split_opts){ sizeof(struct lvol_lv_split_opts), .flags = 1u << 31 }, &err));
	MISSING("txn", lvol_pv_move(NULL, &pv_move_opts, &err));
	REFUSED("options", lvol_pv_move(ANY, NULL, &err));
	MISSING("pv", lvol_pv_move(ANY, &pv_move_opts, &err));
	REFUSED("unknown flags", lvol_pv_move(ANY,
			&(struct lvol_pv_move_opts){ sizeof(struct lvol_pv_move_opts), .pv = "p", .flags = 1u << 31 }, &err));
}
END_TEST

START_TEST(texts)
{
	MISSING("lv", lvol_lv_status(NULL, ANY, ANY, &err));
	MISSING("backend", lvol_lv_status(ANY, NULL, ANY, &err));
	MISSING("out", lvol_lv_status(ANY, ANY, NULL, &err));
	MISSING("text", lvol_status_new(NULL, ANY, &err));
	MISSING("out", lvol_status_new(ANY, NULL, &err));
	MISSING("text", lvol_table_new(NULL, ANY, &err));
	MISSING("out", lvol_table_new(ANY, NULL, &err));
}
END_TEST

START_TEST(thin_insight)
{
	MISSING("pool", lvol_thin_check(NULL, ANY, &err));
	MISSING("out", lvol_thin_check(ANY, NULL, &err));
	MISSING("diff", lvol_thin_diff_next(NULL, ANY, &err));
	MISSING("out", lvol_thin_diff_next(ANY, NULL, &err));
	MISSING("view", lvol_thin_diff_open(NULL, numbers, 0, ANY, &err));
	MISSING("devices", lvol_thin_diff_open(ANY, NULL, 0, ANY, &err));
	MISSING("out", lvol_thin_diff_open(ANY, numbers, 0, NULL, &err));
	REFUSED("unknown flags", lvol_thin_diff_open(ANY, numbers, 1u << 31, ANY, &err));
	MISSING("ranges", lvol_thin_ranges_next(NULL, ANY, &err));
	MISSING("out", lvol_thin_ranges_next(ANY, NULL, &err));
	MISSING("view", lvol_thin_ranges_open(NULL, 0, 0, ANY, &err));
	MISSING("out", lvol_thin_ranges_open(ANY, 0, 0, NULL, &err));
	MISSING("view", lvol_thin_view_device(NULL, 0, ANY, &err));
	MISSING("out", lvol_thin_view_device(ANY, 0, NULL, &err));
	MISSING("view", lvol_thin_view_exclusive(NULL, 0, ANY, &err));
	MISSING("bytes", lvol_thin_view_exclusive(ANY, 0, NULL, &err));
	MISSING("view", lvol_thin_view_fill(NULL, ANY, &err));
	MISSING("out", lvol_thin_view_fill(ANY, NULL, &err));
	MISSING("view", lvol_thin_view_lv(NULL, ANY, ANY, &err));
	MISSING("lv", lvol_thin_view_lv(ANY, NULL, ANY, &err));
	MISSING("out", lvol_thin_view_lv(ANY, ANY, NULL, &err));
	MISSING("pool", lvol_thin_view_open(NULL, NULL, ANY, &err));
	MISSING("out", lvol_thin_view_open(ANY, NULL, NULL, &err));
	REFUSED("options", lvol_thin_view_open(ANY, &(struct lvol_thin_view_opts){ 0 }, ANY, &err));
	REFUSED("unknown flags", lvol_thin_view_open(ANY,
			&(struct lvol_thin_view_opts){ sizeof(struct lvol_thin_view_opts), .flags = 1u << 31 }, ANY, &err));
	MISSING("view", lvol_thin_view_release(NULL, &err));
}
END_TEST

START_TEST(thin)
{
	MISSING("txn", lvol_thin_convert(NULL, ANY, ANY, ANY, &err));
	MISSING("name", lvol_thin_convert(ANY, NULL, ANY, ANY, &err));
	MISSING("pool", lvol_thin_convert(ANY, ANY, NULL, ANY, &err));
	MISSING("txn", lvol_thin_merge(NULL, ANY, &err));
	MISSING("snapshot", lvol_thin_merge(ANY, NULL, &err));
	MISSING("lv", lvol_thin_overprovision(NULL, ANY, &err));
	MISSING("out", lvol_thin_overprovision(ANY, NULL, &err));
	MISSING("txn", lvol_thin_pool_change(NULL, ANY, &thin_change_opts, &err));
	MISSING("name", lvol_thin_pool_change(ANY, NULL, &thin_change_opts, &err));
	REFUSED("options", lvol_thin_pool_change(ANY, ANY, NULL, &err));
	REFUSED("unknown flags", lvol_thin_pool_change(ANY, ANY,
			&(struct lvol_thin_change_opts){ sizeof(struct lvol_thin_change_opts), .what = 1u << 31 }, &err));
	MISSING("txn", lvol_thin_pool_convert(NULL, ANY, ANY, NULL, &err));
	MISSING("name", lvol_thin_pool_convert(ANY, NULL, ANY, NULL, &err));
	REFUSED("options", lvol_thin_pool_convert(ANY, ANY, NULL, &(struct lvol_thin_opts){ 0 }, &err));
	REFUSED("unknown flags", lvol_thin_pool_convert(ANY, ANY, NULL,
			&(struct lvol_thin_opts){ sizeof(struct lvol_thin_opts), .flags = 1u << 31 }, &err));
	MISSING("txn", lvol_thin_pool_repair(NULL, ANY, ANY, &err));
	MISSING("name", lvol_thin_pool_repair(ANY, NULL, ANY, &err));
	MISSING("txn", lvol_thin_pool_swap_metadata(NULL, ANY, ANY, &err));
	MISSING("name", lvol_thin_pool_swap_metadata(ANY, NULL, ANY, &err));
	MISSING("lv", lvol_thin_pool_swap_metadata(ANY, ANY, NULL, &err));
}
END_TEST

int main(void)
{
	Suite *suite = suite_create("arguments of layers");
	TCase *tests = make_case(suite, "arguments");

	tcase_add_test(tests, device_mapper);
	tcase_add_test(tests, layers);
	tcase_add_test(tests, events);
	tcase_add_test(tests, streams);
	tcase_add_test(tests, jobs);
	tcase_add_test(tests, luks);
	tcase_add_test(tests, activation);
	tcase_add_test(tests, legs);
	tcase_add_test(tests, texts);
	tcase_add_test(tests, thin_insight);
	tcase_add_test(tests, thin);
	return t_main(suite);
}
