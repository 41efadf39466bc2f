# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs the code in the documentation: README.md, docs/, the bindings' READMEs, manual pages, comments of the headers.

usage: blocks.py SCRATCH [DOCUMENT...]       (blocks.sh calls it with an installation in the environment)

The blocks of one document are done in their order, in one folder. A block is fenced with its language, or indented,
which means sh; in a manual page it is what stands between .Bd -literal and .Ed, sh too. sh is run; C is compiled and
linked with all warnings as errors, and run if it has a main(); Python and Rust are run. What more a block needs is said
right in front of it, in comments that no reader sees, <!-- WORD: TEXT --> or .\\" WORD: TEXT :

    not run: REASON      it is only shown. Every block of another language than these four needs that, or an `output`
    output: COMMAND      the block is what this command prints
    before: COMMAND      done first; it is for the reader's files, which are not here
    needs: PROGRAM...    without these it cannot be run here
    file: NAME           it is a file for the blocks that follow; C is compiled all the same
    inside: PARAMETERS   C: the body of a function with these
    internal:            C: with the library's own headers; compiled only
"""
import collections
import glob
import os
import re
import shutil
import subprocess
import sys

ROOT = os.environ['LVOL_SRC']
Block = collections.namedtuple('Block', 'line language text marks')
# what runs these, and is to mention it
ELSEWHERE = {('bindings/python/README.md', 'python'): ('tests/python/test_text.py', 'README.md')}
LANGUAGES = ('sh', 'c', 'python', 'rust')
WARNINGS = '-std=c99 -Wall -Wextra -Werror'
INTERNAL = '-std=gnu11 -D_GNU_SOURCE -Wall -Wextra -Wno-unused-parameter -Wno-missing-field-initializers -Werror ' \
           '-I"$LVOL_SRC/liblvol" -I"$LVOL_SRC" -I"$LVOL_BUILD" -I"$LVOL_SRC/include" -c'
PRELUDE = '''set -eu
lvol() { "$LVOL_TOOL" "$@"; }
nbdkit() {  # the plugin of this build
	for word; do
		shift
		[ "$word" != lvol ] || word=$LVOL_BUILD/bindings/nbdkit/nbdkit-lvol-plugin.so
		set -- "$@" "$word"
	done
	command nbdkit "$@"
}
'''


def note(marks, found):
    """Marks of one kind add up, a line each."""
    word, text = found.groups()
    marks[word] = f'{marks[word]}\n{text}' if word in marks else text


def markdown(lines):
    """The blocks of a Markdown text."""
    marks, number = {}, 0
    while number < len(lines):
        line = lines[number]
        start = number + 1
        number += 1
        mark = re.fullmatch(r'<!-- ([a-z ]+):\s*(.*?)\s*-->', line)
        fence = re.fullmatch(r'```(\w*)', line)
        if mark:
            note(marks, mark)
            continue
        if fence:
            end = lines.index('```', number)
            yield Block(start, fence.group(1), lines[number:end], marks)
            number = end + 1
        elif line.startswith('    ') and (start < 2 or not lines[start - 2].strip() or '<!--' in lines[start - 2]):
            while number < len(lines) and (not lines[number] or lines[number].startswith('    ')):
                number += 1
            yield Block(start, 'sh', [text[4:] for text in lines[start - 1:number]], marks)
        elif not line:
            continue
        marks = {}


def mdoc(lines):
    """The literal displays of a manual page."""
    marks = {}
    for number, line in enumerate(lines):
        mark = re.fullmatch(r'\.\\" ([a-z ]+):\s*(.*)', line)
        if mark:
            note(marks, mark)
        elif line.startswith('.Bd -literal'):
            text = lines[number + 1:lines.index('.Ed', number)]
            text = [part.replace('\\e', '\\').replace('\\&', '').replace('\\-', '-') for part in text]
            language = 'c' if any(part.startswith('#include') for part in text) else 'sh'
            yield Block(number + 1, marks.pop('language', language), text, marks)
            marks = {}
        elif not line.startswith('.\\"') and line != '.Pp':
            marks = {}


def comments(lines):
    """@code ... @endcode in a header."""
    for number, line in enumerate(lines):
        if '@code' in line:
            end = next(i for i in range(number, len(lines)) if '@endcode' in lines[i])
            yield Block(number + 1, 'c', [re.sub(r'^\s*\* ?', '', text) for text in lines[number + 1:end]], {})


def blocks(path):
    with open(os.path.join(ROOT, path), encoding='utf-8') as document:
        lines = document.read().split('\n')
    reader = {'.md': markdown, '.h': comments}.get(os.path.splitext(path)[1], mdoc)
    return list(reader(lines))


def step_c(block, name):
    text = '\n'.join(block.text)
    if 'inside' in block.marks:
        text = f'#include <lvol/lvol.h>\n#include <stdio.h>\n#include <string.h>\n' \
               f'int block({block.marks["inside"]});\nint block({block.marks["inside"]})\n{{\n{text}\n}}'
    with open(name + '.c', 'w', encoding='utf-8') as source:
        source.write(text + '\n')
    if 'internal' in block.marks:
        return f'${{CC:-cc}} {INTERNAL} -o {name}.o {name}.c'
    if not re.search(r'^int main\(', text, re.M):
        return f'${{CC:-cc}} {WARNINGS} -c -o {name}.o {name}.c $(pkg-config --cflags lvol)'
    compiled = f'${{CC:-cc}} {WARNINGS} -o {name} {name}.c $(pkg-config --cflags --libs lvol)'
    return compiled if 'file' in block.marks else f'{compiled} && ./{name}'


def step(block, name):
    """Shell code that does a block; files that it needs are written."""
    if 'file' in block.marks:
        with open(block.marks['file'], 'w', encoding='utf-8') as wanted:
            wanted.write('\n'.join(block.text) + '\n')
    if 'output' in block.marks:
        with open(name + '.expected', 'w', encoding='utf-8') as expected:
            expected.write('\n'.join(block.text).rstrip('\n') + '\n')
        return f'{{ {block.marks["output"]}\n}} >{name}.out\ndiff -u {name}.expected {name}.out'
    if block.language == 'c':
        return step_c(block, name)
    if 'file' in block.marks:
        return ':'
    if block.language == 'rust':
        return step_rust(block, name)
    if block.language == 'python':
        with open(name + '.py', 'w', encoding='utf-8') as source:
            source.write('\n'.join(block.text) + '\n')
        return f'"$DOCS_PYTHON" -W error {name}.py'
    return '\n'.join(block.text)


def step_rust(block, name):
    """A package of its own beside the crate; all of them share one build folder."""
    os.makedirs(name + '/src')
    with open(name + '/src/main.rs', 'w', encoding='utf-8') as source:
        source.write('\n'.join(block.text) + '\n')
    with open(name + '/Cargo.toml', 'w', encoding='utf-8') as package:
        package.write(f'[package]\nname = "{name}"\nversion = "0.0.0"\nedition = "2021"\n[workspace]\n'
                      f'[dependencies]\nlvol = {{ path = "{ROOT}/bindings/rust/lvol" }}\n')
    return f'"$DOCS_CARGO" run --offline --quiet --manifest-path {name}/Cargo.toml'


def missing(block):
    """What a block cannot be run without and is not here, or None."""
    if block.language == 'python' and not os.environ.get('DOCS_PYTHON'):
        return 'the Python package'
    if block.language == 'rust' and not os.environ.get('DOCS_CARGO'):
        return 'cargo'
    programs = block.marks.get('needs', '').split()
    if 'nbdkit' in programs and not os.path.exists(os.environ['LVOL_BUILD'] + '/bindings/nbdkit/nbdkit-lvol-plugin.so'):
        return 'the nbdkit plugin'
    return next((program for program in programs if not shutil.which(program)), None)


def elsewhere(path, block):
    where = ELSEWHERE.get((path, block.language))
    if not where:
        return False
    with open(os.path.join(ROOT, where[0]), encoding='utf-8') as other:
        if where[1] not in other.read():
            sys.exit(f'{path}:{block.line}: {where[0]} does not run it')
    return True


def script_of(path, found, count):
    """One shell script for all blocks of a document."""
    script = [PRELUDE]
    for block in found:
        place = f'{path}:{block.line}'
        script += [f"echo '{place}' >place"]
        if 'before' in block.marks and not missing(block):
            script.append(block.marks['before'])
        if 'not run' in block.marks:
            count['only shown'] += 1
        elif elsewhere(path, block):
            count['run by other tests'] += 1
        elif block.language not in LANGUAGES and 'output' not in block.marks and 'file' not in block.marks:
            sys.exit(f'{place}: nobody runs {block.language or "a block without a language"}; say "not run" and why')
        elif missing(block):
            print(f'{place}: {missing(block)} is not here')
            count['not possible here'] += 1
        else:
            script.append(step(block, f'block-{block.line}'))
            count['run' if block.language in LANGUAGES else 'compared'] += 1
    return '\n'.join(script) + '\n'


def run(path, scratch, count):
    folder = os.path.join(scratch, path.replace('/', '_'))
    os.mkdir(folder)
    os.chdir(folder)
    found = blocks(path)
    with open('script', 'w', encoding='utf-8') as script:
        script.write(script_of(path, found, count))
    done = subprocess.run(['sh', 'script'], stdin=subprocess.DEVNULL, capture_output=True, text=True, check=False)
    if done.returncode:
        with open('place', encoding='utf-8') as place:
            sys.exit(f'{place.read().strip()} fails (status {done.returncode}):\n{done.stdout[-3000:]}{done.stderr}')
    os.chdir(scratch)
    shutil.rmtree(folder)


def main():
    scratch, paths = sys.argv[1], sys.argv[2:]
    patterns = ['README.md', 'docs/*.md', 'docs/*.[0-9]', 'bindings/*/README.md', 'bindings/*/*.[0-9]',
                'examples/lvol/*.[0-9]', 'include/lvol/*.h']
    if not paths:
        paths = [os.path.relpath(path, ROOT) for p in patterns for path in sorted(glob.glob(os.path.join(ROOT, p)))]
    count = collections.Counter()
    for path in paths:
        run(path, scratch, count)
    if not count['run']:
        sys.exit('no block was run')
    print(f'blocks of {len(paths)} documents: ' + ', '.join(f'{n} {what}' for what, n in sorted(count.items())))


if __name__ == '__main__':
    main()
