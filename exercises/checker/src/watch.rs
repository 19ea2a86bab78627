//! How does one see the verdict without asking for it?
//!
//! The folder of the answer is watched; each save is judged. A program that saves in two steps is
//! judged once.
//!
//! Interface: [`watch`].

use std::sync::mpsc;
use std::time::Duration;

use anstream::println;
use notify::{Event, EventKind, RecursiveMode, Watcher};

use crate::catalogue::Exercise;
use crate::desk;
use crate::judgement;
use crate::places::short;
use crate::progress::Progress;
use crate::words::DIM;

/// An editor is through with saving when it was quiet for so long.
const QUIET: Duration = Duration::from_millis(150);

/// Judges at each save, until the answer has passed.
pub(crate) fn watch(
    exercise: &Exercise,
    all: &[Exercise],
    progress: &mut Progress,
) -> Result<bool, String> {
    let (tell, saves) = mpsc::channel();
    let heard = move |event: notify::Result<Event>| {
        let touched = |event: &Event| !matches!(event.kind, EventKind::Access(_));
        if event.as_ref().is_ok_and(touched) {
            let _ = tell.send(()); // at the end of the program nobody listens
        }
    };
    let failed = |error: notify::Error| format!("cannot watch the files: {error}");
    desk::answer(exercise)?;
    let source = desk::folder(exercise).join("src");
    let mut watcher = notify::recommended_watcher(heard).map_err(failed)?;
    watcher.watch(&source, RecursiveMode::Recursive).map_err(failed)?;
    let mut before = None;
    loop {
        // What we write ourselves is heard, too, and must not be judged again. If it can't be read, an
        // editor has taken it away, and puts it back.
        let now = desk::sources(exercise).ok();
        if now.is_some() && now != before {
            before = now;
            if judgement::check(exercise, all, progress)? {
                return Ok(true);
            }
            println!("\n{DIM}waiting for the next save in {} (Ctrl-C ends){DIM:#}", short(&source));
        }
        saves.recv().map_err(|_| "the watch has ended".to_owned())?;
        while saves.recv_timeout(QUIET).is_ok() {}
    }
}
