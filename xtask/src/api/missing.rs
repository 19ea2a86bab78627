//! What does one surface have that another lacks?
//!
//! Interface: [`missing`], a list of [`Gap`]s in the order of their paths.

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
    }
    gaps
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Surface {
        toml::from_str(text).unwrap()
    }

    #[test]
    fn what_is_missing_is_named_once() {
        let there = read(
            "a.kind = 'mod'\n'a::B'.members = ['new', 'set']\n\
             'a::C'.members = ['new']\nc.same_as = 'a::d'\n'a::d'.kind = 'fn'\n",
        );
        let here = read("a.kind = 'mod'\n'a::B'.members = ['new']\nc.kind = 'fn'\n");
        let gap = |path: &str, what| Gap { path: path.to_owned(), what };
        let set = What::Member("set".to_owned());
        let expected = [gap("a::B", set), gap("a::C", What::Item), gap("a::d", What::Item)];
        assert_eq!(missing(&there, &here), expected);
        assert_eq!(missing(&there, &there), []);
    }
}
