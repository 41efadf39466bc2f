#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Who includes whom: the rooms of the library, its public headers, the examples.

usage: includes.py [SOURCE_ROOT]
"""
import os
import re
import sys

# What each room may include besides itself, <lvol/...> and system headers. This is the design; a change here is a
# change of architecture and wants a reason in its commit.
MAY_INCLUDE = {
    'base': '',
    'config': 'base',
    'dev': 'base',
    'model': 'base',
    'dm': 'base',
    'disk': 'base dev',
    'segtype': 'base config model dm',
    'metadata': 'base config model segtype',
    'map': 'base dm model segtype',
    'store': 'base config dev disk model segtype metadata',
    'txn': 'base config dev disk dm model segtype metadata store',
    'backend': 'base dev dm',
    # metadata, as the end of long work is a change of metadata: an operation of a transaction
    'job': 'base dev dm model segtype map store txn backend',
    'luks': 'base',
    'stream': 'base',
    'fs': 'base dev',
    'report': 'base config dm dev model segtype map backend',
}
ROOT = '(root)'          # liblvol/*.c: the public boundary, sees all rooms
GENERATED = {'config.h'}  # made by the build, free for all

# Headers of the C99 library, plus what C++ callers of the public headers need.
STANDARD_C = {h + '.h' for h in (
    'assert complex ctype errno fenv float inttypes iso646 limits locale math setjmp signal stdarg stdbool stddef '
    'stdint stdio stdlib string tgmath time wchar wctype').split()}

INCLUDE = re.compile(r'^[ \t]*#[ \t]*include[ \t]*([<"])([^>"]+)[>"]', re.M)
COMMENT = re.compile(r'/\*.*?\*/|//[^\n]*', re.S)


def sources(top):
    for folder, dirs, files in os.walk(top):
        dirs[:] = sorted(d for d in dirs if not d.startswith('.'))
        for name in sorted(files):
            if name.endswith(('.c', '.h')):
                yield os.path.join(folder, name)


def includes(path):
    """(line, '<' or '"', name) of each #include."""
    with open(path, encoding='utf-8') as f:
        text = COMMENT.sub(lambda m: re.sub(r'[^\n]', ' ', m.group()), f.read())
    for m in INCLUDE.finditer(text):
        yield text.count('\n', 0, m.start()) + 1, m.group(1), m.group(2)


def check_rooms(root, problems):
    """Check every include of liblvol/; returns {room: {room it includes: 'file:line'}}."""
    top = os.path.join(root, 'liblvol')
    graph = {}
    for path in sources(top):
        shown = os.path.relpath(path, root)
        below = os.path.relpath(path, top).split(os.sep)
        room = below[0] if len(below) > 1 else ROOT
        if room != ROOT and room not in MAY_INCLUDE:
            problems.append(f'{shown}: room "{room}" is not in the table of tests/style/includes.py')
            continue
        for line, kind, name in includes(path):
            where = f'{shown}:{line}'
            if kind == '<':
                if name.split('/')[0] in MAY_INCLUDE and os.path.exists(os.path.join(top, name)):
                    problems.append(f'{where}: <{name}> is a header of ours; write "{name}"')
                continue
            if name in GENERATED:
                continue
            target = next((p for p in (os.path.join(os.path.dirname(path), name), os.path.join(top, name))
                           if os.path.exists(p)), None)
            if target is None:
                problems.append(f'{where}: "{name}" is not found from liblvol/ nor from its own folder')
                continue
            inner = os.path.relpath(target, top).split(os.sep)
            if inner[0] == os.pardir:
                problems.append(f'{where}: "{name}" lies outside of liblvol/')
                continue
            other = inner[0] if len(inner) > 1 else ROOT
            if other == room:
                continue
            graph.setdefault(room, {}).setdefault(other, where)
            if room == ROOT:
                continue
            if other == ROOT:
                problems.append(f'{where}: a room includes "{name}" of the public boundary')
            elif other not in MAY_INCLUDE[room].split():
                allowed = MAY_INCLUDE[room] or 'the C library only'
                problems.append(f'{where}: {room} may not include "{name}" ({room} may include: {allowed})')
    return graph


def check_cycles(graph, problems):
    """One line for each circle of rooms, whatever the table says."""
    done = set()

    def walk(room, trail):
        if room in trail:
            circle = trail[trail.index(room):] + [room]
            steps = ', '.join(f'{a} -> {b} at {graph[a][b]}' for a, b in zip(circle, circle[1:]))
            problems.append(f'include cycle: {" -> ".join(circle)} ({steps})')
            return
        if room in done:
            return
        for other in sorted(graph.get(room, ())):
            walk(other, trail + [room])
        done.add(room)

    for room in sorted(graph):
        walk(room, [])


def check_public(root, problems):
    top = os.path.join(root, 'include')
    for path in sources(top):
        for line, kind, name in includes(path):
            if kind != '<' or not (name in STANDARD_C or
                                   (name.startswith('lvol/') and os.path.exists(os.path.join(top, name)))):
                problems.append(f'{os.path.relpath(path, root)}:{line}: a public header includes only <lvol/...> '
                                f'that exist and standard C headers, not {name}')


def check_examples(root, problems):
    top = os.path.join(root, 'examples')
    rooms = tuple(room + '/' for room in MAY_INCLUDE)
    for path in sources(top):
        for line, kind, name in includes(path):
            where = f'{os.path.relpath(path, root)}:{line}'
            own = os.path.normpath(os.path.join(os.path.dirname(path), name))
            if kind == '"':
                # a header of its own program: below examples/PROGRAM/, or beside a program of one file
                program = os.path.relpath(path, top).split(os.sep)[0]
                home = os.path.join(top, program) if os.path.isdir(os.path.join(top, program)) else top
                if not (os.path.exists(own) and own.startswith(home + os.sep)):
                    problems.append(f'{where}: "{name}" is not a header of the example\'s own folder')
            elif name.startswith(rooms) or name.startswith('liblvol/'):
                problems.append(f'{where}: an example includes <{name}> of the inside of the library')


def main():
    root = os.path.abspath(sys.argv[1] if len(sys.argv) > 1 else '.')
    if not os.path.isdir(os.path.join(root, 'liblvol')):
        sys.exit(f'includes.py: no liblvol/ in {root}')
    problems = []
    graph = check_rooms(root, problems)
    check_cycles(graph, problems)
    check_public(root, problems)
    check_examples(root, problems)
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(f'includes: {len(problems)} not allowed')
    print(f'includes: {len(graph)} rooms, all as the table says')


if __name__ == '__main__':
    main()
