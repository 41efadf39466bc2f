# SPDX-License-Identifier: LGPL-2.1-or-later
"""series.py FIRST COUNT TURNS: a series of random operations for each of COUNT seeds. Runs in the guest, see ../series.sh."""
import fcntl
import os
import shutil
import subprocess
import sys
import time
import traceback

from sides import VG, Broken, Live, Lvm2, User
from world import World

DISKS, DISK_BYTES = 6, 96 << 20
HOME = '/run/series'
LOOP_SET_FD = 0x4C00


def shell(text):
    return subprocess.run(text, shell=True, capture_output=True, text=True, check=False).stdout.strip()


def make_disks():
    """Files, and loop devices over them, which stay."""
    os.makedirs(HOME, exist_ok=True)
    files = [f'{HOME}/{n}.img' for n in 'abcdef'[:DISKS]]
    loops = [f'/dev/loop{n}' for n in range(DISKS)]
    for path, loop in zip(files, loops):
        fd = os.open(path, os.O_RDWR | os.O_CREAT)
        attached = os.fstat(fd).st_size
        os.ftruncate(fd, 0)
        os.ftruncate(fd, DISK_BYTES)
        if not attached:
            device = os.open(loop, os.O_RDWR)
            fcntl.ioctl(device, LOOP_SET_FD, fd)
            os.close(device)
        os.close(fd)
    return files, loops


def drop_devices():
    for _ in range(5):
        if not any(name.startswith('dm-') for name in os.listdir('/sys/block')):
            break
        shell('dmsetup remove_all --force')
    shutil.rmtree(f'/dev/{VG}', ignore_errors=True)


def keep(seed, lines):
    """What is needed to look at a failure."""
    out = os.environ['OUT']
    with open(f'{out}/series-{seed}.log', 'w', encoding='utf-8') as f:
        f.write('\n'.join(lines) + '\n' + shell('dmesg | tail -n 40') + '\n')
        f.write(shell(f'dmsetup table; dmsetup status; lvs -a -o +devices,seg_pe_ranges {VG} 2>&1'))
    if os.environ.get('LVOL_SERIES_KEEP'):
        shell(f'sync; tar -C {HOME} -cSf {out}/series-{seed}.tar .')


def one(seed, turns, totals, refusals):
    """Whether the series of this seed went well."""
    lines = []
    files, loops = make_disks()
    sides = {kind.name: kind(paths, lines.append) for kind, paths in ((User, files), (Lvm2, loops), (Live, loops))}
    world = World(sides, seed, lines.append)
    try:
        sides['user'].must('vgcreate', '-s', world.rng.choice(['256k', '512k', '1m']), VG, *files)
        for turn in range(turns):
            side = world.rng.choice([*sides.values(), sides['user']])
            lines.append(f'--- turn {turn}: {side.name}')
            world.begin(side)
            for _ in range(world.rng.randint(3, 9)):
                world.step()
            world.end()
        good = True
    except Broken as e:
        # the VG is what lvm2 made of it, and nobody can go on
        lines.append(str(e))
        print(f'seed {seed}: {e}')
        good = True
    except Exception:  # pylint: disable=broad-except
        lines.append(traceback.format_exc())
        print(f'seed {seed}: FAILED\n    ' + traceback.format_exc(limit=-3).strip().replace('\n', '\n    '), flush=True)
        keep(seed, lines)
        good = False
    if os.environ.get('LVOL_SERIES_VERBOSE'):
        print('\n'.join(lines))
    for key, (done, refused) in world.count.items():
        total = totals.setdefault(key, [0, 0])
        total[0] += done
        total[1] += refused
    for said, times in world.refusals.items():
        refusals[said] = refusals.get(said, 0) + times
    drop_devices()
    if os.environ.get('LVOL_SERIES_KEEP'):
        with open(f'{os.environ["OUT"]}/progress', 'a', encoding='utf-8') as f:
            f.write(f'{seed} {good}\n')
    return good


def main():
    first, count, turns = (int(word) for word in sys.argv[1:4])
    totals, refusals, failed, began = {}, {}, [], time.monotonic()
    for seed in range(first, first + count):
        if not one(seed, turns, totals, refusals):
            failed.append(seed)
    done = sum(n for n, _ in totals.values())
    if os.environ.get('LVOL_SERIES_VERBOSE') or count > 10:
        for key in sorted(totals):
            print(f'{key}: {totals[key][0]} done, {totals[key][1]} refused')
        for said in sorted(refusals):
            print(f'{refusals[said]} times {said}')
    print(f'seeds {first} to {first + count - 1}, {turns} turns: {done} operations, {time.monotonic() - began:.1f} s'
          + (f'; FAILED: {failed}' if failed else ''))
    sys.exit(bool(failed))


if __name__ == '__main__':
    main()
