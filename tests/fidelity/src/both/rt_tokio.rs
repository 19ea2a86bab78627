//! The runtime `rt` of what is compiled with tokio.

pub(crate) use ::tokio::*;
