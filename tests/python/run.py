# SPDX-License-Identifier: LGPL-2.1-or-later
"""Runs one file of tests with pytest: run.py TEST_FILE [PYTEST_OPTION...]. Status 77: it cannot run here."""
import importlib
import sys
from typing import NoReturn


def skip(why: str) -> NoReturn:
    print(f'SKIP: {why}')
    sys.exit(77)


for module, package in (('pytest', 'python3-pytest'), ('cffi', 'python3-cffi')):
    try:
        importlib.import_module(module)
    except ImportError:
        skip(f'{module} is not installed ({package})')

try:
    importlib.import_module('lvol._lvol')
except ModuleNotFoundError:
    skip('the package was not built (python3-cffi, python3-dev, and meson option python)')

import pytest  # noqa: E402

sys.exit(pytest.main(['-q', '-p', 'no:cacheprovider', '-W', 'error', *sys.argv[1:]]))
