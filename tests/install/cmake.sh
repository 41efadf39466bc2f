#!/bin/sh
# SPDX-License-Identifier: LGPL-2.1-or-later
# A CMake project outside of the tree finds the installed library through pkg-config.
. "$(dirname "$0")/lib.sh"
requires cmake
requires meson
install_library
mkdir "$dir/project"
cp "$LVOL_SRC/tests/install/outside.c" "$dir/project"
cat >"$dir/project/CMakeLists.txt" <<'CMAKE'
cmake_minimum_required(VERSION 3.16)
project(outside C)
find_package(PkgConfig REQUIRED)
pkg_check_modules(LVOL REQUIRED IMPORTED_TARGET lvol)
add_executable(outside outside.c)
target_link_libraries(outside PRIVATE PkgConfig::LVOL)
CMAKE
{
	cmake -S "$dir/project" -B "$dir/project/build" && cmake --build "$dir/project/build"
} >"$dir/cmake.log" 2>&1 || { cat "$dir/cmake.log" >&2; fail "cmake"; }
runs "$dir/project/build/outside"
