//! What is done with a URL until there is a line about it?
//!
//! One task, [`Crawl::run`], decides everything: it starts requests while the frontier has a turn, waits for the first
//! to end, and draws the conclusions (a line, a new try, a redirect, links). Each request is a task that shares nothing
//! with the others. So there is nothing to lock, and a request that fails or panics is one line.
//!
//! All that grows has a bound: at most `pages` URLs are taken in, `at_once` requests run, and lines wait for their
//! reader in a bounded channel. Dropping the future of `run` stops the crawl, at any `.await`.

use std::collections::{HashMap, HashSet, VecDeque};
use std::sync::Arc;
use std::time::Duration;

use hyper::header::{CONTENT_TYPE, LOCATION, RETRY_AFTER};
use indicatif::ProgressBar;
use kettle::sync::mpsc;
use kettle::task::{Id, JoinError, JoinSet};
use kettle::time::{Instant, sleep_until};
use serde::Serialize;
use url::Url;

use crate::fetch::{self, Answer, Connection, Failure};
use crate::frontier::{Frontier, Page, Turn};
use crate::html;
use crate::limits::{Limits, seconds};
use crate::robots::Rules;

const REDIRECTS: usize = 10;
/// Before the second try; then twice as long each time.
const PAUSE: Duration = Duration::from_millis(500);

/// What is said of one URL.
#[derive(Debug, Default, Serialize)]
pub struct Line {
    pub url: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub bytes: Option<usize>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub links: Option<usize>,
    /// It redirects to this one, which has a line of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    pub tries: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
}

pub struct Crawl {
    limits: Arc<Limits>,
    frontier: Frontier,
    requests: JoinSet<Result<Answer, Failure>>,
    /// The page of each request. It isn't in the task, because it must outlive a panic there.
    pages: HashMap<Id, Page>,
    /// Everything that was taken in, also what is no URL.
    seen: HashSet<String>,
    /// The hosts whose links are followed.
    followed: HashSet<String>,
    told: VecDeque<Line>,
    lines: mpsc::Sender<Line>,
    bar: ProgressBar,
    written: usize,
    errors: usize,
    left_out: usize,
}

impl Crawl {
    pub fn new(limits: Limits, lines: mpsc::Sender<Line>, bar: ProgressBar) -> Crawl {
        let limits = Arc::new(limits);
        Crawl {
            frontier: Frontier::new(limits.clone()),
            limits,
            requests: JoinSet::new(),
            pages: HashMap::new(),
            seen: HashSet::new(),
            followed: HashSet::new(),
            told: VecDeque::new(),
            lines,
            bar,
            written: 0,
            errors: 0,
            left_out: 0,
        }
    }

    /// Takes in a URL as it was typed. With `follow` also what the page links to on its host, and so on.
    pub fn add(&mut self, text: &str, follow: bool) {
        match Url::parse(text) {
            Ok(mut url) => {
                url.set_fragment(None);
                if follow {
                    self.followed.insert(url.origin().ascii_serialization());
                }
                self.take_in(url, Vec::new());
            }
            Err(error) => self.refuse(text, &format!("not a URL: {error}")),
        }
    }

    /// Until everything has its line, or the reader of the lines has gone.
    pub async fn run(&mut self) {
        loop {
            while let Some(line) = self.told.pop_front() {
                let is_error = line.error.is_some();
                // A slow reader slows the crawl, instead of filling the memory.
                if self.lines.send(line).await.is_err() {
                    return;
                }
                self.written += 1;
                self.errors += usize::from(is_error);
            }
            while let Some(turn) = self.frontier.take() {
                self.start(turn);
            }
            self.bar.set_length(self.seen.len() as u64);
            self.bar.set_position(self.written as u64);
            self.bar.set_message(format!("{} at once", self.requests.len()));
            let time = self.frontier.next_time();
            kettle::select! {
                Some(ended) = self.requests.join_next_with_id() => self.end(ended),
                () = sleep_until(time.unwrap_or_else(Instant::now)), if time.is_some() => {}
                else => return,
            }
        }
    }

    /// A line for people, also after `run` was dropped.
    pub fn summary(&self) -> String {
        let (written, errors, left_out) = (self.written, self.errors, self.left_out);
        let unfinished = self.seen.len() - written;
        format!(
            "{written} lines, {errors} with an error; {unfinished} unfinished, {left_out} left out"
        )
    }

    fn start(&mut self, mut turn: Turn) {
        turn.page.tries += u32::from(turn.forbidden.is_none());
        let (url, limits) = (turn.page.url.clone(), self.limits.clone());
        let task = self.requests.spawn(async move {
            match turn.forbidden {
                Some(why) => Err(Failure::Lasting(why)),
                None => fetch::get(url, turn.kept, limits).await,
            }
        });
        self.pages.insert(task.id(), turn.page);
    }

    fn end(&mut self, ended: Result<(Id, Result<Answer, Failure>), JoinError>) {
        let (id, answer) = match ended {
            Ok(ended) => ended,
            Err(error) => (error.id(), Err(Failure::Lasting(error.to_string()))),
        };
        let page = self.pages.remove(&id).expect("each request has its page");
        if let Some(pause) = self.pause(&page, &answer) {
            self.frontier.done(&page, connection(answer));
            self.frontier.add_later(page, Instant::now() + pause);
            return;
        }
        if page.is_robots {
            self.frontier.obey(&page, Rules::of(&answer));
        } else {
            self.conclude(&page, &answer);
        }
        self.frontier.done(&page, connection(answer));
    }

    /// How long to wait before another try; `None` if this was the last one.
    fn pause(&self, page: &Page, answer: &Result<Answer, Failure>) -> Option<Duration> {
        let wanted = match answer {
            Err(Failure::Passing(_)) => Duration::ZERO,
            Ok(answer) if answer.is_passing() => {
                answer.header(RETRY_AFTER).and_then(|time| seconds(time).ok()).unwrap_or_default()
            }
            _ => return None,
        };
        let pause = PAUSE * 2_u32.saturating_pow(page.tries - 1).min(64);
        // A random part, or those that failed together would come back together.
        let pause = pause.mul_f64(0.5 + fastrand::f64());
        (page.tries < self.limits.tries.get()).then(|| pause.max(wanted))
    }

    fn conclude(&mut self, page: &Page, answer: &Result<Answer, Failure>) {
        let mut line = Line { url: page.url.to_string(), tries: page.tries, ..Line::default() };
        match answer {
            Err(Failure::Passing(why) | Failure::Lasting(why)) => line.error = Some(why.clone()),
            Ok(answer) => {
                line.status = Some(answer.status.as_u16());
                line.bytes = Some(answer.body.len());
                let to = answer.header(LOCATION).filter(|_| answer.status.is_redirection());
                let kind = answer.header(CONTENT_TYPE).unwrap_or_default();
                if let Some(to) = to {
                    self.redirect(page, to, &mut line);
                } else if kind.to_ascii_lowercase().starts_with("text/html") {
                    self.read(page, &answer.body, &mut line);
                }
                if answer.status.is_client_error() || answer.status.is_server_error() {
                    line.error = Some(answer.status.to_string());
                }
            }
        }
        self.told.push_back(line);
    }

    /// The target is a page of its own: it waits for its turn at its host.
    fn redirect(&mut self, page: &Page, to: &str, line: &mut Line) {
        line.to = Some(to.to_owned());
        let mut redirected = page.redirected.clone();
        redirected.push(page.url.clone());
        match html::absolute(&page.url, to) {
            Err(error) => line.error = Some(format!("it redirects to what is no URL: {error}")),
            Ok(url) if redirected.contains(&url) => {
                line.error = Some("it redirects in a circle".to_owned());
            }
            Ok(_) if redirected.len() > REDIRECTS => {
                line.error = Some(format!("more than {REDIRECTS} redirects"));
            }
            Ok(url) => self.take_in(url, redirected),
        }
    }

    fn read(&mut self, page: &Page, body: &[u8], line: &mut Line) {
        let found = html::read(&page.url, body);
        line.title = found.title;
        line.links = Some(found.links.len());
        if !self.followed.contains(&page.url.origin().ascii_serialization()) {
            return;
        }
        for link in &found.links {
            match html::absolute(&found.base, link) {
                Ok(url) if self.followed.contains(&url.origin().ascii_serialization()) => {
                    self.take_in(url, Vec::new());
                }
                Ok(_) => {} // `mailto:`, or another's
                Err(why) => {
                    let text: String = link.chars().take(200).collect();
                    self.refuse(&text, &format!("not a URL: {why}"));
                }
            }
        }
    }

    fn take_in(&mut self, url: Url, redirected: Vec<Url>) {
        if url.scheme() != "http" {
            self.refuse(url.as_str(), "only http: this scraper has no TLS");
        } else if self.is_new(url.as_str()) {
            self.frontier.add(Page::new(url, redirected));
        }
    }

    /// Its line is all that it gets.
    fn refuse(&mut self, text: &str, why: &str) {
        if self.is_new(text) {
            let (url, error) = (text.to_owned(), Some(why.to_owned()));
            self.told.push_back(Line { url, error, ..Line::default() });
        }
    }

    fn is_new(&mut self, text: &str) -> bool {
        if self.seen.contains(text) {
            return false;
        }
        if self.seen.len() == self.limits.pages {
            self.left_out += 1;
            return false;
        }
        self.seen.insert(text.to_owned())
    }
}

fn connection(answer: Result<Answer, Failure>) -> Option<Connection> {
    answer.ok().map(|answer| answer.connection)
}
