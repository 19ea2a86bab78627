//! What does the program do with its arguments?

use std::error::Error;
use std::fs::File;
use std::io::{self, BufRead, BufReader, ErrorKind, IsTerminal, Write, stderr, stdout};
use std::path::PathBuf;
use std::process::exit;
use std::time::Duration;

use clap::Parser;
use indicatif::{ProgressBar, ProgressStyle};
use kettle::{io::AsyncWriteExt, signal::ctrl_c, sync::mpsc, time::sleep};

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
    #[arg(required_unless_present = "list")]
    urls: Vec<String>,
    /// A file with a URL in each line; their links are not followed, even if a followed page links to them
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
        let file = File::open(&list).map_err(|error| format!("{}: {error}", list.display()))?;
        for line in BufReader::new(file).split(b'\n') {
            // A line that is no UTF-8 is no reason to leave out the others.
            crawl.add(String::from_utf8_lossy(&line?).trim(), false);
        }
    }
    if crawl.left_out > 0 {
        // Links may be left out, but these someone wants.
        return Err(format!("--pages would leave out {} of these URLs", crawl.left_out).into());
    }
    let printer = kettle::spawn(print(lines));
    let is_stopped = kettle::select! {
        () = crawl.run() => false,
        _ = ctrl_c() => true, // every request is given up, at its next `.await`
    };
    let mut summary = crawl.summary();
    // Drops the sender: the printer writes what it still has, and ends.
    drop(crawl);
    let patience = async {
        // The reader of our output may take its time, until Ctrl-C.
        let _ = if is_stopped { Ok(()) } else { ctrl_c().await };
        sleep(Duration::from_secs(5)).await;
        summary += "; the last lines are lost, because our output is not read";
        Err(ErrorKind::TimedOut.into())
    };
    let printed = kettle::select! { printed = printer => printed?, lost = patience => lost };
    let _ = writeln!(stderr(), "{summary}"); // `eprintln!` would panic if no one reads it
    match printed {
        Ok(()) if !is_stopped => Ok(()),
        // A thread of the runtime may be stuck in the kernel: it writes our output, or looks up a name. The end of the
        // runtime would wait for it.
        Err(error) if error.kind() == ErrorKind::TimedOut => exit(1),
        Err(error) if error.kind() != ErrorKind::BrokenPipe => Err(error.into()),
        _ => exit(0),
    }
}

/// Stops when its output is closed, as in `scraper … | head`. Then `lines` is dropped, and so the crawl ends.
async fn print(mut lines: mpsc::Receiver<Line>) -> io::Result<()> {
    let mut out = kettle::io::stdout();
    while let Some(line) = lines.recv().await {
        out.write_all((serde_json::to_string(&line)? + "\n").as_bytes()).await?;
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
