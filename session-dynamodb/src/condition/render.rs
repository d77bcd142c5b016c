use super::Condition;
use crate::item::Value;
use crate::layout::Attribute;
use std::borrow::Cow;
use std::collections::BTreeSet;
use std::mem::discriminant;

/// The room that an expression is written into, in bytes. Longer ones make more.
pub(crate) const TYPICAL_LENGTH: usize = 160;

/// The names and values that the expressions of one request refer to.
#[derive(Default)]
pub(crate) struct Placeholders {
    names: BTreeSet<Attribute>,
    values: Vec<Value>,
}

impl Placeholders {
    /// The placeholder for the name of an attribute.
    pub(crate) fn name(&mut self, attribute: Attribute) -> &'static str {
        self.names.insert(attribute);
        attribute.placeholder()
    }

    /// The placeholder for a value. Equal values share one.
    pub(crate) fn value(&mut self, value: &Value) -> Cow<'static, str> {
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
    pub(crate) fn values(&self) -> impl Iterator<Item = (Cow<'static, str>, &Value)> {
        self.values.iter().enumerate().map(|(place, value)| (placeholder(place), value))
    }

    /// The expression of a condition.
    pub(crate) fn condition(&mut self, condition: &Condition) -> String {
        let mut expression = String::with_capacity(TYPICAL_LENGTH);
        self.write(&mut expression, condition);
        expression
    }

    fn write(&mut self, expression: &mut String, condition: &Condition) {
        match condition {
            Condition::And(_) => self.write_joined(expression, condition, " AND "),
            Condition::Or(_) => self.write_joined(expression, condition, " OR "),
            Condition::Not(inner) => {
                expression.push_str("NOT ");
                self.write_enclosed(expression, inner);
            }
            Condition::Exists(attribute) => {
                expression.extend(["attribute_exists(", self.name(*attribute), ")"]);
            }
            Condition::NotExists(attribute) => {
                expression.extend(["attribute_not_exists(", self.name(*attribute), ")"]);
            }
            Condition::Compare(attribute, comparison, value) => {
                let (name, value) = (self.name(*attribute), self.value(value));
                expression.extend([name, " ", comparison.sign(), " ", &value]);
            }
            Condition::Contains(attribute, value) => {
                let (name, value) = (self.name(*attribute), self.value(value));
                expression.extend(["contains(", name, ", ", &value, ")"]);
            }
            Condition::IsType(attribute, expected) => {
                let (name, expected) =
                    (self.name(*attribute), self.value(&Value::text(expected.name())));
                expression.extend(["attribute_type(", name, ", ", &expected, ")"]);
            }
        }
    }

    fn write_joined(&mut self, expression: &mut String, whole: &Condition, sign: &str) {
        let mut separator = "";
        for part in whole.parts() {
            expression.push_str(separator);
            self.write_part(expression, part, whole);
            separator = sign;
        }
    }

    /// Writes a part of a conjunction or disjunction, in brackets if of the other kind.
    ///
    /// DynamoDB rejects brackets that it finds redundant.
    fn write_part(&mut self, expression: &mut String, part: &Condition, whole: &Condition) {
        if part.parts().is_empty() || discriminant(part) == discriminant(whole) {
            self.write(expression, part);
        } else {
            self.write_enclosed(expression, part);
        }
    }

    fn write_enclosed(&mut self, expression: &mut String, condition: &Condition) {
        expression.push('(');
        self.write(expression, condition);
        expression.push(')');
    }
}

impl Condition {
    /// The parts of a conjunction or disjunction.
    fn parts(&self) -> &[Self] {
        match self {
            Self::And(parts) | Self::Or(parts) => parts,
            _ => &[],
        }
    }
}

/// More than any request of this store has, so that no request makes new names.
const VALUES: [&str; 10] = [":v0", ":v1", ":v2", ":v3", ":v4", ":v5", ":v6", ":v7", ":v8", ":v9"];

fn placeholder(place: usize) -> Cow<'static, str> {
    VALUES.get(place).map_or_else(|| format!(":v{place}").into(), |value| (*value).into())
}

#[cfg(test)]
mod tests {
    use super::Placeholders;
    use crate::condition::{Condition, live, not_live, unlocked};
    use crate::item::Value;
    use crate::layout::Attribute;
    use session_core::time::EpochMillis;
    use std::time::Duration;

    const NOW: EpochMillis = EpochMillis::from_epoch_millis(1_700_000_000_999);

    #[test]
    fn values_are_numbered_however_many_there_are() {
        let mut placeholders = Placeholders::default();
        let names: Vec<_> = (0..12)
            .map(|number| placeholders.value(&Value::text(number.to_string())).into_owned())
            .collect();
        assert_eq!(names, (0..12).map(|number| format!(":v{number}")).collect::<Vec<_>>());
    }

    #[test]
    fn equal_values_share_a_placeholder() {
        let mut placeholders = Placeholders::default();
        assert_eq!(placeholders.condition(&live(NOW)), "#expires > :v0");
        let expired = placeholders.condition(&not_live(NOW));
        assert_eq!(expired, "attribute_not_exists(#key) OR NOT (#expires > :v0)");
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
