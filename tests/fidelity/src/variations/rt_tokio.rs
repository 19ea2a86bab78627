//! The runtime `rt` of a variation that is compiled with tokio.

pub(crate) use ::tokio::*;
