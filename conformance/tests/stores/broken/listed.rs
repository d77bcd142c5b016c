//! The generator of `docs/broken-stores.md`, the list of broken stores.
//!
//! `UPDATE_CONTRACT=1 cargo test -p session-conformance --test stores` generates it.

use crate::broken::{Rejected, outcomes, rejected, snapshots};
use session_conformance::{CASES, Law};
use std::collections::BTreeSet;
use std::path::Path;
use std::{env, fs};

#[test]
fn the_list_of_broken_stores_is_true() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/broken-stores.md");
    let listed = list();
    if env::var_os("UPDATE_CONTRACT").is_some() {
        fs::write(&path, &listed).unwrap();
        return;
    }
    let written = fs::read_to_string(&path).unwrap();
    assert!(written == listed, "the list is not true: run this with UPDATE_CONTRACT=1");
}

/// Checks that no module is left out.
///
/// The list, and the search for cases that reject nothing, would miss its stores.
#[test]
fn every_module_of_broken_stores_is_listed() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stores/broken");
    let list = include_str!("../broken.rs");
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            continue;
        }
        let module = path.file_stem().unwrap().to_str().unwrap();
        let has_stores = fs::read_to_string(&path).unwrap().contains("\nrejects! {");
        assert!(!has_stores || list.contains(&format!(" {module}::STORES,")), "{module}");
    }
}

const BEGINNING: &str = "\
# Broken stores

Each broken store is the `Model` with one planted fault (`conformance/tests/stores/broken/`). The stores of the first list
are rejected by cases, and the column `laws` has the laws of these cases. The stores of the second list are over a `Model`
whose calls fail. A random program rejects them with the message that their tests name. The tests generate this page, from
the snapshots beside them: run `UPDATE_CONTRACT=1 cargo test -p session-conformance --test stores` after a change.

";

fn list() -> String {
    let (stores, liars, failing) = (rejected(), outcomes::STORES, snapshots::all());
    let laws: BTreeSet<Law> = failing.values().flat_map(laws_of).collect();
    let count = format!(
        "{} broken stores of {} are rejected: {} by cases, about {} laws, and {} by random programs on a store that \
         fails.\n\n## By cases\n\n| store | laws | cases |\n| --- | --- | --- |\n",
        stores.len() + liars.len(),
        stores.len() + liars.len(),
        stores.len(),
        laws.len(),
        liars.len(),
    );
    let rows: String = stores.iter().map(|store| row(store, &failing[store.name])).collect();
    let liars: String = liars.iter().map(refuted).collect();
    let heading = "## By `check_outcomes`\n\n| store | message |\n| --- | --- |\n";
    format!("{BEGINNING}{count}{rows}\n{heading}{liars}")
}

fn row(store: &Rejected, failing: &BTreeSet<String>) -> String {
    let laws: BTreeSet<Law> = laws_of(failing).collect();
    let laws: Vec<_> = laws.into_iter().map(Law::number).collect();
    format!("| {} | {} | {} |\n", words(store.name), laws.join(" "), failing.len())
}

fn refuted((name, said): &(&str, &str)) -> String {
    format!("| {} | `{said}` |\n", words(name))
}

fn words(name: &str) -> String {
    name.replace('_', " ")
}

/// The laws of these cases.
fn laws_of(cases: &BTreeSet<String>) -> impl Iterator<Item = Law> {
    let cases = CASES.iter().filter(|case| cases.contains(case.name));
    cases.flat_map(|case| case.laws).copied()
}
