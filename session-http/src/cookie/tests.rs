mod attributes;
mod headers;
mod signing;
