//! Does each program leave a record that is whole, and is the doctor content with it?

#[macro_use]
#[path = "../../examine.rs"]
mod examine;

programs! {
    codec "../src/bin/codec.rs"
    echo "../src/bin/echo.rs"
}
