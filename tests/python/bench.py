# SPDX-License-Identifier: LGPL-2.1-or-later
"""pread of 1 MiB from an LV against os.pread from its image file, in turns; not run by default.

usage: PYTHONPATH=build/bindings/python /usr/bin/python3 tests/python/bench.py
"""
import os
import statistics
import tempfile
import time

import lvol

MIB = 1 << 20
SIZE = 64


def rate(read):
    """MiB/s of one pass over everything."""
    begin = time.perf_counter()
    for i in range(SIZE):
        read(i * MIB)
    return SIZE / (time.perf_counter() - begin)


def main():
    with tempfile.TemporaryDirectory() as folder:
        path = os.path.join(folder, 'disk.img')
        with open(path, 'wb') as file:
            file.truncate((SIZE + 8) * MIB)
        with lvol.Context(path, system_config=False) as ctx, ctx.begin() as txn:
            txn.vg_create('vg0', [path], extent_bytes=MIB)
            txn.lv_create('lv', SIZE * MIB)
        with txn.result().lv('lv').open(write=True) as lv, open(path, 'rb') as file:
            for i in range(SIZE):
                lv.pwrite(os.urandom(MIB), i * MIB)
            fd, buffer = file.fileno(), bytearray(MIB)
            ways = {
                'pread': (lambda at: lv.pread(MIB, at), lambda at: os.pread(fd, MIB, at + MIB)),
                'pread_into': (lambda at: lv.pread_into(buffer, at), lambda at: os.preadv(fd, [buffer], at + MIB)),
            }
            for name, (mine, theirs) in ways.items():
                pairs = [(rate(mine), rate(theirs)) for _ in range(30)]
                a, b = max(p[0] for p in pairs), max(p[1] for p in pairs)
                middle = statistics.median(x / y for x, y in pairs)
                print(f'{name}: best {a:.0f} MiB/s, os {b:.0f} MiB/s, ratio {a / b:.3f}; median of ratios {middle:.3f}')


if __name__ == '__main__':
    main()
