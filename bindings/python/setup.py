# SPDX-License-Identifier: LGPL-2.1-or-later
"""Everything but the extension module is in pyproject.toml."""
from setuptools import setup

setup(cffi_modules=['build_cffi.py:ffi'])
