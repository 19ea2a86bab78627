//! What does one surface have that another lacks?
//!
//! Interface: [`missing`], a list of [`Gap`]s in the order of their paths.

use std::fmt::{self, Display, Formatter};

use crate::api::surface::Surface;

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

/// As a person reads it.
impl Display for Gap {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.what {
            What::Item => write!(f, "{}: all of it", self.path),
            What::Member(name) => write!(f, "{}: {name}", self.path),
            What::Impl(name) | What::Auto(name) => write!(f, "{}: impl {name}", self.path),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Surface {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn an_auto_trait_is_missed_with_its_condition() {
        let with = |autos: &str| read(&format!("a.autos = [{autos}]\n"));
        let there = with("'Send if T: Send', 'Unpin'");
        let gaps = |autos: &str| missing(&there, &with(autos)).len();
        assert_eq!(gaps("'Send if T: Send', 'Unpin'"), 0);
        assert_eq!(gaps("'Send', 'Unpin'"), 0, "more than was asked for");
        assert_eq!(gaps("'Send if T: Sync', 'Unpin'"), 1);
        assert_eq!(gaps("'Send if T: Send, T: Sync', 'Unpin'"), 1);
        assert_eq!(gaps("'Send if T: Send', 'Unpin if T: Unpin'"), 1);
        assert_eq!(gaps(""), 2);
    }

    #[test]
    fn what_is_missing_is_named_once() {
        let there = read(
            "a.kind = 'mod'\n'a::B'.members = ['new', 'set']\n'a::B'.impls = ['Debug', 'Clone']\n\
             'a::C'.members = ['new']\nc.same_as = 'a::d'\n'a::d'.kind = 'fn'\n",
        );
        let here = read(
            "a.kind = 'mod'\n'a::B'.members = ['new']\n'a::B'.impls = ['Clone']\nc.kind = 'fn'\n",
        );
        let gaps = missing(&there, &here);
        let told: Vec<String> = gaps.iter().map(ToString::to_string).collect();
        assert_eq!(told, ["a::B: set", "a::B: impl Debug", "a::C: all of it", "a::d: all of it"]);
        assert_eq!(missing(&there, &there), []);
    }
}
