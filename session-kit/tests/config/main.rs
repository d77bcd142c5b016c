//! Tests of configurations, their stores and sessions, and those of PHP's handlers.

mod choosing;
mod files;
mod handler_documents;
mod held_locks;
mod laravel;
mod profiles;
mod reported_options;
mod rotating_empty;
mod sections;
mod support;
