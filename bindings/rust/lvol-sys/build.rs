// SPDX-License-Identifier: LGPL-2.1-or-later
//! Finds liblvol: in the folder `LVOL_LIB_DIR`, or where pkg-config says.

use std::env;
use std::process::Command;

const LEAST_VERSION: &str = "lvol >= 0.1";

fn main() {
    for name in [
        "LVOL_LIB_DIR",
        "LVOL_STATIC",
        "PKG_CONFIG",
        "PKG_CONFIG_PATH",
        "PKG_CONFIG_LIBDIR",
        "PKG_CONFIG_SYSROOT_DIR",
    ] {
        println!("cargo:rerun-if-env-changed={}", name);
    }
    println!("cargo:rerun-if-changed=build.rs");
    let is_static =
        env::var("LVOL_STATIC").map_or(false, |value| value != "0" && !value.is_empty());
    let done = match env::var("LVOL_LIB_DIR") {
        Ok(folder) => link_folder(&folder, is_static),
        Err(_) => ask_pkg_config(is_static).map(|words| link_words(&words, is_static)),
    };
    if let Err(why) = done {
        eprintln!("{}", why);
        std::process::exit(1);
    }
}

/// `liblvol.so` alone: it names what it needs itself.
fn link_folder(folder: &str, is_static: bool) -> Result<(), String> {
    if is_static {
        return Err("LVOL_STATIC needs pkg-config, which knows what liblvol.a needs; \
                    set PKG_CONFIG_PATH instead of LVOL_LIB_DIR"
            .into());
    }
    println!("cargo:rustc-link-search=native={}", folder);
    println!("cargo:rustc-link-lib=dylib=lvol");
    Ok(())
}

fn ask_pkg_config(is_static: bool) -> Result<String, String> {
    let program = env::var("PKG_CONFIG").unwrap_or_else(|_| "pkg-config".into());
    let mut command = Command::new(&program);
    if is_static {
        command.arg("--static");
    }
    let output =
        command.args(["--libs", "--print-errors", LEAST_VERSION]).output().map_err(|e| {
            format!("liblvol is looked for with {}, which does not run: {}", program, e)
        })?;
    if !output.status.success() {
        return Err(format!(
            "liblvol was not found. Install it, set PKG_CONFIG_PATH to the folder of its lvol.pc, or \
             LVOL_LIB_DIR to that of liblvol.so.\n{}",
            String::from_utf8_lossy(&output.stderr)
        ));
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}

/// What pkg-config says, for Cargo.
fn link_words(words: &str, is_static: bool) {
    for word in words.split_whitespace() {
        if let Some(folder) = word.strip_prefix("-L") {
            println!("cargo:rustc-link-search=native={}", folder);
        } else if let Some(name) = word.strip_prefix("-l") {
            let kind = if is_static && name == "lvol" { "static" } else { "dylib" };
            println!("cargo:rustc-link-lib={}={}", kind, name);
        }
        // the rest (-pthread) is what Rust's own library brings along
    }
}
