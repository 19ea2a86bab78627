//! How does an event's field become JSON?
//!
//! By a serde serialiser: a struct becomes an object, a variant without fields a word. Four types
//! are written in the reader's terms: an id as the name of its task or thing, a line of source as
//! `file:line:column`, a future's type as its function, and a duration in nanoseconds. Since serde
//! tells a serialiser nothing of a type but its name, these types are recognised by their names
//! (`kettle_events::fields` lists them).
//!
//! Interface: [`Wire::fields`] adds fields to an object that has some already; [`Wire::object`]
//! adds an object. Invariants: the output is one line, and has nothing that would end a page's
//! script (`words/text.rs`).
//!
//! Not `serde_json`, because it can't give names to ids, and a tree of values for each record would
//! cost more than its line. Types that no event has, such as a negative number or a map, are an
//! error here.

use std::fmt;
use std::mem;

use serde::ser::{
    Impossible, Serialize, SerializeSeq, SerializeStruct, SerializeTuple, Serializer,
};

use crate::words::future::future_name;
use crate::words::names::Names;
use crate::words::text::{self, Out};
use crate::words::whose::from_root;

/// All fields of a struct, as bits.
pub(super) const ALL_FIELDS: u32 = u32::MAX;

/// Writes values.
///
/// serde calls one function for each value. What the value is a part of, a function can only know
/// from the fields of this struct:
///
/// | field | is set by | is used by |
/// |---|---|---|
/// | `outermost` | [`Wire::fields`], [`Wire::object`] | the first struct, which takes it |
/// | `key` | each field of a struct, before its value | an id |
/// | `meaning` | a newtype or a duration's field, before its value; both reset it after that | a number or a text |
/// | `seconds` | the first field of a duration | the second field of the duration |
pub(super) struct Wire<'a> {
    out: &'a mut Out,
    names: &'a mut Names,
    outermost: Option<Outermost>,
    key: &'static str,
    meaning: Meaning,
    seconds: u64,
}

/// How the outermost struct is written. All others have braces and all of their fields.
struct Outermost {
    form: Form,
    /// Which of its fields are written: a bit for each, the lowest for the first field.
    fields: u32,
}

/// How a struct is written.
#[derive(Clone, Copy, PartialEq)]
enum Form {
    /// `{"key":value,"key":value}`
    Braces,
    /// `,"key":value,"key":value`, to be added to an object that has fields.
    Bare,
    /// One number, the nanoseconds.
    Duration,
}

/// What the next number or text means.
#[derive(Clone, Copy, PartialEq)]
enum Meaning {
    Itself,
    /// The number is an id: write its name.
    Id,
    /// The text is a future's type: write its function.
    Future,
    /// The text is a line of source: write its path below kettle's root.
    Place,
    /// The number is a duration's seconds: store them until the nanoseconds are known.
    Seconds,
    /// The number is the rest of the duration: write all of it.
    Nanos,
}

impl Wire<'_> {
    /// Adds the fields of a struct to an object that has some: `,"key":value`.
    pub(super) fn fields(value: &impl Serialize, names: &mut Names, out: &mut Out) {
        let all = Outermost { form: Form::Bare, fields: ALL_FIELDS };
        Wire::write(value, all, names, out);
    }

    /// Adds an object of these fields of a struct.
    pub(super) fn object(value: &impl Serialize, fields: u32, names: &mut Names, out: &mut Out) {
        Wire::write(value, Outermost { form: Form::Braces, fields }, names, out);
    }

    fn write(value: &impl Serialize, outermost: Outermost, names: &mut Names, out: &mut Out) {
        let (outermost, meaning) = (Some(outermost), Meaning::Itself);
        let mut wire = Wire { out, names, outermost, key: "", meaning, seconds: 0 };
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
        match self.meaning {
            Meaning::Id => self.names.of_any_family(number).json(self.out),
            Meaning::Seconds => self.seconds = number,
            Meaning::Nanos => {
                let nanos = self.seconds.saturating_mul(1_000_000_000).saturating_add(number);
                text::number(self.out, nanos);
            }
            _ => text::number(self.out, number),
        }
        Ok(())
    }

    fn serialize_str(self, text: &str) -> Done {
        match self.meaning {
            Meaning::Future => text::text(self.out, &future_name(text)),
            Meaning::Place => text::text(self.out, from_root(text)),
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
        type_name: &'static str,
        value: &T,
    ) -> Done {
        // The ids of waits, scopes and sets have no names, and are written as numbers.
        let has_name = !matches!(self.key, "wait" | "scope" | "set");
        self.meaning = match type_name {
            "Id" if has_name => Meaning::Id,
            "Future" => Meaning::Future,
            "Place" => Meaning::Place,
            _ => Meaning::Itself,
        };
        value.serialize(&mut *self)?;
        self.meaning = Meaning::Itself;
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
        value.serialize(&mut *self)?;
        text::raw(self.out, "}");
        Ok(())
    }

    fn serialize_seq(self, _: Option<usize>) -> Result<List<'a, 'w>, fmt::Error> {
        text::raw(self.out, "[");
        Ok(List { wire: self, is_empty: true })
    }

    fn serialize_tuple(self, count: usize) -> Result<List<'a, 'w>, fmt::Error> {
        self.serialize_seq(Some(count))
    }

    fn serialize_struct(
        self,
        type_name: &'static str,
        _: usize,
    ) -> Result<Object<'a, 'w>, fmt::Error> {
        let Outermost { form, fields } = match self.outermost.take() {
            _ if type_name == "Duration" => Outermost { form: Form::Duration, fields: ALL_FIELDS },
            Some(outermost) => outermost,
            None => Outermost { form: Form::Braces, fields: ALL_FIELDS },
        };
        if form == Form::Braces {
            text::raw(self.out, "{");
        }
        Ok(Object { wire: self, form, fields, is_empty: true })
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

/// `[value,value]`
pub(super) struct List<'a, 'w> {
    wire: &'a mut Wire<'w>,
    is_empty: bool,
}

impl SerializeSeq for List<'_, '_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_element<T: Serialize + ?Sized>(&mut self, value: &T) -> Done {
        if !mem::replace(&mut self.is_empty, false) {
            text::raw(self.wire.out, ",");
        }
        value.serialize(&mut *self.wire)
    }

    fn end(self) -> Done {
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

/// A struct, in one of its forms.
pub(super) struct Object<'a, 'w> {
    wire: &'a mut Wire<'w>,
    form: Form,
    /// Which of the remaining fields are written; the lowest bit is for the next one.
    fields: u32,
    is_empty: bool,
}

impl SerializeStruct for Object<'_, '_> {
    type Ok = ();
    type Error = fmt::Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Done {
        let is_wanted = self.fields & 1 == 1;
        self.fields = self.fields.rotate_right(1);
        if !is_wanted {
            return Ok(());
        }
        let is_first = mem::replace(&mut self.is_empty, false);
        match self.form {
            Form::Braces if is_first => {
                text::word(self.wire.out, key);
                text::raw(self.wire.out, ":");
            }
            Form::Braces | Form::Bare => text::key(self.wire.out, key),
            Form::Duration if key == "secs" => self.wire.meaning = Meaning::Seconds,
            Form::Duration => self.wire.meaning = Meaning::Nanos,
        }
        self.wire.key = key;
        value.serialize(&mut *self.wire)
    }

    fn end(self) -> Done {
        match self.form {
            Form::Braces => text::raw(self.wire.out, "}"),
            Form::Bare => {}
            Form::Duration => self.wire.meaning = Meaning::Itself,
        }
        Ok(())
    }
}
