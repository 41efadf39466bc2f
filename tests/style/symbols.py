#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What is exported is what is declared, documented and listed.

usage: symbols.py SOURCE_ROOT BUILD_DIR

1. The symbols that liblvol.so exports, the names in liblvol/liblvol.map and the LVOL_API declarations of include/lvol/
   are the same set.
2. In static libraries every external symbol starts with lvol_ or lvi_, so that it disturbs no program.
3. Every LVOL_API declaration follows a /** comment that says "Since".
"""
import glob
import os
import re
import subprocess
import sys

COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)
DECLARATION = re.compile(r'^[ \t]*(?!#)[^\n#;{}]*\bLVOL_API\b[^;{]*[;{]', re.M)
PREFIXES = ('lvol_', 'lvi_')


def nm(*arguments):
    """(name, type) of each defined symbol."""
    out = subprocess.run(['nm', *arguments], capture_output=True, text=True, check=True).stdout
    for line in out.splitlines():
        fields = line.split()
        if len(fields) >= 2 and len(fields[-2]) == 1 and not line.endswith(':'):
            yield fields[-1], fields[-2]


def exported(library):
    return {re.sub(r'@.*', '', name) for name, kind in nm('-D', '--defined-only', library) if kind != 'A'}


def mapped(path, problems):
    """Names in the global: parts of a version script; patterns are not names."""
    with open(path, encoding='utf-8') as f:
        text = COMMENT.sub(' ', f.read())
    names = []
    for body in re.findall(r'\{(.*?)\}', text, re.S):
        visible = re.search(r'\bglobal\s*:(.*?)(?:\blocal\s*:|\Z)', body, re.S)
        if visible:
            names += re.findall(r'([^\s;]+)\s*;', visible.group(1))
    for name in names:
        if not re.fullmatch(r'\w+', name):
            problems.append(f'liblvol.map: "{name}" is a pattern; list every symbol by name')
    for name in sorted({n for n in names if names.count(n) > 1}):
        problems.append(f'liblvol.map: {name} is listed twice')
    return {name for name in names if re.fullmatch(r'\w+', name)}


def comment_before(text, offset):
    """The comment that ends right before @offset, or None."""
    head = text[:offset].rstrip()
    if not head.endswith('*/'):
        return None
    return head[head.rindex('/*'):]


def declared(root, problems):
    """{name: 'file:line'} of LVOL_API declarations; complains about the undocumented."""
    names = {}
    for path in sorted(glob.glob(os.path.join(root, 'include', 'lvol', '*.h'))):
        shown = os.path.relpath(path, root)
        with open(path, encoding='utf-8') as f:
            text = f.read()
        # blanked comments keep all offsets
        code = COMMENT.sub(lambda m: re.sub(r'[^\n]', ' ', m.group()), text)
        for m in DECLARATION.finditer(code):
            start = m.start() + len(m.group()) - len(m.group().lstrip())
            where = f'{shown}:{text.count(chr(10), 0, start) + 1}'
            # the name is the word before the first parenthesis that opens a parameter list
            name = re.search(r'(\w+)\s*\(', m.group().replace('LVOL_API', ''))
            if not name:
                problems.append(f'{where}: LVOL_API on something that is not a function')
                continue
            name = name.group(1)
            if name in names:
                problems.append(f'{where}: {name} is declared at {names[name]} too')
            names[name] = where
            doc = comment_before(text, start)
            if doc is None or not doc.startswith('/**'):
                problems.append(f'{where}: {name} has no doc comment (/** ... */) right before it')
            elif 'Since' not in doc:
                problems.append(f'{where}: the comment of {name} does not say since which version it exists')
    return names


def compare(left, left_name, right, right_name, problems):
    for name in sorted(left - right):
        problems.append(f'{name}: in {left_name}, not in {right_name}')
    for name in sorted(right - left):
        problems.append(f'{name}: in {right_name}, not in {left_name}')


def check_static(build, problems):
    libraries = sorted(set(glob.glob(os.path.join(build, 'liblvol', '**', '*.a'), recursive=True)))
    if not libraries:
        problems.append(f'no static library in {build}/liblvol: build first')
    strangers = {}
    for library in libraries:
        for name, _ in nm('-g', '--defined-only', library):
            if not name.startswith(PREFIXES):
                strangers.setdefault(name, os.path.relpath(library, build))
    for name, library in sorted(strangers.items()):
        problems.append(f'{library}: {name} is external, but starts with neither {" nor ".join(PREFIXES)}')


def main():
    if len(sys.argv) != 3:
        sys.exit(__doc__)
    root, build = map(os.path.abspath, sys.argv[1:])
    library = os.path.join(build, 'liblvol', 'liblvol.so')
    if not os.path.exists(library):
        sys.exit(f'symbols.py: {library} is not built')
    problems = []
    in_headers = set(declared(root, problems))
    in_map = mapped(os.path.join(root, 'liblvol', 'liblvol.map'), problems)
    in_library = exported(library)
    compare(in_library, 'liblvol.so', in_map, 'liblvol.map', problems)
    compare(in_headers, 'the headers (LVOL_API)', in_map, 'liblvol.map', problems)
    check_static(build, problems)
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f'symbols: {len(problems)} problems')
    if not in_map:
        sys.exit('symbols: nothing is exported at all')
    print(f'symbols: {len(in_map)} functions, declared, documented, listed and exported')


if __name__ == '__main__':
    main()
