//! Which page is next, and when?
//!
//! Each host has a queue of pages. A host that may be asked now is in `ready`; one whose delay is not over, and a page
//! that is to be tried again, are in `later` under the time that they wait for. A host with an empty queue, or with as
//! many requests as it may have, is in neither: a page or the end of a request brings it back. So each step costs
//! O(log n), and a slow host takes no turn from the others.
//!
//! Nothing here waits, and one task owns it all: no lock, no semaphore.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::sync::Arc;

use kettle::time::Instant;
use url::Url;

use crate::fetch::Connection;
use crate::limits::Limits;
use crate::robots::Rules;

#[derive(Debug)]
pub struct Page {
    pub url: Url,
    pub tries: u32,
    /// The pages that redirected to this one.
    pub redirected: Vec<Url>,
    /// The first page of each host.
    pub is_robots: bool,
}

impl Page {
    pub fn new(url: Url, redirected: Vec<Url>) -> Page {
        Page { url, tries: 0, redirected, is_robots: false }
    }

    /// Scheme, name and port.
    fn host(&self) -> String {
        self.url.origin().ascii_serialization()
    }
}

/// A page whose turn it is.
pub struct Turn {
    pub page: Page,
    /// The host's connection from an earlier page.
    pub kept: Option<Connection>,
    /// Why it is not to be fetched.
    pub forbidden: Option<String>,
}

struct Host {
    waiting: VecDeque<Page>,
    running: usize,
    /// Is it in `ready` or `later`?
    is_listed: bool,
    /// When its delay is over.
    free_at: Instant,
    kept: Vec<Connection>,
    /// `None` until its robots.txt is read: then nothing else is asked for.
    rules: Option<Rules>,
}

enum Later {
    Host(String),
    Page(Page),
}

pub struct Frontier {
    limits: Arc<Limits>,
    hosts: HashMap<String, Host>,
    ready: VecDeque<String>,
    /// The number makes equal times differ.
    later: BTreeMap<(Instant, u64), Later>,
    listed: u64,
    running: usize,
}

impl Frontier {
    pub fn new(limits: Arc<Limits>) -> Frontier {
        let (hosts, ready, later) = (HashMap::new(), VecDeque::new(), BTreeMap::new());
        Frontier { limits, hosts, ready, later, listed: 0, running: 0 }
    }

    pub fn add(&mut self, page: Page) {
        let name = page.host();
        let host = self.hosts.entry(name.clone()).or_insert_with(|| {
            let mut robots = Page::new(page.url.clone(), Vec::new());
            robots.is_robots = true;
            robots.url.set_path("/robots.txt");
            robots.url.set_query(None);
            Host {
                waiting: VecDeque::from([robots]),
                running: 0,
                is_listed: false,
                free_at: Instant::now(),
                kept: Vec::new(),
                rules: None,
            }
        });
        host.waiting.push_back(page);
        self.list(name);
    }

    /// The host's first page again, not before `at`.
    pub fn add_later(&mut self, page: Page, at: Instant) {
        self.listed += 1;
        self.later.insert((at, self.listed), Later::Page(page));
    }

    /// Whatever it returns counts as running until [`Frontier::done`].
    pub fn take(&mut self) -> Option<Turn> {
        self.wake();
        if self.running == self.limits.at_once.get() {
            return None;
        }
        let name = self.ready.pop_front()?;
        let host = self.hosts.get_mut(&name).expect("a listed host is there");
        host.is_listed = false;
        let page = host.waiting.pop_front().expect("a listed host has a page");
        let rules = host.rules.as_ref();
        let forbidden = rules.and_then(|rules| rules.forbid(&page.url));
        if forbidden.is_none() {
            let delay = rules.map_or(self.limits.delay, |rules| rules.delay.max(self.limits.delay));
            host.free_at = Instant::now() + delay;
        }
        host.running += 1;
        self.running += 1;
        let kept = if forbidden.is_none() { host.kept.pop() } else { None };
        self.list(name);
        Some(Turn { page, kept, forbidden })
    }

    /// When `take` may return something although nothing has ended.
    pub fn next_time(&self) -> Option<Instant> {
        self.later.first_key_value().map(|(&(at, _), _)| at)
    }

    /// Its request has ended. A connection is kept as long as the host has pages for it.
    pub fn done(&mut self, page: &Page, connection: Option<Connection>) {
        let name = page.host();
        let host = self.hosts.get_mut(&name).expect("its page was added");
        host.running -= 1;
        self.running -= 1;
        host.kept.extend(connection);
        if host.waiting.is_empty() {
            host.kept.clear();
        }
        self.list(name);
    }

    pub fn obey(&mut self, robots: &Page, rules: Rules) {
        self.hosts.get_mut(&robots.host()).expect("its page was added").rules = Some(rules);
    }

    /// Those whose time has come.
    fn wake(&mut self) {
        while let Some(first) = self.later.first_entry()
            && first.key().0 <= Instant::now()
        {
            match first.remove() {
                Later::Host(name) => self.ready.push_back(name),
                Later::Page(page) => {
                    let name = page.host();
                    let host = self.hosts.get_mut(&name).expect("its page was added");
                    host.waiting.push_front(page);
                    self.list(name);
                }
            }
        }
    }

    /// Enters the host in `ready` or `later`, if it has a page that it may be asked for.
    fn list(&mut self, name: String) {
        let host = self.hosts.get_mut(&name).expect("it is there");
        let most = match host.rules {
            Some(_) => self.limits.per_host.get(),
            None => usize::from(host.waiting.front().is_some_and(|page| page.is_robots)),
        };
        if host.is_listed || host.waiting.is_empty() || host.running >= most {
            return;
        }
        host.is_listed = true;
        if host.free_at <= Instant::now() {
            self.ready.push_back(name);
        } else {
            self.listed += 1;
            self.later.insert((host.free_at, self.listed), Later::Host(name));
        }
    }
}
