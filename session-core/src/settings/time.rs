use super::{config, out_of_range};
use crate::Result;
use std::time::Duration;

/// A setting that is a duration.
#[derive(Clone, Copy, Debug)]
pub struct Time {
    /// The name, as in a configuration.
    pub name: &'static str,
    /// The shortest duration.
    pub least: Duration,
    /// The longest duration.
    pub most: Duration,
    /// The unit of a number without a unit.
    pub unit: Unit,
    /// The addition to an error about a value out of range; empty for none.
    pub remedy: &'static str,
}

/// The unit of a number without a unit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Unit {
    /// Seconds, with a fraction or without.
    Seconds,
    /// Seconds without a fraction.
    WholeSeconds,
    /// Milliseconds, with a fraction or without.
    Milliseconds,
    /// Microseconds without a fraction.
    Microseconds,
}

impl Unit {
    const fn name(self) -> &'static str {
        match self {
            Self::Seconds => "seconds",
            Self::WholeSeconds => "whole seconds",
            Self::Milliseconds => "milliseconds",
            Self::Microseconds => "microseconds",
        }
    }

    /// The duration of a number of units, or `None` if there is none.
    ///
    /// ```
    /// use session_core::settings::Unit;
    /// use std::time::Duration;
    ///
    /// assert_eq!(Unit::Milliseconds.duration(1.5), Some(Duration::from_micros(1_500)));
    /// assert_eq!(Unit::Seconds.duration(-1.0), None);
    /// ```
    pub fn duration(self, number: f64) -> Option<Duration> {
        let seconds = match self {
            Self::Seconds | Self::WholeSeconds => number,
            Self::Milliseconds => number / 1e3,
            Self::Microseconds => number / 1e6,
        };
        Duration::try_from_secs_f64(seconds).ok()
    }

    /// The number of units.
    fn count(self, duration: Duration) -> f64 {
        match self {
            Self::Seconds | Self::WholeSeconds => duration.as_secs_f64(),
            Self::Milliseconds => duration.as_secs_f64() * 1e3,
            Self::Microseconds => duration.as_secs_f64() * 1e6,
        }
    }

    /// Whether it is a whole number of the unit, where that is asked for.
    const fn divides(self, duration: Duration) -> bool {
        match self {
            Self::Seconds | Self::Milliseconds => true,
            Self::WholeSeconds => duration.subsec_nanos() == 0,
            Self::Microseconds => duration.subsec_nanos().is_multiple_of(1_000),
        }
    }
}

impl Time {
    /// A setting in seconds, from `least` to `most` of them.
    pub const fn of(name: &'static str, least: u64, most: u64) -> Self {
        let (least, most) = (Duration::from_secs(least), Duration::from_secs(most));
        Self { name, least, most, unit: Unit::Seconds, remedy: "" }
    }

    /// Whether the duration is in the range, and whole where the unit has no fraction.
    pub fn admits(&self, value: Duration) -> bool {
        (self.least..=self.most).contains(&value) && self.unit.divides(value)
    }

    /// The range, in the words of errors and guides.
    pub fn expected(&self) -> String {
        let [least, most] = [self.least, self.most].map(|end| self.unit.count(end));
        format!("{least} to {most} {}", self.unit.name())
    }

    /// The addition to an error about a value out of range.
    pub fn remedy(&self) -> Option<&'static str> {
        (!self.remedy.is_empty()).then_some(self.remedy)
    }

    /// Checks that the duration is in the range.
    ///
    /// # Errors
    ///
    /// [`Config`](crate::ErrorKind::Config), naming the setting, the duration and the range.
    pub fn check(&self, value: Duration) -> Result<()> {
        if self.admits(value) {
            return Ok(());
        }
        let shown = format!("{value:?}");
        Err(config(out_of_range(self.name, &shown, &self.expected(), self.remedy())))
    }
}

#[cfg(test)]
mod tests {
    use super::{Time, Unit};
    use std::time::Duration;

    #[test]
    fn a_range_names_its_unit() {
        let time = Time { least: Duration::from_millis(10), ..Time::of("t", 0, 60) };
        assert_eq!(time.expected(), "0.01 to 60 seconds");
        let micros = Time { unit: Unit::Microseconds, ..Time::of("t", 0, 60) };
        assert_eq!(micros.expected(), "0 to 60000000 microseconds");
        let millis = Time { unit: Unit::Milliseconds, ..Time::of("t", 0, 60) };
        assert_eq!(millis.expected(), "0 to 60000 milliseconds");
    }

    #[test]
    fn both_ends_are_in_the_range() {
        let time = Time { unit: Unit::WholeSeconds, ..Time::of("t", 1, 3) };
        for (millis, is_in) in
            [(999, false), (1_000, true), (1_500, false), (3_000, true), (3_001, false)]
        {
            assert_eq!(time.admits(Duration::from_millis(millis)), is_in, "{millis}");
        }
        assert!(time.check(Duration::MAX).is_err());
    }

    #[test]
    fn what_is_no_duration_is_none() {
        for number in [-1.0, f64::NAN, f64::INFINITY, 1e300] {
            assert_eq!(Unit::Seconds.duration(number), None, "{number}");
        }
        assert_eq!(Unit::Microseconds.duration(1500.0), Some(Duration::from_micros(1500)));
        assert_eq!(Unit::Milliseconds.duration(1500.0), Some(Duration::from_millis(1500)));
    }
}
