//! `io`: stdio.
