//! Programs like those under `examples/oops`, written when the lints were done, for verdicts that
//! need a process of their own: of a program that stands still for ever.

/// Each begins with the lint that it is to meet.
pub(crate) const NAMES: &[&str] = &[];

pub(crate) fn play(name: &str) {
    panic!("no program is called {name}");
}
