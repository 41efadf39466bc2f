#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs in the guest: activates each golden scenario with lvm2 and with lvol, and compares.

usage: golden.py FOLDER      with lvm2/NAME/diskN.img and lvol/NAME/diskN.img, which it may write to; NAMEs may follow
"""
import fcntl
import glob
import hashlib
import json
import os
import re
import subprocess
import sys
import time

LOOP_SET_FD, LOOP_CLR_FD = 0x4C00, 0x4C01
HERE = os.path.dirname(os.path.abspath(__file__))
LOG = '/run/activation.log'
PIECE, SECTOR = 1 << 20, 4096
# Of more LVs than these a scenario's first ones show as much; all of them with --long.
MANY = 40
SPEED = '/proc/sys/dev/raid/speed_limit_'


class Wrong(Exception):
    """What a scenario showed and should not have."""


def text(path):
    with open(path, encoding='utf-8') as file:
        return file.read().strip()


def attach(manifest, folder):
    for disk in manifest['disks']:
        if disk['file']:
            loop = os.open(f"/dev/loop{disk['index']}", os.O_RDWR)
            file = os.open(os.path.join(folder, disk['file']), os.O_RDWR)
            fcntl.ioctl(loop, LOOP_SET_FD, file)
            os.close(file)
            os.close(loop)


def detach(manifest):
    for disk in manifest['disks']:
        if os.path.exists(f"/sys/block/loop{disk['index']}/loop"):
            loop = os.open(f"/dev/loop{disk['index']}", os.O_RDWR)
            fcntl.ioctl(loop, LOOP_CLR_FD)
            os.close(loop)


def shell(side, manifest, commands):
    """Some of a scenario's own words, done by one side."""
    # what was in that machine's lvm.conf besides is about making LVs; one of the texts has no end
    words = re.sub(r'(?m)^LVM_EXTRA=.*$', '', manifest['script'])
    script = f'. {HERE}/golden-words\n{words}\n{commands}\n'
    with open(LOG, 'a', encoding='utf-8') as log:
        done = subprocess.run(['bash', '-c', script], env=dict(os.environ, SIDE=side), stdin=subprocess.DEVNULL,
                              stdout=log, stderr=log, check=False)
    return done.returncode


def devices():
    """Number, name, uuid, permission and read-ahead of all of device-mapper's."""
    found = {}
    for block in glob.glob('/sys/block/dm-*'):
        found[text(block + '/dev')] = (text(block + '/dm/name'), text(block + '/dm/uuid'), text(block + '/ro'),
                                       text(block + '/queue/read_ahead_kb'))
    return found


def nodes():
    """Nodes of device-mapper and links of LVs, with what they lead to."""
    found = []
    for path in glob.glob('/dev/mapper/*') + glob.glob('/dev/*/*'):
        if os.path.islink(path) and os.path.isdir(os.path.dirname(path)) and not path.startswith('/dev/fd/'):
            found.append(f'{path} -> {os.readlink(path)}')
        elif path.startswith('/dev/mapper/') and path != '/dev/mapper/control':
            number = os.stat(path).st_rdev
            name = f'/sys/dev/block/{os.major(number)}:{os.minor(number)}/dm/name'
            found.append(f'{path} is {text(name) if os.path.exists(name) else "nothing"}')
    return sorted(found)


def state():
    """All that there is, with names instead of the numbers, which follow from the order of creation."""
    there = devices()
    if not there:
        return nodes()
    table = subprocess.run(['dmsetup', 'table', '--showkeys'], capture_output=True, text=True, check=True).stdout
    lines = [re.sub(r'\b\d+:\d+\b', lambda number: f'<{there[number[0]][0]}>' if number[0] in there else number[0], line)
             for line in table.splitlines()]
    return [' '.join(each) for each in sorted(there.values())] + sorted(lines) + nodes()


def piece(fd, length, at):
    """What is in front of a part that cannot be read."""
    try:
        return os.pread(fd, length, at)
    except OSError:
        return b''


def read(path, size):
    """The checksum of a device, unreadable parts as zeros, and how much of it could not be read."""
    digest, failed = hashlib.sha256(), 0
    try:
        fd = os.open(path, os.O_RDONLY)
    except OSError as error:
        raise Wrong(str(error)) from error
    if os.lseek(fd, 0, os.SEEK_END) != size:
        raise Wrong(f'{path} has {os.lseek(fd, 0, os.SEEK_END)} bytes, not {size}')
    for at in range(0, size, PIECE):
        length = min(PIECE, size - at)
        data = piece(fd, length, at)
        if len(data) < length:
            parts = [piece(fd, min(SECTOR, size - part), part) for part in range(at, at + length, SECTOR)]
            failed += sum(SECTOR for part in parts if not part)
            data = b''.join(part or bytes(SECTOR) for part in parts)
        digest.update(data)
    os.close(fd)
    return digest.hexdigest(), failed


def chosen(manifest):
    return manifest['volumes'] if os.environ.get('LVOL_TEST_LONG') else manifest['volumes'][:MANY]


def activation(manifest):
    """The command that activates them, as the scenario's script says."""
    if len(chosen(manifest)) == len(manifest['volumes']):
        return 'scn_activate'
    return 'lvchange -ay ' + ' '.join(f"{volume['vg']}/{volume['lv']}" for volume in chosen(manifest))


def check_content(manifest):
    for volume in chosen(manifest):
        found, failed = read('/dev/mapper/' + volume['dm_name'], volume['size'])
        if volume.get('unreadable'):
            if failed != volume['size']:
                raise Wrong(f"{volume['dm_name']} can be read, and the record says that it cannot")
        elif bool(failed) != (volume['sha256'] is None):
            raise Wrong(f"{failed} bytes of {volume['dm_name']} cannot be read")
        elif found != (volume['sha256'] or volume['sha256_errors_as_zeros']):
            raise Wrong(f"{volume['dm_name']} holds something else")


def differences(theirs, ours):
    gone, new = set(theirs) - set(ours), set(ours) - set(theirs)
    return '\n'.join([f'  lvm2: {line}' for line in sorted(gone)] + [f'  lvol: {line}' for line in sorted(new)])


def deactivate(side, manifest):
    for volume in manifest['volumes']:
        if volume.get('kind') == 'stacked':
            subprocess.run(['cryptsetup', 'close', volume['dm_name']], check=True)
    with open(LOG, 'a', encoding='utf-8') as log:
        if subprocess.run([side, 'vgchange', '-an'], stdout=log, stderr=log, check=False).returncode:
            raise Wrong('it is not deactivated')
    left = state()
    if left:
        raise Wrong('left behind: ' + '; '.join(left))


def kernels_targets():
    said = subprocess.run(['dmsetup', 'targets'], capture_output=True, text=True, check=True).stdout
    return {line.split()[0] for line in said.splitlines()}


def lacking(manifest, has):
    """The targets that the scenario needs and this kernel has not."""
    table = manifest['dmsetup']['table']
    needed = {line.split()[3] for line in (table.splitlines() if isinstance(table, str) else table) if len(line.split()) > 3}
    return sorted(needed - has)


def clean():
    """What a scenario that failed left, and a speed that it set, are not the next one's."""
    if devices():
        subprocess.run(['dmsetup', 'remove_all', '--force'], capture_output=True, check=False)
    for node in nodes():
        os.unlink(node.split()[0])
    for which in 'min', 'max':
        with open(SPEED + which, 'w', encoding='utf-8') as file:
            file.write('200000')


def one_side(side, manifest, folder):
    """Activated, looked at and deactivated; the state in between."""
    attach(manifest, folder)
    try:
        if shell(side, manifest, 'write_conf; scn_prepare; ' + activation(manifest)):
            raise Wrong('it is not activated')
        seen = state()
        if side != 'lvm':
            check_content(manifest)
        deactivate(side, manifest)
    finally:
        clean()
        detach(manifest)
    return seen


def scenario(manifest, folder):
    with open(LOG, 'w', encoding='utf-8'):
        pass
    side = 'lvm2'
    try:
        theirs = one_side('lvm', manifest, f"{folder}/lvm2/{manifest['name']}")
        if not theirs:
            raise Wrong('nothing is active')
        side = 'lvol'
        ours = one_side(os.environ['LVOL_TOOL'], manifest, f"{folder}/lvol/{manifest['name']}")
        if ours != theirs:
            raise Wrong('not the same devices:\n' + differences(theirs, ours))
        return None
    except Wrong as wrong:
        return f'{side}: {wrong}\n{text(LOG)}'


def main():
    failures = activated = 0
    only, targets = sys.argv[2:], kernels_targets()
    for path in sorted(glob.glob(os.path.join(HERE, '../golden/*.json'))):
        begin = time.monotonic()
        manifest = json.loads(text(path))
        if only and manifest['name'] not in only:
            continue
        lacks = lacking(manifest, targets)
        if lacks:
            print(f"{manifest['name']}: not activated, this kernel has no target {' '.join(lacks)}")
            continue
        wrong = scenario(manifest, sys.argv[1])
        activated += 1
        failures += bool(wrong)
        print(f"{manifest['name']}: {'FAILED, ' + wrong if wrong else len(chosen(manifest))} "
              f"{(time.monotonic() - begin) * 1000:.0f} ms", flush=True)
    print(f'{activated} scenarios activated, {failures} failed')
    sys.exit(bool(failures) or not activated)


main()
