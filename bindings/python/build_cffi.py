# SPDX-License-Identifier: LGPL-2.1-or-later
"""The C side of the package: declarations from liblvol's public headers, compiled by cffi into lvol._lvol.

The headers are the only source. What cffi cannot read (comments, attributes, macros) is taken away, constants are kept
by name so that the compiler fills in their values, and the compiler checks the layout of every struct.

As a program: build_cffi.py INCLUDE_DIR OUTPUT.c writes the C code for another build system.
"""
import os
import re
import shlex
import subprocess
import sys

from cffi import FFI

# How the library calls back; defined in lvol/_callbacks.py.
CALLBACKS = """
extern "Python" {
    void lvol_py_log(void *arg, int level, const char *subject, const char *message);
    int lvol_py_pread(void *arg, void *buf, size_t len, uint64_t offset);
    int lvol_py_pwrite(void *arg, const void *buf, size_t len, uint64_t offset);
    int lvol_py_flush(void *arg);
    int lvol_py_discard(void *arg, uint64_t len, uint64_t offset);
    int lvol_py_write_zeroes(void *arg, uint64_t len, uint64_t offset);
    void lvol_py_close(void *arg);
}
"""

_COMMENT = re.compile(r'/\*.*?\*/', re.S)
_INCLUDE = re.compile(r'^\s*#\s*include\s*<(lvol/[^>]+)>', re.M)
_NUMBER = re.compile(r'^\s*#\s*define\s+(LVOL_\w+)\s+(\(?-?(?:0x[0-9a-fA-F]+|\d+)u?(?:\s*<<\s*\d+)?\)?)\s*$')
_DECORATION = re.compile(r'\b(?:LVOL_(?:API|MUST_CHECK|BEGIN_DECLS|END_DECLS)\b|LVOL_PRINTF\([^)]*\))')


def header_text(include_dir, name='lvol/lvol.h', seen=None):
    """A header without comments, after the headers of liblvol that it includes, each once."""
    seen = set() if seen is None else seen
    if name in seen:
        return ''
    seen.add(name)
    with open(os.path.join(include_dir, name), encoding='utf-8') as header:
        text = _COMMENT.sub(' ', header.read()).replace('\\\n', ' ')
    return ''.join(header_text(include_dir, other, seen) for other in _INCLUDE.findall(text)) + text


def cdef(include_dir):
    """The public headers in the words that cffi reads."""
    lines = []
    for line in header_text(include_dir).splitlines():
        number = _NUMBER.match(line)
        if number:
            lines.append(f'#define {number.group(1)} ...')
        elif not line.lstrip().startswith('#'):
            lines.append(_DECORATION.sub('', line).rstrip())
    return re.sub(r'\n{2,}', '\n', '\n'.join(lines)).lstrip('\n')


def _flags(kind, variable):
    """Compiler or linker words: from the environment (LVOL_CFLAGS, LVOL_LIBS), else from pkg-config."""
    given = os.environ.get(variable)
    if given is None:
        try:
            given = subprocess.run(['pkg-config', kind, 'lvol'], check=True, stdout=subprocess.PIPE, text=True).stdout
        except (OSError, subprocess.CalledProcessError) as e:
            raise SystemExit(f'liblvol is not found: install it (lvol.pc), or set {variable}') from e
    return shlex.split(given)


def _include_dir(cflags):
    """Where lvol/lvol.h is: the first of the -I folders that has it, else one of the compiler's own."""
    folders = [word[2:] for word in cflags if word.startswith('-I')] + ['/usr/local/include', '/usr/include']
    for folder in folders:
        if os.path.exists(os.path.join(folder, 'lvol', 'lvol.h')):
            return folder
    raise SystemExit(f'lvol/lvol.h is in none of {", ".join(folders)}')


def builder(include_dir, **arguments):
    """An FFI object that can compile lvol._lvol, or emit its C code."""
    ffi = FFI()
    ffi.cdef(cdef(include_dir) + CALLBACKS)
    ffi.set_source('lvol._lvol', '#include <lvol/lvol.h>', **arguments)
    return ffi


def ffi():
    """For setuptools: cffi_modules=['build_cffi.py:ffi']."""
    cflags = _flags('--cflags', 'LVOL_CFLAGS')
    return builder(_include_dir(cflags), extra_compile_args=cflags, extra_link_args=_flags('--libs', 'LVOL_LIBS'))


if __name__ == '__main__':
    builder(sys.argv[1]).emit_c_code(sys.argv[2])
