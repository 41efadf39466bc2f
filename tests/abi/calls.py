#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Map, headers, Python and Rust list the same calls, and each symbol is found under its version node.

usage: calls.py BUILD_DIR      (with LVOL_SRC in the environment)
"""
import ctypes
import glob
import os
import re
import sys

ROOT = os.environ.get('LVOL_SRC') or os.path.join(os.path.dirname(os.path.abspath(__file__)), '..', '..')


def read(*path):
    with open(os.path.join(ROOT, *path), encoding='utf-8') as file:
        return file.read()


def nodes():
    """{symbol: version node} of the map."""
    found = {}
    for node, body in re.findall(r'^(LVOL_[\d.]+) \{(.*?)^\}', read('liblvol', 'liblvol.map'), re.M | re.S):
        for name in re.findall(r'^\t(\w+);', body, re.M):
            found[name] = node
    return found


def in_headers():
    names = set()
    for path in glob.glob(os.path.join(ROOT, 'include', 'lvol', '*.h')):
        text = re.sub(r'/\*.*?\*/', ' ', read(path), flags=re.S)
        names |= set(re.findall(r'LVOL_API\b[^;(]*?\b(lvol_\w+)\s*\(', text))
    return names


def in_python():
    """What cffi is given; None when it is not installed."""
    sys.path.insert(0, os.path.join(ROOT, 'bindings', 'python'))
    sys.dont_write_bytecode = True
    try:
        import build_cffi
    except ImportError:
        return None
    return set(re.findall(r'\b(lvol_\w+)\s*\(', build_cffi.cdef(os.path.join(ROOT, 'include'))))


def in_rust():
    """The declarations of lvol-sys; None when it is not there."""
    folder = os.path.join(ROOT, 'bindings', 'rust', 'lvol-sys')
    if not os.path.isdir(folder):
        return None
    text = ''.join(read(path) for path in glob.glob(os.path.join(folder, 'src', '**', '*.rs'), recursive=True))
    return set(re.findall(r'\bpub fn (lvol_\w+)\s*\(', text))


def check_versions(library, wanted, problems):
    """dlvsym() finds each symbol under its node, and none under another."""
    libc = ctypes.CDLL(None)
    libc.dlvsym.restype = ctypes.c_void_p
    libc.dlvsym.argtypes = [ctypes.c_void_p, ctypes.c_char_p, ctypes.c_char_p]
    handle = ctypes.CDLL(library)._handle
    for name, node in sorted(wanted.items()):
        if not libc.dlvsym(handle, name.encode(), node.encode()):
            problems.append(f'{name}@{node} is not in the library')
        if libc.dlvsym(handle, name.encode(), b'LVOL_0.0'):
            problems.append(f'{name} is found under a version that there is not')


def main():
    library = os.path.join(sys.argv[1], 'liblvol', 'liblvol.so')
    if not os.path.exists(library):
        sys.exit(f'{library} is not built')
    wanted, problems, seen = nodes(), [], ['the map']
    for where, names in (('the headers', in_headers()), ('Python', in_python()), ('Rust (lvol-sys)', in_rust())):
        if names is None:
            continue
        seen.append(where)
        problems += [f'{name} is in the map, not in {where}' for name in sorted(set(wanted) - names)]
        problems += [f'{name} is in {where}, not in the map' for name in sorted(names - set(wanted))]
    if len(wanted) < 100:
        problems.append(f'only {len(wanted)} symbols in the map')
    check_versions(library, wanted, problems)
    if problems:
        sys.exit('\n'.join(problems))
    print(f'calls: {len(wanted)} in {", ".join(seen)}, each under its version')


if __name__ == '__main__':
    main()
