// How large is a future of each macro? Compiled for both runtimes: `rt` is kettle or tokio.

/// A macro's name with its number of branches, and the size of its future in bytes. Each branch is
/// `BYTES` large.
pub(crate) fn sizes<const BYTES: usize>() -> Vec<(&'static str, usize)> {
    use super::Branch;
    let a = || Branch([0; BYTES]);
    vec![
        ("select! of 2", size_of_val(&async { rt::select! { _ = a() => {} _ = a() => {} } })),
        (
            "select! of 4",
            size_of_val(&async {
                rt::select! { _ = a() => {} _ = a() => {} _ = a() => {} _ = a() => {} }
            }),
        ),
        (
            "select! of 8",
            size_of_val(&async {
                rt::select! {
                    _ = a() => {} _ = a() => {} _ = a() => {} _ = a() => {}
                    _ = a() => {} _ = a() => {} _ = a() => {} _ = a() => {}
                }
            }),
        ),
        (
            "select! of 2, biased",
            size_of_val(&async { rt::select! { biased; _ = a() => {} _ = a() => {} } }),
        ),
        ("join! of 2", size_of_val(&async { rt::join!(a(), a()) })),
        ("join! of 4", size_of_val(&async { rt::join!(a(), a(), a(), a()) })),
        ("join! of 8", size_of_val(&async { rt::join!(a(), a(), a(), a(), a(), a(), a(), a()) })),
        ("join! of 2, biased", size_of_val(&async { rt::join!(biased; a(), a()) })),
        ("try_join! of 2", size_of_val(&async { rt::try_join!(a(), a()) })),
        ("try_join! of 4", size_of_val(&async { rt::try_join!(a(), a(), a(), a()) })),
    ]
}
