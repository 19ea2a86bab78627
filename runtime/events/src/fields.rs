//! How are an event's fields serialised?
//!
//! They are derived, with the `serde` feature: an event is an object whose `ev` is its name. What
//! can't be derived is here. A serializer that knows names, and how a reader wants to see a line of
//! source, recognises four types by their names:
//!
//! | type | serialised as | |
//! |---|---|---|
//! | an [`Id`] | a newtype `Id` of its number | |
//! | a [`Place`] | a newtype `Place` of the text `file:line:column` | [`place`] |
//! | the name of a future's type | a newtype `Future` of a text | [`future`] |
//! | a `Duration` | a struct `Duration` of seconds and nanoseconds, as serde has it | |

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::id::Id;
use crate::kinds::{Place, Resource, Units};

/// The number of a wait or a scope, which has no name.
pub fn number<S: Serializer>(id: &Id, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_u64(id.get())
}

/// The same, if there is one.
pub fn some_number<S: Serializer>(id: &Option<Id>, to: S) -> Result<S::Ok, S::Error> {
    match id {
        Some(id) => number(id, to),
        None => to.serialize_none(),
    }
}

/// A line of source, if it is known.
pub fn place<S: Serializer>(place: &Option<Place>, to: S) -> Result<S::Ok, S::Error> {
    match place {
        Some(place) => to.serialize_newtype_struct("Place", &format_args!("{place}")),
        None => to.serialize_none(),
    }
}

/// Is there no such number, so that it isn't written?
pub fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The name of a future's type.
pub fn future<S: Serializer>(name: &&'static str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_newtype_struct("Future", *name)
}

/// An object: the thing under its kind, and what tells this wait from others for the thing.
impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut told = to.serialize_struct("Resource", 3)?;
        match self {
            Resource::Timer(timer) => told.serialize_field("timer", timer)?,
            Resource::Source(source, direction) => {
                told.serialize_field("source", source)?;
                told.serialize_field("direction", direction)?;
            }
            Resource::Task(task) => told.serialize_field("task", task)?,
            Resource::Sync(_, sync, units, ticket) => {
                told.serialize_field("sync", sync)?;
                if *ticket > 0 {
                    told.serialize_field("ticket", ticket)?;
                }
                told.serialize_field("units", units)?;
            }
            Resource::SyncValue(_, sync) => told.serialize_field("value", sync)?,
            Resource::SyncClosed(_, sync) => told.serialize_field("closed", sync)?,
        }
        told.end()
    }
}

/// A number, or `"all"`.
impl Serialize for Units {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        match self {
            Units::Count(units) => to.serialize_u32(*units),
            Units::All => to.serialize_str("all"),
        }
    }
}
