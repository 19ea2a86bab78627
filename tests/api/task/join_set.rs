//! `task`: join_set.
