//! Tests of files without the permission to write or read.

use crate::folder::Folder;
use crate::support::rejection;
use session_core::ErrorKind;
use session_sqlite::SqliteStore;
use std::env;
use std::fs::{self, OpenOptions, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::Command;

const FILE: &str = "READ_ONLY_FILE";
/// The user `nobody`, who owns nothing.
const NOBODY: u32 = 65_534;

#[tokio::test]
async fn a_file_that_is_created_is_its_owners_alone() {
    let folder = Folder::new();
    let store = SqliteStore::open(folder.file()).await.expect("it is created");
    for name in ["db", "db-wal", "db-shm"] {
        let file = fs::metadata(folder.file().with_extension(name)).expect("it is there");
        assert_eq!(file.permissions().mode() & 0o777, 0o600, "{name}");
    }
    drop(store);
}

async fn assert_read_only(path: &Path) {
    let error = rejection(path).await;
    assert_eq!(error.kind(), ErrorKind::Config, "{error}");
    let text = error.to_string();
    let named = path.display().to_string();
    assert!(text.contains(&named) && text.contains("right to write"), "{text}");
}

#[tokio::test]
async fn a_file_and_a_folder_that_cannot_be_written_are_rejected_with_the_remedy() {
    let folder = Folder::new();
    let file = folder.file();
    drop(SqliteStore::open(&file).await.expect("it is created"));
    fs::set_permissions(&file, Permissions::from_mode(0o444)).expect("the test made it");
    let parent = file.parent().expect("it has one");
    fs::set_permissions(parent, Permissions::from_mode(0o555)).expect("the test made it");
    // No file is read-only for root, so root runs the test as another user.
    if OpenOptions::new().append(true).open(&file).is_err() {
        assert_read_only(&file).await;
        assert_read_only(&parent.join("missing.db")).await;
    } else {
        assert_read_only_for_nobody(&file);
    }
    fs::set_permissions(parent, Permissions::from_mode(0o755)).expect("the test made it");
}

fn assert_read_only_for_nobody(file: &Path) {
    let folder = Folder::new();
    let program = folder.file();
    fs::copy(env::current_exe().expect("this is a program"), &program).expect("it is copied");
    let test = "permissions::as_nobody";
    let mut command = Command::new(program);
    command.args(["--exact", test, "--ignored"]).env(FILE, file).uid(NOBODY).gid(NOBODY);
    let output = command.output().expect("it starts");
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stdout));
    assert!(String::from_utf8_lossy(&output.stdout).contains("1 passed"));
}

#[tokio::test]
#[ignore = "is a process that another test starts"]
async fn as_nobody() {
    let file = env::var_os(FILE).expect("another test starts this one");
    let file = Path::new(&file);
    assert_read_only(file).await;
    assert_read_only(&file.with_file_name("missing.db")).await;
}
