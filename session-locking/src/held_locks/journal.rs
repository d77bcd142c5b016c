//! The file of held locks: a header, and a line for each lock added or removed.
//!
//! A lock that is listed and not held does no harm, because only its own token releases it. So a
//! line that was cut off can be skipped, and the file can be shortened in place.

use data_encoding::BASE64URL_NOPAD;
use session_core::store::{Key, LockToken};
use std::collections::HashMap;
use std::fmt::{self, Display, Formatter};
use std::fs::{File, OpenOptions, TryLockError};
use std::io::{self, Read, Seek, Write};
use std::path::Path;

const HEADER: &str = "session-locking held locks 1\n";

/// How many lines the file may have for each held lock, beside [`SPARE_LINES`].
const LINES_PER_LOCK: usize = 4;
const SPARE_LINES: usize = 1_024;

pub(super) struct Journal {
    file: File,
    held: HashMap<LockToken, Key>,
    lines: usize,
    /// Whether a write failed, so that the file may end within a line.
    is_torn: bool,
}

/// The reason why a file cannot be used.
pub(super) enum Problem {
    Io(io::Error),
    InUse,
    Foreign,
}

impl Display for Problem {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::Io(error) => write!(formatter, "it cannot be opened: {error}"),
            Self::InUse => formatter
                .write_str("another process has it open; each process needs a file of its own"),
            Self::Foreign => formatter.write_str(
                "the file exists and is no list of held locks; name a file that does not exist",
            ),
        }
    }
}

impl From<io::Error> for Problem {
    fn from(error: io::Error) -> Self {
        Self::Io(error)
    }
}

impl Journal {
    pub(super) fn open(path: &Path) -> Result<Self, Problem> {
        let mut file = private().read(true).write(true).create(true).truncate(false).open(path)?;
        file.try_lock().map_err(|error| match error {
            TryLockError::WouldBlock => Problem::InUse,
            TryLockError::Error(error) => Problem::Io(error),
        })?;
        let held = read(&contents(&mut file)?).ok_or(Problem::Foreign)?;
        restrict(&file)?;
        let mut journal = Self { file, held, lines: 0, is_torn: false };
        journal.rewrite()?;
        Ok(journal)
    }

    pub(super) fn locks(&self) -> Vec<(Key, LockToken)> {
        self.held.iter().map(|(token, key)| (key.clone(), token.clone())).collect()
    }

    pub(super) fn add(&mut self, key: &Key, token: &LockToken) {
        self.held.insert(token.clone(), key.clone());
        self.append(&added(key, token));
    }

    pub(super) fn remove(&mut self, token: &LockToken) {
        if self.held.remove(token).is_some() {
            self.append(&format!("- {}\n", token.encode()));
        }
    }

    fn append(&mut self, line: &str) {
        self.lines += 1;
        let is_long = self.lines > SPARE_LINES + LINES_PER_LOCK * self.held.len();
        let written = if is_long || self.is_torn {
            self.rewrite()
        } else {
            self.file.write_all(line.as_bytes())
        };
        self.is_torn = written.is_err();
    }

    /// Writes what is held over the beginning, and cuts off the rest.
    fn rewrite(&mut self) -> io::Result<()> {
        let mut text = HEADER.to_owned();
        for (key, token) in self.locks() {
            text.push_str(&added(&key, &token));
        }
        self.lines = self.held.len();
        self.file.rewind()?;
        self.file.write_all(text.as_bytes())?;
        self.file.set_len(text.len() as u64)
    }
}

fn added(key: &Key, token: &LockToken) -> String {
    let mut line = format!("+ {} ", token.encode());
    BASE64URL_NOPAD.encode_append(key.as_str().as_bytes(), &mut line);
    line.push('\n');
    line
}

/// The content of a file of held locks, or the first bytes of any other file.
///
/// The first bytes are at most as many as those of a header.
///
/// A device can be read without an end, so only a regular file is read.
fn contents(file: &mut File) -> Result<Vec<u8>, Problem> {
    if !file.metadata()?.is_file() {
        return Err(Problem::Foreign);
    }
    let mut text = Vec::new();
    Read::take(&mut *file, HEADER.len() as u64).read_to_end(&mut text)?;
    if text == HEADER.as_bytes() {
        file.read_to_end(&mut text)?;
    }
    Ok(text)
}

/// The locks of a file, or `None` for another file.
///
/// Lines that were cut off are skipped.
fn read(text: &[u8]) -> Option<HashMap<LockToken, Key>> {
    if text.is_empty() {
        return Some(HashMap::new());
    }
    let lines = text.strip_prefix(HEADER.as_bytes())?;
    let mut held = HashMap::new();
    for line in lines.split(|byte| *byte == b'\n') {
        match parse(line) {
            Some((token, Some(key))) => drop(held.insert(token, key)),
            Some((token, None)) => drop(held.remove(&token)),
            None => {}
        }
    }
    Some(held)
}

/// A token that is added with a key, or removed.
fn parse(line: &[u8]) -> Option<(LockToken, Option<Key>)> {
    let line = str::from_utf8(line).ok()?;
    if let Some(token) = line.strip_prefix("- ") {
        return Some((LockToken::decode(token)?, None));
    }
    let (token, key) = line.strip_prefix("+ ")?.split_once(' ')?;
    let key = String::from_utf8(BASE64URL_NOPAD.decode(key.as_bytes()).ok()?).ok()?;
    Some((LockToken::decode(token)?, Some(Key::new(key).ok()?)))
}

/// Options that create a file for its owner alone.
fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
}

/// Takes a file that exists from everybody but its owner.
fn restrict(file: &File) -> io::Result<()> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        file.set_permissions(std::fs::Permissions::from_mode(0o600))?;
    }
    #[cfg(not(unix))]
    let _ = file;
    Ok(())
}

#[cfg(test)]
mod tests;
