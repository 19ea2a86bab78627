//! Does each program leave a record that is whole, and is the doctor content with it?

#[path = "../../examine.rs"]
mod examine;

/// A program's own source, and a test that runs and folds it.
macro_rules! programs {
    ($($name:ident $file:literal)*) => { $(
        mod $name {
            include!($file);

            #[test]
            fn leaves_a_whole_record() {
                let ((), records) = kettle::trace::record(main);
                crate::examine::examine(stringify!($name), &records);
            }
        }
    )* };
}

programs! {
    codec "../src/bin/codec.rs"
    echo "../src/bin/echo.rs"
}
