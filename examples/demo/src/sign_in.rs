use crate::refusal::Refusal;
use crate::sections::SignedIn;
use axum::Json;
use axum::extract::Form;
use axum::extract::rejection::FormRejection;
use axum::http::StatusCode;
use serde::Deserialize;
use session_kit::Session;

/// The form of a sign-in.
///
/// A real one has a password, which is checked before the session is opened.
#[derive(Deserialize)]
pub(crate) struct Credentials {
    user: String,
}

const LONGEST_NAME: usize = 40;

/// `POST /login`: signs in, and gives the session a fresh id in the same step.
pub(crate) async fn login(
    session: Session,
    form: Result<Form<Credentials>, FormRejection>,
) -> Result<Json<SignedIn>, Refusal> {
    let Form(Credentials { user }) = form.map_err(Refusal::invalid)?;
    let signed_in = SignedIn { user: name(&user)? };
    session.set(&signed_in).await?;
    session.rotate().await?;
    Ok(Json(signed_in))
}

/// `POST /logout`: deletes the session at once, without waiting for a lock.
pub(crate) async fn logout(session: Session) -> Result<StatusCode, Refusal> {
    session.destroy().await?;
    Ok(StatusCode::NO_CONTENT)
}

fn name(user: &str) -> Result<String, Refusal> {
    let user = user.trim();
    let length = user.chars().count();
    if length == 0 || length > LONGEST_NAME || user.contains(char::is_control) {
        return Err(Refusal::invalid(format!("user is a name of 1 to {LONGEST_NAME} characters")));
    }
    Ok(user.to_owned())
}
