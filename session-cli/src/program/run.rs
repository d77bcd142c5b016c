use super::config::Side;
use super::heard::Heard;
use super::token::{NO_TOKEN, TokenFile};
use super::{Args, TargetArgs, decoder, demo, report};
use crate::{Migration, MigrationError, MigrationReport, Survey};
use session_core::collector::RateLimit;
use session_core::store::Cursor;
use session_core::{Error, ErrorKind};
use std::error::Error as StdError;
use std::future::pending;
use std::pin::pin;
use std::sync::Arc;

/// Surveys the table, or migrates it, and gives back the report as text.
///
/// # Errors
///
/// The obstacle and what to do; that it was interrupted by control-C or SIGTERM, after the
/// report so far was printed as an error is. No id is named.
pub async fn run(args: &Args) -> Result<String, Box<dyn StdError>> {
    let (args, target) = (args.command.table(), args.command.target());
    let side = |writer, form| Side::new(args, writer, form, std::env::vars_os());
    let from = side(args.from, args.from_data)?;
    let to = target.map(|target| side(target.to, target.to_data)).transpose()?;
    let demo = if args.demo { Some(demo::start(&from).await?) } else { None };
    let client = match &demo {
        Some(server) => server.client(),
        None => from.client().await?,
    };
    let region = client.config().region().map(ToString::to_string);
    let store = Arc::new(from.store(client.clone()).scan_segments(args.segments).build()?);
    let format = args.format;
    let decodes = move |data: &[u8]| decoder::decodes(format, data);
    let pace = args.max_units.map_or(RateLimit::Unlimited, RateLimit::UnitsPerSecond);
    let writes = target.is_some_and(|target| target.write);

    let region = region.as_deref().unwrap_or("no region");
    let walk = described(&from, to.as_ref().map(|to| (to, writes)), region)?;
    let token = args.resume.as_deref().map(|path| TokenFile::at(path, walk));
    let beginning = token.as_ref().map_or(Ok(None), TokenFile::read)?;
    let is_resumed = beginning.is_some();
    let mut heard = Heard::new(token, verb(target));
    let ended = match &to {
        None => {
            let survey = Survey::new(store, decodes).rate_limit(pace);
            survey_table(&survey, beginning, &mut heard).await
        }
        Some(to) => {
            let target = to.store(client).build()?;
            let migration = Migration::new(store, &target, to.encoding()?, decodes)?;
            let migration = migration.dry_run(!writes).rate_limit(pace);
            let hear = |so_far: &MigrationReport| heard.hear(so_far.clone());
            let ended = until_interrupted(migration.run(beginning, hear)).await;
            ended.map_err(|stopped| heard.remember(stopped))
        }
    };
    let mut text = match &to {
        None => report::survey(&heard.report().survey),
        Some(_) => report::migration(heard.report(), writes),
    };
    if is_resumed {
        text += "\nthe counts cover only the items after the token";
    }
    conclude(text, ended, heard)
}

/// The subject of a walk, which distinguishes its token from others.
///
/// It has no secrets.
fn described(from: &Side, to: Option<(&Side, bool)>, region: &str) -> Result<String, Error> {
    let described =
        |side: &Side| Ok::<_, Error>(format!("{} as {}", side.writer(), side.encoding()?.name()));
    let (table, from) = (from.table_name(), described(from)?);
    let task = match to {
        None => "a survey".to_owned(),
        Some((to, true)) => format!("to {}, writing", described(to)?),
        Some((to, false)) => format!("to {}, a dry run", described(to)?),
    };
    Ok(format!("table {table:?} in {region}, from {from}, {task}"))
}

/// The words for the sessions that are counted as converted.
fn verb(target: Option<&TargetArgs>) -> Option<&'static str> {
    target.map(|target| if target.write { "converted" } else { "to convert" })
}

async fn survey_table(
    survey: &Survey,
    from: Option<Cursor>,
    heard: &mut Heard,
) -> Result<bool, Error> {
    let walk = survey.run(from, |so_far| {
        heard.hear(MigrationReport { survey: so_far.clone(), ..MigrationReport::default() });
    });
    let ended = until_interrupted(walk).await;
    ended.map_err(|stopped| stopped.error)
}

/// Whether the walk came to its end before somebody interrupted it.
async fn until_interrupted<T>(
    walk: impl Future<Output = Result<T, MigrationError<T>>>,
) -> Result<bool, MigrationError<T>> {
    tokio::select! {
        // First, so that the program listens to signals before the walk begins.
        biased;
        () = interrupted() => Ok(false),
        done = walk => done.map(|_| true),
    }
}

/// Completes on control-C, and on SIGTERM where there is such a signal.
async fn interrupted() {
    let terminated = pin!(terminated());
    let pressed = pin!(async {
        if tokio::signal::ctrl_c().await.is_err() {
            pending::<()>().await;
        }
    });
    tokio::select! {
        () = terminated => {}
        () = pressed => {}
    }
}

#[cfg(unix)]
async fn terminated() {
    use tokio::signal::unix::{SignalKind, signal};
    match signal(SignalKind::terminate()) {
        Ok(mut terminate) => drop(terminate.recv().await),
        Err(_) => pending().await,
    }
}

#[cfg(not(unix))]
async fn terminated() {
    pending().await
}

/// The report. After a failure, the report so far is shown before the error.
fn conclude(
    text: String,
    ended: Result<bool, Error>,
    heard: Heard,
) -> Result<String, Box<dyn StdError>> {
    let way_on = if heard.keeps_token() {
        "the same command continues from there"
    } else {
        "with --resume TOKEN-FILE it would continue from there"
    };
    if let Some(trouble) = heard.into_trouble() {
        eprintln!("{text}");
        return Err(trouble.into());
    }
    match ended {
        Ok(true) => Ok(text),
        Ok(false) => {
            eprintln!("{text}");
            Err(format!("interrupted: {way_on}").into())
        }
        Err(error) if error.kind() == ErrorKind::InvalidArgument => Err(NO_TOKEN.into()),
        Err(error) => {
            eprintln!("{text}\nstopped: {way_on}");
            Err(error.into())
        }
    }
}
