//! What does a program need that kettle lacks?
//!
//! The compiler knows: it was told to look in `tokio` for a name and found none. Its messages come as
//! JSON, with a code for each kind of error and the lines of source that it is about. [`said`] makes one
//! sentence of them, which names the items.

use std::collections::BTreeSet;
use std::path::Path;

use cargo_metadata::Message;
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};

/// What hinders the build, in one sentence if it is kettle; else the compiler's own words.
pub(crate) fn said(messages: &[Message], root: &Path) -> String {
    let mut items = BTreeSet::new();
    let mut words = Vec::new();
    for message in messages {
        let Message::CompilerMessage(message) = message else { continue };
        if message.message.level == DiagnosticLevel::Error {
            // What is missing in our own package is an error of ours.
            if !Path::new(&message.target.src_path).starts_with(root) {
                items.extend(missing(&message.message, root));
            }
            words.extend(message.message.rendered.as_deref());
        }
    }
    if !items.is_empty() {
        let names: Vec<String> = items.iter().map(|item| format!("`{item}`")).collect();
        return format!("the program needs {}, which kettle lacks", names.join(", "));
    }
    format!("the program does not compile\n{}", words.join("\n"))
}

/// The items of tokio that an error says are not there.
fn missing(error: &Diagnostic, root: &Path) -> Vec<String> {
    let code = error.code.as_ref().map_or("", |code| code.code.as_str());
    let primary = || error.spans.iter().filter(|span| span.is_primary);
    match code {
        // An import is quoted whole.
        "E0432" => {
            quoted(&error.message).filter(|name| is_of_tokio(name)).map(str::to_owned).collect()
        }
        // Of a module, a function, a type or a macro the source has the path.
        "E0433" | "E0425" | "E0412" => {
            primary().filter_map(path_at).filter(|path| is_of_tokio(path)).collect()
        }
        // A method or an associated function of a type that is defined in our files.
        "E0599" if error.spans.iter().any(|span| is_ours(span, root)) => {
            let names: Vec<&str> = quoted(&error.message).collect();
            match names[..] {
                [name, owner, ..] => vec![format!("{owner}::{name}")],
                _ => Vec::new(),
            }
        }
        _ => Vec::new(),
    }
}

fn is_of_tokio(path: &str) -> bool {
    path.starts_with("tokio::")
}

/// What is in backquotes.
fn quoted(text: &str) -> impl Iterator<Item = &str> {
    text.split('`').skip(1).step_by(2)
}

fn is_ours(span: &DiagnosticSpan, root: &Path) -> bool {
    Path::new(&span.file_name).starts_with(root)
}

/// The path in the source that ends where the span does.
fn path_at(span: &DiagnosticSpan) -> Option<String> {
    let line = span.text.first()?;
    let end = line.highlight_end.checked_sub(1)?;
    let until: Vec<char> = line.text.chars().take(end).collect();
    let belongs = |char: &&char| char.is_alphanumeric() || **char == '_' || **char == ':';
    let path: Vec<char> = until.iter().rev().take_while(belongs).copied().collect();
    Some(path.into_iter().rev().collect::<String>().trim_start_matches(':').to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A message as Cargo hands it on.
    fn message(code: &str, text: &str, file: &str, line: &str, marked: &str) -> Message {
        let start = line.find(marked).unwrap() + 1;
        let json = format!(
            r#"{{"reason":"compiler-message","package_id":"path+file:///tea#0.1.0","manifest_path":"/tea/Cargo.toml",
            "target":{{"kind":["bin"],"crate_types":["bin"],"name":"tea","src_path":"/tea/src/main.rs","edition":"2024","doc":true,"doctest":false,"test":true}},
            "message":{{"message":"{text}","code":{{"code":"{code}","explanation":null}},"level":"error","children":[],"rendered":"the compiler's words",
            "spans":[{{"file_name":"{file}","byte_start":0,"byte_end":0,"line_start":1,"line_end":1,"column_start":{start},"column_end":{end},"is_primary":true,
            "text":[{{"text":"{line}","highlight_start":{start},"highlight_end":{end}}}],"label":null,"suggested_replacement":null,"suggestion_applicability":null,"expansion":null}}]}}}}"#,
            end = start + marked.len(),
        );
        serde(&json.replace('\n', " "))
    }

    fn serde(json: &str) -> Message {
        let mut messages = Message::parse_stream(json.as_bytes());
        match messages.next() {
            Some(Ok(message @ Message::CompilerMessage(_))) => message,
            other => panic!("{other:?}"),
        }
    }

    #[test]
    fn an_item_that_is_missing_is_named() {
        let root = Path::new("/kettle");
        let said = |code, text, file, line, marked| {
            super::said(&[message(code, text, file, line, marked)], root)
        };
        let main = "src/main.rs";
        let words =
            said("E0432", "unresolved import `tokio::tea`", main, "use tokio::{tea, io};", "tea");
        assert_eq!(words, "the program needs `tokio::tea`, which kettle lacks");
        let words =
            said("E0433", "cannot find `tea` in `tokio`", main, "tokio::tea::pot().await;", "tea");
        assert_eq!(words, "the program needs `tokio::tea`, which kettle lacks");
        let text = "cannot find function `pot` in module `tokio::time`";
        let words = said("E0425", text, main, "x(tokio::time::pot())", "pot");
        assert_eq!(words, "the program needs `tokio::time::pot`, which kettle lacks");
        let text = "no method named `pour` found for struct `TcpStream` in the current scope";
        let words = said("E0599", text, "/kettle/src/net/tcp/stream.rs", "stream.pour()", "pour");
        assert_eq!(words, "the program needs `TcpStream::pour`, which kettle lacks");
    }

    #[test]
    fn an_error_of_the_program_is_told_as_the_compiler_does() {
        let error = message("E0432", "unresolved import `cup`", "src/main.rs", "use cup;", "cup");
        let words = said(&[error], Path::new("/kettle"));
        assert_eq!(words, "the program does not compile\nthe compiler's words");
    }
}
