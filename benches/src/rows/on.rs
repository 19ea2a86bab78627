//! How does a table name the functions of a row?

/// The functions of one row: `on!(spawn::all: tokio smol)` is that of `kettle` and of these.
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

pub(super) use on;
