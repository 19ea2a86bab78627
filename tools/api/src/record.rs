//! How is a surface kept in a file that people can read and Git can compare?
//!
//! ```text
//! # What this is
//! io::Lines struct io/util/lines.rs
//!   get_mut get_ref into_inner next_line poll_next_line
//!   impl Debug
//!   auto Send if R: Send; Unpin if R: Unpin
//! task::spawn fn = spawn
//! ```
//!
//! A path, what it is, and the file that defines it; then the names of its members, its traits, and
//! its auto traits. After a `=` is the path where the members are.

use std::fmt::Write;

use crate::surface::{Item, Surface};

pub(crate) fn write(head: &str, surface: &Surface) -> String {
    let mut text = String::new();
    for line in head.lines() {
        let _ = writeln!(text, "# {line}");
    }
    for (path, item) in &surface.items {
        let end = match &item.same_as {
            Some(other) => format!(" = {other}"),
            None if item.file.is_empty() => String::new(),
            None => format!(" {}", shown(&item.file)),
        };
        let _ = writeln!(text, "{path} {}{end}", item.kind);
        let join = |names: &std::collections::BTreeSet<String>, between: &str| {
            names.iter().map(String::as_str).collect::<Vec<_>>().join(between)
        };
        if !item.members.is_empty() {
            let _ = writeln!(text, "  {}", join(&item.members, " "));
        }
        if !item.impls.is_empty() {
            let _ = writeln!(text, "  impl {}", join(&item.impls, "; "));
        }
        if !item.autos.is_empty() {
            let _ = writeln!(text, "  auto {}", join(&item.autos, "; "));
        }
    }
    text
}

pub(crate) fn read(text: &str) -> Result<Surface, String> {
    let mut surface = Surface::default();
    let mut last: Option<&mut Item> = None;
    for line in text.lines().filter(|line| !line.starts_with('#')) {
        if let Some(inner) = line.strip_prefix("  ") {
            let item = last.as_mut().ok_or_else(|| format!("members of nothing: {line}"))?;
            let (names, between) = match inner.split_once(' ') {
                Some(("impl", _)) => (&mut item.impls, "; "),
                Some(("auto", _)) => (&mut item.autos, "; "),
                _ => (&mut item.members, " "),
            };
            let listed = inner.strip_prefix("impl ").or_else(|| inner.strip_prefix("auto "));
            names.extend(listed.unwrap_or(inner).split(between).map(str::to_owned));
            continue;
        }
        let (left, same_as) = line.split_once(" = ").map_or((line, None), |(a, b)| (a, Some(b)));
        let mut words = left.split(' ');
        let (Some(path), Some(kind)) = (words.next(), words.next()) else {
            return Err(format!("neither a path nor a kind: {line}"));
        };
        let item = Item {
            kind: kind.to_owned(),
            file: words.next().unwrap_or_default().to_owned(),
            same_as: same_as.map(str::to_owned),
            ..Item::default()
        };
        last = Some(surface.items.entry(path.to_owned()).or_insert(item));
    }
    Ok(surface)
}

/// A file in the folder of another crate's sources, from its `src/` on.
fn shown(file: &str) -> &str {
    if file.starts_with('/') {
        file.rsplit_once("/src/").map_or(file, |(_, end)| end)
    } else {
        file
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_can_be_read() {
        let text = "# What\n# it is\na mod src/a.rs\na::B struct src/b.rs\n  .0 new set\n  \
            impl Debug; From<(u8, u8)>\n  auto Send if T: Send; Unpin\nb fn = a::b\nc use\n";
        let surface = read(text).unwrap();
        assert_eq!(write("What\nit is", &surface), text);
        assert_eq!(surface.items["a::B"].members.len(), 3);
        assert_eq!(surface.items["b"].same_as.as_deref(), Some("a::b"));
        assert_eq!(surface.items["c"].file, "");
    }

    #[test]
    fn a_file_of_another_crate_begins_in_its_sources() {
        assert_eq!(shown("/home/x/registry/src/i/tokio-1/src/io/split.rs"), "io/split.rs");
        assert_eq!(shown("runtime/src/io/source.rs"), "runtime/src/io/source.rs");
    }
}
