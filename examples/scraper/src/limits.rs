//! How much may a run take: of the sites' patience, of time, of memory?

use std::error::Error;
use std::num::{NonZeroU16, NonZeroU32};
use std::time::Duration;

#[derive(Clone, Debug, clap::Args)]
pub struct Limits {
    /// URLs that are taken in: links beyond are only counted, typed or listed URLs are an error
    #[arg(long, default_value = "10000")]
    pub pages: usize,
    /// Requests at once
    #[arg(long, default_value = "64")]
    pub at_once: NonZeroU16,
    /// Requests at once to one host
    #[arg(long, default_value = "4")]
    pub per_host: NonZeroU16,
    /// Seconds between two requests to one host; its robots.txt may ask for more
    #[arg(long, default_value = "0.1", value_parser = seconds)]
    pub delay: Duration,
    /// Times that a page is asked for, if it fails in a way that may pass
    #[arg(long, default_value = "3")]
    pub tries: NonZeroU32,
    /// Most seconds to wait for a connection
    #[arg(long, default_value = "5", value_parser = seconds)]
    pub connect: Duration,
    /// Most seconds to wait for the head of an answer
    #[arg(long, default_value = "10", value_parser = seconds)]
    pub head: Duration,
    /// Most seconds to wait for its body
    #[arg(long, default_value = "30", value_parser = seconds)]
    pub body: Duration,
    /// The largest body, in bytes
    #[arg(long, default_value = "1000000")]
    pub bytes: usize,
}

fn seconds(text: &str) -> Result<Duration, Box<dyn Error + Send + Sync>> {
    let time = Duration::try_from_secs_f64(text.parse()?)?;
    if time > Duration::from_hours(1) {
        return Err("more than an hour".into());
    }
    Ok(time)
}
