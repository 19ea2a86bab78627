//! `task`: local_set.
