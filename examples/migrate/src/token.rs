use session_core::Cursor;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write};
use std::path::{Path, PathBuf};

/// The file that says where a walk stands.
///
/// It holds keys, and in PHP's scheme a key holds the session's id. So it is for the owner's eyes
/// alone where the system knows that, and nothing of it is ever shown.
#[derive(Debug)]
pub(crate) struct TokenFile {
    path: PathBuf,
}

impl TokenFile {
    pub(crate) fn at(path: &Path) -> Self {
        Self { path: path.to_owned() }
    }

    /// Where to go on, or nothing if there is no file.
    pub(crate) fn read(&self) -> Result<Option<Cursor>, String> {
        match fs::read_to_string(&self.path) {
            Ok(text) => Ok(Some(Cursor::new(text.trim_end()))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.trouble("read", &error)),
        }
    }

    /// Replaces the file, so that one that was cut short is never found; or removes it at the end.
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
    use session_core::Cursor;
    use std::{env, fs, process};

    #[test]
    fn a_token_is_read_back_until_the_end() {
        let path = env::temp_dir().join(format!("session-migrate-token-{}", process::id()));
        let token = TokenFile::at(&path);
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
    fn a_file_that_cannot_be_written_is_named() {
        let token = TokenFile::at(&env::temp_dir().join("no such directory").join("token"));
        let error = token.keep(Some(&Cursor::new("secret"))).unwrap_err();
        assert!(error.contains("no such directory") && error.contains("--resume"), "{error}");
        assert!(!error.contains("secret"), "{error}");
    }
}
