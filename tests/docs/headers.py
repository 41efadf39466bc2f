#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the comment of every public function tells, beyond what Doxygen asks for.

usage: headers.py [SOURCE_ROOT]

1. Every parameter is spoken of by its name (@p or @param); but not the handle that it acts on, which comes first, `err`,
   which is the same everywhere, and an `out` that the text is all about.
2. A call that can fail names its errors, or the call whose errors it has.
   Both may be said once for all calls of a header, in its @file comment.
3. What comes through an out-parameter that is a pointer says whose it is.
4. The version since which it exists; that of constants and structs too.
"""
import glob
import os
import re
import sys

FUNCTION = re.compile(r'/\*\*((?:(?!\*/).)*)\*/\s*(LVOL_API\b[^;]*;)', re.S)
NAME = re.compile(r'\b(lvol_\w+)\s*\((.*)\)\s*;', re.S)
# #define, struct or enum right behind a comment
OTHER = re.compile(r'/\*\*(?!<)((?:(?!\*/).)*)\*/\n(?:#define (LVOL_\w+)|(?:struct|enum) (lvol_\w+) \{)', re.S)


def parameters(text):
    """(name, whether it is a pointer to a pointer) of each."""
    for piece in text.split(','):
        name = re.search(r'(\w+)\s*(?:\[\d*\])?$', piece.strip())
        if name and piece.strip() != 'void':
            yield name.group(1), '**' in piece


def complaints(head, comment, declaration):
    name, inside = NAME.search(declaration).groups()
    for number, (parameter, is_handle_out) in enumerate(parameters(inside)):
        spoken = re.search(rf'@p(?:aram)?\s+{parameter}\b', head + comment)
        if number and not spoken and parameter not in ('err', 'out'):
            yield f'{name}: nothing is said of parameter {parameter}'
        if is_handle_out and 'const char **' not in declaration and not re.search(r"caller's|borrowed", comment):
            yield f'{name}: whose is what {parameter} is set to?'
    if 'LVOL_MUST_CHECK int' in declaration and not re.search(r'LVOL_E_|Errors as\s[\s*]*lvol_', head + comment):
        yield f'{name}: no error is named'
    if 'Since' not in comment:
        yield f'{name}: since when?'


def main():
    root = sys.argv[1] if len(sys.argv) > 1 else os.environ.get('LVOL_SRC', '.')
    problems, functions = [], 0
    for path in sorted(glob.glob(os.path.join(root, 'include', 'lvol', '*.h'))):
        with open(path, encoding='utf-8') as header:
            text = header.read()
        found = FUNCTION.findall(text)
        head = re.search(r'/\*\*\s*\* @file.*?\*/', text, re.S)
        functions += len(found)
        for comment, declaration in found:
            problems += [f'{os.path.basename(path)}: {problem}' for problem in
                         complaints(head.group() if head else '', comment, declaration)]
        for comment, macro, tag in OTHER.findall(text):
            if 'Since' not in comment:
                problems.append(f'{os.path.basename(path)}: {macro or tag}: since when?')
    if functions < 100:
        problems.append(f'only {functions} functions were found')
    if problems:
        sys.exit('\n'.join(problems))
    print(f'headers: {functions} functions tell of parameters, errors, ownership and age')


if __name__ == '__main__':
    main()
