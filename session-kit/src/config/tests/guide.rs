//! The table of the guide says what the code does.

use super::super::batches;
use super::super::read::take;
use super::super::secrets;
use super::super::written::Written;
use crate::Config;
use std::collections::BTreeMap;

const GUIDE: &str = include_str!("../../../docs/configuration.md");

struct Row<'a> {
    default: &'a str,
    range: &'a str,
}

/// The rows of the table by the options that they are of.
fn rows() -> BTreeMap<&'static str, Row<'static>> {
    let (_, section) = GUIDE.split_once("\n## Options\n").expect("there is the section");
    let (_, table) = section.split_once("| --- | --- | --- | --- |\n").expect("there is the table");
    let rows = table.lines().take_while(|line| line.starts_with('|')).map(|line| {
        let cells: Vec<_> = line.split('|').map(str::trim).collect();
        let [_, option, default, range, meaning, _] = cells[..] else {
            panic!("{line}");
        };
        assert!(!meaning.is_empty(), "{line}");
        (option.trim_matches('`'), Row { default, range })
    });
    let rows: Vec<_> = rows.collect();
    let count = rows.len();
    let rows: BTreeMap<_, _> = rows.into_iter().collect();
    assert_eq!(rows.len(), count, "each option has one row");
    rows
}

/// Every option with what it must be, as errors say.
fn known() -> BTreeMap<String, String> {
    let nothing = || Written::of_entries([]).ok().expect("nothing is set");
    let (mut options, mut batch, mut secret) = (nothing(), nothing(), nothing());
    take(&mut options).ok().expect("the defaults fit together");
    batches::take(&mut batch).ok().expect("the defaults fit together");
    secrets::take(&mut secret).ok().expect("nothing is set");
    let named = |map: &'static str, written: Written| {
        let asked = written.asked().iter();
        let asked = asked.map(|asked| (format!("{map}{}", asked.option), asked.expected.clone()));
        asked.collect::<Vec<_>>()
    };
    let maps = [named("batch_config.", batch), named("credentials.", secret)];
    named("", options).into_iter().chain(maps.into_iter().flatten()).collect()
}

#[test]
fn the_guide_has_every_option_with_its_range() {
    let (rows, known) = (rows(), known());
    for (option, expected) in &known {
        let row = rows.get(option.as_str()).unwrap_or_else(|| panic!("{option} has no row"));
        assert_eq!(row.range, expected, "the range of {option}");
    }
    for option in rows.keys() {
        assert!(known.contains_key(*option), "{option} is no option");
    }
}

/// An option that is set to its default has no effect.
#[test]
fn the_guide_has_the_defaults() {
    // An option of one store alone chooses that store, whatever its value.
    let shown = |config: Config| format!("{:?}", Config { store: None, ..config });
    for (option, Row { default, .. }) in rows() {
        let Some(value) = default.strip_prefix('`').and_then(|rest| rest.strip_suffix('`')) else {
            let is_none = default.starts_with("none") || default.starts_with("a tenth of");
            assert!(is_none, "the default of {option} is {default}");
            continue;
        };
        let name = |option: &str| format!("SESSION_{}", option.replace('.', "_").to_uppercase());
        let context = match option {
            "store" => vec![(name("table_name"), "sessions")],
            "synchronous" => vec![(name("sqlite_path"), "sessions.db")],
            "id_separator" => vec![(name("session_name"), "SID")],
            "batch_config.batch_size" => vec![(name("batch_config.delay"), "0")],
            "batch_config.delay" | "batch_config.pool_size" => {
                vec![(name("batch_config.batch_size"), "25")]
            }
            _ => vec![],
        };
        let unset = Config::from_variables(context.clone()).expect("it fits");
        let set = context.into_iter().chain([(name(option), value)]);
        let set = Config::from_variables(set).expect("the default fits");
        assert_eq!(shown(set), shown(unset), "the default of {option}");
    }
}
