use crate::SessionData;
use std::fmt::{self, Debug, Formatter};
use std::ops::{Deref, DerefMut};

/// The variables of a session that a type names, and the rest of the session.
///
/// Where PHP shares the sessions, a type seldom knows all that is in them. A `Partial<T>` gives
/// the variables to `T` that it has fields for, and keeps the whole session. When it is encoded,
/// only what changed in `T` is changed in the session:
///
/// - a variable, an entry or a property that `T` has no field for stays as it is;
/// - so does one that `T` has a field for, and whose field is what it was;
/// - an object stays one of its class, with its visibilities; an enum stays the enum;
/// - an element of a list stays whole, wherever in the list it goes;
/// - a variable to which a reference leads is changed for all, as in PHP; one that *is* a reference
///   becomes a variable of its own;
/// - a value that goes, and to which references lead, stays where the first of them stands.
///
/// A session that was not changed is encoded to the bytes that it was decoded from. `T` must
/// serialize the same data to the same values each time.
///
/// A variable that is missing makes a session [`Corrupt`](session_core::ErrorKind::Corrupt) to a
/// `T` that demands it, so that it cannot be opened, and PHP sets variables when it pleases: give
/// the struct `#[serde(default)]`.
///
/// # What PHP casts
///
/// PHP is loose with types, and so is this where a value is not what `T` asks for:
///
/// | `T` asks for | it also reads |
/// | --- | --- |
/// | a list | an array whose keys are numbers with gaps, as `unset` and `array_filter` leave it |
/// | an integer | a float or a numeric string of the same value, a boolean, null as 0 |
/// | a float | an integer, a numeric string, a boolean, null as 0 |
/// | a boolean | whatever scalar it is, by PHP's rules |
/// | a string | a number, a boolean, null as the empty string |
/// | an `Option` | null as `None`, and the empty string if its content rejects that |
/// | a list, a map, a struct | null, and in a field the empty string, as one without entries |
///
/// A field of a struct that rejects null or the empty string nevertheless is read as if it were
/// missing. An unchanged value is written back as PHP spelled it, and elements of a list with
/// gaps keep their numbers. Values that serde buffers are not cast: values in an untagged enum, or
/// in a struct with `#[serde(flatten)]`.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use session_core::codec::Codec;
/// use session_core::store::Payload;
/// use session_php::{Format, Partial, PhpCodec};
///
/// #[derive(Default, Serialize, Deserialize)]
/// #[serde(default)]
/// struct Visit {
///     cart: Vec<String>,
///     visits: i64,
/// }
///
/// let codec = PhpCodec::new(Format::Php);
/// let stored = Payload::text("cart|a:1:{i:1;s:1:\"B\";}visits|s:1:\"5\";");
/// let mut session: Partial<Visit> = codec.decode(&stored)?;
/// assert_eq!((session.cart.len(), session.visits), (1, 5));
/// session.cart.push("C".to_owned());
/// let written = "cart|a:2:{i:1;s:1:\"B\";i:2;s:1:\"C\";}visits|s:1:\"5\";";
/// assert_eq!(codec.encode(&session)?, Payload::text(written));
/// # Ok::<(), session_core::Error>(())
/// ```
///
/// # Lists
///
/// The elements of a list have no names, so they are recognized by what `T` makes of them. An element is
/// the one that was equal to it, with its class and all that `T` has no field for: elements may be
/// put in, taken out and moved. One that was equal to none is the one that stood between the same
/// neighbors, changed; failing that it is new, and holds what `T` knows of it.
///
/// This is as much as can be known, and it leaves three things open:
///
/// - an element that changed, and moved or lost a neighbor before it was encoded, is new: what `T`
///   does not know of it is gone;
/// - one that is put between two neighbors from between which another was taken is that other one,
///   changed;
/// - of elements that are equal to `T` the first ones stay.
///
/// A list that `T` reads in an order of its own, as a set may, is written as `T` has it.
///
/// ```
/// use serde::{Deserialize, Serialize};
/// use session_core::codec::Codec;
/// use session_core::store::Payload;
/// use session_php::{Format, Partial, PhpCodec};
///
/// #[derive(Default, Serialize, Deserialize)]
/// #[serde(default)]
/// struct Visits {
///     visits: u32,
/// }
///
/// let codec = PhpCodec::new(Format::Php);
/// let stored = Payload::text("user|O:8:\"App\\User\":0:{}visits|i:7;");
/// let mut session: Partial<Visits> = codec.decode(&stored)?;
/// session.visits += 1;
/// let written = Payload::text("user|O:8:\"App\\User\":0:{}visits|i:8;");
/// assert_eq!(codec.encode(&session)?, written);
/// # Ok::<(), session_core::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Partial<T> {
    data: T,
    session: SessionData,
}

impl<T> Partial<T> {
    /// A session of which nothing is known but `data`.
    pub fn new(data: T) -> Self {
        Self { data, session: SessionData::new() }
    }

    /// The session as it was decoded. Later changes are in the type alone.
    pub fn session(&self) -> &SessionData {
        &self.session
    }

    /// The data, without the rest of the session.
    pub fn into_inner(self) -> T {
        self.data
    }

    pub(crate) fn of(data: T, session: SessionData) -> Self {
        Self { data, session }
    }
}

impl<T> Deref for Partial<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.data
    }
}

impl<T> DerefMut for Partial<T> {
    fn deref_mut(&mut self) -> &mut T {
        &mut self.data
    }
}

impl<T> Debug for Partial<T> {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        write!(formatter, "Partial({:?})", self.session)
    }
}
