# SPDX-License-Identifier: LGPL-2.1-or-later
# What cffi compiles (build_cffi.py).
from typing import Any

ffi: Any
lib: Any
