use std::fmt::{self, Display, Formatter};

/// A median and the quartiles around it.
#[derive(Clone, Copy, Debug)]
pub struct Spread {
    /// The value that a quarter does not exceed.
    pub low: f64,
    /// The value in the middle.
    pub median: f64,
    /// The value that a quarter exceeds.
    pub high: f64,
}

impl Spread {
    /// The spread of `values`.
    ///
    /// # Panics
    ///
    /// If there is none.
    pub fn of(values: impl IntoIterator<Item = f64>) -> Self {
        let mut values: Vec<f64> = values.into_iter().collect();
        values.sort_by(f64::total_cmp);
        Self {
            low: values[values.len() / 4],
            median: values[values.len() / 2],
            high: values[values.len() * 3 / 4],
        }
    }

    /// The spread of the ratios of `left` to `right`, pair by pair.
    ///
    /// # Panics
    ///
    /// If there is no pair.
    pub fn of_ratios(left: &[f64], right: &[f64]) -> Self {
        Self::of(left.iter().zip(right).map(|(left, right)| left / right))
    }
}

impl Display for Spread {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        let Self { low, median, high } = self;
        write!(formatter, "{median:.2} ({low:.2} to {high:.2})")
    }
}

/// The value that so many of a thousand do not exceed.
pub(crate) fn per_mille(values: &mut [f64], per_mille: usize) -> f64 {
    let last = values.len() - 1;
    let place = (values.len() * per_mille / 1000).min(last);
    *values.select_nth_unstable_by(place, f64::total_cmp).1
}
