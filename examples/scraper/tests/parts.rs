//! Whose turn is it, what may be fetched, and what does a page say? Without a network, with a virtual clock.

use std::sync::Arc;
use std::time::Duration;

use clap::Parser;
use kettle::time::{Instant, sleep_until};
use scraper::frontier::{Frontier, Page};
use scraper::html;
use scraper::limits::Limits;
use scraper::robots::Rules;
use url::Url;

#[derive(Parser)]
struct Words {
    #[command(flatten)]
    limits: Limits,
}

fn frontier(words: &str) -> Frontier {
    let words = ["scraper"].into_iter().chain(words.split_whitespace());
    Frontier::new(Arc::new(Words::parse_from(words).limits))
}

fn page(url: &str) -> Page {
    Page::new(Url::parse(url).unwrap(), Vec::new())
}

/// Asks for the host's robots.txt, which is always its first page.
fn settle(frontier: &mut Frontier, rules: &str) {
    let robots = frontier.take().unwrap().page;
    assert!(robots.is_robots && robots.url.path() == "/robots.txt");
    frontier.obey(&robots, Rules::read(rules));
    frontier.done(&robots, None);
}

#[kettle::test(start_paused = true)]
async fn nothing_is_asked_of_a_host_before_its_rules_are_known() {
    let mut frontier = frontier("--delay 0");
    frontier.add(page("http://a/1"));
    frontier.add(page("http://a/2"));
    let robots = frontier.take().unwrap().page;
    assert!(frontier.take().is_none(), "the pages wait");
    // Its first try has failed, and the pages still wait.
    let at = Instant::now() + Duration::from_secs(3);
    frontier.done(&robots, None);
    frontier.add_later(robots, at);
    assert!(frontier.take().is_none());
    assert_eq!(frontier.next_time(), Some(at));
    sleep_until(at).await;
    settle(&mut frontier, "User-agent: *\nDisallow: /2");
    let [first, second] = [(); 2].map(|()| frontier.take().unwrap());
    assert_eq!((first.page.url.path(), first.forbidden), ("/1", None));
    assert!(second.forbidden.is_some());
}

#[kettle::test(start_paused = true)]
async fn hosts_take_turns_and_each_has_its_delay() {
    let mut frontier = frontier("--delay 1 --per-host 2");
    for number in 0..3 {
        frontier.add(page(&format!("http://a/{number}")));
    }
    settle(&mut frontier, "User-agent: *\nCrawl-delay: 5");
    frontier.add(page("http://b/0"));
    settle(&mut frontier, "");
    let begun = Instant::now();
    let mut turns = Vec::new();
    while turns.len() < 4 {
        while let Some(turn) = frontier.take() {
            turns.push((begun.elapsed().as_secs(), turn.page.url.to_string()));
            frontier.done(&turn.page, None);
        }
        if let Some(time) = frontier.next_time() {
            sleep_until(time).await;
        }
    }
    let turns: Vec<_> = turns.iter().map(|(time, url)| (*time, url.as_str())).collect();
    let expected = [(1, "http://a/0"), (1, "http://b/0"), (6, "http://a/1"), (11, "http://a/2")];
    assert_eq!(turns, expected);
}

#[kettle::test(start_paused = true)]
async fn requests_at_once_are_limited_in_all_and_for_each_host() {
    let mut frontier = frontier("--delay 0 --per-host 2 --at-once 3");
    for number in 0..10 {
        frontier.add(page(&format!("http://{}/{number}", ["a", "b"][number % 2])));
    }
    settle(&mut frontier, "");
    settle(&mut frontier, "");
    let mut turns: Vec<_> = std::iter::from_fn(|| frontier.take()).collect();
    let hosts: String = turns.iter().map(|turn| turn.page.url.host_str().unwrap()).collect();
    assert!(["aab", "aba", "abb", "baa", "bab", "bba"].contains(&&*hosts), "{hosts}");
    let ended = turns.remove(0).page;
    frontier.done(&ended, None);
    assert!(frontier.take().is_some());
    assert!(frontier.take().is_none());
    assert_eq!(frontier.next_time(), None, "only the end of a request changes that");
}

#[test]
fn the_longest_pattern_of_our_own_group_counts() {
    let rules = Rules::read(
        "User-agent: other\nDisallow: /\n\nUSER-AGENT: Kettle-Scraper # us\nuser-agent: more\n\
         Disallow: /a\nAllow: /a/b\nDisallow: /*.pdf$\nDisallow: /x*y*z\nDisallow:\nCrawl-delay: 2.5\n\
         \nUser-agent: *\nDisallow: /",
    );
    assert_eq!(rules.delay, Duration::from_millis(2500));
    for (path, forbidden) in [
        ("/", false),
        ("/a", true),
        ("/a/c", true),
        ("/a/b/c", false),
        ("/tea.pdf", true),
        ("/tea.pdf?x", false),
        ("/x1y2z3", true),
        ("/x1z2y3", false),
    ] {
        let url = Url::parse(&format!("http://h{path}")).unwrap();
        assert_eq!(rules.forbid(&url).is_some(), forbidden, "{path}");
    }
    let all = Url::parse("http://h/a").unwrap();
    assert!(Rules::read("\u{feff}User-agent: *\nDisallow: /").forbid(&all).is_some());
    assert!(Rules::read("User-agent: *\nDisallow: /").forbid(&all).is_some());
    let ours = "User-agent: *\nDisallow: /\nUser-agent: kettle-scraper\nDisallow:";
    assert!(Rules::read(ours).forbid(&all).is_none(), "an empty group allows everything");
    for nonsense in ["", "<html>", ":::", "Disallow: /", "Crawl-delay: -1", "User-agent"] {
        assert!(Rules::read(nonsense).forbid(&all).is_none(), "{nonsense}");
    }
}

#[test]
fn links_are_absolute_whatever_the_page_is_like() {
    let url = Url::parse("http://h/a/b").unwrap();
    let html =
        b"<title>\xff</title><A HREF=c#part>x<!-- <a href=no> --><a href='//i/?q=1&amp;r=2'>\
                 <a name=x><base href=/z/><base href=/y/><a href=d><a href=http://[>\
                 <script>'<a href=no>'</script><textarea><a href=no></textarea>";
    let found = html::read(&url, html);
    assert_eq!(found.title.as_deref(), Some("\u{fffd}"));
    let links: Vec<String> = found
        .links
        .iter()
        .map(|link| html::absolute(&found.base, link).map_or("no URL".into(), String::from))
        .collect();
    // The first base counts, also for the links before it.
    assert_eq!(links, ["http://h/z/c", "http://i/?q=1&r=2", "http://h/z/d", "no URL"]);
}

#[test]
fn a_long_base_does_not_multiply() {
    let url = Url::parse("http://h/").unwrap();
    let html = format!("<base href='/{}/'><a href=x>", "b".repeat(100_000));
    let found = html::read(&url, html.as_bytes());
    assert_eq!(found.base, url);
    let long = Url::parse(&format!("http://h/{}", "b".repeat(1_999))).unwrap();
    assert!(html::absolute(&url, &"x".repeat(2_001)).is_err());
    assert!(html::absolute(&long, "?0").is_err(), "nor does a page with a long name");
    assert!(html::absolute(&long, "/x").is_ok());
}
