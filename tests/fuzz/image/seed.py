#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Make the corpus of image_fuzzer from golden images: of each disk its label, the headers of its metadata areas and the
committed texts, as recipes (recipe.h). What is in the corpus already under another name stays.

usage: seed.py CACHE     CACHE is a folder that tests/golden/unpack.sh unpacked scenarios to
"""
import os
import struct
import sys

MEND, MEND_SIZES, CHANGE, ALL_FIELDS = 1, 2, 4, 32
SECTOR = 512
MAX_DEVICES, MAX_BYTES, MAX_RECIPE = 4, 256 << 20, 24 << 10


def areas_of(label):
    """Metadata areas: the second list behind the PV header."""
    at, lists, areas = struct.unpack_from('<I', label, 20)[0] + 40, 0, []
    while lists < 2:
        start, size = struct.unpack_from('<QQ', label, at)
        at += 16
        if not start:
            lists += 1
        elif lists == 1:
            areas.append((start, size))
    return areas


def text_pieces(disk, start, header):
    size = struct.unpack_from('<Q', header, 32)[0]
    for slot in (40, 64):
        offset, length = struct.unpack_from('<QQ', header, slot)
        if not offset:
            continue
        first = min(length, size - offset)
        disk.seek(start + offset)
        yield start + offset, disk.read(first)
        if first < length:
            disk.seek(start + SECTOR)
            yield start + SECTOR, disk.read(length - first)


def pieces_of(path):
    """(offset, bytes) of all that matters on a disk."""
    with open(path, 'rb') as disk:
        for sector in range(4):
            disk.seek(sector * SECTOR)
            label = disk.read(SECTOR)
            if not label.startswith(b'LABELONE'):
                continue
            yield sector * SECTOR, label.rstrip(b'\0')
            for start, _ in areas_of(label):
                disk.seek(start)
                header = disk.read(SECTOR)
                yield start, header[:88]
                yield from text_pieces(disk, start, header)
            return


def recipe(folder, choices):
    disks = sorted(name for name in os.listdir(folder) if name.endswith('.img'))[:MAX_DEVICES]
    sizes = [min(os.path.getsize(os.path.join(folder, name)), MAX_BYTES) for name in disks]
    pieces = {}  # what several disks have at one place is one piece
    for number, name in enumerate(disks):
        for offset, data in pieces_of(os.path.join(folder, name)):
            if offset < MAX_BYTES and len(data) < 1 << 16:
                pieces[offset, data] = pieces.get((offset, data), 0) | 1 << number
    out = bytes([choices, len(disks) - 1])
    out += b''.join(struct.pack('<I', size // 4096)[:3] for size in sizes)
    for (offset, data), mask in pieces.items():
        out += bytes([mask]) + struct.pack('<I', offset // SECTOR)[:3] + struct.pack('<H', len(data)) + data
    return out


def main():
    cache = sys.argv[1]
    corpus = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'corpus')
    os.makedirs(corpus, exist_ok=True)
    names = sorted(name for name in os.listdir(cache) if not name.startswith('.'))
    for number, name in enumerate(names):
        # reports of every field are slow: some seeds are enough
        choices = MEND | MEND_SIZES | CHANGE | (0 if number % 6 else ALL_FIELDS)
        data = recipe(os.path.join(cache, name), choices)
        if len(data) > MAX_RECIPE:
            print(f'{name}: {len(data)} bytes are too many for a seed', file=sys.stderr)
            continue
        with open(os.path.join(corpus, name), 'wb') as out:
            out.write(data)


if __name__ == '__main__':
    main()
