#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the runs of `meson test` came to: failures with the end of their output, skips with their reason, the sum.

usage: report.py LABEL=BUILD_DIR...

The last line is "N passed, N failed[, N skipped]"; the exit status is 1 if any failed or if none ran at all.
"""
import json
import os
import sys

TAIL_LINES = 40
PASSED = {'OK', 'EXPECTEDFAIL'}
SKIPPED = {'SKIP', 'IGNORED'}


def results(build):
    """Each test's record, in the order they ended; nothing if no test of this build was selected."""
    try:
        with open(os.path.join(build, 'meson-logs', 'testlog.json'), encoding='utf-8', errors='replace') as f:
            return [json.loads(line) for line in f if line.strip()]
    except FileNotFoundError:
        return []


def output(record):
    return '\n'.join(text.rstrip() for text in (record.get('stdout'), record.get('stderr')) if text and text.strip())


def reason(record):
    """The line that a skipped test gives as its reason, or its last one."""
    lines = output(record).splitlines() or ['no reason given']
    return next((line for line in lines if line.startswith('SKIP')), lines[-1]).removeprefix('SKIP:').strip()


def short_name(record):
    # meson writes "project:suite / name"
    return record['name'].rsplit(' / ', 1)[-1]


def main():
    passed, failed, skipped = 0, [], []
    for argument in sys.argv[1:]:
        label, _, build = argument.partition('=')
        for record in results(build):
            if record['result'] in PASSED:
                passed += 1
            elif record['result'] in SKIPPED:
                skipped.append((label, record))
            else:
                failed.append((label, record))

    for label, record in failed:
        print(f'\n== FAILED: {short_name(record)} ({label} build): {record["result"]}, '
              f'status {record.get("returncode")}, {record.get("duration", 0):.1f} s')
        for line in output(record).splitlines()[-TAIL_LINES:]:
            print(f'   {line}')
    if skipped:
        print('\n== skipped')
        for label, record in skipped:
            print(f'{short_name(record)} ({label} build): {reason(record)}')

    ran_none = not (passed or failed or skipped)
    print()
    if ran_none:
        print('no test was run')
    print(f'{passed} passed, {len(failed)} failed' + (f', {len(skipped)} skipped' if skipped else ''))
    sys.exit(1 if failed or ran_none else 0)


if __name__ == '__main__':
    main()
