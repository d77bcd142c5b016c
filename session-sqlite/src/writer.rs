//! The thread that uses the file: waiting calls share a transaction.

use crate::error::{Failure, ended, no_thread};
use crate::file::FileOptions;
use crate::job::Job;
use rusqlite::Connection;
use session_core::transactional::Access;
use session_core::{Error, Result};
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::mpsc::{self, Receiver, Sender};
use std::thread::{self, JoinHandle};
use tokio::sync::oneshot;

/// The most calls that share a transaction.
const MOST_JOBS: usize = 256;

/// The way to the thread, which ends when this is dropped.
#[derive(Debug)]
pub(crate) struct Writer {
    jobs: Option<Sender<Box<dyn Job>>>,
    is_busy: Arc<AtomicBool>,
    thread: Option<JoinHandle<()>>,
}

impl Writer {
    /// Starts the thread, which opens the file.
    pub(crate) async fn start(file: FileOptions) -> Result<Self> {
        let (jobs, waiting) = mpsc::channel();
        let (opened, opening) = oneshot::channel();
        let is_busy = Arc::new(AtomicBool::new(false));
        let worker_is_busy = Arc::clone(&is_busy);
        let run = move || match file.open() {
            Ok(connection) => {
                let worker = Worker { connection, path: file.path, is_busy: worker_is_busy };
                if opened.send(Ok(())).is_ok() {
                    worker.run(&waiting);
                }
            }
            Err(error) => drop(opened.send(Err(error))),
        };
        let thread = thread::Builder::new().name("session-sqlite".into()).spawn(run);
        let thread = thread.map_err(|error| no_thread(&error))?;
        opening.await.unwrap_or_else(|_| Err(ended()))?;
        Ok(Self { jobs: Some(jobs), is_busy, thread: Some(thread) })
    }

    /// Sends a job, behind all that were sent before. Whether the thread is there.
    pub(crate) fn send(&self, job: Box<dyn Job>) -> bool {
        self.jobs.as_ref().is_some_and(|jobs| jobs.send(job).is_ok())
    }

    /// Whether the thread waits for another connection.
    pub(crate) fn is_busy(&self) -> bool {
        self.is_busy.load(Ordering::Relaxed)
    }
}

impl Drop for Writer {
    /// Waits until the file is closed.
    ///
    /// Every call is over or abandoned by now. So the wait is at most one commit and one attempt to
    /// lock the file.
    fn drop(&mut self) {
        self.jobs = None;
        if let Some(thread) = self.thread.take() {
            drop(thread.join());
        }
    }
}

/// The state of the thread.
struct Worker {
    connection: Connection,
    path: Arc<Path>,
    is_busy: Arc<AtomicBool>,
}

impl Worker {
    fn run(&self, waiting: &Receiver<Box<dyn Job>>) {
        while let Ok(first) = waiting.recv() {
            let mut jobs = vec![first];
            jobs.extend(waiting.try_iter().take(MOST_JOBS - 1));
            self.serve(jobs);
        }
    }

    /// Runs jobs in one transaction as soon as the file is free.
    fn serve(&self, mut jobs: Vec<Box<dyn Job>>) {
        let access = if jobs.iter().any(|job| job.access() == Access::Write) {
            Access::Write
        } else {
            Access::Read
        };
        loop {
            jobs.retain(|job| !job.is_abandoned());
            if jobs.is_empty() {
                return;
            }
            let begun = self.begin(access);
            self.is_busy.store(begun.is_err_and(Failure::is_busy), Ordering::Relaxed);
            match begun {
                Ok(()) => break,
                Err(failure) if failure.is_busy() => {}
                Err(failure) => return self.fail(jobs, |path| failure.error(path)),
            }
        }
        jobs.retain(|job| job.begin());
        while let Err((failed, error)) = self.run_all(&mut jobs) {
            jobs.remove(failed).fail(error);
            // SQLite rolled back the others with it. They run again.
            if let Err(failure) = self.begin(access) {
                return self.fail(jobs, |path| failure.error(path));
            }
        }
        match self.execute("COMMIT") {
            Ok(()) => jobs.into_iter().for_each(Job::answer),
            Err(failure) => {
                self.roll_back();
                self.fail(jobs, |path| failure.error_of_commit(path));
            }
        }
    }

    /// Runs each job, and rolls back alone what fails.
    ///
    /// The error is that of a job with which SQLite rolled back the whole transaction.
    fn run_all(&self, jobs: &mut Vec<Box<dyn Job>>) -> Result<(), (usize, Error)> {
        let mut index = 0;
        while let Some(job) = jobs.get_mut(index) {
            match self.run_one(&mut **job) {
                Ok(()) => index += 1,
                Err(error) if self.connection.is_autocommit() => return Err((index, error)),
                Err(error) => jobs.remove(index).fail(error),
            }
        }
        Ok(())
    }

    fn run_one(&self, job: &mut dyn Job) -> Result<()> {
        if job.access() == Access::Read {
            return job.run(&self.connection);
        }
        let failed = |failure: Failure| failure.error(&self.path);
        self.execute("SAVEPOINT job").map_err(failed)?;
        let run = job.run(&self.connection);
        if run.is_err() && !self.connection.is_autocommit() {
            self.execute("ROLLBACK TO job").map_err(failed)?;
        }
        if !self.connection.is_autocommit() {
            self.execute("RELEASE job").map_err(failed)?;
        }
        run
    }

    /// Begins a transaction.
    ///
    /// One that reads has its snapshot then, and never waits for a writer.
    fn begin(&self, access: Access) -> Result<(), Failure> {
        match access {
            Access::Write => self.execute("BEGIN IMMEDIATE"),
            Access::Read => {
                self.execute("BEGIN DEFERRED")?;
                let read = "SELECT 1 FROM sessions LIMIT 1";
                let read =
                    self.connection.prepare_cached(read).and_then(|mut read| read.exists([]));
                read.map(drop).map_err(|error| {
                    self.roll_back();
                    Failure::of(&error)
                })
            }
        }
    }

    fn roll_back(&self) {
        if !self.connection.is_autocommit() {
            // Without a transaction there is nothing to roll back, and nothing more can be done.
            let _ = self.execute("ROLLBACK");
        }
    }

    fn execute(&self, sql: &str) -> Result<(), Failure> {
        let executed = self.connection.prepare_cached(sql).and_then(|mut sql| sql.execute([]));
        executed.map(drop).map_err(|error| Failure::of(&error))
    }

    fn fail(&self, jobs: Vec<Box<dyn Job>>, error: impl Fn(&Path) -> Error) {
        for job in jobs {
            job.fail(error(&self.path));
        }
    }
}
