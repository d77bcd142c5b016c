//! Tests of the client made by one call, with each of AWS's sources of settings.
//!
//! The settings are the region and the credentials.
//!
//! Each case runs in its own process, because all threads of a process share the environment. Files
//! are real, and servers are on loopback.

mod child;
mod server;

use child::{Child, Outcome};
use server::{Answer, Request, Server};
use session_core::ErrorKind;
use session_dynamodb::Options;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

const KEY: &str = "AKIAEXAMPLE";
const SECRET: &str = "SecretThatNobodySees";
const TOKEN: &str = "TokenThatNobodySees";

/// The program of the other tests. As a test it does nothing.
#[tokio::test]
async fn child() {
    child::run_if_child().await;
}

/// Checks that the key signed the request for the region, without printed secrets.
fn check_signed(outcome: &Outcome, region: &str) {
    let expected = (KEY.to_owned(), region.to_owned());
    assert_eq!(outcome.signed, Some(expected), "{}", outcome.output);
    assert!(outcome.output.contains("found: None"), "{}", outcome.output);
    for secret in [KEY, SECRET, TOKEN] {
        assert!(!outcome.output.contains(secret), "{}", outcome.output);
    }
}

fn credentials_json() -> String {
    format!(
        r#"{{"Version": 1, "Code": "Success", "Type": "AWS-HMAC", "AccessKeyId": "{KEY}",
            "SecretAccessKey": "{SECRET}", "Token": "{TOKEN}", "SessionToken": "{TOKEN}",
            "LastUpdated": "2026-01-01T00:00:00Z", "Expiration": "2999-01-01T00:00:00Z"}}"#
    )
}

/// The metadata server of a machine that has a role.
fn metadata(request: &Request) -> Answer {
    const ROLE: &str = "/latest/meta-data/iam/security-credentials/";
    let mut words = request.line.split(' ').skip(1);
    match words.next().unwrap_or_default() {
        "/latest/api/token" => Answer {
            header: "x-aws-ec2-metadata-token-ttl-seconds: 21600\r\n",
            ..Answer::ok("token")
        },
        "/latest/meta-data/placement/region" => Answer::ok("ap-south-1"),
        ROLE => Answer::ok("role"),
        path if path == format!("{ROLE}role") => Answer::ok(credentials_json()),
        _ => Answer::missing(),
    }
}

#[test]
fn the_environment_has_credentials_and_region() {
    let child = Child::new().with("AWS_ACCESS_KEY_ID", KEY).with("AWS_SECRET_ACCESS_KEY", SECRET);
    let child = child.with("AWS_SESSION_TOKEN", TOKEN).with("AWS_REGION", "eu-north-1");
    let outcome = child.run();
    check_signed(&outcome, "eu-north-1");
    assert_eq!(outcome.token.as_deref(), Some(TOKEN));
}

#[test]
fn the_shared_files_have_credentials_and_region() {
    let keys = format!("aws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n");
    let child = Child::new().with_file(".aws/credentials", &format!("[default]\n{keys}"));
    let child = child.with_file(".aws/config", "[default]\nregion = eu-west-3\n");
    check_signed(&child.run(), "eu-west-3");
}

#[test]
fn a_profile_has_credentials_and_region() {
    let keys = format!("aws_access_key_id = {KEY}\naws_secret_access_key = {SECRET}\n");
    let child = Child::new().with("AWS_PROFILE", "web").with_file(
        ".aws/config",
        &format!("[default]\nregion = eu-west-1\n[profile web]\nregion = eu-west-2\n{keys}"),
    );
    check_signed(&child.run(), "eu-west-2");
}

#[test]
fn a_process_has_credentials() {
    let child = Child::new().with("AWS_REGION", "sa-east-1");
    let script = child.home().join("credentials.sh");
    let config = format!("[default]\ncredential_process = /bin/sh {}\n", script.display());
    let child = child
        .with_file(".aws/config", &config)
        .with_file("credentials.sh", &format!("cat <<END\n{}\nEND\n", credentials_json()));
    let outcome = child.run();
    check_signed(&outcome, "sa-east-1");
    assert_eq!(outcome.token.as_deref(), Some(TOKEN));
}

#[test]
fn a_container_has_credentials() {
    let container = Server::answering(|_| Answer::ok(credentials_json()));
    let child = Child::new().with("AWS_REGION", "us-west-2");
    let uri = format!("{}/credentials", container.url());
    let child = child.with("AWS_CONTAINER_CREDENTIALS_FULL_URI", &uri);
    let child = child.with("AWS_CONTAINER_AUTHORIZATION_TOKEN", "Bearer of the container");
    check_signed(&child.run(), "us-west-2");
    let seen = container.seen();
    assert_eq!(seen[0].header("authorization"), Some("Bearer of the container"));
}

#[test]
fn the_metadata_of_the_machine_have_credentials_and_region() {
    let machine = Server::answering(metadata);
    let child = Child::new().without("AWS_EC2_METADATA_DISABLED");
    let child = child.with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &machine.url());
    check_signed(&child.run(), "ap-south-1");
    assert!(machine.seen().iter().any(|request| request.line.contains("placement/region")));
}

#[test]
fn the_options_come_before_all_others() {
    let child = Child::new().with("AWS_REGION", "eu-north-1").with("AWS_ACCESS_KEY_ID", "another");
    let child = child.with("AWS_SECRET_ACCESS_KEY", "another").with("AWS_MAX_ATTEMPTS", "0");
    let child = child.with("AWS_ENDPOINT_URL_DYNAMODB", "http://127.0.0.1:1");
    let child = child.with("SESSION_REGION", "ca-central-1").with("SESSION_CREDENTIALS_KEY", KEY);
    let child = child.with("SESSION_CREDENTIALS_SECRET", SECRET);
    let outcome = child.with("SESSION_CREDENTIALS_TOKEN", TOKEN).run();
    check_signed(&outcome, "ca-central-1");
    assert_eq!(outcome.token.as_deref(), Some(TOKEN));
}

/// A metadata server without a role causes no wait.
#[test]
fn what_is_set_is_not_searched_for() {
    let silent = Server::silent();
    let asking = || {
        let child = Child::new().without("AWS_EC2_METADATA_DISABLED");
        child.with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &silent.url())
    };
    let by_options = asking().with("SESSION_REGION", "eu-west-1");
    let by_options = by_options.with("SESSION_CREDENTIALS_KEY", KEY);
    check_signed(&by_options.with("SESSION_CREDENTIALS_SECRET", SECRET).run(), "eu-west-1");
    let by_environment = asking().with("SESSION_REGION", "eu-west-1");
    let by_environment = by_environment.with("AWS_ACCESS_KEY_ID", KEY);
    check_signed(&by_environment.with("AWS_SECRET_ACCESS_KEY", SECRET).run(), "eu-west-1");
    assert_eq!(silent.connections(), 0, "it was asked");
}

/// A machine that has no credentials at the moment may have some later.
#[test]
fn metadata_that_fail_are_no_missing_permission() {
    let machine = Server::answering(|request| match metadata(request) {
        answer if request.line.contains("security-credentials") => Answer { status: 503, ..answer },
        answer => answer,
    });
    let child = Child::new().without("AWS_EC2_METADATA_DISABLED");
    let child = child.with("AWS_EC2_METADATA_SERVICE_ENDPOINT", &machine.url());
    let Outcome { output, signed, .. } = child.run();
    assert!(output.contains("region: ap-south-1"), "{output}");
    assert!(output.contains("Unavailable"), "{output}");
    assert_eq!(signed, None, "nothing is sent");
}

/// Options that cannot work are an error before any request, and never a panic.
#[test]
fn what_is_wrong_is_reported_with_the_way_out() {
    let region = || Child::new().with("AWS_REGION", "eu-west-1");
    let no_endpoint = || region().without("SESSION_ENDPOINT");
    for (child, parts) in [
        (Child::new(), ["region is not set", "AWS_REGION"]),
        (Child::new().with("AWS_REGION", "eu west"), ["region is `eu west`", "letters"]),
        (
            no_endpoint().with("AWS_ENDPOINT_URL_DYNAMODB", ""),
            ["AWS_ENDPOINT_URL", "endpoint is ``"],
        ),
        (
            no_endpoint().with("AWS_ENDPOINT_URL_DYNAMODB", "localhost:8000"),
            ["AWS_ENDPOINT_URL", "write `http://localhost:8000`"],
        ),
        (
            no_endpoint().with("SSL_CERT_FILE", "/nowhere").with("SSL_CERT_DIR", "/nowhere"),
            ["root certificates", "SSL_CERT_FILE"],
        ),
    ] {
        let Outcome { output, signed, .. } = child.run();
        assert!(output.contains("no client: configure: the configuration is wrong: "), "{output}");
        assert!(parts.iter().all(|part| output.contains(part)), "{output}");
        assert_eq!(signed, None, "nothing is sent");
    }
}

/// A server without TLS needs no root certificates.
#[test]
fn without_root_certificates_a_plain_endpoint_works() {
    let child = Child::new().with("SSL_CERT_FILE", "/nowhere").with("SSL_CERT_DIR", "/nowhere");
    let child = child.with("SESSION_REGION", "eu-west-1").with("SESSION_CREDENTIALS_KEY", KEY);
    check_signed(&child.with("SESSION_CREDENTIALS_SECRET", SECRET).run(), "eu-west-1");
}

#[test]
fn the_client_speaks_tls() {
    /// The first byte of a TLS record with a handshake.
    const HANDSHAKE: u8 = 0x16;
    let server = Server::silent();
    let child = Child::new().with("SESSION_ENDPOINT", &server.url().replace("http", "https"));
    let child = child.with("SESSION_REGION", "eu-west-1").with("SESSION_CREDENTIALS_KEY", KEY);
    let child =
        child.with("SESSION_CREDENTIALS_SECRET", SECRET).with("SESSION_REQUEST_TIMEOUT", "1s");
    let output = child.run().output;
    assert!(output.contains("not loaded"), "{output}");
    assert_eq!(server.first_byte(), Some(HANDSHAKE));
}

#[test]
fn outside_of_a_runtime_there_is_no_client() {
    let options = Options::default();
    let mut client = pin!(options.client());
    let Poll::Ready(made) = client.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
        panic!("it waits for nothing");
    };
    let error = made.expect_err("there is no runtime");
    assert_eq!(error.kind(), ErrorKind::Config);
    assert!(error.to_string().contains("runtime of tokio"), "{error}");
}
