//! What does one surface have that another lacks?
//!
//! Interface: [`missing`], a list of [`Gap`]s in the order of their paths; [`told`], the list as a
//! person wants to read it.

use std::collections::BTreeMap;
use std::fmt::Write;

use crate::surface::Surface;

/// Something that the other surface lacks.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Gap {
    /// The path of the item.
    pub(crate) path: String,
    pub(crate) what: What,
}

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum What {
    /// The item itself, with all that is in it.
    Item,
    /// A method, a variant, a field.
    Member(String),
    /// It does not implement this.
    Impl(String),
    /// It has not this auto trait, or not under this condition.
    Auto(String),
}

/// What `there` has and `here` lacks. Of an item that is missing, the members aren't listed.
pub(crate) fn missing(there: &Surface, here: &Surface) -> Vec<Gap> {
    let mut gaps = Vec::new();
    for (path, item) in &there.items {
        let mut gap = |what| gaps.push(Gap { path: path.clone(), what });
        let Some(own) = here.at(path) else {
            gap(What::Item);
            continue;
        };
        // At their other path.
        if item.same_as.is_some() {
            continue;
        }
        let members = item.members.difference(&own.members);
        members.for_each(|member| gap(What::Member(member.clone())));
        let impls = item.impls.difference(&own.impls);
        impls.for_each(|of| gap(What::Impl(of.clone())));
        let autos = item.autos.iter().filter(|auto| !own.autos.iter().any(|own| serves(own, auto)));
        autos.for_each(|auto| gap(What::Auto(auto.clone())));
    }
    gaps
}

/// The functions of both whose signatures differ, with both.
pub(crate) fn differing(there: &Surface, here: &Surface) -> Vec<(String, String)> {
    let mut differing = Vec::new();
    for (path, item) in &there.items {
        let Some(own) = here.items.get(path).filter(|_| item.same_as.is_none()) else { continue };
        for (name, theirs) in &item.signatures {
            let whole = if name.is_empty() { path.clone() } else { format!("{path}::{name}") };
            match own.signatures.get(name) {
                Some(ours) if ours != theirs => {
                    differing.push((whole, format!("{theirs}\n    here: {ours}")));
                }
                _ => {}
            }
        }
    }
    differing
}

/// Has a type with the auto trait `own` also `wanted`? With fewer conditions it has.
fn serves(own: &str, wanted: &str) -> bool {
    let split = |auto: &'_ str| -> (String, Vec<String>) {
        let (name, conditions) = auto.split_once(" if ").unwrap_or((auto, ""));
        let conditions = conditions.split(", ").filter(|one| !one.is_empty());
        (name.to_owned(), conditions.map(str::to_owned).collect())
    };
    let ((own, has), (wanted, may)) = (split(own), split(wanted));
    own == wanted && has.iter().all(|condition| may.contains(condition))
}

/// The list, module by module, with counts.
pub(crate) fn told(there: &Surface, gaps: &[Gap]) -> String {
    let mut modules: BTreeMap<&str, Vec<&Gap>> = BTreeMap::new();
    for gap in gaps {
        modules.entry(module(there, &gap.path)).or_default().push(gap);
    }
    let mut text = String::new();
    for (module, gaps) in modules {
        let _ = writeln!(
            text,
            "{} ({})",
            if module.is_empty() { "the root" } else { module },
            gaps.len()
        );
        let mut items: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        for gap in gaps {
            let words = items.entry(&gap.path).or_default();
            match &gap.what {
                What::Item => words.push("all of it".to_owned()),
                What::Member(name) => words.push(name.clone()),
                What::Impl(name) | What::Auto(name) => words.push(format!("impl {name}")),
            }
        }
        for (path, words) in items {
            let _ = writeln!(text, "  {path}: {}", words.join(", "));
        }
    }
    text
}

/// The module that a path is in.
fn module<'p>(surface: &Surface, path: &'p str) -> &'p str {
    let mut path = path;
    while let Some((above, _)) = path.rsplit_once("::") {
        if surface.items.get(above).is_some_and(|item| item.kind == "mod") {
            return above;
        }
        path = above;
    }
    ""
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::record;

    const AUTO: &str = "a struct\n  auto Send if T: Send; Unpin\n";

    #[test]
    fn an_auto_trait_is_missed_with_its_condition() {
        let there = record::read(AUTO).unwrap();
        let gaps = |here: &str| missing(&there, &record::read(here).unwrap()).len();
        assert_eq!(gaps(AUTO), 0);
        assert_eq!(gaps("a struct\n  auto Send; Unpin\n"), 0, "more than was asked for");
        assert_eq!(gaps("a struct\n  auto Send if T: Sync; Unpin\n"), 1);
        assert_eq!(gaps("a struct\n  auto Send if T: Send, T: Sync; Unpin\n"), 1);
        assert_eq!(gaps("a struct\n  auto Send if T: Send; Unpin if T: Unpin\n"), 1);
        assert_eq!(gaps("a struct\n"), 2);
    }

    const THERE: &str = "a mod\na::B struct\n  new set\n  impl Debug; Clone\na::C struct\n  new\nc fn = a::d\na::d fn\n";

    #[test]
    fn what_is_missing_is_named_once() {
        let there = record::read(THERE).unwrap();
        let here = record::read("a mod\na::B struct\n  new\n  impl Clone\nc fn\n").unwrap();
        let gaps = missing(&there, &here);
        let gap = |path: &str, what| Gap { path: path.to_owned(), what };
        let set = What::Member("set".to_owned());
        let debug = What::Impl("Debug".to_owned());
        let wanted = [
            gap("a::B", set),
            gap("a::B", debug),
            gap("a::C", What::Item),
            gap("a::d", What::Item),
        ];
        assert_eq!(gaps, wanted);
        assert_eq!(missing(&there, &there), []);
        assert!(told(&there, &gaps).starts_with("a (4)\n  a::B: set, impl Debug\n"));
    }
}
