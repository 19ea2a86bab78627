//! `sync::once_cell`.
