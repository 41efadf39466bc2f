#!/usr/bin/python3
# SPDX-License-Identifier: LGPL-2.1-or-later
"""Writes the declarations of the crate lvol-sys from the headers: a module for each header, and examples/layout.rs,
which prints what the Rust compiler makes of them.

usage: generate.py [--check] [SOURCE_ROOT]

--check changes nothing; status 1: the crate is not what the headers say.
"""
import os
import re
import sys

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))
sys.dont_write_bytecode = True
import headers as h  # noqa: E402
from pycparser import c_ast  # noqa: E402

KEYWORDS = {'as', 'box', 'const', 'crate', 'dyn', 'enum', 'extern', 'fn', 'impl', 'in', 'let', 'loop', 'match', 'mod', 'move',
            'pub', 'ref', 'static', 'struct', 'trait', 'type', 'unsafe', 'use', 'where'}
PLAIN = {
    'char': 'c_char', 'signed char': 'c_schar', 'unsigned char': 'c_uchar', 'short': 'c_short', 'int': 'c_int',
    'unsigned int': 'c_uint', 'unsigned': 'c_uint', 'long': 'c_long', 'unsigned long': 'c_ulong',
    'long long': 'c_longlong', 'unsigned long long': 'c_ulonglong', 'void': 'c_void', '_Bool': 'bool',
    'float': 'c_float', 'double': 'c_double', 'size_t': 'usize', 'int8_t': 'i8', 'int16_t': 'i16', 'int32_t': 'i32', 'int64_t': 'i64',
    'uint8_t': 'u8', 'uint16_t': 'u16', 'uint32_t': 'u32', 'uint64_t': 'u64',
}
KEYWORDS = {'as', 'box', 'crate', 'dyn', 'fn', 'final', 'impl', 'in', 'let', 'loop', 'match', 'mod', 'move', 'mut',
            'pub', 'ref', 'self', 'super', 'trait', 'type', 'unsafe', 'use', 'where', 'yield'}
WIDTH = 100
LICENCE = '// SPDX-License-Identifier: LGPL-2.1-or-later\n'
NOTE = '// Made by bindings/rust/tools/generate.py; change the header and run that.\n'


def word(name):
    return name + '_' if name in KEYWORDS else name


def arguments(function):
    """(name, Rust type) of each parameter."""
    nodes = function.args.params if function.args else []
    if len(nodes) == 1 and nodes[0].name is None and rust(nodes[0].type) == 'c_void':
        return []
    found = []
    for i, node in enumerate(nodes):
        kind = node.type
        if isinstance(kind, c_ast.ArrayDecl):  # an array as a parameter is a pointer
            kind = c_ast.PtrDecl([], kind.type)
        found.append((word(node.name or f'arg{i}'), rust(kind)))
    return found


def signature(function):
    returned = rust(function.type)
    return arguments(function), '' if returned == 'c_void' else f' -> {returned}'


def pointer(function):
    inside, returned = signature(function)
    return f'Option<unsafe extern "C" fn({", ".join(": ".join(a) for a in inside)}){returned}>'


def is_const(node):
    return 'const' in (node.quals if isinstance(node, c_ast.PtrDecl) else getattr(node, 'quals', []))


def rust(node):
    """A type in Rust."""
    if isinstance(node, c_ast.TypeDecl):
        return rust(node.type)
    if isinstance(node, c_ast.PtrDecl):
        if isinstance(node.type, c_ast.FuncDecl):
            return pointer(node.type)
        return f'*{"const" if is_const(node.type) else "mut"} {rust(node.type)}'
    if isinstance(node, c_ast.ArrayDecl):
        return f'[{rust(node.type)}; {h.value_of(node.dim, {})}]'
    if isinstance(node, (c_ast.Struct, c_ast.Enum)):
        return node.name
    if isinstance(node, c_ast.IdentifierType):
        name = ' '.join(node.names)
        return PLAIN.get(name, name)
    raise SystemExit(f'{node.coord}: a type that this script cannot read')


def fits(text):
    return len(text) <= WIDTH


def listing(opening, items, closing):
    """As rustfmt: in one line if that is short enough."""
    line = f'{opening}{", ".join(items)}{closing}'
    if fits(line.rsplit('\n', 1)[-1]):
        return line + '\n'
    indent = ' ' * (len(opening) - len(opening.lstrip()))
    return f'{opening}\n' + ''.join(f'{indent}    {item},\n' for item in items) + f'{indent}{closing}\n'


def function_text(name, function):
    inside, returned = signature(function)
    return listing(f'    pub fn {name}(', [': '.join(a) for a in inside], f'){returned};')


def field_text(name, node):
    line = f'    pub {word(name)}: {rust(node)},\n'
    if fits(line.rstrip()):
        return line
    # too long are pointers to functions alone
    inside, returned = signature(node.type)
    start = '        unsafe extern "C" fn('
    whole = f'{start}{", ".join(": ".join(a) for a in inside)}){returned},'
    if not fits(whole):
        whole = start + '\n' + ''.join(f'            {": ".join(a)},\n' for a in inside) + f'        ){returned},'
    return f'    pub {word(name)}: Option<\n{whole}\n    >,\n'


def struct_text(name, fields):
    text = '#[repr(C)]\n#[derive(Clone, Copy, Debug)]\n' + f'pub struct {name} {{\n'
    text += ''.join(field_text(field, node) for field, node in fields) + '}\n\n'
    zero = 'unsafe { std::mem::zeroed() }'
    if fields[0][0] == 'struct_size':
        body = f'Self {{ struct_size: std::mem::size_of::<Self>(), ..{zero} }}'
    else:
        body = zero
    return text + (f'impl Default for {name} {{\n    fn default() -> Self {{\n'
                   f'        // Safety: all of it may be zero: numbers, and pointers that may be NULL.\n'
                   f'        {body}\n    }}\n}}\n')


def opaque_text(name):
    return f'opaque!({name});\n'


def enum_text(name, signed, values):
    text = f'pub type {name} = {"c_int" if signed else "c_uint"};\n'
    return text + ''.join(f'pub const {item}: {name} = {value};\n' for item, value in values)


def parts_of(header):
    yield ''.join(f'pub const {name}: {kind} = {value};\n' for name, value, kind in header.constants)
    for enum in header.enums:
        yield enum_text(*enum)
    yield ''.join(opaque_text(name) for name in header.opaque)
    yield ''.join(f'pub type {name} = {rust(node)};\n' for name, node in header.callbacks)
    for struct in header.structs:
        yield struct_text(*struct)
    if header.functions:
        yield 'extern "C" {\n' + ''.join(function_text(*f) for f in header.functions) + '}\n'


def contains(text, name):
    return re.search(rf'\b{name}\b', text) is not None


def import_text(path, names):
    return f'use {path}::{names[0]};\n' if len(names) == 1 else listing(f'use {path}::{{', names, '};')


def names_of(header):
    """The types that a header declares."""
    return [name for part in (header.structs, header.enums, header.callbacks) for name, *_ in part] + header.opaque


def module_text(header, every):
    body = '\n'.join(part for part in parts_of(header) if part)
    uses = ''
    for other in sorted(every, key=lambda x: x.name):
        names = sorted({name for name in names_of(other) if contains(body, name)} - set(names_of(header)))
        if names and other is not header:
            uses += import_text(f'crate::{other.name}', names)
    plain = sorted(kind for kind in set(PLAIN.values()) if kind.startswith('c_') and contains(body, kind))
    if plain:
        uses += import_text('std::os::raw', plain)
    return f'{LICENCE}{NOTE}//! `<lvol/{header.name}.h>`\n\n{uses}\n{body}'


def layout_text(every):
    """A program that prints sizes, offsets and values; the same as layout_c() prints."""
    lines = []
    for header in every:
        for name, fields in header.structs:
            lines.append(f'    layout!({name}: {", ".join(word(field) for field, _ in fields)});\n')
        names = [name for name, *_ in header.constants] + [item for _, _, values in header.enums for item, _ in values]
        if names:
            lines.append(listing('    constants!(', names, ');'))
        if header.functions:
            lines.append(listing('    functions!(', [name for name, _ in header.functions], ');'))
    return (f'''{LICENCE}{NOTE}//! Prints the layout of every struct and the value of every constant, and links every function:
//! the test `rust-sys` compares it with what a C compiler makes of the headers.

use lvol_sys::*;
use std::mem::{{align_of, size_of, MaybeUninit}};
use std::ptr::addr_of;

macro_rules! layout {{
    ($name:ident: $($field:ident),*) => {{{{
        println!("{{}} size {{}} align {{}}", stringify!($name), size_of::<$name>(), align_of::<$name>());
        let whole = MaybeUninit::<$name>::uninit();
        let start = whole.as_ptr();
        $(
            // Safety: only addresses are taken.
            let field = unsafe {{ addr_of!((*start).$field) }};
            let name = stringify!($field).trim_end_matches('_');
            let offset = field as usize - start as usize;
            println!("{{}}.{{}} at {{}} size {{}}", stringify!($name), name, offset, size_of_pointed(field));
        )*
    }}}};
}}

macro_rules! constants {{
    ($($name:ident),* $(,)?) => {{ $( println!("{{}} {{}}", stringify!($name), i64::from($name)); )* }};
}}

macro_rules! functions {{
    ($($name:ident),* $(,)?) => {{ $(
        let is_there = $name as *const () as usize != 0;
        println!("{{}}{{}}", stringify!($name), if is_there {{ "()" }} else {{ " is missing" }});
    )* }};
}}

fn size_of_pointed<T>(_: *const T) -> usize {{
    size_of::<T>()
}}

#[rustfmt::skip]
fn main() {{
''' + ''.join(lines) + '}\n')


def module_name(name):
    """A header may be called as a word of the language."""
    return f'r#{name}' if name in KEYWORDS else name


def library_text(every):
    names = sorted(header.name for header in every)
    modules = ''.join(f'#[rustfmt::skip]\nmod {module_name(name)};\n' for name in names)
    uses = ''.join(f'pub use crate::{name}::*;\n' for name in sorted(map(module_name, names)))
    return f'''{LICENCE}{NOTE}//! The C interface of liblvol as it is: every function, struct, enum and constant of its headers,
//! under their names. What they do is written in the headers; the crate `lvol` is the safe way to
//! them.
//!
//! It links the library that pkg-config knows as `lvol`. `LVOL_LIB_DIR` names a folder with the library
//! instead, `PKG_CONFIG` another pkg-config, and `LVOL_STATIC=1` asks for `liblvol.a`.

#![allow(non_camel_case_types)]

/// A struct that only the library looks into.
macro_rules! opaque {{
    ($name:ident) => {{
        #[repr(C)]
        #[derive(Debug)]
        pub struct $name {{
            _private: [u8; 0],
            _not_ours: std::marker::PhantomData<(*mut u8, std::marker::PhantomPinned)>,
        }}
    }};
}}

{modules}
{uses}'''


def texts(root):
    """{path: what it should hold}"""
    every = h.read(os.path.join(root, 'include'))
    crate = os.path.join(root, 'bindings/rust/lvol-sys')
    made = {os.path.join(crate, 'src', header.name + '.rs'): module_text(header, every) for header in every}
    made[os.path.join(crate, 'src/lib.rs')] = library_text(every)
    made[os.path.join(crate, 'examples/layout.rs')] = layout_text(every)
    return made


def content(path):
    try:
        with open(path, encoding='utf-8') as f:
            return f.read()
    except FileNotFoundError:
        return None


def main():
    check = '--check' in sys.argv[1:]
    given = [argument for argument in sys.argv[1:] if argument != '--check']
    root = os.path.abspath(given[0] if given else os.path.join(os.path.dirname(__file__), '../../..'))
    made = texts(root)
    sources = os.path.join(root, 'bindings/rust/lvol-sys/src')
    left = {os.path.join(sources, name) for name in os.listdir(sources)} - made.keys()
    stale = sorted(path for path, text in made.items() if content(path) != text)
    if check:
        for path in stale + sorted(left):
            print(f'{os.path.relpath(path, root)}: not what the headers say; run bindings/rust/tools/generate.py')
        sys.exit(1 if stale or left else 0)
    for path in stale:
        with open(path, 'w', encoding='utf-8') as f:
            f.write(made[path])
    for path in left:
        os.remove(path)


if __name__ == '__main__':
    main()
