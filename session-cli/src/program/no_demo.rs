//! The demonstration in a program that was built without it.

use crate::program::config::Side;
use aws_sdk_dynamodb::Client;
use std::error::Error;
use std::future::{Ready, ready};

/// The server of a demonstration, of which there is none.
pub(crate) enum Server {}

impl Server {
    pub(crate) fn client(&self) -> Client {
        match *self {}
    }
}

/// The error that names the way to a demonstration.
pub(crate) fn start(_: &Side) -> Ready<Result<Server, Box<dyn Error>>> {
    ready(Err(
        "this program was built without the demonstration: build it with --features demo".into()
    ))
}
