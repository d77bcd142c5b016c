//! The toy store equals the one on the suite's front page.
//!
//! All stores use public items only.

use std::path::{Path, PathBuf};
use std::slice::from_ref;
use std::{fs, io};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// The code without `pub` and imports, which differ from those of the page.
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

/// The files below a directory that have code, or code in documentation.
fn sources(directory: &Path) -> io::Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    for entry in fs::read_dir(directory)? {
        let path = entry?.path();
        if path.is_dir() {
            found.extend(sources(&path)?);
        } else if path.extension().is_some_and(|extension| extension == "rs" || extension == "md") {
            found.push(path);
        }
    }
    Ok(found)
}

/// The files of a directory of the repository, with their content.
fn texts(directory: &str) -> Vec<(PathBuf, String)> {
    let files = sources(&root().join(directory)).expect("the directory can be read");
    assert!(!files.is_empty(), "there is nothing in {directory}");
    let text = |file: PathBuf| {
        let text = fs::read_to_string(&file).expect("a source can be read");
        (file, text)
    };
    files.into_iter().map(text).collect()
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|word| !word.is_empty())
}

/// The keywords before the name of an item.
const BEFORE_A_NAME: [&str; 13] = [
    "pub",
    "crate",
    "super",
    "async",
    "const",
    "static",
    "fn",
    "mod",
    "struct",
    "enum",
    "trait",
    "type",
    "macro_rules",
];

/// The names of the items that are hidden in the documentation.
fn hidden_names(source: &str) -> Vec<&str> {
    let marks = source.matches("doc(hidden").count();
    let items = source.split("#[doc(hidden)]").skip(1);
    let names: Vec<_> = items.filter_map(name_of).collect();
    assert_eq!(names.len(), marks, "an item is hidden in a way that is not understood here");
    names
}

/// The item's name after its other attributes, unless the item is an import.
fn name_of(item: &str) -> Option<&str> {
    let mut lines = item.lines().map(str::trim);
    let declaration = lines.find(|line| !line.is_empty() && !line.starts_with(['#', '/']))?;
    words(declaration).find(|word| !BEFORE_A_NAME.contains(word)).filter(|name| *name != "use")
}

/// The hidden items of the suite, which the compiler lets a store use.
fn hidden_in_the_suite() -> Vec<String> {
    let sources = texts("conformance/src");
    let names = sources.iter().flat_map(|(_, source)| hidden_names(source));
    let names: Vec<_> = names.map(str::to_owned).collect();
    assert!(names.len() > 2, "what the macros name is hidden: {names:?}");
    names
}

/// The words of a text that are in these names.
fn used<'a>(text: &'a str, names: &[String]) -> Vec<&'a str> {
    words(text).filter(|word| names.iter().any(|name| name == word)).collect()
}

#[test]
fn core_and_locking_hide_nothing() {
    for (file, source) in ["session-core/src", "session-locking/src"].into_iter().flat_map(texts) {
        assert!(
            hidden_names(&source).is_empty(),
            "hidden, and so usable by those who know: {file:?}"
        );
    }
}

#[test]
fn no_store_uses_what_an_outsider_cannot_see() {
    let hidden = hidden_in_the_suite();
    for store in ["session-memory", "session-dynamodb", "examples/toy-store"] {
        for (file, text) in texts(store) {
            let used = used(&text, &hidden);
            assert!(used.is_empty(), "{} uses {used:?} of the suite", file.display());
        }
    }
}

#[test]
fn a_use_of_what_is_hidden_is_found() {
    for name in hidden_in_the_suite() {
        for text in
            ["use session_conformance::NAME as run;", "session_conformance::NAME! {}", "a::NAME::b"]
        {
            let text = text.replace("NAME", &name);
            assert_eq!(used(&text, from_ref(&name)), [name.as_str()], "{text}");
        }
        assert!(used(&format!("my_{name} {name}2"), &[name]).is_empty(), "another name");
    }
}

#[test]
fn what_is_hidden_is_known_by_its_name() {
    let source = "
        #[doc(hidden)]
        #[macro_export]
        macro_rules! first { () => {} }
        /// Documented, but hidden.
        #[doc(hidden)]
        /// More of the documentation.
        pub async fn second() {}
        #[doc(hidden)] pub(crate) mod third;
        struct Shown { #[doc(hidden)] pub fourth: usize }
    ";
    assert_eq!(hidden_names(source), ["first", "second", "third", "fourth"]);
}
