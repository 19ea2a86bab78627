//! How does a table name the functions of a row, and the rows of a family that grows?

/// The functions of one row: `on!(yields::many: tokio)` is that of `kettle` and of these.
macro_rules! on {
    ($family:ident::$row:ident: $($peer:ident)*) => {
        &[
            ("kettle", kettle::$family::$row as Run),
            $(
                #[cfg(feature = "peers")]
                (stringify!($peer), $peer::$family::$row as Run),
            )*
        ]
    };
}

/// A line of a table: `row!("yield", 1_000, "what it does", yields::many: tokio)`.
macro_rules! row {
    ($name:literal, $size:literal, $about:literal, $($functions:tt)*) => {
        Row::new($name, $size, $about, on!($($functions)*))
    };
}

/// `growing!("name:", "before ", " after", unit, runs; 100 "100", …)`: a row for each size, with
/// which its name ends, and which its description has between two parts.
macro_rules! growing {
    ($name:literal, $before:literal, $after:literal, $unit:expr, $runs:expr;
     $($size:literal $shown:literal),*) => {
        &[$(
            Row::new(concat!($name, $size), $size, concat!($before, $shown, $after), $runs)
                .in_unit($unit)
        ),*]
    };
}

/// `lasting!("name", "what it does", runs; 1_000 "5ms", …)`: a row for each length of a run, with
/// which its name ends.
macro_rules! lasting {
    ($name:literal, $about:literal, $runs:expr; $($size:literal $length:literal),*) => {
        &[$(Row::new(concat!($name, ":", $length), $size, $about, $runs)),*]
    };
}

pub(super) use {growing, lasting, on, row};
