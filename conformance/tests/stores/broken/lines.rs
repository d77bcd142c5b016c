//! Whether a violation points to a line of its own case.

use session_conformance::{Case, Violation};
use std::fs;
use std::path::Path;

/// Whether the violation points into the function of the case.
///
/// Where the store lacks what the case needs, the checks of `refusals` run instead. Where the fixture
/// lacks what the store declares, nothing of the case runs.
pub(super) fn points_to_its_case(violation: &Violation, case: &Case) -> bool {
    let location = violation.location();
    let file = location.file().replace('\\', "/");
    let file = &file[file.rfind("src/").expect("the suite is in src")..];
    let is_instead = file.starts_with("src/refusals") || file == "src/case.rs";
    is_instead || lines(file, case).contains(&(location.line() as usize))
}

/// The numbers of the lines of the function, the first one being 1.
fn lines(file: &str, case: &Case) -> Vec<usize> {
    let text = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join(file))
        .expect("the source of the suite");
    let signature = format!("async fn {}(", case.name);
    let numbered = text.lines().enumerate().skip_while(|(_, line)| !line.contains(&signature));
    numbered.take_while(|(_, line)| *line != "}").map(|(index, _)| index + 1).collect()
}
