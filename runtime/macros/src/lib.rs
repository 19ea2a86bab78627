//! What becomes of `#[kettle::main] async fn main()`?
//!
//! An ordinary function that runs the async one. It contains the async function itself, word for
//! word, so that the compiler's messages about it are the same as for any async function:
//!
//! ```text
//! #[kettle::main(start_paused = true)]           fn main() -> io::Result<()> {
//! async fn main() -> io::Result<()> {                async fn main() -> io::Result<()> {
//!     ...                                becomes         ...
//! }                                                  }
//!                                                    kettle::__private::main(true, None, main())
//!                                                }
//! ```
//!
//! `#[kettle::test]` puts `#[test]` in front, and calls `__private::test` with a closure that makes
//! the future, because a test may be run many times. Both functions in `__private` build a runtime
//! and call `block_on`.
//!
//! Interface: the two attributes. `function` takes the item apart, `arguments` reads the
//! parentheses, `error` says what is wrong and where. Tokens are moved and parsed no further than
//! necessary, so no parser crate is needed.
//!
//! Invariant: the function comes out even if its arguments are wrong, so that one message isn't
//! followed by ten others.
//!
//! The attributes are documented beside the names that kettle gives them (`src/lib.rs`). To test
//! examples here, kettle would have to be built a second time, as a part of the compiler.
//!
//! tokio: the same arguments, but `syn` parses them, and the body becomes an `async` block.

mod arguments;
mod error;
mod function;
mod kind;

use proc_macro::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};

use arguments::Arguments;
use function::Function;
use kind::Kind;

#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand(Kind::Main, arguments, item)
}

#[proc_macro_attribute]
pub fn test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand(Kind::Test, arguments, item)
}

/// `#[tokio::main]` of the package `interop/tokio`. It takes the same arguments as tokio's.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn tokio_main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand(Kind::TokioMain, arguments, item)
}

/// `#[tokio::test]` of the package `interop/tokio`.
#[doc(hidden)]
#[proc_macro_attribute]
pub fn tokio_test(arguments: TokenStream, item: TokenStream) -> TokenStream {
    expand(Kind::TokioTest, arguments, item)
}

fn expand(kind: Kind, arguments: TokenStream, item: TokenStream) -> TokenStream {
    let function = match Function::take_apart(kind, item.clone()) {
        Ok(function) => function,
        // It isn't a function to be run, so leave it alone.
        Err(error) => return [item, error.into_tokens()].into_iter().collect(),
    };
    if let Err(error) = function.refuse_arguments_of_main(kind) {
        return [stand_in(&function), error.into_tokens()].into_iter().collect();
    }
    match Arguments::read(kind, arguments) {
        Ok(arguments) => synchronous(kind, &arguments, &function),
        Err(error) => {
            let function = synchronous(kind, &Arguments::of(kind), &function);
            [function, error.into_tokens()].into_iter().collect()
        }
    }
}

/// A `main` without arguments around one that has some, so that the compiler checks the body and
/// has nothing to add to the message.
fn stand_in(function: &Function) -> TokenStream {
    let mut body = tokens("#[allow(dead_code)]");
    body.extend(function.asynchronous());
    let mut main = tokens("fn main()");
    main.extend([group(Delimiter::Brace, body)]);
    main
}

/// The function without `async`, with a body that runs the one with it.
fn synchronous(kind: Kind, arguments: &Arguments, function: &Function) -> TokenStream {
    let mut body = TokenStream::new();
    if function.is_plain(kind) {
        // The async function itself. A test may be async only because of the attribute.
        body.extend(tokens("#[allow(clippy::unused_async)]"));
        body.extend(function.asynchronous());
        let nothing = group(Delimiter::Parenthesis, TokenStream::new());
        let future = [TokenTree::from(function.name()), nothing].into_iter().collect();
        let door = Door { arguments, kind, span: (Span::call_site(), Span::call_site()) };
        body.extend(if kind.is_test() && !function.should_panic() {
            door.of_a_test(&function.name(), future)
        } else {
            door.call(future)
        });
    } else {
        // Its parameters and its `Self` can be used in an `async` block, not in an inner function.
        let (attributes, block) = function.split_body();
        body.extend(attributes);
        let future = [Ident::new("async", Span::call_site()).into(), TokenTree::from(block)];
        let door = Door { arguments, kind, span: function.value_span() };
        body.extend(door.call(future.into_iter().collect()));
    }

    let mut output = function.attributes.clone();
    if kind.is_test() {
        output.extend(tokens("#[::core::prelude::v1::test]"));
    }
    output.extend(function.head_without_async());
    output.extend([group(Delimiter::Brace, body)]);
    output
}

/// A call to a function in `PATH::__private`. It spans the tokens from the first `span` to the
/// second: the compiler points there if the type does not fit.
struct Door<'a> {
    kind: Kind,
    arguments: &'a Arguments,
    span: (Span, Span),
}

impl Door<'_> {
    /// `PATH::__private::DOOR(START_PAUSED, NAME, FUTURE)`, where the door is `main`, or `local`
    /// for a local runtime.
    fn call(&self, future: TokenStream) -> TokenStream {
        let mut values = tokens(&format!("{},", self.arguments.start_paused));
        values.extend(option(self.arguments.name.clone()));
        values.extend(tokens(","));
        values.extend(self.with_threads(future));
        self.private(
            if self.arguments.local { "local" } else { "main" },
            Delimiter::Parenthesis,
            values,
        )
    }

    /// `PATH::__private::test(PATH::__private::Test { .. }, || FUTURE)`.
    fn of_a_test(&self, name: &Ident, future: TokenStream) -> TokenStream {
        let Arguments { start_paused, local, .. } = self.arguments;
        let door = if *local { "local_test" } else { "test" };
        let mut about = tokens(&format!(
            "start_paused: {start_paused}, path: ::core::concat!(::core::module_path!(), \
             \"::\", ::core::stringify!({name})), seeds:"
        ));
        about.extend(option(self.arguments.seeds.clone()));
        about.extend(tokens(", name:"));
        about.extend(option(self.arguments.name.clone()));
        let mut values = self.private("Test", Delimiter::Brace, about);
        values.extend(tokens(", ||"));
        values.extend(self.with_threads(future));
        self.private(door, Delimiter::Parenthesis, values)
    }

    /// `PATH::__private::threads(FUTURE)` where the program asks for threads.
    fn with_threads(&self, future: TokenStream) -> TokenStream {
        if self.arguments.threads {
            self.private("threads", Delimiter::Parenthesis, future)
        } else {
            future
        }
    }

    fn private(&self, name: &str, delimiter: Delimiter, values: TokenStream) -> TokenStream {
        let (start, end) = self.span;
        let mut call = match &self.arguments.path {
            Some(path) => path.clone(),
            // The name in scope, not `::kettle`, so that `use other as kettle` holds for the
            // attribute too, as in tokio.
            None => placed(start, tokens(self.kind.crate_name())),
        };
        call.extend(placed(start, tokens(&format!("::__private::{name}"))));
        call.extend(placed(end, group(delimiter, values).into()));
        call
    }
}

fn option(value: Option<TokenTree>) -> TokenStream {
    let Some(value) = value else { return tokens("::core::option::Option::None") };
    let mut some = tokens("::core::option::Option::Some");
    some.extend([group(Delimiter::Parenthesis, value.into())]);
    some
}

/// The same tokens, but the compiler's messages about them point at `span`.
fn placed(span: Span, tokens: TokenStream) -> TokenStream {
    let place = |mut token: TokenTree| {
        token.set_span(Span::call_site().located_at(span));
        token
    };
    tokens.into_iter().map(place).collect()
}

/// Tokens from this source text, with the span of the attribute.
fn tokens(source: &str) -> TokenStream {
    source.parse().expect("the text is a constant of this crate, and Rust")
}

fn group(delimiter: Delimiter, content: TokenStream) -> TokenTree {
    Group::new(delimiter, content).into()
}
