
#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How many lines and branches of each folder and file of the library the tests executed, by gcov.

usage: coverage.py BUILD_DIR

A branch is what gcov takes for one: each way out of each condition, of "&&" and "||" too. Not counted is only the failing
way out of an assert(): a test that took it would be one of a bug. Nothing else is left out; functions in headers count
once, whichever objects have them.

In the files of commit and recovery each branch that was not taken has to be explained in coverage-explained.txt. One that is
not, and an explanation that is not needed, are printed, and the exit status is 1.
"""
import json
import os
import re
import shutil
import subprocess
import sys

COMMIT_AND_RECOVERY = re.compile(r'liblvol/(store/(commit\w*|copies|survey|assemble|place)|txn/(commit|vg_sides))\.c')
EXPLAINED = os.path.join(os.path.dirname(os.path.abspath(__file__)), 'coverage-explained.txt')

build = os.path.abspath(sys.argv[1])
root = os.getcwd()
if not shutil.which('gcov'):
    sys.exit('coverage.py: gcov is not installed')

hits = {}  # file -> line -> count, over all objects that hold the file
ways = {}  # file -> (line, number of the branch in it) -> count
for folder, _, files in os.walk(build):
    for name in files:
        if not name.endswith('.gcno'):  # there for what was never run, too
            continue
        out = subprocess.run(['gcov', '--json-format', '--branch-probabilities', '--stdout', os.path.join(folder, name)],
                             capture_output=True, text=True, cwd=build).stdout
        for text in out.splitlines():
            if not text.startswith('{'):
                continue
            for file in json.loads(text)['files']:
                path = os.path.relpath(os.path.join(build, file['file']), root)
                if not path.startswith('liblvol' + os.sep):
                    continue
                lines = hits.setdefault(path, {})
                branches = ways.setdefault(path, {})
                for line in file['lines']:
                    number = line['line_number']
                    lines[number] = lines.get(number, 0) + line['count']
                    for i, branch in enumerate(line.get('branches', [])):
                        branches[number, i] = branches.get((number, i), 0) + branch['count']


sources = {}  # file -> lines
for path in hits:
    with open(path, encoding='utf-8') as f:
        sources[path] = [line.strip() for line in f]


def text_of(path, number):
    return sources[path][number - 1] if number <= len(sources[path]) else ''


for path, branches in ways.items():
    for number, i in [key for key, count in branches.items() if not count and text_of(path, key[0]).startswith('assert(')]:
        del branches[number, i]


def explanations():
    """(file, text of the line) of each; the file has the reasons."""
    with open(EXPLAINED, encoding='utf-8') as f:
        return {tuple(line.rstrip('\n').split(': ', 1)) for line in f if line.strip() and line[0] not in '#=\t'}


def check_explained():
    """How many are wrong."""
    explained = explanations()
    missing = {(path, text_of(path, number))
               for path, branches in ways.items() if COMMIT_AND_RECOVERY.fullmatch(path)
               for (number, _), count in branches.items() if not count}
    for path, text in sorted(missing - explained):
        print(f'{path}: a branch is neither taken nor explained: {text}')
    for path, text in sorted(explained - missing):
        print(f'{path}: explained, but there is no such line, or all its branches are taken: {text}')
    return len(missing ^ explained)


def percent(counts):
    return sum(1 for count in counts if count) * 100 / len(counts) if counts else 100.0


def show(lines, branches, name):
    print(f'{percent(lines):6.1f} % of {len(lines):6} lines {percent(branches):6.1f} % of {len(branches):6} branches  {name}')


rooms = {}
for path, lines in sorted(hits.items()):
    rooms.setdefault(os.path.dirname(path), []).append(
        (os.path.basename(path), list(lines.values()), list(ways[path].values())))
all_lines, all_branches = [], []
for room, files in sorted(rooms.items()):
    lines = [count for _, file_lines, _ in files for count in file_lines]
    branches = [count for _, _, file_branches in files for count in file_branches]
    all_lines += lines
    all_branches += branches
    show(lines, branches, room + '/')
    for name, file_lines, file_branches in files:
        show(file_lines, file_branches, '    ' + name)
show(all_lines, all_branches, 'in all')
wrong = check_explained()
if wrong:
    sys.exit(f'coverage.py: {wrong} differences from {os.path.relpath(EXPLAINED, root)}')
