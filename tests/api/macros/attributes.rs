//! Macros: attributes.
