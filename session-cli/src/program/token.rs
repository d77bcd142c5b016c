use session_core::store::Cursor;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The file with the place of a walk, and in its first line the walk's identity.
///
/// It holds keys, and in PHP's scheme a key holds the session's id. So only its owner can read it,
/// where the system supports that. Only its first line is ever shown.
#[derive(Debug)]
pub(crate) struct TokenFile {
    path: PathBuf,
    /// The identity of this walk, on one line.
    walk: String,
}

/// The beginning of each token file.
const MARK: &str = "sessions: ";

impl TokenFile {
    pub(crate) fn at(path: &Path, walk: String) -> Self {
        Self { path: path.to_owned(), walk }
    }

    /// Where to go on, or nothing if there is no file.
    pub(crate) fn read(&self) -> Result<Option<Cursor>, String> {
        match fs::read_to_string(&self.path) {
            Ok(text) => self.cursor(&text).map(Some),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.trouble("read", &error)),
        }
    }

    /// The place in the text of the file, or an error for the file of another walk.
    ///
    /// The items before a place were seen only by that walk, and a dry run has converted none of
    /// them.
    fn cursor(&self, text: &str) -> Result<Cursor, String> {
        let lines = text.strip_prefix(MARK).and_then(|text| text.split_once('\n'));
        let (walk, place) = lines.ok_or(NO_TOKEN)?;
        if walk == self.walk {
            return Ok(Cursor::new(place.trim_end()));
        }
        Err(format!(
            "the token file is of another walk, of {walk}, and this is one of {}: choose another \
             file, or remove it to begin anew",
            self.walk
        ))
    }

    /// Replaces the file, so that it is never cut short, or removes it at the end.
    pub(crate) fn keep(&self, next: Option<&Cursor>) -> Result<(), String> {
        let kept = match next {
            Some(cursor) => self.replace(cursor),
            None => match fs::remove_file(&self.path) {
                Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
                _ => Ok(()),
            },
        };
        kept.map_err(|error| self.trouble("write", &error))
    }

    fn replace(&self, cursor: &Cursor) -> io::Result<()> {
        let mut name = self.path.as_os_str().to_owned();
        name.push(".new");
        let new = PathBuf::from(name);
        let mut file = private(&new)?;
        writeln!(file, "{MARK}{}", self.walk)?;
        file.write_all(cursor.expose().as_bytes())?;
        file.write_all(b"\n")?;
        file.sync_all()?;
        fs::rename(new, &self.path)
    }

    fn trouble(&self, action: &str, error: &io::Error) -> String {
        let path = self.path.display();
        format!("failed to {action} {path}: {error}; choose another file with --resume")
    }
}

/// The error for a file that no walk has left.
pub(crate) const NO_TOKEN: &str =
    "the token file is not one of a walk over a table: choose another or remove it";

/// A new file that its owner alone can read.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.write(true).create(true).truncate(true);
    #[cfg(unix)]
    {
        use std::os::unix::fs::OpenOptionsExt;
        options.mode(0o600);
    }
    options.open(path)
}

#[cfg(test)]
mod tests {
    use super::TokenFile;
    use session_core::store::Cursor;
    use std::{env, fs, process};

    #[test]
    fn a_token_is_read_back_until_the_end() {
        let path = env::temp_dir().join(format!("sessions-token-{}", process::id()));
        let token = TokenFile::at(&path, "one".into());
        assert_eq!(token.read(), Ok(None));
        token.keep(Some(&Cursor::new("-,."))).unwrap();
        token.keep(Some(&Cursor::new("=YQ,."))).unwrap();
        assert_eq!(token.read(), Ok(Some(Cursor::new("=YQ,."))));
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            assert_eq!(fs::metadata(&path).unwrap().permissions().mode() & 0o777, 0o600);
        }
        token.keep(None).unwrap();
        token.keep(None).unwrap();
        assert!(!fs::exists(&path).unwrap());
    }

    #[test]
    fn a_token_of_another_walk_is_rejected_and_says_of_which() {
        let path = env::temp_dir().join(format!("sessions-other-{}", process::id()));
        let (one, other) = ("table a, a dry run", "table a, writing");
        TokenFile::at(&path, one.into()).keep(Some(&Cursor::new("=secret"))).unwrap();
        let error = TokenFile::at(&path, other.into()).read().unwrap_err();
        assert!(
            error.contains(one) && error.contains(other) && !error.contains("secret"),
            "{error}"
        );
        assert!(TokenFile::at(&path, one.into()).read().unwrap().is_some());
        for text in ["=YQ,.", "", "sessions: table a, writing"] {
            fs::write(&path, text).unwrap();
            let error = TokenFile::at(&path, other.into()).read().unwrap_err();
            assert!(error.contains("not one of a walk"), "{error}");
        }
        fs::remove_file(&path).unwrap();
    }

    #[test]
    fn a_file_that_cannot_be_written_is_named() {
        let token =
            TokenFile::at(&env::temp_dir().join("no such directory").join("token"), "one".into());
        let error = token.keep(Some(&Cursor::new("secret"))).unwrap_err();
        assert!(error.contains("no such directory") && error.contains("--resume"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}
