//! `task`: ids.
