
#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How many lines and branches of each folder and file of the library the tests executed, by gcov.

usage: coverage.py BUILD_DIR
"""
import json
import os
import shutil
import subprocess
import sys

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
