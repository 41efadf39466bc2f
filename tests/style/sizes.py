#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Sizes of files and functions, numbers of parameters, and no mutable variables outside of functions.

usage: sizes.py [SOURCE_ROOT [BUILD_DIR]]

Needs universal-ctags for functions and objdump for variables; without BUILD_DIR variables are not checked.
"""
import json
import os
import shutil
import subprocess
import sys

MAX_FILE_LINES = 800
MAX_FUNCTION_LINES = 80
MAX_PARAMETERS = 5
FOLDERS = ('liblvol', 'bindings', 'examples')
SKIP = 77
# Variables that are the process's because a library below us is; the file says why.
STATE_OF_THE_PROCESS = {'lvi_dmlib_state'}


def sources(root):
    for top in FOLDERS:
        for folder, dirs, files in os.walk(os.path.join(root, top)):
            dirs[:] = sorted(d for d in dirs if not d.startswith('.'))
            for name in sorted(files):
                if name.endswith(('.c', '.h')):
                    yield os.path.relpath(os.path.join(folder, name), root)


def check_files(root, paths, problems):
    for path in paths:
        with open(os.path.join(root, path), 'rb') as f:
            lines = f.read().count(b'\n')
        if lines > MAX_FILE_LINES:
            problems.append(f'{path}: {lines} lines, at most {MAX_FILE_LINES}')


def parameters(signature):
    """How many parameters "(int a, int (*cb)(int, int), ...)" has; "..." and the error to fill in, which ends every
    call that can fail, do not count."""
    inside = signature.strip()[1:-1].strip()
    if inside in ('', 'void'):
        return 0
    depth, parts = 0, ['']
    for c in inside:
        depth += (c in '([{') - (c in ')]}')
        if c == ',' and depth == 0:
            parts.append('')
        else:
            parts[-1] += c
    return sum(1 for part in parts if part.strip() != '...' and not part.strip().startswith('struct lvol_error *'))


def has_universal_ctags():
    if not shutil.which('ctags'):
        return False
    version = subprocess.run(['ctags', '--version'], capture_output=True, text=True)
    return 'Universal Ctags' in version.stdout


def check_functions(root, paths, problems):
    """Definitions for their length, definitions and prototypes for their parameters."""
    tags = subprocess.run(
        ['ctags', '--output-format=json', '--languages=C', '--langmap=C:.c.h', '--kinds-C=fp', '--fields=+neS',
         # macros that would hide a declaration from the parser
         '-I', 'LVOL_API,LVOL_MUST_CHECK,LVOL_BEGIN_DECLS,LVOL_END_DECLS', '-I', 'LVOL_PRINTF+', '-L', '-', '-f', '-'],
        input='\n'.join(paths), capture_output=True, text=True, cwd=root, check=True)
    found = 0
    for line in tags.stdout.splitlines():
        tag = json.loads(line)
        if tag.get('_type') != 'tag':
            continue
        found += 1
        where = f'{tag["path"]}:{tag["line"]}: {tag["name"]}()'
        if tag['kind'] == 'function':
            lines = tag.get('end', tag['line']) - tag['line'] + 1
            if lines > MAX_FUNCTION_LINES:
                problems.append(f'{where}: {lines} lines, at most {MAX_FUNCTION_LINES}')
        count = parameters(tag.get('signature', '()'))
        if count > MAX_PARAMETERS:
            problems.append(f'{where}: {count} parameters, at most {MAX_PARAMETERS}')
    return found


def mutable_variables(obj):
    """Names of variables of an object file in sections that can be written, local statics included."""
    table = subprocess.run(['objdump', '-t', obj], capture_output=True, text=True, check=True).stdout
    for line in table.splitlines():
        # 0000000000000000 l     O .bss	0000000000000008 name
        left, tab, right = line.partition('\t')
        if not tab or len(left) < 26 or len(right.split()) < 2:
            continue
        flags, section, name = left[17:24], left[25:], right.split()[-1]
        if 'O' not in flags and section != '*COM*':
            continue
        # .data.rel.ro holds constant tables with pointers: written by the dynamic linker, read-only from then on
        if section.startswith('.data.rel.ro'):
            continue
        if section in ('*COM*', '.data', '.bss', '.tdata', '.tbss') or \
                section.startswith(('.data.', '.bss.', '.tdata.', '.tbss.')):
            if name not in STATE_OF_THE_PROCESS and \
                    not name.startswith(('__gcov', '__asan', '__ubsan', '__sanitizer')):
                yield name, section


def check_variables(build, problems):
    """A library has no state of its own: all hangs on a handle. Programs of examples/ are held to it as well."""
    objects = []
    for top in ('liblvol', 'examples'):
        for folder, dirs, files in os.walk(os.path.join(build, top)):
            dirs.sort()
            objects += [os.path.join(folder, name) for name in sorted(files) if name.endswith('.o')]
    for obj in objects:
        for name, section in mutable_variables(obj):
            problems.append(f'{os.path.relpath(obj, build)}: variable {name} in {section}, '
                            'mutable and outside of a handle')
    return len(objects)


def main():
    root = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else '.')
    build = sys.argv[2] if len(sys.argv) > 2 else None
    paths = list(sources(root))
    if not paths:
        sys.exit(f'sizes.py: no sources in {root}')
    problems, missing = [], []
    functions = objects = 0
    check_files(root, paths, problems)
    if has_universal_ctags():
        functions = check_functions(root, paths, problems)
    else:
        missing.append('universal-ctags')
    if build:
        if shutil.which('objdump'):
            objects = check_variables(build, problems)
            if not objects:
                problems.append(f'no object files in {build}: build first')
        else:
            missing.append('objdump')
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f'sizes: {len(problems)} over the limit')
    if missing:
        print(f'SKIP: {" and ".join(missing)} not installed; what could be checked is fine')
        sys.exit(SKIP)
    print(f'sizes: {len(paths)} files, {functions} functions and prototypes, {objects} objects within the limits')


if __name__ == '__main__':
    main()
