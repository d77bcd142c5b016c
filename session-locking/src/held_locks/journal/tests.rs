use super::{HEADER, Journal, Problem, SPARE_LINES};
use session_core::random::OsRandom;
use session_core::store::{Key, LockToken};
use std::path::PathBuf;
use std::sync::atomic::{AtomicUsize, Ordering};

/// A path in a folder of its own, which is deleted with it.
struct JournalFolder(PathBuf);

impl JournalFolder {
    fn new() -> Self {
        static NUMBER: AtomicUsize = AtomicUsize::new(0);
        let (process, number) = (std::process::id(), NUMBER.fetch_add(1, Ordering::Relaxed));
        let folder = std::env::temp_dir().join(format!("held-locks-{process}-{number}"));
        std::fs::create_dir_all(&folder).expect("it can be made");
        Self(folder.join("locks"))
    }

    fn open(&self) -> Journal {
        self.try_open().unwrap_or_else(|problem| panic!("{problem}"))
    }

    fn try_open(&self) -> Result<Journal, Problem> {
        Journal::open(&self.0)
    }

    fn text(&self) -> String {
        std::fs::read_to_string(&self.0).expect("it can be read")
    }
}

impl Drop for JournalFolder {
    fn drop(&mut self) {
        drop(self.0.parent().map(std::fs::remove_dir_all));
    }
}

fn lock(key: &str) -> (Key, LockToken) {
    (Key::new(key).expect("it is not empty"), LockToken::draw(&OsRandom))
}

#[test]
fn what_was_added_and_not_removed_is_found_by_the_next_process() {
    let place = JournalFolder::new();
    let ((held, token), (free, other)) = (lock("a key\nof two lines"), lock("free"));
    let mut journal = place.open();
    journal.add(&free, &other);
    journal.add(&held, &token);
    journal.remove(&other);
    drop(journal);
    assert_eq!(place.open().locks(), [(held, token)]);
}

#[test]
fn a_list_of_which_all_are_removed_is_empty_for_the_next_process() {
    let place = JournalFolder::new();
    let (held, token) = lock("held");
    let mut journal = place.open();
    journal.add(&held, &token);
    journal.remove(&token);
    drop(journal);
    assert_eq!(place.open().locks(), []);
    assert_eq!(place.text(), HEADER);
}

#[test]
fn the_file_stays_short_and_loses_nothing_that_is_held() {
    let place = JournalFolder::new();
    let (held, token) = lock("held");
    let mut journal = place.open();
    journal.add(&held, &token);
    for number in 0..3 * SPARE_LINES {
        let (key, token) = lock(&number.to_string());
        journal.add(&key, &token);
        journal.remove(&token);
    }
    drop(journal);
    assert!(place.text().lines().count() < 2 * SPARE_LINES);
    assert_eq!(place.open().locks(), [(held, token)]);
}

#[test]
fn a_line_that_was_cut_off_is_skipped() {
    let place = JournalFolder::new();
    let ((held, token), (late, other)) = (lock("held"), lock("late"));
    let mut journal = place.open();
    journal.add(&held, &token);
    journal.add(&late, &other);
    drop(journal);
    let text = place.text();
    std::fs::write(&place.0, &text[..text.len() - 3]).expect("it can be written");
    let locks = place.open().locks();
    assert!(locks.contains(&(held, token)), "a whole line was lost");
}

#[test]
fn a_file_of_another_process_is_rejected() {
    let place = JournalFolder::new();
    let journal = place.open();
    assert!(matches!(place.try_open(), Err(Problem::InUse)));
    drop(journal);
    place.open();
}

#[test]
fn a_foreign_file_is_rejected_and_stays() {
    let place = JournalFolder::new();
    std::fs::write(&place.0, "127.0.0.1 localhost\n").expect("it can be written");
    assert!(matches!(place.try_open(), Err(Problem::Foreign)));
    assert_eq!(place.text(), "127.0.0.1 localhost\n");
}

/// Reading it would never end.
#[cfg(unix)]
#[test]
fn a_device_is_rejected() {
    let opened = Journal::open(std::path::Path::new("/dev/zero"));
    assert!(matches!(opened, Err(Problem::Foreign)));
}

#[cfg(unix)]
#[test]
fn only_the_owner_can_read_the_file() {
    use std::os::unix::fs::PermissionsExt;
    let place = JournalFolder::new();
    let mode = || std::fs::metadata(&place.0).expect("it is there").permissions().mode() & 0o777;
    place.open();
    assert_eq!(mode(), 0o600);
    let open = std::fs::Permissions::from_mode(0o644);
    std::fs::set_permissions(&place.0, open).expect("the test made it");
    place.open();
    assert_eq!(mode(), 0o600);
}
