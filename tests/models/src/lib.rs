//! Parts of the engine, each beside a model of itself; see `tests/`.
//!
//! A test here compiles the engine's own source file (`#[path]`) with a small world of its own
//! around it, so that what is tested is what runs. The package stands apart from `kettle` because
//! its tools are heavy.
