#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the documents name is there: calls, types, constants, commands, options, files; and docs/coming-from.md leaves
nothing out.

usage: names.py      (with LVOL_SRC and LVOL_TOOL in the environment)
"""
import glob
import os
import re
import shutil
import subprocess
import sys

ROOT = os.environ.get('LVOL_SRC', '.')
TOOL = os.environ.get('LVOL_TOOL', '')
HERE = os.path.dirname(os.path.abspath(__file__))
DOCUMENTS = ['README.md', 'docs/*.md', 'docs/*/*.md', 'docs/*.[0-9]', 'bindings/*/README.md', 'bindings/*/*.[0-9]',
             'examples/lvol/*.[0-9]']
# variables of the build and the tests
NO_CONSTANT = re.compile(r'LVOL_(TEST|BENCH|SRC|BUILD|TOOL|GOLDEN|CFLAGS|LIB|CARGO|STATIC)\w*|LVOL_\d')


def read(*path):
    with open(os.path.join(ROOT, *path), encoding='utf-8') as file:
        return file.read()


def sources(*patterns):
    return '\n'.join(read(path) for p in patterns for path in sorted(glob.glob(os.path.join(ROOT, p), recursive=True)))


def words(pattern, text):
    """The words of @pattern, but not the beginnings of some, as in lvol_pv_..."""
    return {m.group() for m in re.finditer(pattern, text) if not text.startswith(('...', '*', '_'), m.end())}


def check_identifiers(path, text, known, problems):
    for kind, pattern in (('calls or types', r'\blvol_\w*[a-z0-9]\b'), ('constants', r'\bLVOL_\w*[A-Z0-9]\b'),
                          ('internal names', r'\blvi_\w*[a-z0-9]\b')):
        for name in sorted(words(pattern, text) - known):
            # what an example defines is its own
            if not NO_CONSTANT.fullmatch(name) and not re.search(rf'\b{name} = \{{', text):
                problems.append(f'{path}: there are no {kind} {name}')


def check_files(path, text, problems):
    for link in re.findall(r'\]\(([^)#:]+)\)', text):
        if not os.path.exists(os.path.join(ROOT, os.path.dirname(path), link)):
            problems.append(f'{path} points to {link}, which is not there')


def helps():
    """{command: what its --help says} of the tool."""
    run = lambda *words: subprocess.run([TOOL, *words], capture_output=True, text=True, check=True).stdout
    said = run('--help')
    commands = re.findall(r'^  ([a-z]+) +[A-Z]', re.search(r'\nCommands.*?\n\n', said, re.S).group(), re.M)
    return {'': said, **{command: run(command, '--help') for command in commands}}


def check_tool(path, text, known, problems):
    """`lvol COMMAND ...` in the text, and the second column of the table of commands."""
    said = re.findall(r'`lvol ((?:--devices \S+ )?[a-z]+[^`]*)`', text)
    for row in re.findall(r'^\| `[a-z`, ]+\| ([^|]*)\| ', text.partition('## The command line')[2], re.M):
        said += re.findall(r'`([^`]+)`', row)
    for words_of in map(str.split, said):
        command = next((word for word in words_of if word in known), None)
        if words_of[0].startswith('--') and f' {words_of[0]} ' in known['lvs'] + known['']:
            continue
        if not command:
            problems.append(f'{path}: lvol has no command "{" ".join(words_of)}"')
            continue
        for option in (word for word in words_of if word.startswith('-')):
            if not re.search(rf'(^|\s){re.escape(option)}[ ,\n]', known[command] + known['']):
                problems.append(f'{path}: lvol {command} has no option {option}')


def names(file):
    with open(os.path.join(HERE, 'names', file), encoding='utf-8') as lines:
        return set(lines.read().split())


def check_map(problems):
    """Every call and command of theirs is in the first column of a row with something in the others."""
    text, found = read('docs', 'coming-from.md'), {}
    for row in re.findall(r'^\| (`.*) \|$', text, re.M):
        theirs, *ours = row.split(' | ')
        for name in re.findall(r'`([\w-]+)`', theirs):
            found[name] = found.get(name, '') + ''.join(ours).strip()
    wanted = names('lvm2app.txt') | names('libblockdev.txt') | names('lvm.txt')
    if shutil.which('lvm'):
        said = subprocess.run(['lvm', 'help'], capture_output=True, text=True, check=False,
                              env={**os.environ, 'LVM_SUPPRESS_FD_WARNINGS': '1'})
        wanted |= set(re.findall(r'^  ([a-z]+)  +[A-Z]', said.stdout + said.stderr, re.M))
    problems += [f'coming-from.md: nothing is said of {name}' for name in sorted(wanted) if not found.get(name)]
    extra = {name for name in found if name.startswith(('lvm_', 'bd_lvm_'))} - wanted
    problems += [f'coming-from.md: they have no {name}' for name in sorted(extra)]
    return len(wanted)


def main():
    problems = []
    map_names = set(re.findall(r'^\t(lvol_\w+);', read('liblvol', 'liblvol.map'), re.M))
    headers = sources('include/lvol/*.h')
    known = map_names | set(re.findall(r'\b(?:struct|enum) (lvol_\w+)', headers)) | words(r'\bLVOL_\w+', headers)
    known |= words(r'\blvi_\w+', sources('liblvol/**/*.[ch]')) | {'lvol_lvol'}
    tool = helps() if os.path.exists(TOOL) else None
    documents = sorted({os.path.relpath(p, ROOT) for d in DOCUMENTS for p in glob.glob(os.path.join(ROOT, d))})
    for path in documents:
        text = read(path)
        check_identifiers(path, text, known, problems)
        check_files(path, text, problems)
        if tool:
            check_tool(path, text, tool, problems)
    count = check_map(problems)
    if problems:
        sys.exit('\n'.join(problems))
    print(f'names: {len(documents)} documents name nothing that is not there; {count} calls and commands are mapped')


if __name__ == '__main__':
    main()
