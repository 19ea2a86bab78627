//! `task`: task_local.
