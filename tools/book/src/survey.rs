//! What is wrong with the papers' words, and how much of it is still allowed?
//!
//! Four checks: `mentions` of chapters and beliefs (`mentions.rs`), `figures` of the bench
//! (`figures.rs`), `style` (`style.rs`), and `form`: of the chapters (`form.rs`), of their map
//! (`map.rs`), of the replay's legend (`legend.rs`). What was wrong when a check came is in the
//! allowance (`allowance.rs`), which only shrinks.

use std::path::PathBuf;

use kettle_bench_tool::Quotable;
use kettle_kit::report::{Report, none_of};
use kettle_kit::{files, tree};

use crate::allowance::{self, Allowance, Found};
use crate::chapters::{self, SUMMARY};
use crate::legend::{CONTROLS, LEGEND};
use crate::map::{MAP, README};
use crate::mentions::Mentions;
use crate::{beliefs, figures, form, legend, map, papers, style};

/// The checks, each with its name in the allowance.
const CHECKS: &[(&str, &str)] = &[
    ("mentions", "every chapter and belief is mentioned by its right number"),
    ("figures", "every figure of the bench is the one that was measured"),
    ("style", "the prose keeps to the rules of style"),
    ("form", "every chapter is built like the others, and on the map"),
];

pub(crate) fn check(report: &mut Report) {
    let surveyed = found().and_then(|found| Ok((found, Allowance::load()?)));
    for (check, name) in CHECKS {
        report.check(name, || {
            let (found, allowance) = surveyed.as_ref().map_err(Clone::clone)?;
            none_of(&allowance.exceeded(check, found))
        });
    }
}

fn found() -> Result<Found, String> {
    let mut found = Found::new();
    let mut add = |check: &str, file: &str, mut faults: Vec<_>| {
        let all = found.entry((check.to_owned(), file.to_owned())).or_default();
        all.append(&mut faults);
    };
    let (mentions, quotable) = (Mentions::load()?, quotable()?);
    for path in papers::written() {
        let (name, text) = (tree::shown(&path), files::read(&path)?);
        add("mentions", &name, mentions.faults(&text));
        add("figures", &name, figures::rewrite(&text, |words| quotable.figure(words)).1);
        add("style", &name, style::faults(&text));
    }
    for path in papers::commented() {
        let (name, text) = (tree::shown(&path), style::comments(&files::read(&path)?));
        add("mentions", &name, mentions.faults(&text));
        add("style", &name, style::faults(&text));
    }
    let chapters = chapters::all()?;
    let in_book = |name: &str| format!("{}/{name}", papers::CHAPTERS);
    for chapter in &chapters {
        add("form", &in_book(&chapter.name), form::faults(chapter));
    }
    for (name, fault) in form::order(&chapters, &tree::read(&in_book(SUMMARY))?) {
        add("form", &in_book(&name), vec![fault]);
    }
    for (name, fault) in form::unprepared(&chapters, tree::read)? {
        add("form", &name, vec![fault]);
    }
    let (whole, small) = (tree::read(MAP)?, tree::read(README)?);
    let beliefs = beliefs::places(&tree::read(papers::BELIEFS)?);
    add("form", MAP, map::faults(&whole, &chapters, &chapters::exercises(), &beliefs));
    add("form", README, map::unlike(&whole, &small));
    add("form", LEGEND, legend::faults(&tree::read(LEGEND)?, &tree::read(CONTROLS)?));
    Ok(found)
}

/// Writes numbers and figures into these papers, and lowers the allowance; the files that changed.
pub(crate) fn write(paths: &[PathBuf]) -> Result<Vec<String>, String> {
    let (mentions, quotable) = (Mentions::load()?, quotable()?);
    let mut written = Vec::new();
    for path in paths {
        let text = files::read(path)?;
        let new = mentions.filled(&text);
        let new = figures::rewrite(&new, |words| quotable.figure(words)).0;
        if new != text {
            files::put(path, new.as_bytes())?;
            written.push(tree::shown(path));
        }
    }
    if allowance::lower(&found()?)? {
        written.push("the allowance, which is lower now".to_owned());
    }
    Ok(written)
}

fn quotable() -> Result<Quotable, String> {
    Quotable::load().map_err(|trouble| trouble.to_string())
}
