//! Empty: only the tests matter (`tests/api/`).
