//! A scraper on kettle: it fetches a list of pages, or a site by its links, and says a line of JSON about each.
//!
//! Read in this order: `crawl.rs` (the loop, and what follows from an answer), `frontier.rs` (whose turn is it?),
//! `fetch.rs` (one request), `wire.rs` (hyper over kettle), then `robots.rs`, `html.rs` and `limits.rs`. The test site
//! with everything that can go wrong is `site.rs`.

pub mod crawl;
pub mod fetch;
pub mod frontier;
pub mod html;
pub mod limits;
pub mod robots;
pub mod site;
mod wire;
