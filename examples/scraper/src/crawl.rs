//! Which pages are there, and what is said of them?
//!
//! [`Crawl::run`] spawns a task for each page (`page.rs`), waits for the first to end, sends its
//! line, and takes in the pages that it has found. It alone knows what was seen before, so there is
//! nothing to lock. A page that fails is one line.
//!
//! All that grows has a bound: at most `pages` URLs are taken in, each of whose hosts has at most
//! 64 KiB of rules, at most `at_once` answers are in memory, and lines wait for their reader in a
//! bounded channel. Dropping the future of `run` stops the crawl, at any `.await`: what it knows is
//! in `self`, and a line that was being sent counts as unfinished. Dropping the crawl aborts its
//! tasks.

use std::collections::{HashMap, HashSet};
use std::future::ready;
use std::sync::Arc;

use kettle::sync::{Semaphore, mpsc};
use kettle::task::JoinSet;
use url::Url;

use crate::host::Host;
use crate::limits::Limits;
use crate::page::{Line, Page, Visited, visit};

pub struct Crawl {
    limits: Limits,
    at_once: Arc<Semaphore>,
    hosts: HashMap<String, Arc<Host>>,
    visits: JoinSet<Visited>,
    /// Everything that was taken in, also what is no URL.
    seen: HashSet<String>,
    written: usize,
    errors: usize,
    /// URLs beyond `pages`. A link may count more than once.
    left_out: usize,
}

impl Crawl {
    pub fn new(limits: Limits) -> Crawl {
        Crawl {
            at_once: Arc::new(Semaphore::new(limits.at_once.get().into())),
            limits,
            hosts: HashMap::new(),
            visits: JoinSet::new(),
            seen: HashSet::new(),
            written: 0,
            errors: 0,
            left_out: 0,
        }
    }

    /// Takes in a URL as it was typed. With `follow` also what the page links to on its host, and
    /// so on.
    pub fn add(&mut self, text: &str, follow: bool) {
        let why = match Url::parse(text) {
            Ok(mut url) if url.scheme() == "http" => {
                url.set_fragment(None);
                return self.take_in(Page { url, follow, redirects: 0 });
            }
            Ok(_) => "only http: this scraper has no TLS".to_owned(),
            Err(error) => format!("not a URL, such as http://example.com/: {error}"),
        };
        if self.is_new(text) {
            let line = Line { url: text.to_owned(), error: Some(why), ..Line::default() };
            self.visits.spawn(ready(Visited { line, ..Visited::default() }));
        }
    }

    /// Until everything has its line, or the reader of the lines has gone.
    pub async fn run(&mut self, lines: mpsc::Sender<Line>) {
        while let Some(ended) = self.visits.join_next().await {
            // A panic has said why already, and its page stays unfinished. The permit is kept to
            // the end of the turn.
            let Ok(Visited { line, found, permit: _permit }) = ended else { continue };
            for page in found {
                self.take_in(page);
            }
            // A slow reader slows the crawl, instead of filling the memory.
            let Ok(place) = lines.reserve().await else { return };
            self.written += 1;
            self.errors += usize::from(line.error.is_some());
            place.send(line);
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

    fn take_in(&mut self, page: Page) {
        if self.is_new(page.url.as_str()) {
            let host = self.hosts.entry(page.url.origin().ascii_serialization());
            let new = || Arc::new(Host::new(self.limits.clone(), self.at_once.clone()));
            self.visits.spawn(visit(page, host.or_insert_with(new).clone()));
        }
    }

    /// Is it to be taken in?
    fn is_new(&mut self, url: &str) -> bool {
        let (is_new, has_room) = (!self.seen.contains(url), self.seen.len() < self.limits.pages);
        self.left_out += usize::from(is_new && !has_room);
        is_new && has_room && self.seen.insert(url.to_owned())
    }
}
