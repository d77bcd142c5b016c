//! Where a walk over the table stands, as text.

use crate::error;
use crate::request::Page;
use data_encoding::BASE64URL_NOPAD;
use session_core::Result;
use session_core::store::{Cursor, Key};

/// The places of a walk in all the segments of a table.
pub(crate) struct Walk(Vec<SegmentPosition>);

/// Where the walk stands in one segment.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum SegmentPosition {
    Beginning,
    Behind(Key),
    End,
}

impl Walk {
    pub(crate) fn beginning(segments: usize) -> Self {
        Self(vec![SegmentPosition::Beginning; segments])
    }

    fn segments(&self) -> usize {
        self.0.len()
    }

    /// The segments that are not at their end, each with the key to go on behind.
    fn open(&self) -> impl Iterator<Item = (usize, Option<Key>)> {
        self.0.iter().enumerate().filter_map(|(segment, place)| match place {
            SegmentPosition::Beginning => Some((segment, None)),
            SegmentPosition::Behind(key) => Some((segment, Some(key.clone()))),
            SegmentPosition::End => None,
        })
    }

    /// A page of every segment that is not at its end, as far as the budget goes.
    pub(crate) fn pages(&self, budget: usize) -> Vec<Page> {
        let open: Vec<_> = self.open().take(budget).collect();
        let (limit, segments) = (budget / open.len().max(1), self.segments());
        let pages = open.into_iter();
        pages.map(|(segment, from)| Page { segment, segments, limit, from }).collect()
    }

    /// Moves to behind `key`, or to the end of the segment.
    pub(crate) fn move_to(&mut self, segment: usize, key: Option<Key>) {
        self.0[segment] = key.map_or(SegmentPosition::End, SegmentPosition::Behind);
    }

    /// The walk as text, or `None` at the end of all segments.
    ///
    /// `-` is the beginning of a segment, `.` its end, and `=` stands before a key as base64url. The number
    /// of segments goes with the text, so a walk is finished in the segments that it was begun in.
    pub(crate) fn cursor(&self) -> Option<Cursor> {
        self.open().next()?;
        let places: Vec<_> = self.0.iter().map(SegmentPosition::text).collect();
        Some(Cursor::new(places.join(",")))
    }

    pub(crate) fn parse(cursor: &Cursor) -> Result<Self> {
        let places =
            cursor.expose().split(',').map(SegmentPosition::parse).collect::<Option<Vec<_>>>();
        places.map(Self).ok_or_else(error::foreign_cursor)
    }
}

impl SegmentPosition {
    fn text(&self) -> String {
        match self {
            Self::Beginning => "-".into(),
            Self::Behind(key) => format!("={}", BASE64URL_NOPAD.encode(key.as_str().as_bytes())),
            Self::End => ".".into(),
        }
    }

    fn parse(text: &str) -> Option<Self> {
        match text {
            "-" => Some(Self::Beginning),
            "." => Some(Self::End),
            _ => {
                let key = BASE64URL_NOPAD.decode(text.strip_prefix('=')?.as_bytes()).ok()?;
                Some(Self::Behind(Key::new(String::from_utf8(key).ok()?).ok()?))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::Walk;
    use session_core::ErrorKind;
    use session_core::store::{Cursor, Key};

    #[test]
    fn a_walk_is_resumed_from_its_text() {
        let mut walk = Walk::beginning(3);
        let key = Key::new("a,key\0=.-é").expect("it is not empty");
        walk.move_to(0, Some(key.clone()));
        walk.move_to(1, None);
        let cursor = walk.cursor().expect("it has not ended");
        let resumed = Walk::parse(&cursor).expect("the cursor is this store's");
        assert_eq!(resumed.segments(), 3);
        assert_eq!(resumed.open().collect::<Vec<_>>(), [(0, Some(key)), (2, None)]);
    }

    #[test]
    fn a_walk_ends_with_its_last_segment() {
        let mut walk = Walk::beginning(2);
        walk.move_to(0, None);
        assert!(walk.cursor().is_some());
        walk.move_to(1, None);
        assert!(walk.cursor().is_none());
    }

    #[test]
    fn a_foreign_cursor_is_rejected() {
        for text in ["", "1.2", "-,", "=,-", "=%", "key"] {
            let error =
                Walk::parse(&Cursor::new(text)).err().expect("the cursor is another store's");
            assert_eq!(error.kind(), ErrorKind::InvalidArgument, "{text}");
        }
    }
}
