//! What does a host allow us? (RFC 9309, and `Crawl-delay`, which many sites have beside it; of more than a minute it
//! is a minute.)

use std::time::Duration;

use url::{Position, Url};

use crate::fetch::{Answer, Failure, NAME};
use crate::limits::seconds;

#[derive(Debug, Default)]
pub struct Rules {
    /// Patterns of paths, and whether they are allowed.
    paths: Vec<(String, bool)>,
    pub delay: Duration,
    /// Why there are none. Then the host may not be asked for anything.
    unknown: Option<String>,
}

impl Rules {
    /// Of the answer to `/robots.txt`. If there is no such file, everything is allowed.
    pub fn of(answer: &Result<Answer, Failure>) -> Rules {
        let why = match answer {
            Ok(answer) if answer.status.is_success() => {
                return Rules::read(&String::from_utf8_lossy(&answer.body));
            }
            Ok(answer) if !answer.is_passing() => return Rules::default(),
            Ok(answer) => answer.status.to_string(),
            Err(Failure::Passing(why) | Failure::Lasting(why)) => why.clone(),
        };
        Rules { unknown: Some(why), ..Rules::default() }
    }

    pub fn read(text: &str) -> Rules {
        let text = text.trim_start_matches('\u{feff}'); // some editors begin a file so
        group(text, NAME).or_else(|| group(text, "*")).unwrap_or_default()
    }

    /// Why this page is not to be fetched.
    pub fn forbid(&self, url: &Url) -> Option<String> {
        if let Some(why) = &self.unknown {
            return Some(format!("the host's robots.txt can't be read: {why}"));
        }
        let path = &url[Position::BeforePath..Position::AfterQuery];
        // The longest pattern counts; of two that are as long, the one that allows.
        let fitting = self.paths.iter().filter(|(pattern, _)| fits(pattern, path));
        let (pattern, allowed) =
            fitting.max_by_key(|(pattern, allowed)| (pattern.len(), *allowed))?;
        (!allowed).then(|| format!("the host's robots.txt disallows {pattern}"))
    }
}

/// The lines that are addressed to `name`.
fn group(text: &str, name: &str) -> Option<Rules> {
    let (mut rules, mut addressed, mut in_names) = (None::<Rules>, false, false);
    for line in text.lines() {
        let line = line.split('#').next().unwrap_or_default();
        let Some((key, value)) = line.split_once(':') else { continue };
        let (key, value) = (key.trim().to_ascii_lowercase(), value.trim());
        if key == "user-agent" {
            addressed = (addressed && in_names) || value.eq_ignore_ascii_case(name);
            in_names = true;
            rules = rules.or_else(|| addressed.then(Rules::default));
            continue;
        }
        in_names = false;
        let Some(rules) = rules.as_mut().filter(|_| addressed) else { continue };
        match key.as_str() {
            "allow" | "disallow" if !value.is_empty() => {
                rules.paths.push((value.to_owned(), key == "allow"));
            }
            "crawl-delay" => rules.delay = seconds(value).unwrap_or_default(),
            _ => {}
        }
    }
    rules
}

/// A path begins with its pattern, in which `*` is anything, and `$` at the end is the end.
fn fits(pattern: &str, path: &str) -> bool {
    let (pattern, to_the_end) = match pattern.strip_suffix('$') {
        Some(pattern) => (pattern, true),
        None => (pattern, false),
    };
    let mut parts = pattern.split('*');
    let Some(mut rest) = path.strip_prefix(parts.next().unwrap_or_default()) else { return false };
    let Some(last) = parts.next_back() else { return !to_the_end || rest.is_empty() };
    for part in parts {
        let Some((_, after)) = rest.split_once(part) else { return false };
        rest = after;
    }
    if to_the_end { rest.ends_with(last) } else { rest.contains(last) }
}
