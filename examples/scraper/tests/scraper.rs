//! What is said of each page of a site on which everything goes wrong? Over loopback.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, Read, Write};
use std::net;
use std::path::Path;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use clap::Parser;
use kettle::net::TcpListener;
use kettle::sync::mpsc;
use scraper::crawl::Crawl;
use scraper::limits::Limits;
use scraper::page::Line;
use scraper::site;

#[derive(Parser)]
struct Words {
    #[command(flatten)]
    limits: Limits,
}

fn limits(words: &str) -> Limits {
    Words::parse_from(["scraper"].into_iter().chain(words.split_whitespace())).limits
}

async fn site() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let site = format!("http://{}", listener.local_addr().unwrap());
    kettle::spawn(site::serve(listener));
    site
}

/// Its lines by URL, each of which has one, and the summary.
async fn crawl(limits: Limits, urls: &[&str], follow: bool) -> (BTreeMap<String, Line>, String) {
    let (sender, mut receiver) = mpsc::channel(1);
    let mut crawl = Crawl::new(limits);
    for url in urls {
        crawl.add(url, follow);
    }
    let crawled = kettle::spawn(async move {
        crawl.run(sender).await;
        crawl.summary()
    });
    let mut lines = BTreeMap::new();
    while let Some(line) = receiver.recv().await {
        let url = line.url.clone();
        assert!(lines.insert(url.clone(), line).is_none(), "two lines for {url}");
    }
    (lines, crawled.await.unwrap())
}

const FAST: &str = "--at-once 100 --per-host 100 --delay 0 --bytes 300000";

#[kettle::test]
async fn every_page_of_a_bad_site_gets_its_line() {
    let site = site().await;
    let limits = limits(&format!("{FAST} --tries 2 --head 4 --body 4"));
    let (lines, summary) = crawl(limits, &[&format!("{site}/")], true).await;
    let line = |path: &str| {
        lines
            .get(&format!("{site}{path}"))
            .or_else(|| lines.get(path))
            .unwrap_or_else(|| panic!("no line for {path}: {lines:#?}"))
    };
    for (path, status, title) in [
        ("/", 200, Some("A site with everything")),
        ("/page/1", 200, Some("/page/1")),
        ("/page/20", 200, Some("/page/20")),
        ("/slow", 200, Some("Slow")),
        ("/flaky", 200, Some("At last")),
        ("/soup", 200, Some("A <b>& B")),
        ("/text", 200, None),
        ("/too-long", 200, None),
        ("/moved", 302, None),
        ("/circle", 302, None),
        ("/elcric", 302, None),
        ("/self", 302, None),
        ("/far/3", 302, None),
    ] {
        let line = line(path);
        assert_eq!((line.status, line.error.as_deref()), (Some(status), None), "{line:?}");
        assert_eq!(line.title.as_deref(), title, "{line:?}");
    }
    assert_eq!((line("/flaky").tries, line("/page/1").tries), (2, 1));
    assert_eq!(line("/too-long").bytes, Some(2), "what it has promised, and no more");
    for (path, tries, words) in [
        ("/broken", 2, "500 Internal Server Error"),
        ("/missing", 1, "404 Not Found"),
        ("/huge", 1, "body: length limit exceeded"),
        ("/endless", 1, "body: length limit exceeded"),
        ("/drip", 2, "body: not within 4 s"),
        ("/silent", 2, "head: not within 4 s"),
        ("/garbage", 1, "invalid HTTP"),
        ("/cut-head", 2, "connection closed before message completed"),
        ("/cut-body", 2, "error reading a body"),
        ("/too-short", 2, "end of file before message length reached"),
        ("/wide-head", 1, "message head is too large"),
        ("/far/10", 1, "more than 10 redirects"),
        ("/nowhere", 1, "it redirects to what is no URL"),
        ("/private/tea", 0, "the host's robots.txt disallows /private/"),
        ("/tls", 1, "it redirects to https://127.0.0.1/: this scraper has no TLS"),
    ] {
        let line = line(path);
        assert!(line.error.as_ref().is_some_and(|why| why.contains(words)), "{line:?}");
        assert_eq!(line.tries, tries, "{line:?}");
    }
    assert!(!lines.contains_key(&format!("{site}/x")), "a link in plain text is none");
    let [count, errors] = [lines.len(), lines.values().filter(|it| it.error.is_some()).count()];
    let expected = format!("{count} lines, {errors} with an error; 0 unfinished, 0 URLs left out");
    assert_eq!(summary, expected);
}

#[kettle::test]
async fn bad_urls_and_dead_hosts_stop_nothing() {
    let site = site().await;
    // A port at which nothing listens any more.
    let dead = net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let [good, dead] = [format!("{site}/page/1"), format!("http://{dead}/")];
    let urls = ["", "tea", "http://", "http://[::1", "https://kettle.test/", "ftp://x/", "data:,x"];
    let urls = [&urls[..], &["http://%00/", &good, &dead]].concat();
    let (lines, summary) = crawl(limits(&format!("{FAST} --tries 1")), &urls, false).await;
    assert_eq!(lines.len(), urls.len(), "{lines:#?}");
    let good: Vec<&Line> = lines.values().filter(|line| line.error.is_none()).collect();
    assert!(good.len() == 1 && good[0].url.ends_with("/page/1"), "{lines:#?}");
    let refused = lines[&dead].error.as_ref().unwrap();
    assert!(refused.starts_with("the host's robots.txt can't be read: "), "{refused}");
    assert_eq!(summary, "10 lines, 9 with an error; 0 unfinished, 0 URLs left out");
}

/// A host whose answer depends on the path.
struct ByHand {
    url: String,
    /// What it was asked for.
    asked: mpsc::UnboundedReceiver<String>,
}

fn by_hand(answer: fn(&str) -> &'static str) -> ByHand {
    let host = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("http://{}", host.local_addr().unwrap());
    let (sender, asked) = mpsc::unbounded_channel();
    thread::spawn(move || {
        for visit in host.incoming() {
            let mut visit = BufReader::new(visit.unwrap());
            let heads = visit.by_ref().lines().map_while(Result::ok);
            let head: Vec<String> = heads.take_while(|line| !line.is_empty()).collect();
            let Some(path) = head.first().and_then(|line| line.split(' ').nth(1)) else { continue };
            let _ = sender.send(path.to_owned());
            let _ = visit.get_mut().write_all(answer(path).as_bytes());
        }
    });
    ByHand { url, asked }
}

const EMPTY: &str = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n";

#[kettle::test]
async fn a_robots_txt_that_redirects_allows_nothing() {
    let mut host = by_hand(
        |_| "HTTP/1.1 301 Moved Permanently\r\nLocation: https://h/\r\nContent-Length: 0\r\n\r\n",
    );
    let url = format!("{}/1", host.url);
    let (lines, _) = crawl(limits(FAST), &[&url], false).await;
    let why = lines[&url].error.as_ref().unwrap();
    assert!(why.ends_with("robots.txt can't be read: 301 Moved Permanently"), "{why}");
    assert_eq!(host.asked.try_recv().unwrap(), "/robots.txt");
    assert!(host.asked.try_recv().is_err(), "nothing else is asked for");
}

#[kettle::test]
async fn a_host_that_asks_for_a_pause_gets_it_from_its_other_pages_too() {
    let host = by_hand(|path| match path {
        "/robots.txt" => EMPTY,
        _ => "HTTP/1.1 429 Too Many Requests\r\nRetry-After: 1\r\nContent-Length: 0\r\n\r\n",
    });
    let [one, two] = ["/1", "/2"].map(|path| format!("{}{path}", host.url));
    let begun = Instant::now();
    let limits = limits("--per-host 1 --delay 0 --tries 1");
    let (lines, _) = crawl(limits, &[&one, &two], false).await;
    assert!(lines.values().all(|line| line.status == Some(429) && line.tries == 1), "{lines:#?}");
    assert!(begun.elapsed() >= Duration::from_secs(1), "{:?}", begun.elapsed());
}

#[kettle::test]
async fn no_more_pages_than_asked_for() {
    let site = site().await;
    let limits = limits(&format!("{FAST} --pages 5 --tries 1 --head 4 --body 4"));
    let (lines, summary) = crawl(limits, &[&format!("{site}/")], true).await;
    assert_eq!(lines.len(), 5);
    assert!(summary.contains(" 0 unfinished, "), "{summary}");
    assert!(!summary.contains(" 0 URLs left out"), "{summary}");
}

#[kettle::test]
async fn a_crawl_whose_lines_nobody_reads_ends() {
    let site = site().await;
    let (sender, receiver) = mpsc::channel(1);
    let mut crawl = Crawl::new(limits(FAST));
    crawl.add(&format!("{site}/page/1"), false);
    drop(receiver);
    crawl.run(sender).await;
    assert_eq!(crawl.summary(), "0 lines, 0 with an error; 1 unfinished, 0 URLs left out");
}

#[kettle::test]
async fn a_followed_page_that_redirects_elsewhere_makes_no_other_host_known() {
    let mut other = by_hand(|_| EMPTY);
    let host = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let typed = format!("http://{}/", host.local_addr().unwrap());
    let to = format!("{}/", other.url);
    let redirect = format!("HTTP/1.1 302 Found\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n");
    thread::spawn(move || {
        for answer in [EMPTY, &redirect] {
            let mut visit = BufReader::new(host.accept().unwrap().0);
            let heads = visit.by_ref().lines().map_while(Result::ok);
            heads.take_while(|line| !line.is_empty()).for_each(drop);
            visit.get_mut().write_all(answer.as_bytes()).unwrap();
        }
    });
    let (lines, _) = crawl(limits(FAST), &[&typed], true).await;
    let error = lines[&typed].error.as_ref().unwrap();
    assert_eq!((error, lines.len()), (&format!("it redirects to another host: {to}"), 1));
    assert!(other.asked.try_recv().is_err(), "it is not asked, not even for its robots.txt");
}

#[test]
fn ctrl_c_ends_it_in_the_middle_of_a_request() {
    let silent = net::TcpListener::bind("127.0.0.1:0").unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_scraper"));
    program.arg(format!("http://{}/", silent.local_addr().unwrap()));
    let mut program = program.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let (mut visit, _) = silent.accept().unwrap();
    // It is asking, so it is also listening for the signal.
    visit.read_exact(&mut [0; 20]).unwrap();
    let interrupted = Command::new("kill").args(["-INT", &program.id().to_string()]).status();
    assert!(interrupted.unwrap().success());
    assert!(program.wait().unwrap().success());
    let mut said = String::new();
    program.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(said.ends_with("0 lines, 0 with an error; 1 unfinished, 0 URLs left out\n"), "{said}");
}

#[test]
fn a_list_with_nonsense_has_its_lines_and_a_full_disk_is_an_error() {
    let list = Path::new(env!("CARGO_TARGET_TMPDIR")).join("list");
    fs::write(&list, b"tea\n\xff\n//[").unwrap();
    let mut program = Command::new(env!("CARGO_BIN_EXE_scraper"));
    let output = program.arg("--list").arg(&list).output().unwrap();
    assert!(output.status.success(), "{output:?}");
    let said = String::from_utf8(output.stdout).unwrap();
    let errors = said.lines().filter(|line| line.contains("\"error\":\"not a URL, "));
    assert_eq!(errors.count(), 3, "{said}");
    let full = File::options().write(true).open("/dev/full").unwrap();
    let output = program.stdout(full).output().unwrap();
    let said = String::from_utf8(output.stderr).unwrap();
    assert!(!output.status.success() && said.contains("No space left"), "{said}");
}
