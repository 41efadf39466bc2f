
#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""How many lines of each folder and file of the library the tests executed, by gcovr if it is there, else by gcov.

usage: coverage.py BUILD_DIR
"""
import json
import os
import shutil
import subprocess
import sys

build = os.path.abspath(sys.argv[1])
root = os.getcwd()
if shutil.which('gcovr'):
    sys.exit(subprocess.run(['gcovr', '--root', '.', '--filter', 'liblvol/', '--print-summary', build]).returncode)
if not shutil.which('gcov'):
    sys.exit('coverage.py: neither gcovr nor gcov is installed')

hits = {}  # file -> line -> count, over all objects that hold the file
for folder, _, files in os.walk(build):
    for name in files:
        if not name.endswith('.gcno'):  # there for what was never run, too
            continue
        out = subprocess.run(['gcov', '--json-format', '--stdout', os.path.join(folder, name)],
                             capture_output=True, text=True, cwd=build).stdout
        for text in out.splitlines():
            if not text.startswith('{'):
                continue
            for file in json.loads(text)['files']:
                path = os.path.relpath(os.path.join(build, file['file']), root)
                if not path.startswith('liblvol' + os.sep):
                    continue
                lines = hits.setdefault(path, {})
                for line in file['lines']:
                    number = line['line_number']
                    lines[number] = lines.get(number, 0) + line['count']


def percent(lines):
    return sum(1 for count in lines if count) * 100 / len(lines) if lines else 100.0


rooms = {}
for path, lines in sorted(hits.items()):
    rooms.setdefault(os.path.dirname(path), []).append((os.path.basename(path), list(lines.values())))
total = []
for room, files in sorted(rooms.items()):
    counts = [count for _, lines in files for count in lines]
    total += counts
    print(f'{percent(counts):6.1f} %  {len(counts):6} lines  {room}/')
    for name, lines in files:
        print(f'{percent(lines):6.1f} %  {len(lines):6} lines      {name}')
print(f'{percent(total):6.1f} %  {len(total):6} lines  in all')
