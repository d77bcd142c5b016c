use crate::{CASES, Case, Law, Level};
use std::str::FromStr;

/// Which cases to run: all of them, unless it says otherwise.
///
/// Names, laws and levels narrow it down together: a case is selected if a name selects it, where there
/// are names, and a law does, where there are laws, and a level does, where there are levels.
///
/// ```
/// use session_conformance::Law;
/// use session_conformance::runner::Selection;
///
/// let selection = Selection::all().with_filter("touch").with_law(Law::L5);
/// assert!(selection.cases().iter().all(|case| case.laws.contains(&Law::L5)));
/// assert_eq!(Selection::all().cases().len(), session_conformance::CASES.len());
/// ```
#[derive(Clone, Debug, Default)]
pub struct Selection {
    filters: Vec<String>,
    exact: Vec<&'static str>,
    laws: Vec<Law>,
    levels: Vec<Level>,
}

impl Selection {
    /// Every case.
    pub fn all() -> Self {
        Self::default()
    }

    /// Selects the cases whose id contains `part`, such as `touching::a_touch`.
    #[must_use]
    pub fn with_filter(mut self, part: impl Into<String>) -> Self {
        self.filters.push(part.into());
        self
    }

    /// Selects this case.
    #[must_use]
    pub fn with_case(mut self, case: &Case) -> Self {
        self.exact.push(case.name);
        self
    }

    /// Selects the cases of this law.
    #[must_use]
    pub fn with_law(mut self, law: Law) -> Self {
        self.laws.push(law);
        self
    }

    /// Selects the cases of this level.
    #[must_use]
    pub fn with_level(mut self, level: Level) -> Self {
        self.levels.push(level);
        self
    }

    /// The selected cases, in the order of the table.
    pub fn cases(&self) -> Vec<&'static Case> {
        let is_selected = |case: &&Case| {
            self.has_name_of(case) && self.has_law_of(case) && self.has_level_of(case)
        };
        CASES.iter().filter(is_selected).collect()
    }

    fn has_name_of(&self, case: &Case) -> bool {
        let id = case.id();
        let any = self.filters.is_empty() && self.exact.is_empty();
        any || self.exact.contains(&case.name) || self.filters.iter().any(|part| id.contains(part))
    }

    fn has_law_of(&self, case: &Case) -> bool {
        self.laws.is_empty() || self.laws.iter().any(|law| case.laws.contains(law))
    }

    fn has_level_of(&self, case: &Case) -> bool {
        self.levels.is_empty() || self.levels.contains(&case.level())
    }
}

/// Finds a case by its name, or by its id with the group in front.
impl FromStr for &'static Case {
    type Err = UnknownCase;

    fn from_str(name: &str) -> Result<Self, UnknownCase> {
        let case = CASES.iter().find(|case| case.name == name || case.id() == name);
        case.ok_or_else(|| UnknownCase(name.to_owned()))
    }
}

/// A name that no case has.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("no case is called {0}: `--list` shows them all")]
pub struct UnknownCase(String);
