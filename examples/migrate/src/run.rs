use crate::heard::Heard;
use crate::token::{NO_TOKEN, TokenFile};
use crate::{Args, decoder, demo, dynamodb, report};
use session_core::collector::RateLimit;
use session_core::store::Cursor;
use session_core::{Error, ErrorKind};
use session_dynamodb::{
    DataEncoding, Migration, MigrationError, MigrationReport, Options, Profile, Survey,
};
use std::error::Error as StdError;
use std::future::pending;
use std::pin::pin;
use std::sync::Arc;

/// Surveys the table, or migrates it, and gives back the report as text.
///
/// # Errors
///
/// What is in the way, and the way out; that it was interrupted by control-C or SIGTERM, after the
/// report so far was printed as an error is. No id is named.
pub async fn run(args: &Args) -> Result<String, Box<dyn StdError>> {
    let options = |writer, form| args.options(writer, form, std::env::vars_os());
    let from = options(args.from, args.from_data)?;
    let to = args.to.map(|to| options(to, args.to_data)).transpose()?;
    let demo = if args.demo { Some(demo::start(&from).await?) } else { None };
    let client = match &demo {
        Some(server) => server.client(),
        None => dynamodb::client(&from).await?,
    };
    let region = client.config().region().map(ToString::to_string);
    let store = Arc::new(from.store(client).scan_segments(args.segments).build()?);
    let format = args.format;
    let decodes = move |data: &[u8]| decoder::decodes(format, data);
    let pace = args.max_units.map_or(RateLimit::Unlimited, RateLimit::UnitsPerSecond);

    let walk = described(args, &from, to.as_ref(), region.as_deref().unwrap_or("no region"))?;
    let token = args.resume.as_deref().map(|path| TokenFile::at(path, walk));
    let beginning = token.as_ref().map_or(Ok(None), TokenFile::read)?;
    let is_resumed = beginning.is_some();
    let mut heard = Heard::new(token, verb(args));
    let ended = match &to {
        None => {
            let survey = Survey::new(store, decodes).rate_limit(pace);
            survey_table(&survey, beginning, &mut heard).await
        }
        Some(to) => {
            let migration = Migration::new(store, &from, to, decodes)?;
            let migration = migration.dry_run(!args.write).rate_limit(pace);
            let hear = |so_far: &MigrationReport| heard.hear(so_far.clone());
            let ended = until_interrupted(migration.run(beginning, hear)).await;
            ended.map_err(|stopped| heard.remember(stopped))
        }
    };
    let mut text = match &to {
        None => report::survey(&heard.report().survey),
        Some(_) => report::migration(heard.report(), args.write),
    };
    if is_resumed {
        text += "\nonly what came after the token is counted";
    }
    conclude(text, ended, heard)
}

/// What a walk is of, by which its token is told from those of others. Nothing of it is secret.
fn described(
    args: &Args,
    from: &Options,
    to: Option<&Options>,
    region: &str,
) -> Result<String, Error> {
    let side = |options: &Options| {
        let writer = options.profile.map_or("session-dynamodb", Profile::name);
        Ok::<_, Error>(format!("{writer} as {}", DataEncoding::of(options)?.name()))
    };
    let (table, from) = (&from.table_name, side(from)?);
    let task = match to {
        None => "a survey".to_owned(),
        Some(to) if args.write => format!("to {}, writing", side(to)?),
        Some(to) => format!("to {}, a dry run", side(to)?),
    };
    Ok(format!("table {table:?} in {region}, from {from}, {task}"))
}

/// What is said of the sessions that are counted as converted.
fn verb(args: &Args) -> Option<&'static str> {
    args.to.map(|_| if args.write { "converted" } else { "to convert" })
}

async fn survey_table(
    survey: &Survey,
    from: Option<Cursor>,
    heard: &mut Heard,
) -> Result<bool, Error> {
    let walk = survey.run(from, |so_far| {
        let mut report = MigrationReport::default();
        report.survey = so_far.clone();
        heard.hear(report);
    });
    let ended = until_interrupted(walk).await;
    ended.map_err(|stopped| stopped.error)
}

/// Whether the walk came to its end before somebody interrupted it.
async fn until_interrupted<T>(
    walk: impl Future<Output = Result<T, MigrationError<T>>>,
) -> Result<bool, MigrationError<T>> {
    tokio::select! {
        done = walk => done.map(|_| true),
        () = interrupted() => Ok(false),
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

/// The report, unless something went wrong; where it did, the report so far is shown all the same.
fn conclude(
    text: String,
    ended: Result<bool, Error>,
    heard: Heard,
) -> Result<String, Box<dyn StdError>> {
    let way_on = if heard.keeps_token() {
        "the same command goes on from there"
    } else {
        "with --resume TOKEN-FILE it would go on from there"
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
