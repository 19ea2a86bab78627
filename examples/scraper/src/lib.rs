//! A scraper on kettle: it fetches a list of pages, or a site by its links, and says a line of JSON
//! about each. It speaks plain HTTP/1.1, no TLS.
//!
//! Read in this order: `crawl.rs` (all pages), `page.rs` (the life of one), `host.rs` (the lines in
//! which it waits), `fetch.rs` (one request), then `wire.rs` (hyper over kettle), `html.rs`,
//! `limits.rs` and `cli.rs` (the program around it). The test site with everything that can go
//! wrong is `site.rs`.

pub mod cli;
pub mod crawl;
pub mod fetch;
pub mod host;
pub mod html;
pub mod limits;
pub mod page;
pub mod site;
mod wire;
