//! How are an event's fields serialised?
//!
//! With the `serde` feature, serialisation is derived: an event is an object whose `ev` is its
//! name. This file has the parts that can't be derived. A serializer that writes tasks by name and
//! lines of source by file recognises four types by their names:
//!
//! | type | serialised as | |
//! |---|---|---|
//! | an [`Id`](crate::Id) | a newtype `Id` of its number | |
//! | a [`Place`] | a newtype `Place` of the text `file:line:column` | [`place`] |
//! | the name of a future's type | a newtype `Future` of a text | [`future`] |
//! | a `Duration` | a struct `Duration` of seconds and nanoseconds, as serde has it | |
//!
//! The ids in the fields `wait`, `scope` and `set` have no names and are written as numbers.

use serde::ser::{Serialize, SerializeStruct, Serializer};

use crate::kinds::{Place, Resource};

/// A line of source, if it is known.
pub fn place<S: Serializer>(place: &Option<Place>, to: S) -> Result<S::Ok, S::Error> {
    match place {
        Some(place) => to.serialize_newtype_struct("Place", &format_args!("{place}")),
        None => to.serialize_none(),
    }
}

/// 0 stands for no number, and isn't written.
pub fn is_zero(number: &u64) -> bool {
    *number == 0
}

/// The name of a future's type.
pub fn future<S: Serializer>(name: &&'static str, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_newtype_struct("Future", *name)
}

/// An object: the thing under its kind, and details such as the direction of a source.
impl Serialize for Resource {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let mut object = to.serialize_struct("Resource", 3)?;
        match self {
            Resource::Timer(timer) => object.serialize_field("timer", timer)?,
            Resource::Source(source, direction) => {
                object.serialize_field("source", source)?;
                object.serialize_field("direction", direction)?;
            }
            Resource::Task(task) => object.serialize_field("task", task)?,
            Resource::Sync(_, sync, units, ticket) => {
                object.serialize_field("sync", sync)?;
                if *ticket > 0 {
                    object.serialize_field("ticket", ticket)?;
                }
                object.serialize_field("units", units)?;
            }
            Resource::SyncValue(_, sync) => object.serialize_field("value", sync)?,
            Resource::SyncClosed(_, sync) => object.serialize_field("closed", sync)?,
        }
        object.end()
    }
}
