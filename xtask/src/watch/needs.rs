//! What does a program need that kettle lacks?
//!
//! The compiler knows: it was told to look in `tokio` for a name and found none. Its messages come as
//! JSON, with a code for each kind of error and the lines of source that it is about. Of a method it
//! says only the type's name, so the record of kettle's items says which types are kettle's. [`said`]
//! makes one sentence of it all, which names the items.

use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

use cargo_metadata::Message;
use cargo_metadata::diagnostic::{Diagnostic, DiagnosticLevel, DiagnosticSpan};
use kettle_kit::table::quoted;
use toml::Table;

/// The types of kettle, each with its path in the crate.
pub(crate) struct Types(BTreeMap<String, String>);

impl Types {
    /// From the record of kettle's items.
    pub(crate) fn of(record: &str) -> Result<Types, String> {
        let record: Table = record.parse().map_err(|error| format!("kettle's items: {error}"))?;
        let items = record.iter().filter_map(|(path, item)| {
            let is_type = ["struct", "enum"].contains(&item.get("kind")?.as_str()?);
            let (_, name) = path.rsplit_once("::").filter(|_| is_type)?;
            Some((name.to_owned(), path.to_owned()))
        });
        Ok(Types(items.collect()))
    }

    /// As tokio calls the type that the compiler calls so, if it is one of kettle's. (The compiler
    /// says a name without its path if only one type in sight has it.)
    fn tokio_name(&self, said: &str) -> Option<String> {
        let path = said.split('<').next().unwrap_or(said);
        let is_ours = match path.split_once("::") {
            Some((package, _)) => package == "tokio" || package.starts_with("kettle"),
            None => true,
        };
        let name = path.rsplit("::").next().unwrap_or(path);
        self.0.get(name).filter(|_| is_ours).map(|path| format!("tokio::{path}"))
    }
}

/// What hinders the build, in one sentence if it is kettle; else the compiler's own words.
pub(crate) fn said(messages: &[Message], root: &Path, types: &Types) -> String {
    let mut items = BTreeSet::new();
    let mut words = Vec::new();
    for message in messages {
        let Message::CompilerMessage(message) = message else { continue };
        if message.message.level == DiagnosticLevel::Error {
            // What is missing in our own package is an error of ours.
            if !Path::new(&message.target.src_path).starts_with(root) {
                items.extend(missing(&message.message, types));
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
fn missing(error: &Diagnostic, types: &Types) -> Vec<String> {
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
        // A method or an associated function.
        "E0599" => {
            let mut names = quoted(&error.message);
            let (name, owner) = (names.next(), names.next().and_then(|of| types.tokio_name(of)));
            name.zip(owner).map(|(name, owner)| format!("{owner}::{name}")).into_iter().collect()
        }
        _ => Vec::new(),
    }
}

fn is_of_tokio(path: &str) -> bool {
    path.starts_with("tokio::")
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

    const RECORD: &str = "net.kind = 'mod'\n'net::TcpStream'.kind = 'struct'\n\
        'task::JoinSet'.kind = 'struct'\n";
    const MAIN: &str = "src/main.rs";

    fn said(code: &str, text: &str, line: &str, marked: &str) -> String {
        let messages = [message(code, text, MAIN, line, marked)];
        super::said(&messages, Path::new("/kettle"), &Types::of(RECORD).unwrap())
    }

    #[test]
    fn an_item_that_is_missing_is_named() {
        let text = "unresolved import `tokio::tea`";
        let words = said("E0432", text, "use tokio::{tea, io};", "tea");
        assert_eq!(words, "the program needs `tokio::tea`, which kettle lacks");
        let text = "cannot find `tea` in `tokio`";
        let words = said("E0433", text, "tokio::tea::pot().await;", "tea");
        assert_eq!(words, "the program needs `tokio::tea`, which kettle lacks");
        let text = "cannot find function `pot` in module `tokio::time`";
        let words = said("E0425", text, "x(tokio::time::pot())", "pot");
        assert_eq!(words, "the program needs `tokio::time::pot`, which kettle lacks");
    }

    #[test]
    fn a_method_is_named_with_its_type() {
        let method = |of: &str| {
            let text =
                format!("no method named `pour` found for struct `{of}` in the current scope");
            said("E0599", &text, "it.pour()", "pour")
        };
        let stream = "the program needs `tokio::net::TcpStream::pour`, which kettle lacks";
        for name in ["TcpStream", "tokio::net::TcpStream", "kettle::net::TcpStream"] {
            assert_eq!(method(name), stream);
        }
        let set = "the program needs `tokio::task::JoinSet::pour`, which kettle lacks";
        assert_eq!(method("JoinSet<u32>"), set);
        for name in ["std::net::TcpStream", "Teapot"] {
            assert_eq!(method(name), "the program does not compile\nthe compiler's words");
        }
    }

    #[test]
    fn an_error_of_the_program_is_told_as_the_compiler_does() {
        let words = said("E0432", "unresolved import `cup`", "use cup;", "cup");
        assert_eq!(words, "the program does not compile\nthe compiler's words");
    }
}
