//! The settings of a store, and whether they fit together.

use crate::batch::BatchConfig;
use crate::layout::{Attribute, Layout};
use crate::limits::{self, config};
use crate::profile::Profile;
use crate::send::TimeLimits;
use crate::settings::Settings;
use session_core::{KeyScheme, Result};
use std::collections::BTreeSet;
use std::num::NonZeroUsize;

/// All settings of a store, without its client.
///
/// The builder and the options make it, and both check it here.
#[derive(Clone, Debug)]
pub(crate) struct StoreSettings {
    pub(crate) table: String,
    pub(crate) settings: Settings,
    pub(crate) profile: Option<Profile>,
    pub(crate) max_retries: u32,
    pub(crate) times: TimeLimits,
    pub(crate) scan_segments: NonZeroUsize,
    pub(crate) batches: Option<BatchConfig>,
    /// The options of the client, which the builder gets ready-made.
    pub(crate) region: Option<String>,
    pub(crate) endpoint: Option<String>,
}

impl StoreSettings {
    /// The defaults for a table.
    pub(crate) fn new(table: String) -> Self {
        Self {
            table,
            settings: Settings::default(),
            profile: None,
            max_retries: 3,
            times: TimeLimits::default(),
            scan_segments: NonZeroUsize::new(4).expect("four is not zero"),
            batches: None,
            region: None,
            endpoint: None,
        }
    }

    /// Checks every value, and those that depend on each other.
    pub(crate) fn check(&self) -> Result<()> {
        limits::TABLE_NAME.check(&self.table)?;
        check_names(&self.settings.layout)?;
        self.check_keys()?;
        self.profile.map_or(Ok(()), |profile| profile.check(&self.settings.layout))?;
        self.check_times()?;
        limits::MAX_RETRIES.check(self.max_retries.into())?;
        limits::SCAN_SEGMENTS.check(self.scan_segments.get() as u64)?;
        self.batches.as_ref().map_or(Ok(()), BatchConfig::check)?;
        self.region.as_ref().map_or(Ok(()), |region| limits::REGION.check(region))?;
        self.endpoint.as_ref().map_or(Ok(()), |endpoint| limits::ENDPOINT.check(endpoint))
    }

    fn check_times(&self) -> Result<()> {
        let (settings, TimeLimits { request, operation }) = (&self.settings, self.times);
        limits::CLOCK_SKEW.check(settings.clock_skew)?;
        settings
            .php_lock_timeout
            .map_or(Ok(()), |timeout| limits::PHP_LOCK_TIMEOUT.check(timeout))?;
        limits::REQUEST_TIMEOUT.check(request)?;
        limits::OPERATION_TIMEOUT.check(operation)?;
        if operation < request {
            return Err(config(format!(
                "operation_timeout is {operation:?}: it must be at least request_timeout, {request:?}"
            )));
        }
        Ok(())
    }

    /// Checks that the key scheme is one that the other settings can work with.
    fn check_keys(&self) -> Result<()> {
        if self.settings.collect_orphans && !self.settings.has_distinctive_keys() {
            return Err(config(
                "collect_orphans is on and keys do not show whose an item is: set key_scheme to \
                 hashed keys or to keys with a name, or leave collect_orphans off"
                    .into(),
            ));
        }
        match (self.profile, &self.settings.key_scheme) {
            (Some(profile), Some(KeyScheme::Hashed | KeyScheme::Plain)) => {
                let name = profile.name();
                Err(config(format!(
                    "key_scheme is not that of the profile `{name}`: its handler makes keys of a \
                     name and the id"
                )))
            }
            _ => Ok(()),
        }
    }
}

fn check_names(layout: &Layout) -> Result<()> {
    let mut known = BTreeSet::new();
    let named = |attribute: Attribute| {
        limits::ATTRIBUTES.into_iter().find(move |(other, _)| *other == attribute)
    };
    for (attribute, setting) in layout.attributes().filter_map(named) {
        let name = layout.name(attribute);
        setting.check(name)?;
        if !known.insert(name) {
            return Err(config(format!(
                "{} is `{name}`, as another attribute is: each needs its own",
                setting.name
            )));
        }
    }
    Ok(())
}
