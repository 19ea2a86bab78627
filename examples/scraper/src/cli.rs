//! What does the program do with its words?

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, IsTerminal, stdout};
use std::path::PathBuf;
use std::process::exit;
use std::time::Duration;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use kettle::io::AsyncWriteExt;
use kettle::sync::mpsc;
use kettle::time::timeout;

use crate::crawl::Crawl;
use crate::limits::Limits;
use crate::page::Line;

#[derive(Parser)]
#[command(
    name = "scraper",
    about = "Fetches pages over plain http, and says a line of JSON about each."
)]
pub struct Options {
    /// What to fetch
    urls: Vec<String>,
    /// A file with a URL in each line
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Fetch also what the pages of URLS link to, on the same host
    #[arg(long)]
    follow: bool,
    #[command(flatten)]
    limits: Limits,
}

pub async fn scrape(options: Options) -> Result<(), Box<dyn Error>> {
    let (sender, lines) = mpsc::channel(64);
    let mut crawl = Crawl::new(options.limits, sender, progress());
    for url in options.urls {
        crawl.add(&url, options.follow);
    }
    if let Some(list) = options.list {
        for line in BufReader::new(File::open(list)?).split(b'\n') {
            // A line that is no UTF-8 is no reason to leave out the others.
            crawl.add(String::from_utf8_lossy(&line?).trim(), false);
        }
    }
    let printer = kettle::spawn(print(lines));
    kettle::select! {
        () = crawl.run() => {}
        // Every request is given up, at its next `.await`.
        _ = kettle::signal::ctrl_c() => {}
    }
    let summary = crawl.summary();
    // Drops the sender: the printer writes what it still has, and ends.
    drop(crawl);
    let Ok(printed) = timeout(Duration::from_secs(5), printer).await else {
        // Our output is not read. A thread of the runtime is stuck in the kernel, writing it, and the end of the
        // runtime would wait for that thread.
        exit(1);
    };
    eprintln!("{summary}");
    match printed? {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => Ok(()),
    }
}

/// Stops when its output is closed, as in `scraper … | head`. Then `lines` is dropped, and so the crawl ends.
async fn print(mut lines: mpsc::Receiver<Line>) -> io::Result<()> {
    let mut out = kettle::io::stdout();
    while let Some(line) = lines.recv().await {
        let mut text = serde_json::to_vec(&line)?;
        text.push(b'\n');
        out.write_all(&text).await?;
        out.flush().await?;
    }
    Ok(())
}

/// Only if the lines go elsewhere: both on one terminal would be unreadable.
fn progress() -> ProgressBar {
    if stdout().is_terminal() {
        return ProgressBar::hidden();
    }
    let style = ProgressStyle::with_template("{bar:40} {pos}/{len}, {elapsed}");
    ProgressBar::no_length().with_style(style.expect("the template is right"))
}
