//! How much may a run take: of the sites' patience, of time, of memory?

use std::num::{NonZeroU16, NonZeroU32};

#[derive(Clone, Debug, clap::Args)]
pub struct Limits {
    /// URLs that are taken in: those beyond are only counted
    #[arg(long, default_value = "10000")]
    pub pages: usize,
    /// Requests at once
    #[arg(long, default_value = "64")]
    pub at_once: NonZeroU16,
    /// Requests at once to one host
    #[arg(long, default_value = "4")]
    pub per_host: NonZeroU16,
    /// Milliseconds between two requests to one host; its robots.txt may ask for more
    #[arg(long, default_value = "100")]
    pub delay: u16,
    /// Times that a page is asked for, if it fails in a way that may pass
    #[arg(long, default_value = "3")]
    pub tries: NonZeroU32,
    /// Most seconds to wait for a connection
    #[arg(long, default_value = "5")]
    pub connect: u16,
    /// Most seconds to wait for the head of an answer
    #[arg(long, default_value = "10")]
    pub head: u16,
    /// Most seconds to wait for its body
    #[arg(long, default_value = "30")]
    pub body: u16,
    /// The largest body, in bytes
    #[arg(long, default_value = "1000000")]
    pub bytes: usize,
}
