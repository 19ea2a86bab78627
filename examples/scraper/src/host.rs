//! When may a host be asked, and for what?
//!
//! A page waits in three lines before its request begins: for its host's rules, which only the first page asks for; for
//! its turn at the host; and for one of all the requests that may run. Each line is one of kettle's locks, and each is
//! first come, first served. One slow host holds at most `per_host` of the permits. A host that is too busy may ask for
//! a pause (`Retry-After`), and then none of its pages begins a request.

use std::sync::Arc;
use std::time::Duration;

use kettle::sync::{Mutex, OnceCell, OwnedSemaphorePermit, Semaphore};
use kettle::time::{Instant, sleep, sleep_until};
use parking_lot::Mutex as Lock;
use robotxt::Robots;
use url::{Position, Url};

use crate::fetch::{Answer, Client, Failure, NAME};

/// Before the second try; then twice as long each time, up to 32 s.
const PAUSE: Duration = Duration::from_millis(500);
/// The longest that a site may make us wait, by `Crawl-delay` or `Retry-After`.
const PATIENCE: Duration = Duration::from_mins(1);

/// The largest robots.txt. RFC 9309 asks for 500 KiB; but the rules of all hosts stay in memory.
const LARGEST_RULES: usize = 64 * 1024;

/// What a robots.txt says; or why it is unknown, and nothing else may be asked for.
pub type Rules = Result<Robots, String>;

pub struct Host {
    pub client: Arc<Client>,
    pub rules: OnceCell<Rules>,
    requests: Semaphore,
    /// Locked by the page at the front of the line, while it waits.
    front: Mutex<()>,
    /// When the next request may begin.
    free_at: Lock<Instant>,
}

impl Host {
    pub fn new(client: Arc<Client>) -> Host {
        let requests = Semaphore::new(client.limits.per_host.get().into());
        let free_at = Lock::new(Instant::now());
        Host { client, rules: OnceCell::new(), requests, front: Mutex::new(()), free_at }
    }

    /// Why this page is not to be fetched, if it isn't.
    pub async fn forbids(&self, url: &Url) -> Option<String> {
        let robots = match self.rules.get_or_init(|| self.robots(url)).await {
            Ok(robots) => robots,
            Err(why) => return Some(format!("the host's robots.txt can't be read: {why}")),
        };
        let rule = robots.matching_rule(&url[Position::BeforePath..Position::AfterQuery])?;
        let pattern = rule.pattern();
        (!rule.is_allow()).then(|| format!("the host's robots.txt disallows {pattern}"))
    }

    async fn robots(&self, url: &Url) -> Rules {
        let url = url.join("/robots.txt").map_err(|error| error.to_string())?;
        let (answer, _) = self.ask(&url, LARGEST_RULES, &mut 0).await;
        let answer = answer.map_err(|failure| failure.why)?;
        match answer.status {
            status if status.is_success() => Ok(Robots::parse(&answer.body, NAME)),
            // There is none.
            status if status.is_client_error() && !answer.is_passing() => Ok(Robots::allow_all()),
            // A redirect, too: it may lead to https, and no rules are not the host's rules.
            status => Err(status.to_string()),
        }
    }

    /// Asks for a page, more than once if that may help, and counts how often. A request counts as running until its
    /// permit is dropped.
    pub async fn ask(
        &self,
        url: &Url,
        most: usize,
        tries: &mut u32,
    ) -> (Result<Answer, Failure>, OwnedSemaphorePermit) {
        loop {
            let turn = self.requests.acquire().await.expect("it is never closed");
            let permit = self.wait().await;
            *tries += 1;
            // In a box of its own, because most pages wait, and need no room for it yet.
            let answer = Box::pin(self.client.get(url, most)).await;
            if let Some(time) = answer.as_ref().ok().and_then(Answer::retry_after) {
                self.rest(time.min(PATIENCE));
            }
            match pause(&answer, *tries) {
                Some(pause) if *tries < self.client.limits.tries.get() => {
                    drop((turn, permit));
                    sleep(pause).await;
                }
                _ => return (answer, permit),
            }
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
            let permit = self.client.at_once.clone().acquire_owned().await;
            // If the host has asked for a pause meanwhile, it gets the pause.
            if *self.free_at.lock() == free_at {
                self.rest(delay.max(self.client.limits.delay));
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

/// How long to wait before another try; `None` if none would help.
fn pause(answer: &Result<Answer, Failure>, tries: u32) -> Option<Duration> {
    let passes = answer.as_ref().map_or_else(|failure| !failure.lasts, Answer::is_passing);
    let pause = PAUSE * 2_u32.pow(tries.min(7) - 1);
    // A random part, or those that failed together would come back together.
    passes.then(|| pause.mul_f64(0.5 + fastrand::f64()))
}
