//! Is each lock of kettle's own state a `StateLock`?
//!
//! A `StateLock` is a mutex of kettle's own (`runtime/events/src/state_lock.rs`). In debug builds a
//! thread counts those that it holds, and panics if the program's code runs while it holds one. A
//! lock of another type would escape this check, so only the files in [`OTHER_LOCKS`] may have one.

use std::collections::BTreeSet;

use kettle_kit::report::{Report, none_of};
use kettle_kit::{files, tree};
use quote::ToTokens;
use regex_lite::Regex;
use syn::Item;

use super::imports::is_for_tests_or_checks;

/// The files with locks of another type. While most of these locks are held, the program's own code
/// may run. If it then waits for the same lock, the deadlock is the program's bug.
const OTHER_LOCKS: [&str; 10] = [
    "runtime/events/src/recorder.rs", // a table's lock, under which no code but its own runs
    "runtime/events/src/state_lock.rs", // a `StateLock` is made of one
    "src/sync/broadcast/chan.rs",     // a value is cloned under its own lock, which is reentrant
    "src/sync/broadcast/slots.rs",    // the same lock
    "src/sync/mutex/guard.rs",        // the program holds the guard
    "src/sync/mutex/value.rs",        // the same lock
    "src/sync/rwlock/guard.rs",       // the program holds the guards
    "src/sync/rwlock/owned.rs",       // the same lock
    "src/sync/rwlock/value.rs",       // the same lock
    "src/sync/watch/chan.rs",         // a `Ref` is a guard, and `send_modify` calls a closure
];

/// Where kettle's code is.
const SOURCES: [&str; 3] = ["runtime/src", "runtime/events/src", "src"];

pub(super) fn locks(report: &mut Report) {
    report.check("each lock of state is a StateLock", || {
        let mut faults = Vec::new();
        let mut not_found = BTreeSet::from(OTHER_LOCKS);
        let sources = SOURCES.map(|folder| tree::files(&tree::root().join(folder), ".rs"));
        for file in sources.concat() {
            if is_for_tests_or_checks(&file.file_stem().unwrap_or_default().to_string_lossy()) {
                continue;
            }
            if let Some(lock) = find_lock(&files::read(&file)?)? {
                let name = tree::from_root(&file);
                let is_exception = not_found.remove(name.as_str());
                if !is_exception {
                    faults.push(format!("{name}: {lock}"));
                }
            }
        }
        let words = "is in `OTHER_LOCKS`, but has no such lock";
        faults.extend(not_found.iter().map(|file| format!("{file} {words}")));
        none_of(&faults)
    });
}

/// The first path in a file's code that leads to a lock of another type. A condition variable is
/// no lock.
fn find_lock(text: &str) -> Result<Option<String>, String> {
    // It matches the text of an item's tokens, in which blanks separate all tokens. The optional
    // brace is for `use std::sync::{Arc, Mutex}`.
    let path = r"\b(parking_lot|std :: sync)( :: \w+)* :: (\{[^;]*\b)?\w*(Mutex|RwLock)\b";
    let path = Regex::new(path).expect("a pattern");
    for item in syn::parse_file(text).map_err(|error| error.to_string())?.items {
        if matches!(&item, Item::Mod(module) if is_for_tests_or_checks(&module.ident.to_string())) {
            continue;
        }
        if let Some(found) = path.find(&item.to_token_stream().to_string()) {
            return Ok(Some(found.as_str().replace(" :: ", "::")));
        }
    }
    Ok(None)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_lock_is_found_in_code_and_not_in_comments_or_tests() {
        let found = |text| find_lock(text).unwrap();
        assert_eq!(found("use parking_lot::Mutex;").unwrap(), "parking_lot::Mutex");
        assert_eq!(found("use std::sync::{Arc, RwLock};").unwrap(), "std::sync::{ Arc , RwLock");
        assert!(found("fn f(it: &parking_lot::ReentrantMutex<u8>) {}").is_some());
        assert_eq!(found("use parking_lot::Condvar; use std::sync::Arc;"), None);
        assert_eq!(found("/// A std::sync::Mutex.\nstruct A;"), None);
        assert_eq!(found("mod tests { use std::sync::Mutex; }"), None);
    }
}
