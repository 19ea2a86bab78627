//! What does `KETTLE_TRACE` ask for?
//!
//! Unset or empty: nothing. `-`: the story, on standard error. Anything else is an error that says
//! so: a variable with a slip in it must not look like a program that has nothing to tell.
//!
//! Interface: [`from_env`].

use std::ffi::OsStr;
use std::io;

use kettle_runtime::event::Sink;

use crate::story::Story;

/// The environment variable that asks for a trace.
const VARIABLE: &str = "KETTLE_TRACE";

/// The sink that the environment variable `KETTLE_TRACE` asks for.
///
/// | value | what you get |
/// |---|---|
/// | unset, or empty | no sink |
/// | `-` | a [`Story`] on standard error, coloured if that is a terminal and `NO_COLOR` is not set |
///
/// # Errors
///
/// [`io::ErrorKind::InvalidInput`] for any other value, with words that say what to write.
pub fn from_env() -> io::Result<Option<Box<dyn Sink>>> {
    sink_for(std::env::var_os(VARIABLE).as_deref())
}

fn sink_for(value: Option<&OsStr>) -> io::Result<Option<Box<dyn Sink>>> {
    match value {
        None => Ok(None),
        Some(value) if value.is_empty() => Ok(None),
        Some(value) if value == "-" => Ok(Some(Box::new(Story::stderr()))),
        Some(value) => Err(unknown(value)),
    }
}

fn unknown(value: &OsStr) -> io::Error {
    let value = value.to_string_lossy();
    let is_file = [".html", ".json", ".jsonl"].iter().any(|end| value.ends_with(end));
    let what = if is_file {
        "is not understood, because this version writes no trace files"
    } else {
        "is not a known value"
    };
    let text = format!(
        "{VARIABLE}={value:?} {what}. Set {VARIABLE}=- for the story on standard error, or unset it"
    );
    io::Error::new(io::ErrorKind::InvalidInput, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask(value: &str) -> io::Result<Option<Box<dyn Sink>>> {
        sink_for(Some(OsStr::new(value)))
    }

    #[test]
    fn unset_and_empty_ask_for_nothing() {
        assert!(sink_for(None).unwrap().is_none());
        assert!(ask("").unwrap().is_none());
    }

    #[test]
    fn a_dash_asks_for_the_story() {
        assert!(ask("-").unwrap().is_some());
    }

    #[test]
    fn anything_else_is_refused_with_words() {
        for value in ["trace.html", "trace.json", "trace.jsonl", "1", "--"] {
            let error = ask(value).err().unwrap();
            assert_eq!(error.kind(), io::ErrorKind::InvalidInput);
            let text = error.to_string();
            assert!(text.contains(value) && text.contains("KETTLE_TRACE=-"), "{text}");
            assert_eq!(text.contains("no trace files"), value.contains("trace."), "{text}");
        }
    }

    #[test]
    fn the_words_make_a_sentence() {
        let words = |value| ask(value).err().unwrap().to_string();
        let advice = "Set KETTLE_TRACE=- for the story on standard error, or unset it";
        assert_eq!(words("1"), format!("KETTLE_TRACE=\"1\" is not a known value. {advice}"));
        assert_eq!(
            words("tea.html"),
            format!(
                "KETTLE_TRACE=\"tea.html\" is not understood, because this version writes no trace \
                 files. {advice}"
            )
        );
    }
}
