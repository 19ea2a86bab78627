//! What happens to one page, until there is a line about it?
//!
//! [`visit`] is the life of a page, from top to bottom: a task of its own, which waits for its
//! turn, asks, reads, and returns a line and the pages that follow from it. It shares nothing with
//! other pages but their host.
//!
//! Why `Send`, `Arc` and locks, on one thread? Because `spawn` asks for them, and so the same
//! source runs on many threads.

use std::sync::Arc;

use hyper::header::{CONTENT_TYPE, LOCATION};
use kettle::sync::OwnedSemaphorePermit;
use serde::Serialize;
use url::Url;

use crate::fetch::header;
use crate::host::Host;
use crate::html;

const REDIRECTS: u32 = 10;

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

pub struct Page {
    pub url: Url,
    /// Are its links on the same host followed?
    pub follow: bool,
    /// How many pages redirected to it, one after the other.
    pub redirects: u32,
}

#[derive(Default)]
pub struct Visited {
    pub line: Line,
    pub found: Vec<Page>,
    /// Its request counts as running until this is taken in. So at most `at_once` pages are in
    /// memory, also if the reader of the lines is slow.
    pub permit: Option<OwnedSemaphorePermit>,
}

pub async fn visit(page: Page, host: Arc<Host>) -> Visited {
    let mut visited = Visited::default();
    visited.line.url = page.url.to_string();
    visited.line.error = visited.fetch(&page, &host).await.err();
    visited
}

impl Visited {
    async fn fetch(&mut self, page: &Page, host: &Host) -> Result<(), String> {
        let line = &mut self.line;
        host.allows(&page.url).await?;
        let (answer, permit) = host.ask(&page.url, host.limits.bytes, &mut line.tries).await?;
        self.permit = Some(permit);
        let status = answer.status();
        line.status = Some(status.as_u16());
        line.bytes = Some(answer.body().len());
        if status.is_client_error() || status.is_server_error() {
            return Err(status.to_string());
        }
        let kind = header(&answer, CONTENT_TYPE).unwrap_or_default().to_ascii_lowercase();
        if let Some(to) = header(&answer, LOCATION).filter(|_| status.is_redirection()) {
            let to = page.redirected(to)?;
            line.to = Some(to.url.to_string());
            self.found.push(to);
        } else if kind.starts_with("text/html") {
            let html = html::read(&page.url, answer.body());
            line.title = html.title;
            line.links = Some(html.links.len());
            let links = html.links.into_iter();
            let links = links.filter(|url| page.follow && url.origin() == page.url.origin());
            self.found.extend(links.map(|url| Page { url, follow: true, redirects: 0 }));
        }
        Ok(())
    }
}

impl Page {
    /// Where it redirects to; or why that is not followed.
    fn redirected(&self, to: &str) -> Result<Page, String> {
        let url = html::absolute(&self.url, to).ok_or("it redirects to what is no URL")?;
        if url.scheme() != "http" {
            return Err(format!("it redirects to {url}: this scraper has no TLS"));
        }
        // Or a site could make us ask, and remember, any number of hosts.
        if self.follow && url.origin() != self.url.origin() {
            return Err(format!("it redirects to another host: {url}"));
        }
        if self.redirects == REDIRECTS {
            return Err(format!("more than {REDIRECTS} redirects"));
        }
        Ok(Page { url, follow: self.follow, redirects: self.redirects + 1 })
    }
}
