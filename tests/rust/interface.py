#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""The crate lvol has every call, flag and option of the library, or it is said here why not."""
import os
import pathlib
import re
import sys

ROOT = pathlib.Path(os.environ.get('LVOL_SRC') or pathlib.Path(__file__).parents[2])
RUST = ROOT / 'bindings/rust'

#: Calls that the safe crate has no use for.
NEEDLESS = {
    'lvol_ctx_ref': 'a Context has one owner',
    'lvol_changes_count': 'changes are fetched until there are no more',
    'lvol_vg_problem_count': 'problems are fetched until there are no more',
    'lvol_scan_problem_count': 'problems are fetched until there are no more',
    'lvol_lv_vg': 'an Lv holds its Vg',
    'lvol_pv_vg': 'a Pv holds its Vg',
    'lvol_table_line_count': 'lines are fetched until there are no more',
}
#: Constants that are said otherwise.
SAID_OTHERWISE = {
    'LVOL_OK': 'Result::Ok',
    'LVOL_VERSION_NUMBER': 'of the headers; the crate has a version of its own',
    'LVOL_PERCENT_NONE': 'Size has no such percentage',
    'LVOL_CACHE_MODE_DEFAULT': 'an option that is not called',
    'LVOL_INTEGRITY_MODE_DEFAULT': 'an option that is not called',
    'LVOL_MIRROR_LOG_DEFAULT': 'an option that is not called',
    'LVOL_THIN_DISCARDS_DEFAULT': 'an option that is not called',
}
#: Options that the safe crate has no use for.
LEFT_OUT = {
    ('lvol_job_opts', 'flags'): 'none so far',
}


def code(path):
    return re.sub(r'//.*', '', path.read_text(encoding='utf-8'))


def modules():
    return (RUST / 'lvol-sys/src').glob('*.rs')


def declared(pattern):
    return {name for path in modules() for name in re.findall(pattern, code(path), re.M)}


def option_fields():
    """(struct, field) of every option struct."""
    for path in modules():
        for name, body in re.findall(r'^pub struct (\w+) \{\n(.*?)^\}', code(path), re.M | re.S):
            if 'struct_size:' in body:
                yield from ((name, field) for field in re.findall(r'^ {4}pub (\w+):', body, re.M)
                            if field not in ('struct_size', 'reserved'))


def around(struct):
    """The code of the files that use it."""
    return '\n'.join(text for text in map(code, (RUST / 'lvol/src').glob('*.rs')) if f'sys::{struct}' in text)


def compare(what, all_names, used, excused, problems):
    for name in sorted(all_names - used - excused.keys()):
        problems.append(f'{what} {name} is not used by the crate lvol, and nobody says why')
    for name in sorted(excused.keys() & used | excused.keys() - all_names):
        problems.append(f'{what} {name} is excused, and need not be')


def main():
    source = '\n'.join(code(path) for path in sorted((RUST / 'lvol/src').glob('*.rs')))
    problems = []
    functions = declared(r'^ {4}pub fn (lvol_\w+)\(')
    compare('the call', functions, set(re.findall(r'\blvol_\w+', source)) & functions, NEEDLESS, problems)
    constants = declared(r'^pub const (LVOL_\w+):')
    compare('the constant', constants, set(re.findall(r'\bLVOL_\w+', source)) & constants, SAID_OTHERWISE, problems)
    fields = set(option_fields())
    unused = {(name, field) for name, field in fields if not re.search(rf'\b{field}\b', around(name))}
    problems += [f'the option {name}.{field} is not used by the crate lvol' for name, field in sorted(
        unused - LEFT_OUT.keys())]
    problems += [f'the option {name}.{field} is excused, and need not be' for name, field in sorted(
        LEFT_OUT.keys() - unused)]
    if len(functions) < 100 or len(fields) < 50:
        problems.append(f'only {len(functions)} calls and {len(fields)} options were found')
    version = re.search(r"version : '([\d.]+)'", (ROOT / 'meson.build').read_text(encoding='utf-8')).group(1)
    for crate in ('lvol', 'lvol-sys'):
        if f'\nversion = "{version}"\n' not in (RUST / crate / 'Cargo.toml').read_text(encoding='utf-8'):
            problems.append(f'{crate}/Cargo.toml: not version {version}')
    for problem in problems:
        print(problem)
    if problems:
        sys.exit(1)
    print(f'interface: {len(functions)} calls ({len(NEEDLESS)} needless), {len(constants)} constants, '
          f'{len(fields)} options')


if __name__ == '__main__':
    main()
