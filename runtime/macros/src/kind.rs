//! Which of the attributes is it?

/// `#[kettle::main]`, `#[kettle::test]`, and the two that stand in for `#[tokio::main]` and
/// `#[tokio::test]` when the package `interop/tokio` has taken tokio's place.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Main,
    Test,
    TokioMain,
    TokioTest,
}

impl Kind {
    pub(crate) fn is_test(self) -> bool {
        matches!(self, Kind::Test | Kind::TokioTest)
    }

    /// May the program ask for several threads? It will run on one all the same.
    pub(crate) fn takes_threads(self) -> bool {
        matches!(self, Kind::TokioMain | Kind::TokioTest)
    }

    /// Does it ask for several threads by default?
    pub(crate) fn has_threads(self) -> bool {
        self == Kind::TokioMain
    }

    /// The door in `__private`, and the attribute's own name.
    pub(crate) fn name(self) -> &'static str {
        if self.is_test() { "test" } else { "main" }
    }

    /// The crate that has the attribute, and the doors.
    pub(crate) fn crate_name(self) -> &'static str {
        if self.takes_threads() { "tokio" } else { "kettle" }
    }
}
