use crate::heard::Heard;
use crate::token::TokenFile;
use crate::{Args, decoder, demo, dynamodb, report};
use session_core::{Cursor, ErrorKind, Pace};
use session_dynamodb::{Interrupted, Migration, MigrationReport, Survey};
use std::error::Error;
use std::future::pending;
use std::sync::Arc;

/// Surveys the table, or migrates it, and gives back the report as text.
///
/// It ends early, with the report so far, when it is interrupted by control-C.
///
/// # Errors
///
/// What is in the way, and the way out. No id is named.
pub async fn run(args: &Args) -> Result<String, Box<dyn Error>> {
    let options = |writer, form| args.options(writer, form, std::env::vars_os());
    let from = options(args.from, args.from_data)?;
    let to = args.to.map(|to| options(to, args.to_data)).transpose()?;
    let demo = if args.demo { Some(demo::start(&from).await?) } else { None };
    let client = match &demo {
        Some(server) => server.client(),
        None => dynamodb::client(&from).await?,
    };
    let store = Arc::new(from.store(client).scan_segments(args.segments).build()?);
    let format = args.format;
    let decodes = move |data: &[u8]| decoder::decodes(format, data);
    let pace = args.max_units.map_or(Pace::Unlimited, Pace::UnitsPerSecond);

    let token = args.resume.as_deref().map(TokenFile::at);
    let beginning = token.as_ref().map_or(Ok(None), TokenFile::read)?;
    let is_resumed = beginning.is_some();
    let mut heard = Heard::new(token, verb(args));
    let ended = match &to {
        None => {
            let survey = Survey::new(store, decodes).pace(pace);
            survey_table(&survey, beginning, &mut heard).await
        }
        Some(to) => {
            let migration = Migration::new(store, &from, to, decodes)?;
            let migration = migration.dry_run(!args.write).pace(pace);
            let hear = |so_far: &MigrationReport| heard.hear(so_far.clone());
            until_interrupted(migration.run(beginning, hear)).await
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

/// What is said of the sessions that are counted as converted.
fn verb(args: &Args) -> Option<&'static str> {
    args.to.map(|_| if args.write { "converted" } else { "to convert" })
}

async fn survey_table(
    survey: &Survey,
    from: Option<Cursor>,
    heard: &mut Heard,
) -> Result<bool, Interrupted> {
    let walk = survey.run(from, |so_far| {
        let mut report = MigrationReport::default();
        report.survey = so_far.clone();
        heard.hear(report);
    });
    until_interrupted(walk).await
}

/// Whether the walk came to its end before somebody interrupted it.
async fn until_interrupted<T>(
    walk: impl Future<Output = Result<T, Interrupted>>,
) -> Result<bool, Interrupted> {
    tokio::select! {
        done = walk => done.map(|_| true),
        () = interrupted() => Ok(false),
    }
}

async fn interrupted() {
    if tokio::signal::ctrl_c().await.is_err() {
        pending::<()>().await;
    }
}

/// The report, unless something went wrong; where it did, the report so far is shown all the same.
fn conclude(
    text: String,
    ended: Result<bool, Interrupted>,
    heard: Heard,
) -> Result<String, Box<dyn Error>> {
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
        Ok(false) => Ok(format!("{text}\ninterrupted: {way_on}")),
        Err(stopped) if stopped.error.kind() == ErrorKind::InvalidArgument => {
            Err("the token file is not one of a walk over a table: choose another or remove it"
                .into())
        }
        Err(stopped) => {
            eprintln!("{text}\nstopped: {way_on}");
            Err(stopped.into())
        }
    }
}
