use super::Condition;
use crate::item::Value;
use crate::layout::Attribute;
use std::collections::BTreeSet;
use std::mem::discriminant;

/// The names and values that the expressions of one request refer to.
#[derive(Default)]
pub(crate) struct Placeholders {
    names: BTreeSet<Attribute>,
    values: Vec<Value>,
}

impl Placeholders {
    /// What stands for the name of an attribute.
    pub(crate) fn name(&mut self, attribute: Attribute) -> &'static str {
        self.names.insert(attribute);
        attribute.placeholder()
    }

    /// What stands for a value. Equal values share one.
    pub(crate) fn value(&mut self, value: &Value) -> String {
        let known = self.values.iter().position(|other| other == value);
        let place = known.unwrap_or_else(|| {
            self.values.push(value.clone());
            self.values.len() - 1
        });
        placeholder(place)
    }

    /// The names that were asked for.
    pub(crate) fn names(&self) -> impl Iterator<Item = Attribute> + '_ {
        self.names.iter().copied()
    }

    /// The values that were asked for, each with what stands for it.
    pub(crate) fn values(&self) -> impl Iterator<Item = (String, &Value)> {
        self.values.iter().enumerate().map(|(place, value)| (placeholder(place), value))
    }

    /// The expression of a condition.
    pub(crate) fn condition(&mut self, condition: &Condition) -> String {
        match condition {
            Condition::And(_) => self.joined(condition, " AND "),
            Condition::Or(_) => self.joined(condition, " OR "),
            Condition::Not(inner) => format!("NOT {}", self.enclosed(inner)),
            Condition::Exists(attribute) => format!("attribute_exists({})", self.name(*attribute)),
            Condition::NotExists(attribute) => {
                format!("attribute_not_exists({})", self.name(*attribute))
            }
            Condition::Compare(attribute, comparison, value) => {
                let sign = comparison.sign();
                format!("{} {sign} {}", self.name(*attribute), self.value(value))
            }
            Condition::Contains(attribute, value) => {
                format!("contains({}, {})", self.name(*attribute), self.value(value))
            }
            Condition::IsNumber(attribute) => {
                let number = self.value(&Value::text("N"));
                format!("attribute_type({}, {number})", self.name(*attribute))
            }
        }
    }

    fn joined(&mut self, whole: &Condition, sign: &str) -> String {
        let parts: Vec<_> = whole.parts().iter().map(|part| self.part(part, whole)).collect();
        parts.join(sign)
    }

    /// A part of a conjunction or disjunction, in brackets if it is of the other kind. DynamoDB
    /// refuses brackets that it finds redundant.
    fn part(&mut self, part: &Condition, whole: &Condition) -> String {
        if part.parts().is_empty() || discriminant(part) == discriminant(whole) {
            self.condition(part)
        } else {
            self.enclosed(part)
        }
    }

    fn enclosed(&mut self, condition: &Condition) -> String {
        format!("({})", self.condition(condition))
    }
}

impl Condition {
    /// What a conjunction or disjunction consists of.
    fn parts(&self) -> &[Self] {
        match self {
            Self::And(parts) | Self::Or(parts) => parts,
            _ => &[],
        }
    }
}

fn placeholder(place: usize) -> String {
    format!(":v{place}")
}

#[cfg(test)]
mod tests {
    use super::Placeholders;
    use crate::condition::{Condition, live, not_live, unlocked};
    use crate::layout::Attribute;
    use session_core::EpochMillis;
    use std::time::Duration;

    const NOW: EpochMillis = EpochMillis::from_epoch_millis(1_700_000_000_999);

    #[test]
    fn equal_values_share_a_placeholder() {
        let mut placeholders = Placeholders::default();
        assert_eq!(placeholders.condition(&live(NOW)), "#expires > :v0");
        let dead = placeholders.condition(&not_live(NOW));
        assert_eq!(dead, "attribute_not_exists(#key) OR NOT (#expires > :v0)");
        assert_eq!(placeholders.values().count(), 1);
        let names: Vec<_> = placeholders.names().collect();
        assert_eq!(names, [Attribute::Key, Attribute::Expires]);
    }

    #[test]
    fn a_disjunction_within_a_disjunction_is_not_in_brackets() {
        let a_lock = Condition::Exists(Attribute::Lock);
        let inner = Condition::And(vec![live(NOW), a_lock]);
        let condition = Condition::Or(vec![unlocked(NOW, Duration::ZERO), inner]);
        assert_eq!(
            Placeholders::default().condition(&condition),
            "attribute_not_exists(#lock) OR #lock < :v0 OR (#expires > :v1 AND attribute_exists(#lock))"
        );
    }

    #[test]
    fn a_disjunction_within_a_conjunction_is_in_brackets() {
        let unlocked = unlocked(NOW, Duration::from_secs(1));
        let condition = Condition::And(vec![live(NOW), unlocked]);
        assert_eq!(
            Placeholders::default().condition(&condition),
            "#expires > :v0 AND (attribute_not_exists(#lock) OR #lock < :v1)"
        );
    }
}
