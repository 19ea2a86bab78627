//! How does a learner see the verdict without asking for it?
//!
//! The folder of the answer is watched; each save is judged. A program that saves in two steps is
//! judged once. A save ends the judgement of what was there before. After a pass, the next exercise
//! is begun and watched.
//!
//! Interface: [`watch`].

use std::sync::mpsc;
use std::time::Duration;

use anstream::println;
use notify::{Event, EventKind, RecursiveMode, Watcher};

use crate::catalogue::Exercise;
use crate::desk;
use crate::judgement::{self, Judged};
use crate::path;
use crate::places::shown;
use crate::progress::Progress;
use crate::prose::{DIM, complain};

/// An editor is through with saving when it was quiet for so long.
const QUIET: Duration = Duration::from_millis(150);

/// Judges at each save, until there is nothing more to do.
pub(crate) fn watch<'a>(
    mut exercise: &'a Exercise,
    all: &'a [Exercise],
    progress: &mut Progress,
) -> Result<bool, String> {
    desk::answer(exercise)?;
    loop {
        watch_one(exercise, all, progress)?;
        let path = path::path(all)?;
        let Some(following) = path::after(&path, &exercise.name) else { return Ok(true) };
        println!();
        desk::start(following, progress)?;
        exercise = following;
    }
}

/// Judges at each save, until the answer has passed.
fn watch_one(exercise: &Exercise, all: &[Exercise], progress: &mut Progress) -> Result<(), String> {
    let (tell, saves) = mpsc::channel();
    let heard = move |event: notify::Result<Event>| {
        let touched = |event: &Event| !matches!(event.kind, EventKind::Access(_));
        if event.as_ref().is_ok_and(touched) {
            let _ = tell.send(()); // at the end of the watch there is no receiver
        }
    };
    let failed = |error: notify::Error| format!("cannot watch the files: {error}");
    // Not `src` itself, which `reset` may put elsewhere.
    let folder = desk::folder(exercise);
    let mut watcher = notify::recommended_watcher(heard).map_err(failed)?;
    watcher.watch(&folder, RecursiveMode::Recursive).map_err(failed)?;
    let mut judged = None;
    loop {
        // What we write ourselves is heard, too, and must not be judged again. If it can't be read, an
        // editor has taken it away, and puts it back.
        let now = desk::sources(exercise).ok();
        if now.is_some() && now != judged {
            judged = now;
            let is_old = || {
                saves.try_iter().count() > 0
                    && desk::sources(exercise).is_ok_and(|now| judged.as_ref() != Some(&now))
            };
            match judgement::check(exercise, all, progress, &is_old) {
                Ok(Judged::Passed) => return Ok(()),
                Ok(Judged::Old) => {
                    println!("\n{DIM}You have saved it again.{DIM:#}\n");
                    continue;
                }
                Ok(Judged::NotYet) => {}
                Err(mistake) => complain(&mistake), // such as a manifest that is half written
            }
            let folder = shown(&folder);
            println!("\n{DIM}waiting for the next save in {folder} (Ctrl-C ends){DIM:#}");
        }
        saves.recv().map_err(|_| "the watch has ended".to_owned())?;
        while saves.recv_timeout(QUIET).is_ok() {}
    }
}
