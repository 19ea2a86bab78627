//! Macros.

mod attributes;
mod join;
mod select;
