//! Empty: only the tests matter (`tests/api/` of the project).
