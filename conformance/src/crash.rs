//! Tests that kill processes that use a store, and check their acknowledged writes.
//!
//! [`crash_suite!`](crate::crash_suite) makes the tests. A store that keeps its records in the
//! process has nothing to test here.

mod acknowledged;
mod process;
mod work;

use crate::ensure::ensure;
use crate::{Context, Fixture, SetupError, Verdict, Violation};
use acknowledged::Acknowledged;
use futures_util::FutureExt;
use futures_util::future::BoxFuture;
use process::{Process, Role};
use session_core::store::Durability;
use session_core::time::ManualClock;
use std::env;
use std::fmt::{self, Debug, Formatter};
use std::path::{Path, PathBuf};
use tokio::runtime::{Builder, Runtime};

/// Makes tests that kill processes which use a store.
///
/// The argument is a function that opens the store: it gets a folder and a clock. Every process of
/// a test calls it with the same folder. The folder is empty at the first call, and is removed
/// after the test. A store with a server uses the folder to share an address or the name of a table.
///
/// ```no_run
/// use session_conformance::{Fixture, Model, SetupError};
/// use session_core::time::ManualClock;
/// use std::path::PathBuf;
///
/// async fn open(folder: PathBuf, clock: ManualClock) -> Result<Fixture, SetupError> {
///     // Open the file `folder.join("sessions.db")` here. This model keeps nothing.
///     Ok(Model::new(clock).into_fixture())
/// }
///
/// session_conformance::crash_suite!(open);
/// # fn main() {}
/// ```
///
/// Give it a file under `tests/`. The program of the tests is also the program of the processes: they
/// run its test `crash_process`, which is ignored otherwise.
///
/// The first test kills two processes five times. The variable `CRASH_ROUNDS` sets another number.
#[macro_export]
macro_rules! crash_suite {
    ($open:expr) => {
        #[test]
        fn acknowledged_writes_survive_a_kill() {
            $crate::crash::CrashSuite::new(module_path!(), $open).assert_writes_survive();
        }

        #[test]
        fn the_lock_of_a_killed_process_lasts_as_long_as_its_lease() {
            $crate::crash::CrashSuite::new(module_path!(), $open).assert_lock_expires();
        }

        #[test]
        #[ignore = "is the process that the other tests kill"]
        fn crash_process() {
            $crate::crash::CrashSuite::new(module_path!(), $open).work();
        }
    };
}

type Teardown = BoxFuture<'static, ()>;
type Open = dyn Fn(PathBuf, ManualClock) -> BoxFuture<'static, Result<Fixture, SetupError>>;

/// The tests of [`crash_suite!`](crate::crash_suite), for a program that calls them itself.
#[must_use]
pub struct CrashSuite {
    /// The path of the test that is the process, as the test program lists it.
    process: String,
    open: Box<Open>,
}

impl CrashSuite {
    /// How often two processes are killed, unless `CRASH_ROUNDS` sets another number.
    pub const ROUNDS: usize = 5;

    /// The number of writes that each process acknowledges before it is killed.
    const WRITES: usize = 150;

    /// The tests in `module`, which has a test `crash_process` that calls [`work`](Self::work).
    pub fn new<F, Opening>(module: &str, open: F) -> Self
    where
        F: Fn(PathBuf, ManualClock) -> Opening + 'static,
        Opening: Future<Output = Result<Fixture, SetupError>> + Send + 'static,
    {
        let inside = module.split_once("::").map(|(_, inside)| inside);
        Self {
            process: inside.into_iter().chain(["crash_process"]).collect::<Vec<_>>().join("::"),
            open: Box::new(move |folder, clock| open(folder, clock).boxed()),
        }
    }

    /// Repeatedly kills two writing processes, and checks their acknowledged writes.
    ///
    /// Returns the number of acknowledged writes.
    ///
    /// # Errors
    ///
    /// The first write that was lost, or that was applied in part.
    pub fn writes_survive(&self) -> Verdict<usize> {
        (0..rounds()).try_fold(0, |writes, _| {
            let round = self.on_a_fresh_store(|folder, runtime, _| {
                let acknowledged = self.kill_two_writers(folder)?;
                runtime.block_on(async {
                    let (context, _) = self.open_at(folder).await?;
                    acknowledged.ensure_all_survive(&context).await
                })?;
                Ok(acknowledged.count())
            });
            Ok(writes + round?)
        })
    }

    fn kill_two_writers(&self, folder: &Path) -> Verdict<Acknowledged> {
        let roles = ["first", "second"].map(|name| Role::Writes { name: name.to_owned() });
        let start = |role| Process::start(&self.process, folder, role);
        let mut writers = roles.iter().map(start).collect::<Verdict<Vec<_>>>()?;
        for writer in &mut writers {
            writer.wait_for(Self::WRITES)?;
        }
        for writer in &mut writers {
            writer.kill()?;
        }
        let mut acknowledged = Acknowledged::default();
        acknowledged.extend(writers.iter_mut().flat_map(Process::reports));
        Ok(acknowledged)
    }

    /// Kills the holder of a lock, and waits for its lease by the clock of the store.
    ///
    /// A store without locks passes.
    ///
    /// # Errors
    ///
    /// The lock was free too early, or never, or the data was lost.
    pub fn lock_expires(&self) -> Verdict {
        self.on_a_fresh_store(|folder, runtime, locks| {
            if !locks {
                return Ok(());
            }
            let mut holder = Process::start(&self.process, folder, &Role::Holds)?;
            holder.wait_for(1)?;
            holder.kill()?;
            runtime.block_on(async {
                let (context, _) = self.open_at(folder).await?;
                work::ensure_lock_expires(&context).await
            })
        })
    }

    /// Opens a store in a new folder, closes it, and removes the folder after the test.
    ///
    /// The test gets the folder, a runtime, and whether the store has locks.
    fn on_a_fresh_store<T>(
        &self,
        test: impl FnOnce(&Path, &Runtime, bool) -> Verdict<T>,
    ) -> Verdict<T> {
        let folder = tempfile::tempdir().map_err(not_set_up)?;
        let runtime = runtime()?;
        let (context, teardown) = runtime.block_on(self.open_at(folder.path()))?;
        let capabilities = context.capabilities();
        ensure!(
            capabilities.durability() != Durability::Nothing,
            "the store declares that its sessions end with the process: there is nothing to test"
        );
        drop(context);
        let verdict = test(folder.path(), &runtime, capabilities.locks());
        runtime.block_on(teardown);
        verdict
    }

    /// Opens the store as each process does, with the same names and the same time.
    async fn open_at(&self, folder: &Path) -> Verdict<(Context, Teardown)> {
        let clock = ManualClock::at(process::started_at().unwrap_or_else(Context::start));
        let opened = (self.open)(folder.to_owned(), clock.clone()).await;
        let mut fixture = opened.map_err(not_set_up)?;
        let teardown = fixture.teardown.take().unwrap_or_else(|| async {}.boxed());
        Ok((Context::with_prefix(fixture, clock, "crash".to_owned()), teardown))
    }

    /// Works as the process that the tests kill.
    ///
    /// It does nothing in a process that no test started.
    ///
    /// # Panics
    ///
    /// If the store cannot be opened, or rejects a call.
    pub fn work(&self) {
        let Some((folder, role)) = Role::from_environment() else { return };
        process::end_with_parent();
        let worked = runtime().and_then(|runtime| {
            runtime.block_on(async {
                let (context, _teardown) = self.open_at(&folder).await?;
                work::until_killed(&context, &role).await
            })
        });
        worked.unwrap_or_else(|violation| panic!("{violation}"));
    }

    /// Calls [`writes_survive`](Self::writes_survive) as a test.
    ///
    /// # Panics
    ///
    /// If a write was lost.
    pub fn assert_writes_survive(&self) {
        match self.writes_survive() {
            Ok(writes) => println!("{} rounds: {writes} writes acknowledged, none lost", rounds()),
            Err(violation) => panic!("{violation}"),
        }
    }

    /// Calls [`lock_expires`](Self::lock_expires) as a test.
    ///
    /// # Panics
    ///
    /// If the lock was free too early or never, or the data was lost.
    pub fn assert_lock_expires(&self) {
        self.lock_expires().unwrap_or_else(|violation| panic!("{violation}"));
    }
}

impl Debug for CrashSuite {
    fn fmt(&self, formatter: &mut Formatter<'_>) -> fmt::Result {
        formatter.debug_struct("CrashSuite").field("process", &self.process).finish_non_exhaustive()
    }
}

/// The number of rounds that `CRASH_ROUNDS` sets, or the default one.
fn rounds() -> usize {
    let set = env::var("CRASH_ROUNDS").ok();
    set.map_or(CrashSuite::ROUNDS, |set| set.parse().expect("CRASH_ROUNDS is a number"))
}

/// A runtime whose thread serves while the test waits for its processes.
fn runtime() -> Verdict<Runtime> {
    Builder::new_multi_thread().worker_threads(1).enable_all().build().map_err(not_set_up)
}

fn not_set_up(error: impl fmt::Display) -> Violation {
    Violation::new(format!("the test cannot be set up: {error}"))
}
