#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Static analysis of the library: cppcheck, clang-tidy or gcc -fanalyzer over all of its files.

usage: static.py cppcheck|clang-tidy|analyzer SOURCE_ROOT BUILD_DIR [FILE...]

Fails for each finding that TOOL.suppress beside this script does not list, and for each line of that list that is not
needed. A line is "ID PATH-PATTERN", and a comment above it says why the finding is none. clang-tidy takes many minutes:
without FILEs it is skipped unless LVOL_TEST_LONG is set.
"""
import concurrent.futures
import fnmatch
import json
import os
import re
import shlex
import shutil
import subprocess
import sys

SKIP = 77
PROGRAM = {'cppcheck': 'cppcheck', 'clang-tidy': 'clang-tidy', 'analyzer': 'gcc'}
SLOW = {'clang-tidy'}
FINDING = re.compile(r'^(?P<path>[^\s:]+):(?P<line>\d+):(?:\d+:)? (?:warning|error|portability|performance): '
                     r'(?P<text>.*?) ?(?:\[CWE-\d+\] )?\[(?P<id>[\w.,=+-]+)\]$')


def skip(why):
    print(f'SKIP: {why}')
    sys.exit(SKIP)


def commands(build, root):
    """How each file of the library is compiled: path -> (folder, arguments)."""
    with open(os.path.join(build, 'compile_commands.json'), encoding='utf-8') as f:
        found = {}
        for entry in json.load(f):
            path = os.path.relpath(os.path.join(entry['directory'], entry['file']), root)
            if path.startswith('liblvol' + os.sep):
                found.setdefault(path, (entry['directory'], shlex.split(entry['command'])))
        return found


def without_output(arguments):
    """Nothing is to be written."""
    kept, drop = [], False
    for argument in arguments:
        if drop or argument == '-MD':
            drop = False
        elif argument in ('-o', '-MF', '-MQ'):
            drop = True
        else:
            kept.append(argument)
    return kept


def command_of(tool, path, root, build, compiled):
    if tool == 'clang-tidy':
        return root, ['clang-tidy', '--quiet', '-p', build, os.path.join(root, path)]
    folder, arguments = compiled[path]
    # -O1: paths through functions that are too small to be inlined at -O2 are not lost
    return folder, without_output(arguments) + ['-O1', '-fanalyzer', '-fdiagnostics-plain-output', '-o', os.devnull]


def run_cppcheck(root, build, files):
    includes = [f'-I{os.path.join(root, folder)}' for folder in ('liblvol', 'include', '.')] + [f'-I{build}']
    result = subprocess.run(
        ['cppcheck', '-j1', '--quiet', '--std=c11', '-D_GNU_SOURCE', '--library=posix', '--library=gnu', *includes,
         '--enable=warning,performance,portability', '--template={file}:{line}: {severity}: {message} [{id}]', *files],
        capture_output=True, text=True, cwd=root)
    return result.stdout + result.stderr


def run_each(tool, root, build, files, compiled):
    def run(path):
        folder, arguments = command_of(tool, path, root, build, compiled)
        result = subprocess.run(arguments, capture_output=True, text=True, cwd=folder)
        # paths relative to where it ran
        return re.sub(r'^(?=[^\s:]+:\d+:)([^\s:]+)', lambda m: os.path.join(folder, m.group(1)),
                      result.stdout + result.stderr, flags=re.M)

    workers = int(os.environ.get('LVOL_TEST_JOBS') or os.cpu_count() or 1)
    with concurrent.futures.ThreadPoolExecutor(workers) as pool:
        return '\n'.join(pool.map(run, files))


def findings(tool, root, output):
    found = set()
    for line in output.splitlines():
        match = FINDING.match(line)
        if not match:
            continue
        path = os.path.relpath(os.path.normpath(os.path.join(root, match['path'])), root)
        name = match['id'].split(',')[0]
        if path.startswith(('liblvol' + os.sep, 'include' + os.sep)) and \
                (tool != 'analyzer' or name.startswith('-Wanalyzer')):
            found.add((path, int(match['line']), name, match['text']))
    return sorted(found)


def suppressions(tool):
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), tool + '.suppress'), encoding='utf-8') as f:
        lines = [line.split() for line in f if line.strip() and not line.startswith('#')]
    return [(name, pattern) for name, pattern in lines]


def main():
    tool, root, build = sys.argv[1], os.path.abspath(sys.argv[2]), os.path.abspath(sys.argv[3])
    if not shutil.which(PROGRAM[tool]):
        skip(f'{PROGRAM[tool]} is not installed')
    long = os.environ.get('LVOL_TEST_LONG', '0') not in ('', '0')
    if tool in SLOW and not long and not sys.argv[4:]:
        skip(f'{tool} takes minutes: --long')
    compiled = commands(build, root)
    files = sys.argv[4:] or sorted(compiled)
    if not files:
        sys.exit(f'static.py: no files of the library in {build}')
    output = run_cppcheck(root, build, files) if tool == 'cppcheck' else run_each(tool, root, build, files, compiled)
    allowed, used, failed = suppressions(tool), set(), 0
    for path, line, name, text in findings(tool, root, output):
        covering = {(n, p) for n, p in allowed if n == name and fnmatch.fnmatch(path, p)}
        used |= covering
        if not covering:
            print(f'{path}:{line}: {text} [{name}]')
            failed += 1
    for name, pattern in [] if sys.argv[4:] else allowed:
        if (name, pattern) not in used:
            print(f'{tool}.suppress: "{name} {pattern}" is not needed any more')
            failed += 1
    if failed:
        sys.exit(f'{tool}: {failed} findings')
    print(f'{tool}: {len(files)} files, nothing found beyond the {len(used)} suppressed')


if __name__ == '__main__':
    main()
