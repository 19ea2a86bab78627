//! How does an event's field become JSON?
//!
//! By a serde serialiser: a struct becomes an object, a variant without fields a word. Four types
//! are written in the reader's terms (`kettle_events::fields`): an id as the name of its task or
//! thing, a line of source as `file:line:column`, a future's type as its function, and a duration
//! in nanoseconds.
//!
//! Interface: [`Wire::fields`] adds fields to an object that has some already; [`Wire::object`]
//! adds an object. Invariants: the output is one line, and has nothing that would end a page's
//! script (`words/text.rs`).
//!
//! Not `serde_json`, because it can't give names to ids, and a tree of values for each record would
//! cost more than its line. Types that no event has, such as a negative number or a map, are an
//! error here.

use std::fmt;

use serde::ser::{
    Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeTuple, Serializer,
};

use crate::words::future::future_name;
use crate::words::names::Names;
use crate::words::text::{self, Out};
use crate::words::whose::from_root;

/// All fields of a struct.
pub(super) const ALL: u32 = u32::MAX;

/// Writes values.
pub(super) struct Wire<'a> {
    out: &'a mut Out,
    names: &'a mut Names,
    /// How many objects are open around the next value.
    depth: usize,
    next: Next,
    /// Is the next id one of a wait or a scope, which have no names?
    unnamed: bool,
    /// Which fields of the next struct are written: a bit for each, the lowest for the last field.
    wanted: u32,
    /// The part of a duration that was serialised last.
    duration_part: u64,
}

/// How the next value is written.
#[derive(Clone, Copy, PartialEq)]
enum Next {
    Plain,
    /// The number is an id: write its name.
    Name,
    /// The text is a future's type: write its function.
    Future,
    /// The text is a line of source: write its path below kettle's root.
    Place,
    /// The number is the seconds or the nanoseconds of a duration: only store it.
    DurationPart,
}

impl Wire<'_> {
    /// Adds the fields of a struct to an object that has some: `,"key":value`.
    pub(super) fn fields(value: &impl Serialize, names: &mut Names, out: &mut Out) {
        Wire::write(value, (0, ALL), names, out);
    }

    /// Adds an object of these fields of a struct.
    pub(super) fn object(value: &impl Serialize, wanted: u32, names: &mut Names, out: &mut Out) {
        Wire::write(value, (1, wanted), names, out);
    }

    fn write(
        value: &impl Serialize,
        (depth, wanted): (usize, u32),
        names: &mut Names,
        out: &mut Out,
    ) {
        let mut wire =
            Wire { out, names, depth, next: Next::Plain, unnamed: false, wanted, duration_part: 0 };
        value.serialize(&mut wire).expect("a struct of what can be written");
    }
}

type Never = Impossible<(), fmt::Error>;
type Done = Result<(), fmt::Error>;

/// Refuses values of these kinds.
macro_rules! no_event_has {
    ($($name:ident($($given:ty),*) -> $done:ty;)*) => {
        $(fn $name(self, $(_: $given),*) -> Result<$done, fmt::Error> { Err(fmt::Error) })*
    };
}

impl<'a, 'w> Serializer for &'a mut Wire<'w> {
    type Ok = ();
    type Error = fmt::Error;
    type SerializeSeq = List<'a, 'w>;
    type SerializeTuple = List<'a, 'w>;
    type SerializeTupleStruct = Never;
    type SerializeTupleVariant = Never;
    type SerializeMap = Never;
    type SerializeStruct = Object<'a, 'w>;
    type SerializeStructVariant = Never;

    fn serialize_bool(self, flag: bool) -> Done {
        text::raw(self.out, if flag { "true" } else { "false" });
        Ok(())
    }

    fn serialize_u8(self, number: u8) -> Done {
        self.serialize_u64(number.into())
    }

    fn serialize_u16(self, number: u16) -> Done {
        self.serialize_u64(number.into())
    }

    fn serialize_u32(self, number: u32) -> Done {
        self.serialize_u64(number.into())
    }

    fn serialize_u64(self, number: u64) -> Done {
        match self.next {
            Next::Name => self.names.of_any_family(number).json(self.out),
            Next::DurationPart => self.duration_part = number,
            _ => text::number(self.out, number),
        }
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Done {
        match self.next {
            Next::Future => text::text(self.out, &future_name(text)),
            Next::Place => text::text(self.out, from_root(text)),
            _ => text::text(self.out, text),
        }
        Ok(())
    }

    fn serialize_none(self) -> Done {
        text::raw(self.out, "null");
        Ok(())
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Done {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, word: &'static str) -> Done {
        text::word(self.out, word);
        Ok(())
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(
        self,
        name: &'static str,
        value: &T,
    ) -> Done {
        self.next = match name {
            "Id" if !self.unnamed => Next::Name,
            "Future" => Next::Future,
            "Place" => Next::Place,
            _ => Next::Plain,
        };
        value.serialize(&mut *self)?;
        self.next = Next::Plain;
        Ok(())
    }

    /// `{"task":…}`
    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        word: &'static str,
        value: &T,
    ) -> Done {
        text::raw(self.out, "{");
        text::word(self.out, word);
        text::raw(self.out, ":");
        self.depth += 1;
        value.serialize(&mut *self)?;
        self.depth -= 1;
        text::raw(self.out, "}");
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a, 'w>, fmt::Error> {
        text::raw(self.out, "[");
        self.depth += 1;
        Ok(List { wire: self, first: true })
    }

    fn serialize_tuple(self, count: usize) -> Result<List<'a, 'w>, fmt::Error> {
        self.serialize_seq(Some(count))
    }

    fn serialize_struct(
        self,
        name: &'static str,
        left: usize,
    ) -> Result<Object<'a, 'w>, fmt::Error> {
        let form = match name {
            "Duration" => Form::Nanos { before: 0 },
            _ if self.depth == 0 => Form::Outermost,
            _ => Form::Inner { first: true },
        };
        match form {
            Form::Nanos { .. } => self.next = Next::DurationPart,
            Form::Inner { .. } => text::raw(self.out, "{"),
            Form::Outermost => {}
        }
        self.depth += 1;
        let wanted = std::mem::replace(&mut self.wanted, ALL);
        Ok(Object { wire: self, form, wanted, left })
    }

    no_event_has! {
        serialize_i8(i8) -> ();
        serialize_i16(i16) -> ();
        serialize_i32(i32) -> ();
        serialize_i64(i64) -> ();
        serialize_f32(f32) -> ();
        serialize_f64(f64) -> ();
        serialize_char(char) -> ();
        serialize_bytes(&[u8]) -> ();
        serialize_unit() -> ();
        serialize_unit_struct(&'static str) -> ();
        serialize_tuple_struct(&'static str, usize) -> Never;
        serialize_tuple_variant(&'static str, u32, &'static str, usize) -> Never;
        serialize_map(Option<usize>) -> Never;
        serialize_struct_variant(&'static str, u32, &'static str, usize) -> Never;
    }
}

/// `[…,…]`
pub(super) struct List<'a, 'w> {
    wire: &'a mut Wire<'w>,
    first: bool,
}

impl SerializeSeq for List<'_, '_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        if !std::mem::take(&mut self.first) {
            text::raw(self.wire.out, ",");
        }
        value.serialize(&mut *self.wire)
    }

    fn end(self) -> Done {
        self.wire.depth -= 1;
        text::raw(self.wire.out, "]");
        Ok(())
    }
}

impl SerializeTuple for List<'_, '_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        SerializeSeq::serialize_element(self, value)
    }

    fn end(self) -> Done {
        SerializeSeq::end(self)
    }
}

/// How a struct is written.
enum Form {
    /// `,…,…`
    Outermost,
    /// `{…,…}`
    Inner { first: bool },
    /// A number: the seconds before it, in nanoseconds, and the rest.
    Nanos { before: u64 },
}

pub(super) struct Object<'a, 'w> {
    wire: &'a mut Wire<'w>,
    form: Form,
    wanted: u32,
    /// How many fields have not been met.
    left: usize,
}

impl SerializeStruct for Object<'_, '_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Done {
        self.left -= 1;
        if (self.wanted >> self.left) & 1 == 0 {
            return Ok(());
        }
        match &mut self.form {
            Form::Outermost => text::key(self.wire.out, key),
            Form::Inner { first } => {
                if !std::mem::take(first) {
                    text::raw(self.wire.out, ",");
                }
                text::word(self.wire.out, key);
                text::raw(self.wire.out, ":");
            }
            Form::Nanos { before } => *before = self.wire.duration_part * 1_000_000_000,
        }
        self.wire.unnamed = matches!(key, "wait" | "scope" | "set");
        value.serialize(&mut *self.wire)
    }

    fn end(self) -> Done {
        self.wire.depth -= 1;
        match self.form {
            Form::Outermost => {}
            Form::Inner { .. } => text::raw(self.wire.out, "}"),
            Form::Nanos { before } => {
                let nanos = before + std::mem::take(&mut self.wire.duration_part);
                self.wire.next = Next::Plain;
                text::number(self.wire.out, nanos);
            }
        }
        Ok(())
    }
}
