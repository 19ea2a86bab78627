//! What is wrong with the papers' words?
//!
//! Four checks: mentions of chapters and beliefs (`mentions.rs`), figures of the bench (`figures.rs`),
//! style (`style.rs`), and form: of the chapters (`form.rs`), of their map (`map.rs`), of the replay's
//! legend (`legend.rs`).

use std::path::PathBuf;

use kettle_bench_tool::Quotable;
use kettle_kit::report::{Report, none_of};
use kettle_kit::{files, tree};

use crate::blocks::Fault;
use crate::legend::{CONTROLS, LEGEND};
use crate::map::{MAP, README};
use crate::mentions::Mentions;
use crate::papers::{self, CHAPTERS};
use crate::{beliefs, chapters, figures, form, legend, map, style};

pub(crate) fn check(report: &mut Report) {
    report.check("every chapter and belief is mentioned by its right number", || {
        let mentions = Mentions::load()?;
        none_of(&in_all(true, |text| mentions.faults(text))?)
    });
    report.check("every figure of the bench is the one that was measured", || {
        let quotable = Quotable::load()?;
        none_of(&in_all(false, |text| figures::rewrite(text, |words| quotable.figure(words)).1)?)
    });
    report
        .check("the prose keeps to the rules of style", || none_of(&in_all(true, style::faults)?));
    report.check("every chapter is built like the others, and on the map", || {
        none_of(&out_of_form()?)
    });
}

/// What `look` finds in the papers, and perhaps in the comments of the sources.
fn in_all(commented: bool, look: impl Fn(&str) -> Vec<Fault>) -> Result<Vec<String>, String> {
    let mut found = Vec::new();
    for path in papers::written() {
        found.extend(told(&tree::shown(&path), look(&files::read(&path)?)));
    }
    for path in papers::commented().into_iter().filter(|_| commented) {
        let comments = style::comments(&files::read(&path)?);
        found.extend(told(&tree::shown(&path), look(&comments)));
    }
    Ok(found)
}

/// `file:line: words`
fn told(file: &str, faults: Vec<Fault>) -> impl Iterator<Item = String> {
    faults.into_iter().map(move |(line, words)| format!("{file}:{line}: {words}"))
}

fn out_of_form() -> Result<Vec<String>, String> {
    let chapters = chapters::all()?;
    let mut found = Vec::new();
    for chapter in &chapters {
        found.extend(told(&format!("{CHAPTERS}/{}", chapter.name), form::faults(chapter)));
    }
    found.extend(form::unprepared(&chapters, tree::read)?);
    let (whole, small) = (tree::read(MAP)?, tree::read(README)?);
    let beliefs = beliefs::places(&tree::read(papers::BELIEFS)?);
    found.extend(told(MAP, map::faults(&whole, &chapters, &beliefs)));
    found.extend(told(README, map::unlike(&whole, &small)));
    found.extend(told(LEGEND, legend::faults(&tree::read(LEGEND)?, &tree::read(CONTROLS)?)));
    Ok(found)
}

/// Writes numbers and figures into these papers; the files that changed.
pub(crate) fn write(paths: &[PathBuf]) -> Result<Vec<String>, String> {
    let mentions = Mentions::load()?;
    let quotable = Quotable::load().map_err(|trouble| trouble.to_string())?;
    let mut written = Vec::new();
    for path in paths {
        let text = files::read(path)?;
        let new = mentions.filled(&text);
        let new = figures::rewrite(&new, |words| quotable.figure(words)).0;
        if new != text {
            files::put(path, new)?;
            written.push(tree::shown(path));
        }
    }
    Ok(written)
}
