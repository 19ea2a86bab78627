//! What does the program do with its arguments?

use std::fs;
use std::io::{self, ErrorKind, Write, stderr};
use std::path::PathBuf;
use std::process::exit;

use anyhow::{Context, Result};
use clap::Parser;
use kettle::{io::AsyncWriteExt, signal::ctrl_c, sync::mpsc};

use crate::crawl::Crawl;
use crate::limits::Limits;
use crate::page::Line;

/// Fetches pages over plain http, and says a line of JSON about each.
#[derive(Parser)]
pub struct Options {
    /// What to fetch
    #[arg(required_unless_present = "list")]
    urls: Vec<String>,
    /// A file with a URL in each line; their links are not followed, even if a followed page links
    /// to them
    #[arg(long, value_name = "FILE")]
    list: Option<PathBuf>,
    /// Fetch also what the pages of URLS link to, on the same host
    #[arg(long)]
    follow: bool,
    #[command(flatten)]
    limits: Limits,
}

pub async fn scrape(options: Options) -> Result<()> {
    let mut crawl = Crawl::new(options.limits);
    options.urls.iter().for_each(|url| crawl.add(url, options.follow));
    if let Some(list) = options.list {
        let list = fs::read(&list).context(list.display().to_string())?;
        // A line that is no UTF-8 is no reason to leave out the others.
        String::from_utf8_lossy(&list).lines().for_each(|line| crawl.add(line.trim(), false));
    }
    let (sender, lines) = mpsc::channel(64);
    let printer = kettle::spawn(print(lines));
    kettle::select! {
        () = crawl.run(sender) => {}
        _ = ctrl_c() => {} // every request is given up, at its next `.await`
    }
    let summary = crawl.summary();
    drop(crawl);
    // The sender is dropped, too: the printer writes what it still has, and ends. If no one reads
    // that, Ctrl-C ends it, too.
    let printed = kettle::select! {
        printed = printer => printed?,
        _ = ctrl_c() => Err(io::Error::other("the last lines are lost: our output is not read")),
    };
    let _ = writeln!(stderr(), "{summary}"); // `eprintln!` would panic if no one reads it
    // A thread of the runtime may be stuck in the kernel: it writes our output, or looks up a name
    // whose server is silent (the request was given up long ago). The end of the runtime would wait
    // for it, and `exit` does not.
    match printed {
        Err(error) if error.kind() != ErrorKind::BrokenPipe => {
            let _ = writeln!(stderr(), "{error}");
            exit(1)
        }
        _ => exit(0),
    }
}

/// Stops when its output is closed, as in `scraper … | head`. Then `lines` is dropped, and so the
/// crawl ends.
async fn print(mut lines: mpsc::Receiver<Line>) -> io::Result<()> {
    let mut out = kettle::io::stdout();
    while let Some(line) = lines.recv().await {
        out.write_all((serde_json::to_string(&line)? + "\n").as_bytes()).await?;
        out.flush().await?;
    }
    Ok(())
}
