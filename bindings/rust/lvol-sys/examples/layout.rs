// SPDX-License-Identifier: LGPL-2.1-or-later
// Made by bindings/rust/tools/generate.py; change the header and run that.
//! Prints the layout of every struct and the value of every constant, and links every function:
//! the test `rust-sys` compares it with what a C compiler makes of the headers.

use lvol_sys::*;
use std::mem::{align_of, size_of, MaybeUninit};
use std::ptr::addr_of;

macro_rules! layout {
    ($name:ident: $($field:ident),*) => {{
        println!("{} size {} align {}", stringify!($name), size_of::<$name>(), align_of::<$name>());
        let whole = MaybeUninit::<$name>::uninit();
        let start = whole.as_ptr();
        $(
            // Safety: only addresses are taken.
            let field = unsafe { addr_of!((*start).$field) };
            let name = stringify!($field).trim_end_matches('_');
            let offset = field as usize - start as usize;
            println!("{}.{} at {} size {}", stringify!($name), name, offset, size_of_pointed(field));
        )*
    }};
}

macro_rules! constants {
    ($($name:ident),* $(,)?) => { $( println!("{} {}", stringify!($name), i64::from($name)); )* };
}

macro_rules! functions {
    ($($name:ident),* $(,)?) => { $(
        let is_there = $name as *const () as usize != 0;
        println!("{}{}", stringify!($name), if is_there { "()" } else { " is missing" });
    )* };
}

fn size_of_pointed<T>(_: *const T) -> usize {
    size_of::<T>()
}

#[rustfmt::skip]
fn main() {
    constants!(
        LVOL_ACTIVATE_READ_ONLY,
        LVOL_ACTIVATE_PARTIAL,
        LVOL_ACTIVATE_COMPLETE,
        LVOL_ACTIVATE_SKIPPED,
        LVOL_ACTIVATE_AUTO,
        LVOL_DEACTIVATE_NO_RETRY,
        LVOL_DEACTIVATE_DEFERRED,
    );
    functions!(
        lvol_lv_activate,
        lvol_lv_deactivate,
        lvol_lv_refresh,
        lvol_lv_device,
        lvol_vg_activate,
        lvol_vg_deactivate,
    );
    layout!(lvol_backend_opts: struct_size, flags, udev_timeout_ms);
    layout!(lvol_target: name, version);
    layout!(lvol_device_name: name, uuid, major, minor);
    layout!(lvol_device_info: struct_size, name, uuid, is_suspended, is_read_only, has_table, has_inactive_table, removes_itself, open_count, event_number, major, minor);
    layout!(lvol_device_number: major, minor);
    layout!(lvol_device_create_opts: struct_size, name, uuid, table, flags, number_set, minor, udev_flags, read_ahead_set, read_ahead_sectors);
    constants!(
        LVOL_BACKEND_NO_MEMORY_LOCK,
        LVOL_DEVICE_INACTIVE,
        LVOL_DEVICE_NO_SYNC,
        LVOL_DEVICE_NO_FLUSH,
        LVOL_DEVICE_NO_FREEZE,
        LVOL_DEVICE_REMOVE_RETRY,
        LVOL_DEVICE_REMOVE_DEFERRED,
        LVOL_DEVICE_READ_ONLY,
    );
    functions!(
        lvol_backend_open,
        lvol_backend_close,
        lvol_backend_version,
        lvol_backend_targets,
        lvol_backend_devices,
        lvol_backend_info,
        lvol_backend_table,
        lvol_backend_status,
        lvol_backend_deps,
        lvol_backend_create,
        lvol_backend_load,
        lvol_backend_clear,
        lvol_backend_suspend,
        lvol_backend_resume,
        lvol_backend_rename,
        lvol_backend_remove,
        lvol_backend_message,
        lvol_backend_wait,
        lvol_backend_sync,
    );
    layout!(lvol_cache_opts: struct_size, mode, metadata_format, chunk_bytes, metadata_bytes, policy, settings, flags, reserved);
    layout!(lvol_cache_attach_opts: struct_size, lv, fast, cache, flags, reserved);
    constants!(
        LVOL_CACHE_NO_SPARE,
        LVOL_CACHE_MODE_DEFAULT,
        LVOL_CACHE_WRITETHROUGH,
        LVOL_CACHE_WRITEBACK,
        LVOL_CACHE_PASSTHROUGH,
    );
    functions!(lvol_cache_attach, lvol_cache_pool_convert, lvol_cache_change);
    layout!(lvol_lv_convert_opts: struct_size, segtype, pvs, raid, copies_sign, alloc, stripe_bytes, reserved);
    layout!(lvol_lv_replace_opts: struct_size, from, pvs, alloc, reserved);
    layout!(lvol_lv_split_opts: struct_size, new_name, pvs, count, flags);
    layout!(lvol_raid_change_opts: struct_size, what, min_recovery_kib, max_recovery_kib, write_behind, write_mostly, not_write_mostly, toggle_write_mostly, rebuild);
    constants!(
        LVOL_SPLIT_TRACK_CHANGES,
        LVOL_RAID_CHANGE_MIN_RECOVERY,
        LVOL_RAID_CHANGE_MAX_RECOVERY,
        LVOL_RAID_CHANGE_WRITE_BEHIND,
        LVOL_RAID_CHANGE_RESYNC,
    );
    functions!(
        lvol_lv_convert,
        lvol_lv_replace_legs,
        lvol_lv_split_legs,
        lvol_lv_merge_leg,
        lvol_raid_change,
    );
    layout!(lvol_ctx_opts: struct_size, flags, lock_timeout_ms, seed, time_seconds, system_dir, locking_dir, host_name, system_id, description, log, log_arg, log_level, reserved);
    constants!(
        LVOL_CTX_READ_ONLY,
        LVOL_CTX_SEEDED,
        LVOL_CTX_FIXED_TIME,
        LVOL_CTX_NO_SYSTEM_CONFIG,
        LVOL_CTX_NO_LOCKING,
        LVOL_WAIT_FOREVER,
        LVOL_NO_WAIT,
        LVOL_LOG_ERROR,
        LVOL_LOG_WARNING,
        LVOL_LOG_NOTICE,
        LVOL_LOG_DEBUG,
    );
    functions!(lvol_ctx_new, lvol_ctx_ref, lvol_ctx_unref);
    layout!(lvol_dev_ops: struct_size, size_bytes, logical_block_bytes, reserved, pread, pwrite, flush, discard, write_zeroes, close);
    layout!(lvol_memory: struct_size, data, size_bytes, logical_block_bytes, flags);
    constants!(LVOL_DEV_READ_ONLY);
    functions!(
        lvol_ctx_add_path,
        lvol_ctx_add_fd,
        lvol_ctx_add_memory,
        lvol_ctx_add_ops,
        lvol_ctx_add_system,
        lvol_dev_first,
        lvol_dev_next,
        lvol_dev_find,
        lvol_dev_name,
        lvol_dev_size_bytes,
        lvol_dev_logical_block_bytes,
        lvol_dev_is_read_only,
        lvol_dev_signature,
    );
    layout!(lvol_error: code, sys_errno, subject, message);
    constants!(
        LVOL_OK,
        LVOL_E_INVALID,
        LVOL_E_NO_MEMORY,
        LVOL_E_IO,
        LVOL_E_NOT_FOUND,
        LVOL_E_EXISTS,
        LVOL_E_NO_SPACE,
        LVOL_E_BUSY,
        LVOL_E_CORRUPT,
        LVOL_E_NOT_SUPPORTED,
        LVOL_E_READ_ONLY,
        LVOL_E_CONFLICT,
        LVOL_E_LOCKED,
        LVOL_E_MISSING_PV,
        LVOL_E_DUPLICATE,
        LVOL_E_EXPORTED,
        LVOL_E_FOREIGN,
        LVOL_E_PERMISSION,
        LVOL_E_CANCELLED,
        LVOL_E_RANGE,
        LVOL_E_SIGNATURE,
        LVOL_E_STATE,
    );
    functions!(lvol_err_text, lvol_err_name);
    layout!(lvol_events_opts: struct_size, fill_percent, look_ms);
    layout!(lvol_event: kind, percent, vg, lv);
    layout!(lvol_autoextend_opts: struct_size, threshold_percent, grow_percent);
    constants!(
        LVOL_EVENT_FILL,
        LVOL_EVENT_FAILED,
        LVOL_EVENT_SYNCED,
        LVOL_EVENT_GONE,
        LVOL_EVENT_CHANGED,
    );
    functions!(
        lvol_events_open,
        lvol_events_close,
        lvol_events_watch,
        lvol_events_unwatch,
        lvol_events_fd,
        lvol_events_next,
        lvol_lv_autoextend,
    );
    layout!(lvol_integrity_opts: struct_size, mode, block_bytes);
    constants!(LVOL_INTEGRITY_MODE_DEFAULT, LVOL_INTEGRITY_JOURNAL, LVOL_INTEGRITY_BITMAP);
    functions!(lvol_integrity_add, lvol_integrity_remove);
    layout!(lvol_io_extent: offset, length, kind, reserved, dev, dev_offset);
    layout!(lvol_io_request: io, op, flags, buf, length, offset, user);
    layout!(lvol_io_completion: user, result, sys_errno);
    layout!(lvol_queue_opts: struct_size, depth, flags, threads, reserved);
    constants!(
        LVOL_IO_WRITE,
        LVOL_IO_PARTIAL,
        LVOL_IO_FORCE_READ_ONLY_LV,
        LVOL_QUEUE_NO_URING,
        LVOL_EXTENT_DATA,
        LVOL_EXTENT_ZERO,
        LVOL_EXTENT_ERROR,
        LVOL_IO_OP_READ,
        LVOL_IO_OP_WRITE,
        LVOL_IO_OP_FLUSH,
        LVOL_IO_OP_DISCARD,
        LVOL_IO_OP_ZERO,
    );
    functions!(
        lvol_io_open,
        lvol_io_close,
        lvol_io_size_bytes,
        lvol_io_pread,
        lvol_io_pwrite,
        lvol_io_write_zeroes,
        lvol_io_discard,
        lvol_io_flush,
        lvol_io_block_status,
        lvol_queue_new,
        lvol_queue_free,
        lvol_queue_engine,
        lvol_queue_submit,
        lvol_queue_complete,
        lvol_queue_fd,
        lvol_queue_pending,
    );
    layout!(lvol_job_opts: struct_size, kind, flags, backend);
    layout!(lvol_job_status: struct_size, kind, state, done_bytes, total_bytes, mismatched_bytes);
    constants!(
        LVOL_JOB_PENDING,
        LVOL_JOB_SYNC,
        LVOL_JOB_CHECK,
        LVOL_JOB_REPAIR,
        LVOL_JOB_MERGE,
        LVOL_JOB_MOVE,
        LVOL_JOB_FLUSH,
        LVOL_JOB_SPLITCACHE,
        LVOL_JOB_UNCACHE,
        LVOL_JOB_RUNNING,
        LVOL_JOB_DONE,
        LVOL_JOB_ABORTED,
    );
    functions!(lvol_job_begin, lvol_job_step, lvol_job_status, lvol_job_abort, lvol_job_free);
    layout!(lvol_luks_opts: struct_size, key, key_bytes, cipher, pbkdf, label, uuid, volume_key_bits, sector_bytes, pbkdf_ms, pbkdf_iterations, pbkdf_kib, pbkdf_threads);
    layout!(lvol_luks_activate_opts: struct_size, name, flags, reserved);
    constants!(LVOL_LUKS_READ_ONLY, LVOL_LUKS_ALLOW_DISCARDS);
    functions!(
        lvol_luks_format,
        lvol_luks_open,
        lvol_luks_activate,
        lvol_luks_deactivate,
        lvol_luks_resize,
    );
    layout!(lvol_size: bytes, extents, percent, percent_of);
    layout!(lvol_lv_create_opts: struct_size, vg, name, segtype, size, pvs, stripe_count, stripe_bytes, alloc, flags, read_ahead_bytes, tags, uuid, origin, chunk_bytes, reserved, raid, thin, cache);
    layout!(lvol_lv_glance: struct_size, name, vg, uuid, is_visible, size_extents, segment_count, size_bytes);
    layout!(lvol_luks_key: bytes, length);
    layout!(lvol_lv_resize_opts: struct_size, size, sign, flags, pvs, alloc, stripe_count, stripe_bytes, reserved, luks_key);
    layout!(lvol_lv_change_opts: struct_size, what, alloc, writable, activation_skip, autoactivation, reserved, read_ahead_bytes, add_tags, remove_tags);
    constants!(
        LVOL_READ_AHEAD_AUTO,
        LVOL_READ_AHEAD_NONE,
        LVOL_LV_CREATE_READ_ONLY,
        LVOL_LV_CREATE_ACTIVATION_SKIP,
        LVOL_LV_CREATE_NO_AUTOACTIVATION,
        LVOL_LV_CREATE_NO_ZERO,
        LVOL_LV_RESIZE_SHRINK,
        LVOL_LV_RESIZE_FS,
        LVOL_LV_CHANGE_ALLOC,
        LVOL_LV_CHANGE_WRITABLE,
        LVOL_LV_CHANGE_ACTIVATION_SKIP,
        LVOL_LV_CHANGE_AUTOACTIVATION,
        LVOL_LV_CHANGE_READ_AHEAD,
        LVOL_PERCENT_NONE,
        LVOL_PERCENT_VG,
        LVOL_PERCENT_FREE,
        LVOL_PERCENT_PVS,
        LVOL_PERCENT_ORIGIN,
    );
    functions!(
        lvol_lv_first,
        lvol_lv_next,
        lvol_lv_find,
        lvol_lv_vg,
        lvol_lv_name,
        lvol_lv_uuid,
        lvol_lv_size_bytes,
        lvol_lv_size_extents,
        lvol_lv_segment_first,
        lvol_lv_segment_count,
        lvol_lv_is_visible,
        lvol_lv_is_writable,
        lvol_lv_is_activation_skipped,
        lvol_lv_is_autoactivated,
        lvol_lv_is_partial,
        lvol_lv_alloc,
        lvol_lv_read_ahead_bytes,
        lvol_lv_creation_time,
        lvol_lv_creation_host,
        lvol_lv_tag,
        lvol_lv_name_check,
        lvol_lv_create,
        lvol_lv_glance,
        lvol_lv_resize,
        lvol_lv_remove,
        lvol_lv_rename,
        lvol_lv_change,
    );
    layout!(lvol_pv_move_opts: struct_size, vg, pv, lv, to, alloc, flags);
    constants!(LVOL_PV_MOVE_ATOMIC);
    functions!(lvol_pv_move);
    layout!(lvol_pv_run: start_extent, count_extents, segment);
    layout!(lvol_pv_create_opts: struct_size, device, flags, metadata_copies_set, metadata_copies, metadata_ignore, metadata_bytes, data_alignment_bytes, data_alignment_offset_bytes, bootloader_bytes, size_bytes, label_sector, reserved, uuid, restore_text);
    layout!(lvol_pv_change_opts: struct_size, what, allocatable, metadata_ignore, reserved, add_tags, remove_tags);
    constants!(
        LVOL_PV_CREATE_WIPE,
        LVOL_PV_CREATE_FORCE_USED,
        LVOL_PV_REMOVE_FORCE_USED,
        LVOL_PV_CHANGE_ALLOCATABLE,
        LVOL_PV_CHANGE_METADATA_IGNORE,
        LVOL_PV_CHANGE_UUID,
    );
    functions!(
        lvol_pv_first,
        lvol_pv_next,
        lvol_pv_find,
        lvol_pv_vg,
        lvol_pv_name,
        lvol_pv_dev,
        lvol_pv_device_hint,
        lvol_pv_uuid,
        lvol_pv_size_bytes,
        lvol_pv_dev_size_bytes,
        lvol_pv_size_extents,
        lvol_pv_used_extents,
        lvol_pv_pe_start_bytes,
        lvol_pv_ba_start_bytes,
        lvol_pv_ba_size_bytes,
        lvol_pv_is_allocatable,
        lvol_pv_is_missing,
        lvol_pv_is_in_use,
        lvol_pv_is_duplicate,
        lvol_pv_mda_count,
        lvol_pv_mda_used_count,
        lvol_pv_mda,
        lvol_pv_tag,
        lvol_pv_run_at,
        lvol_pv_create,
        lvol_pv_remove,
        lvol_pv_resize,
        lvol_pv_change,
    );
    layout!(lvol_raid_opts: struct_size, copies, region_bytes, min_recovery_kib, max_recovery_kib, write_behind, log, flags);
    constants!(
        LVOL_RAID_NO_SYNC,
        LVOL_MIRROR_LOG_DEFAULT,
        LVOL_MIRROR_LOG_DISK,
        LVOL_MIRROR_LOG_CORE,
    );
    layout!(lvol_report_opts: struct_size, kind, flags, fields, sort, select, units, names, backend);
    layout!(lvol_picture_opts: struct_size, svg, colour, width, ascii);
    constants!(
        LVOL_REPORT_ALL,
        LVOL_REPORT_NO_SUFFIX,
        LVOL_REPORT_HISTORY,
        LVOL_REPORT_PVS,
        LVOL_REPORT_VGS,
        LVOL_REPORT_LVS,
        LVOL_REPORT_SEGS,
        LVOL_REPORT_PVSEGS,
    );
    functions!(
        lvol_report_new,
        lvol_report_free,
        lvol_report_row_count,
        lvol_report_column_count,
        lvol_report_column_name,
        lvol_report_column_heading,
        lvol_report_column_is_right_aligned,
        lvol_report_cell,
        lvol_report_field,
        lvol_report_json,
        lvol_vg_picture,
    );
    layout!(lvol_area: pv, lv, start_extent, count_extents);
    functions!(
        lvol_segment_next,
        lvol_segment_lv,
        lvol_segment_type,
        lvol_segment_start_extents,
        lvol_segment_size_extents,
        lvol_segment_area_count,
        lvol_segment_stripe_bytes,
        lvol_segment_region_bytes,
        lvol_segment_chunk_bytes,
        lvol_segment_area,
        lvol_segment_meta_area,
        lvol_segment_ref,
        lvol_segment_number,
        lvol_segment_text,
    );
    layout!(lvol_snapshot_status: used_sectors, total_sectors, metadata_sectors, is_invalid, has_overflowed, has_merge_failed);
    layout!(lvol_thin_pool_status: transaction_id, used_metadata_blocks, total_metadata_blocks, used_data_blocks, total_data_blocks, held_root, metadata_low_watermark, mode, discards, fails_when_full, needs_check);
    layout!(lvol_thin_status: mapped_sectors, highest_mapped_sector, has_failed);
    layout!(lvol_raid_status: type_, health, synced_sectors, total_sectors, action, mismatch_count, data_offset_sectors, device_count, journal);
    layout!(lvol_mirror_status: health, synced_regions, total_regions, log, log_health, device_count);
    layout!(lvol_cache_status: metadata_block_sectors, used_metadata_blocks, total_metadata_blocks, block_sectors, used_blocks, total_blocks, read_hits, read_misses, write_hits, write_misses, demotions, promotions, dirty_blocks, mode, policy, settings, metadata_format, passes_discards, is_read_only, needs_check, has_failed);
    layout!(lvol_writecache_status: error, total_blocks, free_blocks, writeback_blocks, reads, read_hits, writes, write_hits_uncommitted, write_hits_committed, writes_around, writes_allocated, writes_blocked, flushes, discards);
    layout!(lvol_integrity_status: mismatch_count, data_sectors, recalculated_sectors, is_recalculating);
    layout!(lvol_status_line: device, start_sectors, length_sectors, target, text, snapshot, thin_pool, thin, raid, mirror, cache, writecache, integrity);
    constants!(
        LVOL_THIN_POOL_READ_WRITE,
        LVOL_THIN_POOL_OUT_OF_SPACE,
        LVOL_THIN_POOL_READ_ONLY,
        LVOL_THIN_POOL_FAILED,
    );
    functions!(
        lvol_status_new,
        lvol_lv_status,
        lvol_io_status,
        lvol_status_free,
        lvol_status_line_count,
        lvol_status_line,
    );
    layout!(lvol_snapshot_attach_opts: struct_size, origin, store, chunk_bytes, flags);
    constants!(LVOL_SNAPSHOT_ATTACH_EMPTY);
    functions!(lvol_snapshot_merge, lvol_snapshot_split, lvol_snapshot_attach);
    layout!(lvol_export_opts: struct_size, flags, view_flags, since, resume, backend);
    layout!(lvol_import_opts: struct_size, flags, reserved, content, resume);
    constants!(LVOL_IMPORT_ANY_BASE, LVOL_IMPORT_UNCHECKED);
    functions!(
        lvol_export_open,
        lvol_export_read,
        lvol_export_position,
        lvol_export_content,
        lvol_export_close,
        lvol_import_open,
        lvol_import_write,
        lvol_import_finish,
        lvol_import_position,
        lvol_import_content,
        lvol_import_resume,
        lvol_import_close,
    );
    layout!(lvol_table_line: start_sectors, length_sectors, target, arguments);
    functions!(
        lvol_table_new,
        lvol_table_free,
        lvol_table_line_count,
        lvol_table_line,
        lvol_table_size_sectors,
        lvol_table_text,
    );
    layout!(lvol_thin_opts: struct_size, pool, metadata_bytes, chunk_bytes, discards, flags, reserved);
    layout!(lvol_thin_change_opts: struct_size, what, discards, zero, error_when_full);
    layout!(lvol_thin_repair_report: struct_size, lost_ranges, lost_devices, transaction_id, backup);
    layout!(lvol_thin_overprovision: struct_size, thin_bytes, pool_bytes, vg_bytes, vg_free_bytes, pools, warnings);
    constants!(
        LVOL_THIN_NO_ZERO,
        LVOL_THIN_ERROR_WHEN_FULL,
        LVOL_THIN_NO_SPARE,
        LVOL_THIN_CHANGE_DISCARDS,
        LVOL_THIN_CHANGE_ZERO,
        LVOL_THIN_CHANGE_ERROR_WHEN_FULL,
        LVOL_THIN_WARN_POOL,
        LVOL_THIN_WARN_VG,
        LVOL_THIN_WARN_FREE,
        LVOL_THIN_DISCARDS_DEFAULT,
        LVOL_THIN_DISCARDS_PASSDOWN,
        LVOL_THIN_DISCARDS_NOPASSDOWN,
        LVOL_THIN_DISCARDS_IGNORE,
    );
    functions!(
        lvol_thin_pool_change,
        lvol_thin_pool_convert,
        lvol_thin_convert,
        lvol_thin_merge,
        lvol_thin_pool_swap_metadata,
        lvol_thin_pool_repair,
        lvol_thin_overprovision,
    );
    layout!(lvol_thin_view_opts: struct_size, flags, reserved, backend);
    layout!(lvol_thin_fill: struct_size, block_bytes, data_bytes, data_used_bytes, metadata_bytes, metadata_used_bytes, transaction_id, expected_transaction_id, time, needs_check, has_reserved, is_reserved);
    layout!(lvol_thin_device: struct_size, lv, mapped_bytes, transaction_id, id, creation_time, snapshot_time, reserved);
    layout!(lvol_thin_range: offset, length, data_offset, first_transaction, last_transaction, time, kind);
    layout!(lvol_thin_diff_range: offset, length, change, reserved);
    layout!(lvol_thin_finding: kind, device, is_data, block, block_count, message);
    constants!(
        LVOL_THIN_VIEW_RESERVED,
        LVOL_THIN_VIEW_DROP_RESERVED,
        LVOL_THIN_DIFF_ALL,
        LVOL_THIN_NO_DEVICE,
        LVOL_THIN_MAPPED,
        LVOL_THIN_ZERO,
        LVOL_THIN_EXTERNAL,
        LVOL_THIN_SAME,
        LVOL_THIN_CHANGED,
        LVOL_THIN_LEFT_ONLY,
        LVOL_THIN_RIGHT_ONLY,
        LVOL_THIN_WRONG_BLOCK,
        LVOL_THIN_WRONG_OUTSIDE,
        LVOL_THIN_WRONG_DEVICE,
        LVOL_THIN_WRONG_COUNT,
        LVOL_THIN_WRONG_LEAK,
    );
    functions!(
        lvol_thin_view_open,
        lvol_thin_view_release,
        lvol_thin_view_close,
        lvol_thin_view_fill,
        lvol_thin_view_device,
        lvol_thin_view_lv,
        lvol_thin_view_exclusive,
        lvol_thin_ranges_open,
        lvol_thin_ranges_next,
        lvol_thin_ranges_close,
        lvol_thin_diff_open,
        lvol_thin_diff_next,
        lvol_thin_diff_close,
        lvol_thin_check,
        lvol_thin_findings_count,
        lvol_thin_findings_get,
        lvol_thin_findings_free,
    );
    layout!(lvol_txn_opts: struct_size, flags, lock_timeout_ms, unchanged, backend);
    layout!(lvol_change: kind, object, subject, text);
    constants!(
        LVOL_TXN_ALLOW_EXPORTED,
        LVOL_TXN_ALLOW_PARTIAL,
        LVOL_TXN_ALLOW_FOREIGN,
        LVOL_TXN_ALLOW_ABSENT,
        LVOL_TXN_ALLOW_DAMAGED,
        LVOL_TXN_ACTIVATE_NEW,
        LVOL_TXN_ACTIVATE_SKIPPED,
        LVOL_CHANGE_CREATE,
        LVOL_CHANGE_REMOVE,
        LVOL_CHANGE_MODIFY,
    );
    functions!(
        lvol_txn_begin,
        lvol_txn_preview,
        lvol_txn_changes,
        lvol_changes_count,
        lvol_changes_get,
        lvol_changes_free,
        lvol_txn_commit,
        lvol_txn_result,
        lvol_txn_abort,
        lvol_txn_free,
    );
    constants!(
        LVOL_ALLOC_INHERIT,
        LVOL_ALLOC_CONTIGUOUS,
        LVOL_ALLOC_CLING,
        LVOL_ALLOC_NORMAL,
        LVOL_ALLOC_ANYWHERE,
    );
    functions!(lvol_string_free);
    constants!(LVOL_VERSION_NUMBER);
    functions!(lvol_version_number, lvol_version, lvol_has_feature);
    layout!(lvol_problem: code, blocks_writing, subject, message);
    layout!(lvol_vg_create_opts: struct_size, name, pvs, extent_bytes, max_lv, max_pv, alloc, metadata_copies, tags, system_id, no_autoactivation, flags);
    layout!(lvol_vg_change_opts: struct_size, what, alloc, max_lv, max_pv, metadata_copies, resizeable, autoactivation, reserved, extent_bytes, system_id, add_tags, remove_tags);
    constants!(
        LVOL_VG_REMOVE_LVS,
        LVOL_VG_CHANGE_ALLOC,
        LVOL_VG_CHANGE_MAX_LV,
        LVOL_VG_CHANGE_MAX_PV,
        LVOL_VG_CHANGE_METADATA_COPIES,
        LVOL_VG_CHANGE_RESIZEABLE,
        LVOL_VG_CHANGE_AUTOACTIVATION,
        LVOL_VG_CHANGE_EXTENT_BYTES,
        LVOL_VG_CHANGE_SYSTEM_ID,
        LVOL_VG_CHANGE_UUID,
        LVOL_VG_CHANGE_NOTHING,
        LVOL_PROBLEM_STALE_COPY,
        LVOL_PROBLEM_DAMAGED_AREA,
        LVOL_PROBLEM_DAMAGED_LABEL,
        LVOL_PROBLEM_MISSING_PV,
        LVOL_PROBLEM_DUPLICATE_PV,
        LVOL_PROBLEM_DUPLICATE_VG,
        LVOL_PROBLEM_OUTDATED_PV,
        LVOL_PROBLEM_CONFLICT,
        LVOL_PROBLEM_EXPORTED,
        LVOL_PROBLEM_FOREIGN,
        LVOL_PROBLEM_SHARED,
        LVOL_PROBLEM_UNKNOWN_SEGTYPE,
        LVOL_PROBLEM_INVALID,
        LVOL_PROBLEM_NOT_WRITABLE,
        LVOL_PROBLEM_PV_FLAGS,
        LVOL_PROBLEM_DEVICE_SIZE,
        LVOL_PROBLEM_UNKNOWN_VG,
        LVOL_PROBLEM_INTERRUPTED,
        LVOL_PROBLEM_IO,
    );
    functions!(
        lvol_scan_new,
        lvol_scan_free,
        lvol_scan_vg_count,
        lvol_scan_vg,
        lvol_scan_orphan_count,
        lvol_scan_orphan,
        lvol_scan_problem_count,
        lvol_scan_problem,
        lvol_vg_open,
        lvol_vg_open_text,
        lvol_vg_ref,
        lvol_vg_unref,
        lvol_vg_name,
        lvol_vg_uuid,
        lvol_vg_seqno,
        lvol_vg_extent_bytes,
        lvol_vg_size_extents,
        lvol_vg_free_extents,
        lvol_vg_pv_count,
        lvol_vg_lv_count,
        lvol_vg_missing_pv_count,
        lvol_vg_max_lv,
        lvol_vg_max_pv,
        lvol_vg_metadata_copies,
        lvol_vg_alloc,
        lvol_vg_system_id,
        lvol_vg_lock_type,
        lvol_vg_is_exported,
        lvol_vg_is_resizeable,
        lvol_vg_is_partial,
        lvol_vg_is_writable,
        lvol_vg_is_autoactivated,
        lvol_vg_tag,
        lvol_vg_problem_count,
        lvol_vg_problem,
        lvol_vg_export_text,
        lvol_vg_check,
        lvol_vg_name_check,
        lvol_vg_create,
        lvol_vg_remove,
        lvol_vg_extend,
        lvol_vg_reduce,
        lvol_vg_reduce_missing,
        lvol_vg_rename,
        lvol_vg_change,
        lvol_vg_export,
        lvol_vg_import,
        lvol_vg_split,
        lvol_vg_merge,
        lvol_vg_restore,
    );
    layout!(lvol_writecache_opts: struct_size, fast, settings, block_bytes, reserved);
    constants!(LVOL_WRITECACHE_DETACH_REMOVE, LVOL_WRITECACHE_DETACH_DISCARD);
    functions!(lvol_writecache_attach, lvol_writecache_detach);
}
