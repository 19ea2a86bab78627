//! `sync::notify`.
