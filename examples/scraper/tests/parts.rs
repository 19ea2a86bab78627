//! Whose turn is it, what may be fetched, and what does a page say? Without a network, with a
//! virtual clock.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use clap::Parser;
use kettle::sync::Semaphore;
use kettle::task::JoinSet;
use kettle::time::{Instant, sleep};
use robotxt::Robots;
use scraper::fetch::NAME;
use scraper::host::Host;
use scraper::html;
use scraper::limits::Limits;
use url::Url;

#[derive(Parser)]
struct Words {
    #[command(flatten)]
    limits: Limits,
}

fn limits(words: &str) -> Limits {
    Words::parse_from(["scraper"].into_iter().chain(words.split_whitespace())).limits
}

/// Hosts whose robots.txt say this.
fn hosts<const N: usize>(limits: &Limits, rules: [&str; N]) -> [Arc<Host>; N] {
    let at_once = Arc::new(Semaphore::new(limits.at_once.get().into()));
    rules.map(|rules| {
        let host = Host::new(limits.clone(), at_once.clone());
        host.rules.set(Ok(Robots::parse(rules.as_bytes(), NAME))).unwrap();
        Arc::new(host)
    })
}

/// Three pages of each host wait for their turns, and ask for so long: which request begins when?
async fn turns(hosts: &[(&'static str, Arc<Host>)], seconds: u64) -> Vec<(u64, &'static str)> {
    let (begun, turns) = (Instant::now(), Arc::new(Mutex::new(Vec::new())));
    let mut pages = JoinSet::new();
    for (name, host) in hosts.iter().flat_map(|host| [host; 3]).cloned() {
        let turns = turns.clone();
        pages.spawn(async move {
            let permit = host.wait().await;
            turns.lock().unwrap().push((begun.elapsed().as_secs(), name));
            sleep(Duration::from_secs(seconds)).await;
            drop(permit);
        });
    }
    pages.join_all().await;
    Arc::into_inner(turns).unwrap().into_inner().unwrap()
}

#[kettle::test(start_paused = true)]
async fn each_host_has_its_delay() {
    let rules = ["User-agent: *\nCrawl-delay: 5", "", "User-agent: *\nCrawl-delay: 1e9"];
    let [slow, fast, endless] = hosts(&limits("--delay 1000"), rules);
    let turns = turns(&[("slow", slow), ("fast", fast), ("endless", endless)], 0).await;
    let of = |wanted| {
        let its = turns.iter().filter(|(_, name)| *name == wanted);
        its.map(|(time, _)| *time).collect::<Vec<_>>()
    };
    assert_eq!((of("slow"), of("fast")), (vec![0, 5, 10], vec![0, 1, 2]));
    assert_eq!(of("endless"), [0, 60, 120], "a site may not make us wait for longer");
}

#[kettle::test(start_paused = true)]
async fn requests_at_once_are_limited_and_hosts_take_turns() {
    let [a, b, c] = hosts(&limits("--delay 0 --at-once 2"), [""; 3]);
    let turns = turns(&[("a", a), ("b", b), ("c", c)], 1).await;
    let times: Vec<u64> = turns.iter().map(|(time, _)| *time).collect();
    assert_eq!(times, [0, 0, 1, 1, 2, 2, 3, 3, 4], "two at once, and never fewer");
    // In the line for a permit is one page of each host. If all were, c's would come last, under
    // any schedule.
    assert!(turns[..6].iter().any(|(_, name)| *name == "c"), "{turns:?}");
}

#[kettle::test(start_paused = true)]
async fn a_pause_is_for_all_pages_of_its_host_and_no_other() {
    let [busy, other] = hosts(&limits("--delay 1000 --at-once 1"), [""; 2]);
    let begun = Instant::now();
    let permit = other.wait().await;
    let page = kettle::spawn({
        let busy = busy.clone();
        async move { (busy.wait().await, Instant::now()).1 }
    });
    sleep(Duration::from_secs(3)).await;
    // It is its turn at the host, and it waits for the permit.
    busy.rest(Duration::from_secs(10));
    drop(permit);
    drop(other.wait().await);
    assert_eq!(begun.elapsed().as_secs(), 3);
    assert_eq!((page.await.unwrap() - begun).as_secs(), 13);
    drop(busy.wait().await);
    assert_eq!(begun.elapsed().as_secs(), 14, "afterwards it has its delay again");
}

async fn forbidden(rules: &str, path: &str) -> Option<String> {
    let url = Url::parse(&format!("http://h{path}")).unwrap();
    let [host] = hosts(&limits(""), [rules]);
    host.allows(&url).await.err()
}

#[kettle::test]
async fn our_own_group_of_a_robots_txt_counts() {
    let rules =
        "User-agent: *\nDisallow: /\n\nUser-agent: Kettle-Scraper\nDisallow: /a\nAllow: /a/b";
    for (path, is_forbidden) in [("/", false), ("/a", true), ("/a/c", true), ("/a/b/c", false)] {
        assert_eq!(forbidden(rules, path).await.is_some(), is_forbidden, "{path}");
    }
    assert_eq!(forbidden("<html>", "/a").await, None, "nonsense forbids nothing");
}

#[test]
fn links_are_absolute_whatever_the_page_is_like() {
    let url = Url::parse("http://h/a/b").unwrap();
    let html =
        b"<title>\xff</title><A HREF=c#part>x<!-- <a href=no> --><a href='//i/?q=1&amp;r=2'>\
                 <a name=x><base href=/z/><a href=d><a href=http://[>\
                 <script>'<a href=no>'</script><textarea><a href=no></textarea>";
    let found = html::read(&url, html);
    assert_eq!(found.title.as_deref(), Some("\u{fffd}"));
    let links: Vec<&str> = found.links.iter().map(Url::as_str).collect();
    assert_eq!(links, ["http://h/a/c", "http://i/?q=1&r=2", "http://h/z/d"], "and one is no URL");
}
