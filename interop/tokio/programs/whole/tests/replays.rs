//! Does each program leave a record that is whole, and is the doctor content with it?

#[macro_use]
#[path = "../../examine.rs"]
mod examine;

programs! {
    http2 "../src/bin/http2.rs"
    layers "../src/bin/layers.rs"
    redis_client "../src/bin/redis_client.rs"
    service "../src/bin/service.rs"
    tls "../src/bin/tls.rs"
    web_socket "../src/bin/web_socket.rs"
}

/// Not recorded: the runtime is made on a thread of the crate's own.
#[path = "../src/bin/compat.rs"]
#[allow(dead_code)]
mod compat;

#[test]
fn another_executor_is_served_too() {
    compat::main();
}

/// The program itself, in a process of its own: 4,000 orders, recorded into a page, and the doctor
/// would end it.
#[test]
fn the_service_under_load() {
    let page = std::env::temp_dir().join(format!("kettle-load-{}.html", std::process::id()));
    let mut service = std::process::Command::new(env!("CARGO_BIN_EXE_service"));
    service.env("ORDERS", "100").env("KETTLE_DOCTOR", "panic").env("KETTLE_TRACE", &page);
    let output = service.output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let text = std::fs::read_to_string(&page).unwrap();
    std::fs::remove_file(&page).unwrap();
    assert!(
        text.starts_with("<!doctype html>")
            && text.lines().last().unwrap().starts_with("{\"end\":\"complete\"")
    );
}
