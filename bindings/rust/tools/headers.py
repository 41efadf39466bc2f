# SPDX-License-Identifier: LGPL-2.1-or-later
"""What the headers of include/lvol/ declare, read with the C preprocessor and pycparser."""
import os
import re
import shlex
import subprocess
import tempfile

from pycparser import c_ast, c_parser

#: What the standard headers mean to a parser, which needs only the names; the real ones have what none of plain C reads.
STANDARD = {
    'stdbool.h': '#define bool _Bool\n',
    'stddef.h': 'typedef unsigned long size_t;\n#define NULL ((void *)0)\n',
    'stdint.h': ''.join(f'typedef int int{bits}_t;\ntypedef unsigned uint{bits}_t;\n' for bits in (8, 16, 32, 64)),
}
#: Macros that are no constants: initializers, attributes, include guards.
NO_CONSTANT = re.compile(r'(LVOL_(API|MUST_CHECK|BEGIN_DECLS|END_DECLS)|\w+_INIT|LVOL_\w+_H)$')
DEFINE = re.compile(r'^[ \t]*#[ \t]*define[ \t]+(\w+)(\(?)[ \t]*(.*?)[ \t]*(?:/\*.*)?$', re.M)
NUMBER = re.compile(r'(0x[0-9a-fA-F]+|\d+)([uU]?)([lL]*)')


class Header:
    """One header: its name without .h, and its declarations in their order."""

    def __init__(self, name):
        self.name = name
        self.constants = []  # (name, expression in Rust, Rust type)
        self.enums = []      # (name, is signed, [(name, value)])
        self.opaque = []     # names of structs
        self.structs = []    # (name, [(field, node)])
        self.callbacks = []  # (name, node) of typedefs
        self.functions = []  # (name, node of the declaration)


def order(folder):
    """Names of the headers as lvol.h includes them."""
    with open(os.path.join(folder, 'lvol.h'), encoding='utf-8') as f:
        names = re.findall(r'^#include <lvol/(\w+)\.h>', f.read(), re.M)
    there = {name[:-2] for name in os.listdir(folder) if name.endswith('.h')} - {'lvol'}
    if there != set(names):
        raise SystemExit(f'lvol.h and include/lvol/ differ: {sorted(there ^ set(names))}')
    return names


def preprocess(include):
    compiler = shlex.split(os.environ.get('CC', 'cc'))
    with tempfile.TemporaryDirectory() as folder:
        for name, text in STANDARD.items():
            with open(os.path.join(folder, name), 'w', encoding='utf-8') as f:
                f.write(text)
        # without __GNUC__ the headers say what they say in plain C
        done = subprocess.run(
            [*compiler, '-E', '-nostdinc', '-U__GNUC__', '-U__clang__', '-I', folder, '-I', include, '-'],
            input='#include <lvol/lvol.h>\n', stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def constant(text, known):
    """A C constant expression in Rust, and its type; None when it is none."""
    unsigned = False

    def number(match):
        nonlocal unsigned
        unsigned = unsigned or bool(match.group(2))
        return match.group(1)

    rust = NUMBER.sub(number, text)
    while rust.startswith('(') and rust.endswith(')') and '(' not in rust[1:]:
        rust = rust[1:-1]
    words = set(re.findall(r'[A-Za-z_]\w*', re.sub(r'0x[0-9a-fA-F]+', '', rust)))
    if not rust or not words <= known.keys() or re.search(r'[^\w\s()|<>+*-]', rust):
        return None
    unsigned = unsigned or any(known[word] == 'c_uint' for word in words)
    return rust, 'c_uint' if unsigned else 'c_int'


def read_constants(header, text, known):
    # a definition that goes on in the next line is one line
    for name, arguments, value in DEFINE.findall(text.replace('\\\n', ' ')):
        if arguments or NO_CONSTANT.match(name):
            continue
        found = constant(value, known)
        if not found:
            raise SystemExit(f'{header.name}.h: what is #define {name} {value}?')
        known[name] = found[1]
        header.constants.append((name, *found))


def value_of(node, values):
    if isinstance(node, c_ast.Constant):
        return int(node.value.rstrip('uUlL'), 0)
    if isinstance(node, c_ast.UnaryOp) and node.op == '-':
        return -value_of(node.expr, values)
    if isinstance(node, c_ast.BinaryOp) and node.op == '<<':
        return value_of(node.left, values) << value_of(node.right, values)
    if isinstance(node, c_ast.ID):
        return values[node.name]
    raise SystemExit(f'{node.coord}: an enumerator that this script cannot read')


def read_enum(header, node):
    values, last = {}, -1
    for item in node.values.enumerators:
        last = last + 1 if item.value is None else value_of(item.value, values)
        values[item.name] = last
    header.enums.append((node.name, min(values.values()) < 0, list(values.items())))


def read_declaration(header, node):
    kind = node.type
    if isinstance(kind, c_ast.FuncDecl):
        header.functions.append((node.name, kind))
    elif isinstance(node, c_ast.Typedef):
        header.callbacks.append((node.name, kind))
    elif isinstance(kind, c_ast.Enum) and kind.values:
        read_enum(header, kind)
    elif isinstance(kind, c_ast.Struct) and kind.decls:
        header.structs.append((kind.name, [(field.name, field.type) for field in kind.decls]))
    elif isinstance(kind, c_ast.Struct):
        header.opaque.append(kind.name)
    else:
        raise SystemExit(f'{node.coord}: a declaration that this script cannot read')


def read(include):
    """The headers below @include, in the order of lvol.h."""
    folder = os.path.join(include, 'lvol')
    headers = {name: Header(name) for name in order(folder)}
    known = {}
    for node in c_parser.CParser().parse(preprocess(include)).ext:
        path = node.coord.file
        if os.path.basename(os.path.dirname(path)) == 'lvol':
            read_declaration(headers[os.path.basename(path)[:-2]], node)
    for header in headers.values():
        with open(os.path.join(folder, header.name + '.h'), encoding='utf-8') as f:
            read_constants(header, f.read(), known)
    # a struct that has fields somewhere is not opaque
    whole = {name for header in headers.values() for name, _ in header.structs}
    seen = set()
    for header in headers.values():
        header.opaque = [name for name in header.opaque if name not in whole | seen and not seen.add(name)]
    return list(headers.values())
