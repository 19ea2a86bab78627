//! `sync::set_once`.
