//! `net`: pipe.
