//! Which pages are there, and what is said of them?
//!
//! [`Crawl::run`] spawns a task for each page (`page.rs`), waits for the first to end, sends its line, and takes in the
//! pages that it has found. It alone knows what was seen before, so there is nothing to lock. A page that fails or
//! panics is one line.
//!
//! All that grows has a bound: at most `pages` URLs are taken in, each of whose hosts has at most 64 KiB of rules, at
//! most `at_once` answers are in memory, and lines wait for their reader in a bounded channel. Dropping the future of
//! `run` stops the crawl, at any `.await`: what it knows is in `self`, and a line that was being sent counts as unfinished. Dropping the crawl aborts its tasks.

use std::collections::{HashMap, HashSet};
use std::future::ready;
use std::sync::Arc;

use indicatif::ProgressBar;
use kettle::sync::mpsc;
use kettle::task::{Id, JoinError, JoinSet};
use url::Url;

use crate::fetch::Client;
use crate::host::Host;
use crate::limits::Limits;
use crate::page::{Found, Line, Page, Visited, visit};

pub struct Crawl {
    client: Arc<Client>,
    hosts: HashMap<String, Arc<Host>>,
    visits: JoinSet<Visited>,
    /// The URL of each visit. It isn't in the task, because it must outlive a panic there.
    urls: HashMap<Id, String>,
    /// Everything that was taken in, also what is no URL.
    seen: HashSet<String>,
    lines: mpsc::Sender<Line>,
    bar: ProgressBar,
    written: usize,
    errors: usize,
    /// URLs beyond `pages`. A link may count more than once.
    pub left_out: usize,
}

impl Crawl {
    pub fn new(limits: Limits, lines: mpsc::Sender<Line>, bar: ProgressBar) -> Crawl {
        Crawl {
            client: Arc::new(Client::new(limits)),
            hosts: HashMap::new(),
            visits: JoinSet::new(),
            urls: HashMap::new(),
            seen: HashSet::new(),
            lines,
            bar,
            written: 0,
            errors: 0,
            left_out: 0,
        }
    }

    /// Takes in a URL as it was typed. With `follow` also what the page links to on its host, and so on.
    pub fn add(&mut self, text: &str, follow: bool) {
        self.take_in(match Url::parse(text) {
            Ok(url) => Page::new(url, follow),
            Err(error) => Err((text.to_owned(), format!("not a URL: {error}"))),
        });
    }

    /// Until everything has its line, or the reader of the lines has gone.
    pub async fn run(&mut self) {
        while let Some(ended) = self.visits.join_next_with_id().await {
            let id = ended.as_ref().map_or_else(JoinError::id, |(id, _)| *id);
            let url = self.urls.remove(&id).expect("each visit has its URL");
            let visited = match ended {
                Ok((_, visited)) => visited,
                Err(panic) => Visited::refused(url, panic.to_string()),
            };
            visited.found.into_iter().for_each(|page| self.take_in(page));
            let is_error = visited.line.error.is_some();
            // A slow reader slows the crawl, instead of filling the memory.
            if self.lines.send(visited.line).await.is_err() {
                return;
            }
            self.written += 1;
            self.errors += usize::from(is_error);
            self.bar.set_length(self.seen.len() as u64);
            self.bar.set_position(self.written as u64);
        }
    }

    /// A line for people, also after `run` was dropped.
    pub fn summary(&self) -> String {
        let (written, errors, left_out) = (self.written, self.errors, self.left_out);
        let unfinished = self.seen.len() - written;
        format!(
            "{written} lines, {errors} with an error; {unfinished} unfinished, {left_out} URLs left out"
        )
    }

    /// A page, or a text that gets a line; unless it is known.
    fn take_in(&mut self, page: Found) {
        let url = page.as_ref().map_or_else(|(text, _)| text.clone(), |page| page.url.to_string());
        if self.seen.contains(&url) {
            return;
        }
        if self.seen.len() == self.client.limits.pages {
            self.left_out += 1;
            return;
        }
        self.seen.insert(url.clone());
        let visit = match page {
            Err((text, why)) => self.visits.spawn(ready(Visited::refused(text, why))),
            Ok(page) => {
                let host = self.hosts.entry(page.url.origin().ascii_serialization());
                let host = host.or_insert_with(|| Arc::new(Host::new(self.client.clone())));
                self.visits.spawn(visit(page, host.clone()))
            }
        };
        self.urls.insert(visit.id(), url);
    }
}
