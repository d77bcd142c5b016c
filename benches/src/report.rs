//! The tables that are written down.

use std::fmt::{self, Display, Formatter};

/// A Markdown table.
#[derive(Clone, Debug)]
pub struct Table {
    text: String,
}

impl Table {
    /// A table with these headings.
    pub fn new(headings: &[&str]) -> Self {
        let dashes = vec!["---"; headings.len()];
        let mut table = Self { text: String::new() };
        table.push(headings);
        table.push(&dashes);
        table
    }

    /// Adds a row.
    pub fn row(&mut self, cells: &[String]) {
        self.push(cells);
    }

    fn push<S: AsRef<str>>(&mut self, cells: &[S]) {
        let cells: Vec<&str> = cells.iter().map(AsRef::as_ref).collect();
        self.text += &["| ", &cells.join(" | "), " |\n"].concat();
    }
}

impl Display for Table {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(&self.text)
    }
}

/// Says whether a target is met.
pub fn verdict(met: bool) -> String {
    if met { "met" } else { "**missed**" }.into()
}

/// A number of requests per second, which is for orientation and therefore rounded.
pub(crate) fn per_second(nanos: f64) -> String {
    format!("{:.2} M/s", 1e3 / nanos)
}
