//! When may a host be asked, and for what?
//!
//! A page waits in three lines before its request begins: for its host's rules, which only the
//! first page asks for; for its turn at the host; and for one of all the requests that may run.
//! Each line is one of kettle's locks, and each is first come, first served. One slow host holds at
//! most `per_host` of the permits. A host that is too busy may ask for a pause (`Retry-After`), and
//! then none of its pages begins a request.

use std::sync::Arc;
use std::time::Duration;

use hyper::StatusCode;
use hyper::header::RETRY_AFTER;
use kettle::sync::{Mutex, OnceCell, OwnedSemaphorePermit, Semaphore};
use kettle::time::{Instant, sleep, sleep_until};
use parking_lot::Mutex as Lock;
use robotxt::Robots;
use url::{Position, Url};

use crate::fetch::{Answer, NAME, get, header};
use crate::limits::Limits;

/// Before the second try; then twice as long each time, up to 32 s.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest that a site may make us wait, by `Crawl-delay` or `Retry-After`.
const PATIENCE: Duration = Duration::from_mins(1);

/// The largest robots.txt. RFC 9309 asks for 500 KiB; but the rules of all hosts stay in memory.
const LARGEST_RULES: usize = 64 * 1024;

pub struct Host {
    pub limits: Limits,
    /// What its robots.txt says; or why it is unknown, and nothing else may be asked for.
    pub rules: OnceCell<Result<Robots, String>>,
    /// A permit for each request that may run to it, and for each that may run at all.
    requests: Semaphore,
    at_once: Arc<Semaphore>,
    /// Locked by the page at the front of the line, while it waits.
    front: Mutex<()>,
    /// When the next request may begin.
    free_at: Lock<Instant>,
}

impl Host {
    pub fn new(limits: Limits, at_once: Arc<Semaphore>) -> Host {
        let requests = Semaphore::new(limits.per_host.get().into());
        let (rules, free_at) = (OnceCell::new(), Lock::new(Instant::now()));
        Host { limits, rules, requests, at_once, front: Mutex::new(()), free_at }
    }

    /// Or why this page is not to be fetched.
    pub async fn allows(&self, url: &Url) -> Result<(), String> {
        let rules = self.rules.get_or_init(|| self.robots(url)).await.as_ref();
        let rules = rules.map_err(|why| format!("the host's robots.txt can't be read: {why}"))?;
        match rules.matching_rule(&url[Position::BeforePath..Position::AfterQuery]) {
            Some(rule) if !rule.is_allow() => {
                Err(format!("the host's robots.txt disallows {}", rule.pattern()))
            }
            _ => Ok(()),
        }
    }

    async fn robots(&self, url: &Url) -> Result<Robots, String> {
        let url = url.join("/robots.txt").map_err(|error| error.to_string())?;
        let (answer, _) = self.ask(&url, LARGEST_RULES, &mut 0).await?;
        match answer.status() {
            status if status.is_success() => Ok(Robots::parse(answer.body(), NAME)),
            // There is none.
            status if status.is_client_error() && !passes(&answer) => Ok(Robots::allow_all()),
            // A redirect, too: it may lead to https, and no rules are not the host's rules.
            status => Err(status.to_string()),
        }
    }

    /// Asks for a page, more than once if that may help, and counts how often. A request counts as
    /// running until its permit is dropped.
    pub async fn ask(
        &self,
        url: &Url,
        most: usize,
        tries: &mut u32,
    ) -> Result<(Answer, OwnedSemaphorePermit), String> {
        loop {
            let turn = self.requests.acquire().await.expect("it is never closed");
            let permit = self.wait().await;
            *tries += 1;
            // In a box of its own, because most pages wait, and need no room for it yet.
            let answer = Box::pin(get(url, most, &self.limits)).await;
            if let Ok(answer) = &answer
                && passes(answer)
                && let Some(Ok(seconds)) = header(answer, RETRY_AFTER).map(str::parse)
            {
                self.rest(Duration::from_secs(seconds).min(PATIENCE));
            }
            let passes = answer.as_ref().map_or_else(|failure| !failure.lasts, passes);
            if !passes || *tries == self.limits.tries.get() {
                return answer.map(|it| (it, permit)).map_err(|failure| failure.why);
            }
            drop((turn, permit));
            let pause = PAUSE * 2_u32.pow((*tries).min(7) - 1);
            // A random part, or those that failed together would come back together.
            sleep(pause.mul_f64(0.5 + fastrand::f64())).await;
        }
    }

    /// Until a request may begin.
    pub async fn wait(&self) -> OwnedSemaphorePermit {
        let _front = self.front.lock().await;
        let rules = self.rules.get().and_then(|rules| rules.as_ref().ok());
        let delay = rules.and_then(Robots::crawl_delay).unwrap_or_default().min(PATIENCE);
        loop {
            let free_at = *self.free_at.lock();
            sleep_until(free_at).await;
            let permit = self.at_once.clone().acquire_owned().await;
            // If the host has asked for a pause meanwhile, it gets the pause.
            if *self.free_at.lock() == free_at {
                self.rest(delay.max(Duration::from_millis(self.limits.delay.into())));
                return permit.expect("it is never closed");
            }
        }
    }

    /// No request begins for so long.
    pub fn rest(&self, time: Duration) {
        let mut free_at = self.free_at.lock();
        *free_at = (*free_at).max(Instant::now() + time);
    }
}

/// Does the host ask us to come again?
fn passes(answer: &Answer) -> bool {
    answer.status().is_server_error() || answer.status() == StatusCode::TOO_MANY_REQUESTS
}
