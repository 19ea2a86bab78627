//! What is wrong, and where?
//!
//! A message, and the tokens that it is about. It becomes a `compile_error!` with their span, and
//! says what to write instead.

use proc_macro::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

pub(crate) struct Error {
    message: String,
    start: Span,
    end: Span,
}

pub(crate) type Result<T> = std::result::Result<T, Error>;

impl Error {
    pub(crate) fn at(span: Span, message: impl Into<String>) -> Error {
        Error { message: message.into(), start: span, end: span }
    }

    /// About several tokens, of which there is at least one.
    pub(crate) fn about(tokens: &[TokenTree], message: impl Into<String>) -> Error {
        let start = tokens.first().map_or_else(Span::call_site, TokenTree::span);
        let end = tokens.last().map_or_else(Span::call_site, TokenTree::span);
        Error { message: message.into(), start, end }
    }

    /// `::core::compile_error! { "message" }`. The compiler underlines from the first token's span
    /// to the last one's.
    pub(crate) fn into_tokens(self) -> TokenStream {
        let punct = |char, spacing| {
            let mut punct = Punct::new(char, spacing);
            punct.set_span(self.start);
            TokenTree::from(punct)
        };
        let mut message = Literal::string(&self.message);
        message.set_span(self.end);
        let mut group = Group::new(Delimiter::Brace, TokenTree::from(message).into());
        group.set_span(self.end);
        [
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            Ident::new("core", self.start).into(),
            punct(':', Spacing::Joint),
            punct(':', Spacing::Alone),
            Ident::new("compile_error", self.start).into(),
            punct('!', Spacing::Alone),
            group.into(),
        ]
        .into_iter()
        .collect()
    }
}
