//! What does a task do, as far as the name of its future's type tells?

/// What a task does, from the name of its future's type: an `async fn`'s future is called after its
/// function, `channel::main::{{closure}}`, and an `async` block's after the function around it.
///
/// ```
/// use kettle_trace::future_name;
///
/// assert_eq!(future_name("select::fetch_from_cache::{{closure}}"), "fetch_from_cache");
/// assert_eq!(future_name("channel::main::{{closure}}::{{closure}}"), "async block in main");
/// assert_eq!(future_name("kettle::time::sleep::Sleep"), "Sleep");
/// assert_eq!(future_name("core::pin::Pin<alloc::boxed::Box<app::Tea>>"), "Pin");
/// ```
pub fn future_name(of_the_type: &str) -> String {
    let path = of_the_type.trim_end_matches("::{{closure}}");
    let closures = (of_the_type.len() - path.len()) / "::{{closure}}".len();
    let path = path.split('<').next().unwrap_or(path);
    let name = path.rsplit("::").find(|part| *part != "{{closure}}").unwrap_or(path);
    if closures > 1 { format!("async block in {name}") } else { name.to_owned() }
}
