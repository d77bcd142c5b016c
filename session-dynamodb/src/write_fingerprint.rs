use crate::item::Item;
use crate::layout::Versions;
use crate::reply::Obstacles;
use crate::settings::Settings;
use session_core::store::{Change, Expect, LockDisposition, LockToken, Payload, Record};
use session_core::time::{EpochMillis, Timestamp};

/// What a write leaves, by which its retry recognizes it where no tag can stand (R11).
///
/// Equal content may be another's, so it counts only after an attempt that may have been applied,
/// and only with the expiry that the write set. Where tags stand, they alone decide.
pub(crate) struct WriteFingerprint<'a> {
    payload: &'a Payload,
    expires: Timestamp,
    /// The lock that the write released.
    released: Option<&'a LockToken>,
}

impl<'a> WriteFingerprint<'a> {
    pub(crate) fn of_record(record: &'a Record) -> Self {
        Self { payload: &record.payload, expires: record.expires, released: None }
    }

    pub(crate) fn of_change(change: &'a Change, expect: &'a Expect) -> Self {
        let released = expect.as_lock().filter(|_| change.lock == LockDisposition::Release);
        Self { payload: &change.payload, expires: change.expires, released }
    }

    /// Whether the live item is as the write leaves it.
    pub(crate) fn is_on(&self, settings: &Settings, item: &Item, now: EpochMillis) -> bool {
        let layout = &settings.layout;
        layout.versions == Versions::Content
            && item.is_live(now)
            && item.expires() == Some(self.expires)
            && item.has_content(self.payload, layout.kind)
            && !self.released.is_some_and(|token| item.is_held_by(token))
    }

    /// Whether the rotation to this record was carried out: it stands at the new key, and nothing
    /// live at the old one.
    pub(crate) fn is_rotated(
        &self,
        settings: &Settings,
        obstacles: &Obstacles,
        now: EpochMillis,
    ) -> bool {
        let moved = obstacles.new.as_ref().is_some_and(|new| self.is_on(settings, new, now));
        moved && obstacles.old.as_ref().is_some_and(|old| !old.is_live(now))
    }
}

#[cfg(test)]
mod tests {
    use super::WriteFingerprint;
    use crate::item::{Item, Value};
    use crate::layout::{Attribute, Layout, Versions};
    use crate::lease::lock_text;
    use crate::settings::Settings;
    use session_core::random::OsRandom;
    use session_core::store::{Change, Expect, LockDisposition, LockToken, Payload};
    use session_core::time::{EpochMillis, Timestamp};

    const NOW: EpochMillis = EpochMillis::from_epoch_millis(1_000);

    fn settings(versions: Versions) -> Settings {
        Settings { layout: Layout { versions, ..Layout::default() }, ..Settings::default() }
    }

    fn item(data: &str, expires: &str, lock: Option<&LockToken>) -> Item {
        let expires = (Attribute::Expires, Value::N(expires.into()));
        let lock = lock.map(|token| (Attribute::Lock, Value::text(lock_text(NOW, token))));
        Item([(Attribute::Data, Value::text(data)), expires].into_iter().chain(lock).collect())
    }

    #[test]
    fn a_write_is_recognized_by_all_that_it_leaves() {
        let (mine, theirs) = (LockToken::draw(&OsRandom), LockToken::draw(&OsRandom));
        let expect = Expect::lock(mine.clone());
        let change = Change {
            payload: Payload::text("data"),
            expires: Timestamp::from_epoch_seconds(60),
            lock: LockDisposition::Release,
        };
        let fingerprint = WriteFingerprint::of_change(&change, &expect);
        for (item, is_on) in [
            (item("data", "60", None), true),
            (item("data", "60", Some(&theirs)), true),
            (item("data", "60", Some(&mine)), false),
            (item("data", "61", None), false),
            (item("other", "60", None), false),
            (item("data", "1", None), false),
        ] {
            assert_eq!(fingerprint.is_on(&settings(Versions::Content), &item, NOW), is_on);
            assert!(!fingerprint.is_on(&settings(Versions::Tags), &item, NOW), "tags decide");
        }
    }
}
