//! What does a task do, as far as the name of its future's type tells?

use super::symbol::{Kind, Symbol};

/// What a task does, from the name of its future's type: an `async fn`'s future is called after its
/// function, `channel::main::{{closure}}`, and an `async` block's after the function around it.
///
/// ```
/// use kettle_trace::future_name;
///
/// assert_eq!(future_name("select::fetch_from_cache::{{closure}}"), "fetch_from_cache");
/// assert_eq!(future_name("channel::main::{{closure}}::{{closure}}"), "async block in main");
/// assert_eq!(future_name("<app::Pot<u8> as app::Pours>::pour::{{closure}}"), "Pot::pour");
/// assert_eq!(future_name("kettle::time::sleep::Sleep"), "Sleep");
/// assert_eq!(future_name("core::pin::Pin<alloc::boxed::Box<app::Tea>>"), "Pin");
/// ```
pub fn future_name(of_the_type: &str) -> String {
    let Symbol { name, kind, .. } = Symbol::parse(of_the_type);
    if kind == Kind::Block { format!("async block in {name}") } else { name }
}
