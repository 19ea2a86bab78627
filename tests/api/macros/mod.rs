//! Macros.

mod attributes;
mod join;
mod select;
mod select_forms;
