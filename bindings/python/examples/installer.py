#!/usr/bin/python3
# SPDX-License-Identifier: MIT
"""The volume layout of an operating system's installer.

It is worked out in a transaction, shown to the user as a list of changes and a picture, and committed only when he
agrees; then the swap space is made, in the LV itself: no device node is needed, nor root.
"""
import argparse
import struct
import sys
import uuid

import lvol
from lvol import Percent

MIB = 1 << 20
PAGE = 4096

# What an installer would read from a profile: name, size, and what else lv_create() should know.
LAYOUT = [
    ('boot', 16 * MIB, {'alloc': 'contiguous', 'tags': ['installer']}),
    ('swap', Percent(10, 'vg'), {'autoactivation': False}),
    ('root', Percent(40, 'vg'), {'tags': ['installer']}),
    ('home', Percent(80, 'free'), {}),
]


def lay_out(txn, devices):
    txn.vg_create('system', devices)
    for name, size, options in LAYOUT:
        txn.lv_create(name, size, **options)


def show_plan(txn):
    """What would be: the transaction gives an ordinary VG of it."""
    print('This will be done:')
    for number, change in enumerate(txn.changes, 1):
        print(f'  {number}. {change.object} {change.subject}: {change.text}')
    print()
    print(txn.preview('system').picture())


def agreed():
    try:
        return input('Write this to the disks? [y/n] ').startswith('y')
    except EOFError:
        return False


def make_swap(lv):
    """As mkswap: a header in the first page, with its version and last page, and the signature at its end."""
    with lv.open(write=True) as swap:
        pages = swap.size_bytes // PAGE
        header = bytearray(PAGE)
        struct.pack_into('<3I16s16s', header, 1024, 1, pages - 1, 0, uuid.uuid4().bytes, b'swap')
        header[-10:] = b'SWAPSPACE2'
        swap.pwrite(header, 0)


def install(ctx, devices, plan_only):
    with ctx.begin() as txn:
        lay_out(txn, devices)
        show_plan(txn)
        if plan_only or not agreed():
            txn.abort()
            print('Nothing was written.')
            return
    make_swap(txn.result('system').lv('swap'))
    print('Done.')


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument('-n', dest='plan_only', action='store_true', help='show the plan only')
    parser.add_argument('devices', nargs='+', metavar='DEVICE', help='an image file or block device')
    arguments = parser.parse_args()
    try:
        with lvol.Context(*arguments.devices) as ctx:
            install(ctx, arguments.devices, arguments.plan_only)
    except lvol.Error as e:
        print(f'installer: {e.subject}: {e}', file=sys.stderr)
        return 1
    return 0


if __name__ == '__main__':
    sys.exit(main())
