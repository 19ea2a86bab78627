//! Macros: select.
