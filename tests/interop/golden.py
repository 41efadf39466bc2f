#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Read every volume of the golden images that the library has targets for, and compare with what the kernel showed.

usage: golden.py CACHE      with the unpacked images
"""
import glob
import hashlib
import json
import os
import subprocess
import sys

# Targets that there are not in user space. A volume that needs one must be refused, not read wrong.
NO_TARGET = ('vdo',)
# Only the first of these is read from many-lvs: a thousand processes show nothing that sixty do not.
MANY = 60


def manifests():
    for path in sorted(glob.glob(os.path.join(os.environ['LVOL_SRC'], 'tests/golden/*.json'))):
        with open(path, encoding='utf-8') as f:
            yield json.load(f)


def targets(manifest, volume):
    """The targets of all devices that the volume stands on, as the kernel had them."""
    lines = {}
    table = manifest['dmsetup']['table']
    for line in table.splitlines() if isinstance(table, str) else table:
        name, _, rest = line.partition(': ')
        lines.setdefault(name, []).append(rest.split())
    by_number = {f"{d['major']}:{d['minor']}": d['name'] for d in manifest['dmsetup'].get('devices', [])}
    todo, seen, found = [volume['dm_name']], set(), set()
    while todo:
        name = todo.pop()
        for words in lines.get(name, []) if name not in seen else []:
            found.add(words[2])
            todo += [by_number[word] for word in words[3:] if word in by_number]
        seen.add(name)
    return found


def check(manifest, volume, disks):
    """What is wrong with the volume, or None; and whether it was read."""
    name = f"{volume['vg']}/{volume['lv']}"
    partial = volume.get('error_ranges') or volume.get('unreadable')
    command = [os.environ['LVOL_TOOL'], '--devices', ','.join(disks), 'read', name]
    done = subprocess.run(command, capture_output=True)
    if targets(manifest, volume).intersection(NO_TARGET):
        if done.returncode and b'which there is not in user space' in done.stderr:
            return None, False
        return f'{name}: status {done.returncode}, but its type has no target: {done.stderr.decode()}', False
    if partial:
        return (None if done.returncode else f'{name}: read although a PV is missing'), False
    if done.returncode:
        return f'{name}: {done.stderr.decode()}', False
    if len(done.stdout) != volume['size']:
        return f"{name}: {len(done.stdout)} bytes, not {volume['size']}", True
    if hashlib.sha256(done.stdout).hexdigest() != volume['sha256']:
        return f'{name}: wrong content', True
    return None, True


def main():
    failures, read, refused = [], 0, 0
    for manifest in manifests():
        folder = os.path.join(sys.argv[1], manifest['name'])
        disks = [os.path.join(folder, d['file']) for d in manifest['disks'] if d['file']]
        if manifest['name'] == 'orphans-duplicates':
            disks.remove(os.path.join(folder, 'disk1.img'))  # a copy of disk0; see the manifest's notes
        for volume in [v for v in manifest['volumes'] if 'vg' in v][:MANY]:
            problem, was_read = check(manifest, volume, disks)
            read += was_read
            refused += not was_read
            if problem:
                failures.append(f"{manifest['name']}: {problem}")
    print(f'{read} volumes read with the right content, {refused} of types without a target (or partial) refused')
    for failure in failures:
        print(failure)
    sys.exit(bool(failures) or read < 100)


main()
