//! What is in the parentheses of the attribute?
//!
//! `name = value`, separated by commas, with the names that tokio's attributes know. A name that
//! makes no sense on one thread is an error that says what to write instead.

use proc_macro::{Span, TokenStream, TokenTree};

use crate::error::{Error, Result};
use crate::kind::Kind;

pub(crate) struct Arguments {
    /// Does the program start with a virtual clock?
    pub(crate) start_paused: bool,
    /// Does the body run on a `LocalRuntime`?
    pub(crate) local: bool,
    /// Does the program ask for several threads? It gets one, and a line on stderr that says so.
    pub(crate) threads: bool,
    /// The runtime's name, a string literal.
    pub(crate) name: Option<TokenTree>,
    /// How many seeds to try a test with, a number literal.
    pub(crate) seeds: Option<TokenTree>,
    /// The path to the crate, if it isn't the usual one.
    pub(crate) path: Option<TokenStream>,
}

impl Arguments {
    /// The defaults.
    pub(crate) fn of(kind: Kind) -> Arguments {
        let threads = kind.has_threads();
        let (local, name, seeds, path) = (false, None, None, None);
        Arguments { start_paused: false, local, threads, name, seeds, path }
    }

    pub(crate) fn read(kind: Kind, tokens: TokenStream) -> Result<Arguments> {
        let tokens: Vec<TokenTree> = tokens.into_iter().collect();
        let mut arguments = Arguments::of(kind);
        let mut seen = Vec::new();
        let mut rest = tokens.split(|token| is_punct(token, ',')).peekable();
        while let Some(argument) = rest.next() {
            // There are no arguments, or a comma was the last token.
            if argument.is_empty() && rest.peek().is_none() {
                break;
            }
            let (name, value) = name_and_value(kind, argument)?;
            if seen.contains(&name) {
                return Err(Error::about(argument, format!("`{name}` is given twice")));
            }
            arguments.set(kind, &name, argument, value)?;
            seen.push(name);
        }
        Ok(arguments)
    }

    fn set(
        &mut self,
        kind: Kind,
        name: &str,
        argument: &[TokenTree],
        value: &TokenTree,
    ) -> Result<()> {
        match name {
            "flavor" => {
                let flavor = flavor(kind, value)?;
                self.local = flavor == Flavor::Local;
                self.threads = flavor == Flavor::Threads;
            }
            "start_paused" => self.start_paused = boolean(value)?,
            "name" => self.name = Some(runtime_name(value)?),
            "crate" => self.path = Some(path(value)?),
            "seeds" if kind == Kind::Test => self.seeds = Some(seeds(value)?),
            // The flavor has already asked for threads, and their number doesn't matter.
            "worker_threads" if kind.takes_threads() => {}
            "worker_threads" => {
                let message =
                    "kettle runs on one thread and has no workers: leave `worker_threads` out";
                return Err(Error::about(argument, message));
            }
            "unhandled_panic" => {
                let message =
                    "`unhandled_panic` is not supported, and unstable in tokio: leave it out";
                return Err(Error::about(argument, message));
            }
            _ => return Err(Error::at(argument[0].span(), unknown(kind, name))),
        }
        Ok(())
    }
}

fn unknown(kind: Kind, name: &str) -> String {
    let attribute = kind.name();
    match name {
        "current_thread" | "local" => {
            format!("`{name}` is a flavor: write `flavor = \"{name}\"`")
        }
        _ => format!(
            "unknown argument `{name}`: `#[{}::{attribute}]` takes `flavor`, `start_paused`, `name`{} \
             and `crate`",
            kind.crate_name(),
            if kind == Kind::Test { ", `seeds`" } else { "" }
        ),
    }
}

/// `name = value`, where the value is one token.
fn name_and_value(kind: Kind, argument: &[TokenTree]) -> Result<(String, &TokenTree)> {
    let name = match argument {
        [TokenTree::Ident(name), ..] => name.to_string(),
        [] => {
            return Err(Error::at(Span::call_site(), "there is a comma too many in the arguments"));
        }
        [other, ..] => {
            let message = "expected an argument such as `start_paused = true`";
            return Err(Error::at(other.span(), message));
        }
    };
    match argument {
        [_, equals, value] if is_punct(equals, '=') => Ok((name, value)),
        [_, equals, value @ ..] if is_punct(equals, '=') && !value.is_empty() => {
            let message = match name.as_str() {
                "seeds" => SEEDS.to_owned(), // as for -1
                _ => format!("the value of `{name}` must be one literal"),
            };
            Err(Error::about(value, message))
        }
        [token, ..] => Err(Error::at(
            token.span(),
            match name.as_str() {
                "flavor" | "start_paused" | "crate" | "worker_threads" | "unhandled_panic"
                | "name" | "seeds" => {
                    format!("`{name}` needs a value: `{name} = ...`")
                }
                _ => unknown(kind, &name),
            },
        )),
        [] => unreachable!("an argument without a name was an error already"),
    }
}

#[derive(PartialEq)]
enum Flavor {
    CurrentThread,
    Local,
    Threads,
}

fn flavor(kind: Kind, value: &TokenTree) -> Result<Flavor> {
    let message = match string(value, "flavor", "\"current_thread\"")?.as_str() {
        "current_thread" => return Ok(Flavor::CurrentThread),
        "local" => return Ok(Flavor::Local),
        "multi_thread" if kind.takes_threads() => return Ok(Flavor::Threads),
        "multi_thread" => {
            "kettle runs on one thread: leave `flavor` out or write `flavor = \"current_thread\"`. \
             Work that blocks or computes for long goes to `spawn_blocking`"
                .to_owned()
        }
        other => format!("no such flavor: `{other}`; there are `current_thread` and `local`"),
    };
    Err(Error::at(value.span(), message))
}

fn boolean(value: &TokenTree) -> Result<bool> {
    match value.to_string().as_str() {
        "true" => Ok(true),
        "false" => Ok(false),
        _ => Err(Error::at(value.span(), "`start_paused` must be `true` or `false`")),
    }
}

/// A string that isn't empty, or `Builder::name` would panic.
fn runtime_name(value: &TokenTree) -> Result<TokenTree> {
    if string(value, "name", "\"my runtime\"")?.trim().is_empty() {
        return Err(Error::at(value.span(), "`name` must not be empty"));
    }
    Ok(value.clone())
}

/// A whole number.
fn seeds(value: &TokenTree) -> Result<TokenTree> {
    let number = value.to_string().replace('_', "").parse::<u64>();
    number.map(|_| value.clone()).map_err(|_| Error::at(value.span(), SEEDS))
}

const SEEDS: &str = "`seeds` must be a whole number, 0 or more: `seeds = 1000`";

/// The path in the quotes, as tokens with the span of the string.
fn path(value: &TokenTree) -> Result<TokenStream> {
    let text = string(value, "crate", "\"my_kettle\"")?;
    let invalid = || Error::at(value.span(), format!("`{text}` is not a path to a crate"));
    let tokens = text.parse::<TokenStream>().map_err(|_| invalid())?;
    let belongs_to_path = |token: &TokenTree| match token {
        TokenTree::Ident(_) => true,
        TokenTree::Punct(punct) => punct.as_char() == ':',
        _ => false,
    };
    let tokens: Vec<TokenTree> = tokens.into_iter().collect();
    if !tokens.iter().all(belongs_to_path) || !matches!(tokens.last(), Some(TokenTree::Ident(_))) {
        return Err(invalid());
    }
    let respan = |mut token: TokenTree| {
        token.set_span(value.span());
        token
    };
    Ok(tokens.into_iter().map(respan).collect())
}

/// The text between the quotes of a plain string literal.
fn string(value: &TokenTree, name: &str, example: &str) -> Result<String> {
    let text = match value {
        TokenTree::Literal(literal) => literal.to_string(),
        _ => String::new(),
    };
    let inside = text.strip_prefix('"').and_then(|text| text.strip_suffix('"'));
    inside.map(str::to_owned).ok_or_else(|| {
        Error::at(value.span(), format!("`{name}` must be a string: `{name} = {example}`"))
    })
}

fn is_punct(token: &TokenTree, char: char) -> bool {
    matches!(token, TokenTree::Punct(punct) if punct.as_char() == char)
}
