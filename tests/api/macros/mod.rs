//! Macros.

mod attributes;
mod select;
