#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Compares what the Rust compiler makes of lvol-sys with what the C compiler makes of the headers: size and alignment
of every struct, offset and size of every field, value of every constant.

usage: layout.py SOURCE_ROOT RUST_PROGRAM

RUST_PROGRAM is lvol-sys's example "layout". Status 1: they differ.
"""
import difflib
import os
import shlex
import subprocess
import sys
import tempfile

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import headers as h  # noqa: E402


def c_program(every):
    lines = []
    for header in every:
        for name, fields in header.structs:
            lines.append(f'printf("{name} size %zu align %zu\\n", sizeof(struct {name}), _Alignof(struct {name}));')
            for field, _ in fields:
                lines.append(f'printf("{name}.{field} at %zu size %zu\\n", offsetof(struct {name}, {field}), '
                             f'sizeof(((struct {name} *)0)->{field}));')
        names = [name for name, *_ in header.constants] + [item for _, _, values in header.enums for item, _ in values]
        lines += [f'printf("{name} %lld\\n", (long long)({name}));' for name in names]
        # that they are there is for the linker of the Rust program to say
        lines += [f'puts("{name}()");' for name, _ in header.functions]
    return '#include <stddef.h>\n#include <stdio.h>\n#include <lvol/lvol.h>\nint main(void)\n{\n' + \
        ''.join(f'\t{line}\n' for line in lines) + '\treturn 0;\n}\n'


def in_c(root):
    compiler = shlex.split(os.environ.get('CC', 'cc'))
    include = os.path.join(root, 'include')
    with tempfile.TemporaryDirectory() as folder:
        program = os.path.join(folder, 'layout')
        subprocess.run([*compiler, '-std=gnu11', '-I', include, '-x', 'c', '-', '-o', program],
                       input=c_program(h.read(include)), text=True, check=True)
        return subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout


def main():
    root, program = sys.argv[1:]
    in_rust = subprocess.run([program], stdout=subprocess.PIPE, text=True, check=True).stdout
    c = in_c(root)
    for line in difflib.unified_diff(c.splitlines(), in_rust.splitlines(), 'the C compiler', 'lvol-sys', lineterm=''):
        print(line)
    if c != in_rust:
        sys.exit(1)
    print(f'layout: {len(c.splitlines())} facts are the same in C and in Rust')


if __name__ == '__main__':
    main()
