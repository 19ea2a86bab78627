//! What happens to one page, until there is a line about it?
//!
//! [`visit`] is the life of a page, from top to bottom: a task of its own, which waits for its turn, asks, reads, and
//! returns a line and the pages that follow from it. It shares nothing with other pages but their host.
//!
//! Why `Send`, `Arc` and locks, on one thread? Because `spawn` asks for them, and so the same source runs on many threads.

use std::slice;
use std::sync::Arc;

use hyper::header::{CONTENT_TYPE, LOCATION};
use kettle::sync::OwnedSemaphorePermit;
use serde::Serialize;
use url::Url;

use crate::fetch::Answer;
use crate::host::Host;
use crate::html;

const REDIRECTS: usize = 10;
const NO_TLS: &str = "only http: this scraper has no TLS";

/// What is said of one URL.
#[derive(Debug, Default, Serialize)]
pub struct Line {
    pub url: String,
    pub status: Option<u16>,
    pub bytes: Option<usize>,
    pub title: Option<String>,
    pub links: Option<usize>,
    /// It redirects to this one, which has a line of its own.
    pub to: Option<String>,
    pub tries: u32,
    pub error: Option<String>,
}

#[derive(Clone, Debug)]
pub struct Page {
    pub url: Url,
    /// Are its links on the same host followed?
    follow: bool,
    /// The pages that redirected to this one.
    redirected: Vec<Url>,
}

/// Or a text that is none, and why.
pub type Found = Result<Page, (String, String)>;

pub struct Visited {
    pub line: Line,
    pub found: Vec<Found>,
    /// Its request counts as running until this is taken in. So at most `at_once` pages are in memory, also if the
    /// reader of the lines is slow.
    pub permit: Option<OwnedSemaphorePermit>,
}

impl Visited {
    /// A line without an answer.
    pub fn refused(url: String, why: String) -> Visited {
        let line = Line { url, error: Some(why), ..Line::default() };
        Visited { line, found: Vec::new(), permit: None }
    }
}

impl Page {
    pub fn new(mut url: Url, follow: bool) -> Found {
        url.set_fragment(None);
        if url.scheme() != "http" {
            return Err((url.into(), NO_TLS.to_owned()));
        }
        Ok(Page { url, follow, redirected: Vec::new() })
    }
}

pub async fn visit(page: Page, host: Arc<Host>) -> Visited {
    if let Some(why) = host.forbids(&page.url).await {
        return Visited::refused(page.url.into(), why);
    }
    let mut line = Line { url: page.url.to_string(), ..Line::default() };
    let (answer, permit) = host.ask(&page.url, host.client.limits.bytes, &mut line.tries).await;
    let found = match answer {
        Ok(answer) => read(&page, &answer, &mut line),
        Err(failure) => {
            line.error = Some(failure.why);
            Vec::new()
        }
    };
    Visited { line, found, permit: Some(permit) }
}

/// What an answer says goes into the line; where it leads is returned.
fn read(page: &Page, answer: &Answer, line: &mut Line) -> Vec<Found> {
    line.status = Some(answer.status.as_u16());
    line.bytes = Some(answer.body.len());
    let is_error = answer.status.is_client_error() || answer.status.is_server_error();
    line.error = is_error.then(|| answer.status.to_string());
    match target(page, answer) {
        Some(Ok(url)) => {
            line.to = Some(url.to_string());
            let redirected = [&page.redirected[..], slice::from_ref(&page.url)].concat();
            return vec![Page::new(url, page.follow).map(|page| Page { redirected, ..page })];
        }
        Some(Err(why)) => line.error = Some(why),
        None => {}
    }
    let kind = answer.header(CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
    if line.to.is_some() || !kind.starts_with("text/html") {
        return Vec::new();
    }
    let found = html::read(&page.url, &answer.body);
    line.title = found.title;
    line.links = Some(found.links.len());
    let links = found.links.iter().filter(|_| page.follow);
    let page = |link: &String| match html::absolute(&found.base, link) {
        Ok(url) if url.origin() == page.url.origin() => Some(Page::new(url, true)),
        Ok(_) => None, // `mailto:`, or another's
        Err(why) => {
            let text: String = link.chars().take(200).collect();
            Some(Err((text, format!("not a URL: {why}"))))
        }
    };
    links.filter_map(page).collect()
}

/// Where an answer redirects to, if it does; or why that is not followed.
fn target(page: &Page, answer: &Answer) -> Option<Result<Url, String>> {
    let to = answer.header(LOCATION).filter(|_| answer.status.is_redirection())?;
    Some(match html::absolute(&page.url, &to) {
        Err(error) => Err(format!("it redirects to what is no URL: {error}")),
        Ok(url) if url == page.url || page.redirected.contains(&url) => {
            Err("it redirects in a circle".to_owned())
        }
        Ok(_) if page.redirected.len() == REDIRECTS => {
            Err(format!("more than {REDIRECTS} redirects"))
        }
        // Or a site could make us ask, and remember, any number of hosts. (A page of https asks none.)
        Ok(url) if page.follow && url.scheme() == "http" && url.origin() != page.url.origin() => {
            Err(format!("it redirects to another host: {url}"))
        }
        to => to,
    })
}
