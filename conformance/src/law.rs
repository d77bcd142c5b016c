use std::fmt::{self, Debug, Display, Formatter};
use std::str::FromStr;

/// Declares the laws with the words that a failure shows.
macro_rules! laws {
    ($($law:ident: $text:literal;)*) => {
        /// A law of `docs/contract.md`, by its number.
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        #[non_exhaustive]
        pub enum Law {
            $(#[doc = $text] $law,)*
        }

        impl Law {
            /// Every law, in the contract's order.
            pub const ALL: &'static [Self] = &[$(Self::$law,)*];

            /// The number as it stands in the contract, such as `R4`.
            pub const fn number(self) -> &'static str {
                match self {
                    $(Self::$law => stringify!($law),)*
                }
            }

            /// The law in one sentence; the contract has the whole of it.
            pub const fn summary(self) -> &'static str {
                match self {
                    $(Self::$law => $text,)*
                }
            }
        }
    };
}

laws! {
    R1: "`load` gives the last record written while it is live, and none afterwards.";
    R2: "An error is never an absence, and an absence is never an error.";
    R3: "`create` rejects a live record and replaces an expired one entirely.";
    R4: "Nothing but `create` and `rotate` creates: a deleted session stays deleted.";
    R5: "`update` expecting another version is `Conflict` and changes nothing.";
    R6: "A touch moves the expiry alone, and never backwards.";
    R7: "`delete` is idempotent and says whether there was something.";
    R8: "Data comes back byte for byte and of its kind; empty data is not absence.";
    R9: "What exceeds the limit, a lock's room included, is `TooLarge` and changes nothing.";
    R10: "Operations on one key are atomic and linearizable.";
    R11: "Repeating the identical call after its reply was lost succeeds.";
    R12: "Keys are isolated, whatever characters they hold, and limited in length.";
    R13: "A dropped future leaves the state before or after, and no lock beyond its lease.";
    R14: "What a store declares unsupported it rejects with `Unsupported`.";
    R15: "Of several rejections comes `Gone`, then `LockLost` or `Locked`, then `Conflict`.";
    L1: "One held lock per record, and at most one live holder.";
    L2: "`acquire` locks and reads in one atomic step.";
    L3: "A live lock stops `acquire` and unfenced writes, but no reader and no logout.";
    L4: "A write with a token that is not held is `LockLost`; one still held may write.";
    L5: "A fenced write can release in the same step, and a rotation ends the lock.";
    L6: "`release` by one who does not hold the lock changes nothing.";
    L7: "A lapsed lock may be taken over, and of many contenders exactly one wins.";
    L8: "`acquire` of an absent or expired session is `Absent` and writes nothing.";
    L9: "`renew` extends only what is held, and a lost reply never looks like a lost lock.";
    L10: "Waiting for a lock ends, at the deadline at the latest.";
    L11: "Clocks decide only when a takeover may be tried, the clock skew allowed for.";
    L12: "Renewal of a lock stops after the longest time it may be held.";
    L13: "A watch reports a lock that became free since the watch began.";
    L14: "A locked session does not expire before its lock has lapsed, but for its deadline.";
    G1: "Collecting deletes only what is expired at the moment of deletion.";
    G2: "A live lock spares an expired record; a lapsed one does not.";
    G3: "Collecting is bounded in memory and rate, and reports.";
    S1: "An id unknown to the store is never adopted.";
    S2: "Opening for reading never locks and never writes data.";
    S3: "An unchanged session is written only when its touch is due, or with a new id or lifetime.";
    S4: "A commit writes data and new id in one step, and the old id stops working.";
    S5: "Destroyed is final for every handle of that id.";
    S6: "Nothing secret is printed.";
    S7: "The absolute deadline is set at creation and kept, and no expiry passes it.";
    S8: "A merge keeps both changes, or the commit that lost the race is `Conflict`.";
    S9: "An upgrade has what stands there, or its commit expects what was read.";
    S10: "A session can get a lifetime of its own, which then holds in every process.";
}

impl Debug for Law {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.number())
    }
}

impl Display for Law {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}: {}", self.number(), self.summary())
    }
}

/// Reads the number of a law, in capital or small letters.
impl FromStr for Law {
    type Err = UnknownLaw;

    fn from_str(number: &str) -> Result<Self, UnknownLaw> {
        let law = Self::ALL.iter().find(|law| law.number().eq_ignore_ascii_case(number));
        law.copied().ok_or_else(|| UnknownLaw(number.to_owned()))
    }
}

/// A text that is no law's number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0} is no law: they are R1 to R15, L1 to L14, G1 to G3 and S1 to S10")]
pub struct UnknownLaw(String);
