//! The contract lists the cases that check each law.
//!
//! `UPDATE_CONTRACT=1 cargo test -p session-conformance --test contract` generates the lists.

use session_conformance::{CASES, Law};
use std::path::{Path, PathBuf};
use std::{env, fs};

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/contract.md")
}

#[test]
fn the_contract_lists_the_cases_of_every_law() {
    let written = fs::read_to_string(path()).unwrap();
    let listed = with_cases(&written);
    if env::var_os("UPDATE_CONTRACT").is_some() {
        fs::write(path(), &listed).unwrap();
        return;
    }
    assert!(written == listed, "the lists of cases are not true: run this with UPDATE_CONTRACT=1");
}

/// The update replaces lines, so it would not notice a missing line.
#[test]
fn every_law_has_one_list_of_its_cases() {
    let contract = fs::read_to_string(path()).unwrap();
    for law in Law::ALL {
        let lists = section(&contract, *law).filter(|line| line.starts_with("Cases:"));
        assert_eq!(lists.count(), 1, "lists of the cases of {law:?}");
    }
    let lists = contract.lines().filter(|line| line.starts_with("Cases:"));
    assert_eq!(lists.count(), Law::ALL.len(), "lists in all, those of no law included");
}

/// The lines between the heading of a law and the next heading.
fn section(contract: &str, law: Law) -> impl Iterator<Item = &str> {
    let heading = format!("### {} ", law.number());
    let lines = contract.lines().skip_while(move |line| !line.starts_with(&heading));
    lines.skip(1).take_while(|line| !line.starts_with('#'))
}

/// The contract with a correct list of cases below each law.
fn with_cases(contract: &str) -> String {
    let mut law = None;
    let lines = contract.lines().map(|line| {
        if let Some(heading) = line.strip_prefix("### ") {
            law = Law::ALL.iter().find(|law| heading.split(' ').next() == Some(law.number()));
        }
        match law {
            Some(law) if line.starts_with("Cases:") => cases_of(*law),
            _ => line.to_owned(),
        }
    });
    lines.map(|line| line + "\n").collect()
}

fn cases_of(law: Law) -> String {
    let names = CASES.iter().filter(|case| case.laws.contains(&law));
    let names: Vec<_> = names.map(|case| format!("`{}`", case.name)).collect();
    format!("Cases: {}.", names.join(", "))
}

#[test]
fn every_law_has_its_heading_in_the_contract() {
    let contract = fs::read_to_string(path()).unwrap();
    for law in Law::ALL {
        assert!(contract.contains(&format!("\n### {} ", law.number())), "{law:?} is missing");
    }
}

#[test]
fn every_number_in_the_contract_is_a_law() {
    let contract = fs::read_to_string(path()).unwrap();
    for heading in contract.lines().filter_map(|line| line.strip_prefix("### ")) {
        let number = heading.split(' ').next().unwrap();
        if !number.ends_with(|end: char| end.is_ascii_digit()) {
            continue;
        }
        let is_law = Law::ALL.iter().any(|law| law.number() == number);
        assert!(is_law, "the suite knows no law {number}");
    }
}
