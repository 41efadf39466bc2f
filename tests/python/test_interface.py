# SPDX-License-Identifier: LGPL-2.1-or-later
"""The package has every call of the library, and says the same as its headers."""
import ast
import pathlib
import re

import lvol
from conftest import SOURCE
from lvol._ffi import ffi, lib

PACKAGE = SOURCE / 'bindings/python/lvol'


def exported():
    return set(re.findall(r'^\s+(lvol_\w+);', (SOURCE / 'liblvol/liblvol.map').read_text(), re.M))


def test_every_function_is_declared():
    assert exported() <= set(dir(lib))


def test_every_function_is_used():
    used = set()
    for path in PACKAGE.glob('*.py'):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id == 'lib':
                used.add(node.attr)
    # handles are counted by Python, a list knows its own length, lv.vg and pv.vg are kept
    needless = {'lvol_ctx_ref', 'lvol_changes_count', 'lvol_lv_vg'} | {
        name for name in exported() if name.endswith('_problem_count')}
    assert exported() - used == needless


def test_every_flag_is_used():
    text = ''.join(path.read_text() for path in PACKAGE.glob('*.py'))
    for name in dir(lib):
        if name.startswith('LVOL_') and name not in ('LVOL_OK', 'LVOL_VERSION_NUMBER', 'LVOL_PERCENT_NONE'):
            assert name in text or re.search(rf'\b{name[5:]}=', text), name


def test_every_option_field_is_used():
    text = ''.join(path.read_text() for path in PACKAGE.glob('*.py'))
    structs = [name for name in ffi.list_types()[1] if name.endswith('_opts') or name == 'lvol_memory']
    assert len(structs) >= 12
    for struct in structs:
        for field, _ in ffi.typeof(f'struct {struct}').fields:
            assert field in ('struct_size', 'reserved') or re.search(rf'\b{field}\b', text), f'{struct}.{field}'


def test_errors():
    codes = {name: getattr(lib, name) for name in dir(lib) if name.startswith('LVOL_E_')}
    classes = {cls.code: cls for cls in lvol.Error.__subclasses__()}
    assert classes.keys() == set(codes.values())
    for name, code in codes.items():
        assert classes[code]('x').name == name
        assert classes[code].__name__ in lvol.__all__


def test_enumerations():
    for cls, prefix in ((lvol.Alloc, 'LVOL_ALLOC_'), (lvol.ProblemCode, 'LVOL_PROBLEM_'), (lvol.IoOp, 'LVOL_IO_OP_'),
                        (lvol.ExtentKind, 'LVOL_EXTENT_'), (lvol.ChangeKind, 'LVOL_CHANGE_'),
                        (lvol.LogLevel, 'LVOL_LOG_')):
        assert {prefix + member.name: int(member) for member in cls} == {
            name: getattr(lib, name) for name in dir(lib) if name.startswith(prefix)}


def test_everything_public_is_described():
    for path in PACKAGE.glob('*.py'):
        tree = ast.parse(path.read_text())
        assert ast.get_docstring(tree), path.name
        for node in ast.walk(tree):
            if isinstance(node, ast.ClassDef) and not node.name.startswith('_'):
                assert ast.get_docstring(node), f'{path.name}: {node.name}'
    for name in lvol.__all__:
        assert hasattr(lvol, name)


def test_everything_has_types():
    """Every function says what it takes and what it returns."""
    for path in PACKAGE.glob('*.py'):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.FunctionDef):
                where = f'{path.name}:{node.lineno} {node.name}'
                assert node.returns is not None, where
                arguments = node.args.args + node.args.kwonlyargs
                assert all(a.annotation or a.arg in ('self', 'cls') for a in arguments), where


def test_meson_installs_every_file():
    listed = set(re.findall(r"'([\w.]+\.(?:pyi?|typed))'", (PACKAGE / 'meson.build').read_text()))
    assert listed == {path.name for path in PACKAGE.iterdir() if path.suffix in ('.py', '.pyi', '.typed')}


def test_version():
    assert lvol.version() == '.'.join(map(str, lvol.version_info()))
    assert lvol.__version__ == lvol.version()
    assert f'version = "{lvol.__version__}"' in (SOURCE / 'bindings/python/pyproject.toml').read_text()
    assert not lvol.has_feature('magic')
    assert pathlib.Path(lvol.__file__).with_name('py.typed').exists()
