//! How many faults may a file still have?
//!
//! Some checks came when there was much to be done. `tools/book/allowance.txt` has a line for each
//! file with faults that were there then: how many, of which check, the file. `cargo xtask book
//! --sync` lowers these numbers when there are fewer, and never raises one; at 0 the line goes.

use std::collections::BTreeMap;

use kettle_kit::{files, tree};

use crate::blocks::Fault;

const FILE: &str = "tools/book/allowance.txt";

/// By check and file: how many faults.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Allowance(BTreeMap<(String, String), usize>);

/// By check and file: the faults that there are.
pub(crate) type Found = BTreeMap<(String, String), Vec<Fault>>;

impl Allowance {
    pub(crate) fn load() -> Result<Allowance, String> {
        Allowance::read(&tree::read(FILE)?)
    }

    fn read(text: &str) -> Result<Allowance, String> {
        let mut all = BTreeMap::new();
        for line in text.lines() {
            let wrong = || format!("{FILE}: not `COUNT CHECK FILE`: {line}");
            let [count, check, file] = line.split_whitespace().collect::<Vec<_>>()[..] else {
                return Err(wrong());
            };
            let count: usize = count.parse().map_err(|_| wrong())?;
            // Twice after a merge: then both sides have lowered it.
            let allowed = all.entry((check.to_owned(), file.to_owned())).or_insert(count);
            *allowed = count.min(*allowed);
        }
        Ok(Allowance(all))
    }

    /// The faults of files that have more of `check` than they may, with their places.
    pub(crate) fn exceeded(&self, check: &str, found: &Found) -> Vec<String> {
        let mut all = Vec::new();
        for ((_, file), faults) in found.iter().filter(|((name, _), _)| name == check) {
            let allowed = self.0.get(&(check.to_owned(), file.clone())).copied().unwrap_or(0);
            if faults.len() > allowed {
                let place = |(line, words): &Fault| format!("{file}:{line}: {words}");
                all.extend(faults.iter().map(place));
                if allowed > 0 {
                    all.push(format!("{file}: {} faults, {allowed} allowed", faults.len()));
                }
            }
        }
        all
    }

    /// Lowers each count to what is found; does that change anything?
    fn lower(&mut self, found: &Found) -> bool {
        let before = self.0.clone();
        for (key, count) in &mut self.0 {
            *count = (*count).min(found.get(key).map_or(0, Vec::len));
        }
        self.0.retain(|_, count| *count > 0);
        self.0 != before
    }

    fn write(&self) -> String {
        let mut lines: Vec<_> =
            self.0.iter().map(|((check, file), count)| (file, check, count)).collect();
        lines.sort();
        let line = |(file, check, count): (&String, &String, &usize)| {
            format!("{count:>4} {check} {file}\n")
        };
        lines.into_iter().map(line).collect::<Vec<_>>().concat()
    }
}

/// Writes the file with lower counts; was it changed?
pub(crate) fn lower(found: &Found) -> Result<bool, String> {
    let mut allowance = Allowance::load()?;
    let is_lower = allowance.lower(found);
    if is_lower {
        files::put(&tree::root().join(FILE), allowance.write().as_bytes())?;
    }
    Ok(is_lower)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(count: usize) -> Found {
        let faults = vec![(7, "bad".to_owned()); count];
        [(("style".to_owned(), "a.md".to_owned()), faults)].into()
    }

    #[test]
    fn more_than_is_allowed_is_told_and_less_lowers_what_is_allowed() {
        let text = "   2 style a.md\n   1 form b.md\n";
        let mut allowance = Allowance::read(text).unwrap();
        assert_eq!(allowance.write(), text);
        assert_eq!(allowance.exceeded("style", &found(2)), [""; 0]);
        let told = allowance.exceeded("style", &found(3));
        assert_eq!((told.len(), told[0].as_str()), (4, "a.md:7: bad"));
        assert!(allowance.exceeded("form", &found(3)).is_empty());
        assert!(allowance.lower(&found(1)));
        assert_eq!(allowance.write(), "   1 style a.md\n");
        assert!(!allowance.lower(&found(9)), "it is never raised");
        assert_eq!(Allowance::default().exceeded("style", &found(1)), ["a.md:7: bad"]);
    }

    #[test]
    fn a_line_that_is_none_is_told() {
        assert!(Allowance::read("x style a.md").is_err());
        assert!(Allowance::read("1 a.md").is_err());
        let twice = Allowance::read("2 style a.md\n1 style a.md\n3 style a.md").unwrap();
        assert_eq!(twice.write(), "   1 style a.md\n");
    }
}
