#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What abidiff does not hold, or is told to let pass, is as in the last release: the values of enumerators and flags
(those that are passed as plain integers are in no symbol), and where the fields of option structs lie (their growth is
let pass). A program asks with the baseline's headers, and what it prints is asserted with today's.

usage: values.py [BUILD_DIR]
"""
import glob
import os
import re
import subprocess
import sys
import tempfile

HERE = os.path.dirname(os.path.abspath(__file__))
ROOT = os.environ.get('LVOL_SRC') or os.path.join(HERE, '..', '..')
BASELINE = os.path.join(HERE, 'baseline', 'include')
CC = os.environ.get('CC', 'cc').split()


def header_text(include):
    text = ''
    for path in sorted(glob.glob(os.path.join(include, 'lvol', '*.h'))):
        with open(path, encoding='utf-8') as header:
            text += header.read()
    return re.sub(r'/\*.*?\*/', ' ', text, flags=re.S)


def constants(text):
    names = set(re.findall(r'^#define (LVOL_\w+) \(?-?\(?[0-9(]', text, re.M)) - {'LVOL_VERSION_NUMBER'}
    for body in re.findall(r'\benum lvol_\w+ \{(.*?)\}', text, re.S):
        names |= set(re.findall(r'\b(LVOL_\w+)\s*=', body))
    return sorted(names)


def fields(text):
    """(struct, field) of the option structs."""
    for struct in re.findall(r'LVOL_OPTS_INIT\(struct (lvol_\w+)\)', text):
        body = re.search(rf'struct {struct} \{{(.*?)^\}};', text, re.S | re.M).group(1)
        for declaration in body.split(';'):
            function = re.search(r'\(\*(\w+)\)\s*\(', declaration)
            for piece in [function.group(1)] if function else declaration.split(','):
                name = re.search(r'(\w+)\s*(?:\[\w*\])?\s*$', piece)
                if name:
                    yield struct, name.group(1)


def compile_c(scratch, name, text, include, *options):
    path = os.path.join(scratch, name + '.c')
    with open(path, 'w', encoding='utf-8') as source:
        source.write(text)
    return subprocess.run([*CC, '-std=gnu11', '-I', include, *options, path], capture_output=True, text=True, check=False)


def asserts(scratch, names, places):
    """The assertions that hold for the baseline."""
    asked = [(name, f'(long long)({name})') for name in names]
    for struct, field in places:
        asked.append((f'{struct}.{field} lies', f'(long long)offsetof(struct {struct}, {field})'))
        asked.append((f'{struct}.{field} is large', f'(long long)sizeof(((struct {struct} *)0)->{field})'))
    lines = ''.join(f'\tprintf("_Static_assert({what} == %lldLL, \\"{name}\\");\\n", {what});\n' for name, what in asked)
    program = os.path.join(scratch, 'ask')
    done = compile_c(scratch, 'ask', f'#include <lvol/lvol.h>\n#include <stdio.h>\nint main(void)\n{{\n{lines}}}\n',
                     BASELINE, '-o', program)
    if done.returncode:
        sys.exit(done.stderr)
    return '#include <lvol/lvol.h>\n' + subprocess.run([program], capture_output=True, text=True, check=True).stdout


def main():
    text = header_text(BASELINE)
    names, places = constants(text), list(fields(text))
    if len(names) < 100 or len(places) < 80:
        sys.exit(f'values: only {len(names)} constants and {len(places)} fields were found')
    with tempfile.TemporaryDirectory(dir=os.environ.get('LVOL_TEST_TMP')) as scratch:
        held = asserts(scratch, names, places)
        include = os.path.join(ROOT, 'include')
        done = compile_c(scratch, 'assert', held, include, '-fsyntax-only')
        if done.returncode:
            sys.exit('values: not as in the last release:\n' +
                     '\n'.join(re.findall(r'static assertion failed: "(.*)"', done.stderr) or [done.stderr]))
        for before, after in (('(LVOL_E_BUSY) == 7LL', '(LVOL_E_BUSY) == 8LL'), ('name) == 16LL', 'name) == 24LL')):
            changed = held.replace(before, after)
            if changed == held or not compile_c(scratch, 'changed', changed, include, '-fsyntax-only').returncode:
                sys.exit(f'values: {after} would not be noticed')
    print(f'values: {len(names)} constants and {len(places)} fields of option structs are as in the last release')


if __name__ == '__main__':
    main()
