//! Which of the two attributes is it?

/// `#[kettle::main]` or `#[kettle::test]`.
#[derive(Clone, Copy, PartialEq)]
pub(crate) enum Kind {
    Main,
    Test,
}

impl Kind {
    /// The door in `__private`, and the attribute's own name.
    pub(crate) fn name(self) -> &'static str {
        match self {
            Kind::Main => "main",
            Kind::Test => "test",
        }
    }
}
