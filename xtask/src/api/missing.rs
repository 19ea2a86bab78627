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
