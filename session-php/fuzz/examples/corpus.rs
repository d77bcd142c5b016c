//! Packs the fuzzer's corpora into files of the repository, and unpacks them.

#[path = "../../tests/packed/mod.rs"]
mod packed;

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::{env, fs, io, process};

/// The targets, each with a packed corpus of its name.
const TARGETS: [&str; 4] = ["php", "php_binary", "php_serialize", "round_trip"];

fn main() {
    let run = match env::args().nth(1).as_deref() {
        Some("pack") => pack,
        Some("unpack") => unpack,
        _ => fail("usage: corpus pack | unpack"),
    };
    for target in TARGETS {
        match run(target) {
            Ok(inputs) => println!("{target}: {inputs} inputs"),
            Err(error) => fail(&format!("{target}: {error}")),
        }
    }
}

fn fail(message: &str) -> ! {
    eprintln!("{message}");
    process::exit(1);
}

/// Where the fuzzer has the inputs of a target, a file for each.
fn loose(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

fn packed(target: &str) -> PathBuf {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/corpus");
    directory.join(format!("{target}.txt"))
}

fn pack(target: &str) -> io::Result<usize> {
    let files = fs::read_dir(loose(target))?;
    let inputs: BTreeSet<_> = files.map(|file| fs::read(file?.path())).collect::<Result<_, _>>()?;
    let text = packed::pack(&inputs);
    packed::unpack(&text).map_err(io::Error::other)?;
    fs::write(packed(target), text)?;
    Ok(inputs.len())
}

fn unpack(target: &str) -> io::Result<usize> {
    let text = fs::read_to_string(packed(target))?;
    let inputs = packed::unpack(&text).map_err(io::Error::other)?;
    fs::create_dir_all(loose(target))?;
    for (number, input) in inputs.iter().enumerate() {
        fs::write(loose(target).join(format!("packed-{number:04}")), input)?;
    }
    Ok(inputs.len())
}
