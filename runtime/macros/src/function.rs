//! Where in these tokens are the function's body, its name and its `async`?
//!
//! ```text
//! #[doc = ".."] #[allow(..)]   pub async fn name<T>(t: T) -> R where ..   { .. }
//! attributes                   head: visibility, qualifiers, signature    body
//! ```
//!
//! The compiler has parsed the item before it calls the macro, so these parts are where they must
//! be.

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use crate::error::{Error, Result};
use crate::kind::Kind;

pub(crate) struct Function {
    pub(crate) attributes: TokenStream,
    head: Vec<TokenTree>,
    /// Where `async` and `fn` are in the head.
    async_at: usize,
    fn_at: usize,
    body: Group,
}

impl Function {
    pub(crate) fn take_apart(kind: Kind, item: TokenStream) -> Result<Function> {
        let mut head: Vec<TokenTree> = item.into_iter().collect();
        let attributes: Vec<TokenTree> = head.drain(..2 * count_attributes(&head)).collect();
        if kind.is_test() {
            refuse_second_test(&attributes)?;
        }
        let wanted = || {
            format!("`#[{}::{}]` goes in front of an `async fn`", kind.crate_name(), kind.name())
        };
        let Some(fn_at) = head.iter().position(|token| is_word(token, "fn")) else {
            return Err(Error::about(&head[..1.min(head.len())], wanted()));
        };
        let Some(async_at) = head[..fn_at].iter().position(|token| is_word(token, "async")) else {
            let message = format!("{}: write `async` before `fn`", wanted());
            return Err(Error::at(head[fn_at].span(), message));
        };
        let Some(body) = head.pop().and_then(braces) else {
            return Err(Error::at(head[fn_at].span(), "this function has no body to run"));
        };
        Ok(Function { attributes: attributes.into_iter().collect(), head, async_at, fn_at, body })
    }

    /// Can it be moved into the body of another function? Not if it uses parameters or belongs to
    /// an `impl` block, so only `main` itself and tests are moved.
    pub(crate) fn is_plain(&self, kind: Kind) -> bool {
        let free = kind.is_test() || self.name().to_string() == "main";
        let no_parameters = match &self.head[self.fn_at + 2..] {
            [TokenTree::Group(parameters), ..] => parameters.stream().is_empty(),
            _ => false,
        };
        free && no_parameters && self.async_at + 1 == self.fn_at
    }

    /// Is it a test that should panic?
    pub(crate) fn should_panic(&self) -> bool {
        let tokens: Vec<TokenTree> = self.attributes.clone().into_iter().collect();
        tokens.iter().any(|token| match token {
            TokenTree::Group(attribute) => attribute
                .stream()
                .into_iter()
                .next()
                .is_some_and(|word| is_word(&word, "should_panic")),
            _ => false,
        })
    }

    /// A program's `main` has no caller that could pass it anything.
    pub(crate) fn refuse_arguments_of_main(&self, kind: Kind) -> Result<()> {
        match &self.head[self.fn_at + 2..] {
            [TokenTree::Group(parameters), ..]
                if !kind.is_test()
                    && self.name().to_string() == "main"
                    && !parameters.stream().is_empty() =>
            {
                let message = "`main` takes no arguments: those of the command line are in \
                               `std::env::args()`";
                Err(Error::at(parameters.span(), message))
            }
            _ => Ok(()),
        }
    }

    pub(crate) fn name(&self) -> Ident {
        match &self.head[self.fn_at + 1] {
            TokenTree::Ident(name) => name.clone(),
            other => unreachable!("`fn` is followed by a name, not by {other}"),
        }
    }

    /// The function as it was written, from `async` on.
    pub(crate) fn asynchronous(&self) -> TokenStream {
        let body = TokenTree::from(self.body.clone());
        self.head[self.async_at..].iter().cloned().chain([body]).collect()
    }

    pub(crate) fn head_without_async(&self) -> TokenStream {
        let (before, after) = (&self.head[..self.async_at], &self.head[self.async_at + 1..]);
        before.iter().chain(after).cloned().collect()
    }

    /// The first and last token of the body's last statement, which the compiler should point at if
    /// the body's value has the wrong type.
    pub(crate) fn value_span(&self) -> (Span, Span) {
        let body: Vec<TokenTree> = self.body.stream().into_iter().collect();
        let Some((last, before)) = body.split_last() else {
            return (self.body.span(), self.body.span());
        };
        let is_semicolon = |token: &TokenTree| token.to_string() == ";";
        let start = before.rsplit(is_semicolon).next().and_then(<[_]>::first).unwrap_or(last);
        (start.span(), last.span())
    }

    /// The body, and the `#![..]` at its start, which a block can't have.
    pub(crate) fn split_body(&self) -> (TokenStream, Group) {
        let mut content: Vec<TokenTree> = self.body.stream().into_iter().collect();
        let is_inner =
            |tokens: &[TokenTree]| tokens[0].to_string() == "#" && tokens[1].to_string() == "!";
        let inner = content.chunks_exact(3).take_while(|tokens| is_inner(tokens)).count();
        let attributes = content.drain(..3 * inner).collect();
        let mut block = Group::new(Delimiter::Brace, content.into_iter().collect());
        block.set_span(self.body.span());
        (attributes, block)
    }
}

/// The group in braces. A body that comes from a macro's `$body:block` has an invisible group
/// around it.
fn braces(token: TokenTree) -> Option<Group> {
    match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::Brace => Some(group),
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => {
            group.stream().into_iter().last().and_then(braces)
        }
        _ => None,
    }
}

/// How many `#[..]` come before it, doc comments among them.
fn count_attributes(tokens: &[TokenTree]) -> usize {
    tokens.chunks_exact(2).take_while(|pair| pair[0].to_string() == "#").count()
}

/// `#[test]` or `#[any::path::test]` under `#[kettle::test]` would run the test twice.
fn refuse_second_test(attributes: &[TokenTree]) -> Result<()> {
    for attribute in attributes.chunks_exact(2) {
        let TokenTree::Group(group) = &attribute[1] else { continue };
        let in_path = |token: &TokenTree| match token {
            TokenTree::Ident(_) => true,
            TokenTree::Punct(punct) => punct.as_char() == ':',
            _ => false,
        };
        let path = group.stream().into_iter().take_while(in_path);
        if path.last().is_some_and(|last| is_word(&last, "test")) {
            let message = "`#[kettle::test]` makes this function a test: leave this one out";
            return Err(Error::about(attribute, message));
        }
    }
    Ok(())
}

fn is_word(token: &TokenTree, word: &str) -> bool {
    matches!(token, TokenTree::Ident(ident) if ident.to_string() == word)
}
