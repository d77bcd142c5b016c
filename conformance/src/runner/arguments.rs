use super::{Runner, Selection};
use crate::{Case, Law, Level};
use clap::{Parser, ValueEnum};
use std::num::NonZeroUsize;
use std::path::PathBuf;
use std::time::Duration;

/// Holds a session store to the laws of the contract.
#[derive(Debug, Parser)]
#[command(version)]
pub(super) struct Arguments {
    /// Run the cases whose id contains this, such as `touching::a_touch`
    #[arg(long, value_name = "TEXT")]
    filter: Vec<String>,

    /// Run this case
    #[arg(long, value_name = "NAME")]
    exact: Vec<&'static Case>,

    /// Run the cases of this law, such as R4
    #[arg(long, value_name = "LAW")]
    law: Vec<Law>,

    /// Run the cases of this level: basic, locking, collecting, sessions or hostile
    #[arg(long, value_name = "LEVEL")]
    level: Vec<Level>,

    /// Run one case after the other
    #[arg(long, conflicts_with = "threads")]
    serial: bool,

    /// How many cases run at once; without it, one for each processor
    #[arg(long, value_name = "NUMBER")]
    threads: Option<NonZeroUsize>,

    /// How long a case may take
    #[arg(long, value_name = "SECONDS", value_parser = seconds, default_value = "60")]
    time_limit: Duration,

    /// Begin no case any more once one has failed
    #[arg(long)]
    fail_fast: bool,

    /// What the report looks like
    #[arg(long, value_enum, default_value_t = Format::Table)]
    pub(super) format: Format,

    /// Write the report to this file instead of to the terminal
    #[arg(long, value_name = "FILE")]
    pub(super) output: Option<PathBuf>,

    /// What the report calls the store
    #[arg(long, default_value = "session-conformance")]
    name: String,

    /// List the selected cases with their laws, and run nothing
    #[arg(long)]
    pub(super) list: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Table,
    /// For programs
    Json,
    /// For what draws test results
    Junit,
}

impl Arguments {
    pub(super) fn selection(&self) -> Selection {
        let selection = Selection::all();
        let selection = self.filter.iter().fold(selection, Selection::with_filter);
        let selection = self.exact.iter().fold(selection, |some, case| some.with_case(case));
        let selection = self.law.iter().fold(selection, |some, law| some.with_law(*law));
        self.level.iter().fold(selection, |some, level| some.with_level(*level))
    }

    pub(super) fn configure(&self, runner: Runner) -> Runner {
        let runner = runner.named(&self.name).select(self.selection()).time_limit(self.time_limit);
        let runner = if self.fail_fast { runner.fail_fast() } else { runner };
        match self.threads {
            Some(threads) => runner.threads(threads),
            None if self.serial => runner.serial(),
            None => runner,
        }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|error| format!("{error}"))?;
    match Duration::try_from_secs_f64(seconds) {
        Ok(limit) if !limit.is_zero() => Ok(limit),
        _ => Err("a time limit is more than nothing".to_owned()),
    }
}
