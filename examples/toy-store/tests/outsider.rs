//! The store is what the suite's front page shows, and the stores use what anybody can.

use std::path::{Path, PathBuf};
use std::{fs, io};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The code alone, with nothing public and without imports, which differ by the page's `main`.
fn code_of(source: &str) -> Vec<String> {
    let code = source.split_once("const CAPABILITIES").expect("the store declares itself").1;
    let lines = code.lines().map(|line| line.replace("pub ", ""));
    lines.filter(|line| !line.trim().is_empty() && !line.trim().starts_with("//")).collect()
}

#[test]
fn the_front_page_of_the_suite_shows_this_store() {
    let page = fs::read_to_string(root().join("conformance/README.md")).unwrap();
    let (store, page) = (code_of(include_str!("../src/lib.rs")), code_of(&page));
    assert!(store.len() > 50, "there is no store");
    for (number, line) in store.iter().enumerate() {
        assert_eq!(Some(line), page.get(number), "line {number} of the store's code");
    }
}

/// The Rust files below a directory.
fn sources(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    Ok(found)
}

/// The files of these directories that hold this text.
fn holders(directories: &[&str], text: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for directory in directories {
        let files = sources(&root().join(directory)).expect("the directory can be read");
        assert!(!files.is_empty(), "there is nothing in {directory}");
        found.extend(files);
    }
    found.retain(|file| fs::read_to_string(file).expect("a source can be read").contains(text));
    found
}

/// What the compiler lets an author use but the documentation does not show.
#[test]
fn no_store_uses_what_an_outsider_cannot_see() {
    let hidden = holders(&["session-core/src", "session-locking/src"], "doc(hidden)");
    assert!(hidden.is_empty(), "hidden, and so usable by those who know: {hidden:?}");
    let stores = ["session-memory", "session-dynamodb/src", "session-dynamodb/tests"];
    for private in ["__private", "for_each_case", "assert_passes"] {
        let users = holders(&stores, private);
        assert!(users.is_empty(), "use {private} of the suite: {users:?}");
    }
}
