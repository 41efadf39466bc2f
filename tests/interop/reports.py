#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compare the reports of lvol with those of lvm2 on the same devices, cell by cell.

usage: reports.py SCENARIO DEVICE...
"""
import json
import os
import subprocess
import sys

PV = ('pv_name pv_uuid pv_fmt pv_attr pv_size pv_free pv_used pv_pe_count pv_pe_alloc_count pe_start pv_mda_count '
      'pv_mda_used_count pv_mda_size pv_mda_free pv_ba_start pv_ba_size pv_tags pv_missing pv_in_use dev_size '
      'pv_allocatable pv_exported pv_ext_vsn pv_duplicate vg_name')
VG = ('vg_name vg_uuid vg_attr vg_size vg_free vg_extent_size vg_extent_count vg_free_count vg_seqno vg_tags vg_systemid '
      'vg_lock_type vg_missing_pv_count pv_count lv_count snap_count max_lv max_pv vg_mda_count vg_mda_used_count '
      'vg_mda_copies vg_mda_size vg_mda_free vg_fmt vg_permissions vg_extendable vg_exported vg_partial '
      'vg_allocation_policy vg_clustered vg_shared vg_autoactivation')
LV = ('vg_name lv_name lv_full_name lv_uuid lv_attr lv_size lv_path lv_dm_path lv_layout lv_role seg_count origin '
      'origin_size pool_lv data_lv metadata_lv mirror_log move_pv convert_lv lv_tags lv_time lv_host lv_permissions '
      'lv_allocation_policy lv_read_ahead lv_parent lv_ancestors lv_descendants lv_full_ancestors lv_full_descendants '
      'lv_metadata_size lv_profile lv_fixed_minor lv_skip_activation lv_when_full lv_active lv_health_status lv_historical '
      'lv_merging lv_converting lv_initial_image_sync lv_autoactivation')
SEG = ('vg_name lv_name segtype stripes data_stripes stripe_size region_size chunk_size seg_start seg_start_pe seg_size '
       'seg_size_pe seg_pe_ranges seg_le_ranges seg_metadata_le_ranges devices metadata_devices thin_id transaction_id '
       'discards zero thin_count cache_mode cache_policy cache_settings cache_metadata_format data_copies reshape_len '
       'parity_chunks seg_tags')
REPORTS = (
    ('pvs', PV, []),
    ('vgs', VG, []),
    ('lvs', LV, ['-a']),
    ('lvs', SEG, ['-a', '--segments']),
    ('pvs', 'pv_name vg_name pvseg_start pvseg_size segtype lv_name seg_start_pe', ['--segments']),
)


def rows(command, what, fields, options):
    words = [what, '-o', fields.replace(' ', ','), '--units', 'b', '--reportformat', 'json', *options]
    done = subprocess.run(command + words, capture_output=True, text=True)
    # lvm2 prints remarks on damaged areas inside its JSON
    text = '\n'.join(line for line in done.stdout.splitlines() if not line.strip().startswith('Retrying'))
    listing = json.loads(text)['report'][0]
    return sorted(next(iter(listing.values())), key=lambda row: json.dumps([row.get(k) for k in sorted(row)[:3]] + [
        row.get('seg_start_pe'), row.get('pvseg_start'), row.get('pv_uuid')]))


def key_of(row):
    return tuple(row.get(k, '') for k in ('pv_name', 'vg_name', 'lv_name', 'lv_uuid', 'seg_start_pe', 'pvseg_start'))


def same(field, ours, theirs):
    """Without device-mapper lvm2 cannot know whether an LV is active, and says so; then the library's word counts."""
    if field == 'lv_attr' and ours and theirs:
        return len(ours) == len(theirs) and all(b == 'X' or a == b for a, b in zip(ours, theirs))
    if theirs == 'unknown' and field in ('lv_active', 'lv_health_status'):
        return ours in ('', 'writemostly')
    return ours == theirs


def main():
    scenario, devices = sys.argv[1], sys.argv[2:]
    lvol = [os.environ['LVOL_TOOL'], '--devices', ','.join(devices)]
    bad = 0
    for what, fields, options in REPORTS:
        if scenario == 'historical' and what == 'lvs':
            options = options + ['-H']
        ours = {key_of(row): row for row in rows(lvol, what, fields, options)}
        theirs = {key_of(row): row for row in rows(['lvm'], what, fields, options + (['--foreign'])) }
        if scenario == 'exported-vg' and what == 'lvs':
            # lvm2 hides the LVs of exported VGs, which the library can read
            ours = {key: row for key, row in ours.items() if key[1] != 'vgx'}
        for key in sorted(set(ours) ^ set(theirs)):
            print(f'{scenario}: {what}: only {"lvol" if key in ours else "lvm2"} has {key}')
            bad += 1
        for key in sorted(set(ours) & set(theirs)):
            for field in fields.split():
                if not same(field, ours[key].get(field), theirs[key].get(field)):
                    print(f'{scenario}: {what} {key} {field}: lvol {ours[key].get(field)!r}, lvm2 {theirs[key].get(field)!r}')
                    bad += 1
    sys.exit(bad > 0)


main()
