//! How does a replay come into the book?
//!
//! In the Markdown a block `<!-- replay: NAME -->` holds a line of words, for whoever reads it on a
//! forge. In the built book it holds a page that was recorded when the book was built: the example
//! ran with `KETTLE_TRACE` set, what it printed stands beside the events, and an example that never
//! ends was ended. A server gets three visitors, of whom one is slow.
//!
//! Recordings are kept in `target/book-replays` until the program is built anew.

use std::fs;
use std::io::{self, Read, Write};
use std::net::{SocketAddr, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use crate::process;
use crate::replay;
use crate::servers;
use crate::tree;

/// Whoever prints nothing for so long has come to its end, or never will.
const QUIET: Duration = Duration::from_secs(8);
/// No recording takes longer.
const LIMIT: Duration = Duration::from_mins(1);
const LOOK: Duration = Duration::from_millis(20);

/// What stands in the Markdown.
pub(crate) fn in_markdown(wish: &str) -> Result<String, String> {
    let (name, _) = parse(wish)?;
    let is_example = tree::root().join("examples").join(format!("{name}.rs")).exists()
        || tree::read("Cargo.toml")?.contains(&format!("[[example]]\nname = \"{name}\"\n"));
    if !is_example {
        return Err(format!("there is no example `{name}`"));
    }
    Ok(format!(
        "> **Replay.** `cargo xtask replay {name}` records this run and opens it, step by step; the \
         built book (`cargo xtask book --open`) has it here.\n"
    ))
}

/// What stands in the built book.
pub(crate) fn in_book(wish: &str) -> Result<String, String> {
    let (name, event) = parse(wish)?;
    let address = format!("replays/{name}.html{event}");
    // No blank line in it: Markdown would end the figure there.
    Ok(format!(
        "<figure class=\"replay\">\n<figcaption><span>Replay of <code>{name}</code></span> \
         <a href=\"{address}\" target=\"_blank\">open it alone</a></figcaption>\n\
         <iframe src=\"{address}\" title=\"Replay of {name}\" loading=\"lazy\"></iframe>\n</figure>\n"
    ))
}

/// The example, and with its `#` the event at which the page opens.
pub(crate) fn parse(wish: &str) -> Result<(&str, &str), String> {
    let (name, event) = wish.split_at(wish.find('#').unwrap_or(wish.len()));
    let plain = name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
    let safe = event.chars().all(|c| c.is_ascii_alphanumeric() || "#=&".contains(c));
    if plain && safe && !name.is_empty() {
        Ok((name, event))
    } else {
        Err("names an example".into())
    }
}

/// Records the examples, side by side; where the pages are.
pub(crate) fn record(names: &[String]) -> Result<Vec<PathBuf>, String> {
    let words = |error: io::Error| error.to_string();
    let directory = tree::target().map_err(words)?.join("book-replays");
    fs::create_dir_all(&directory).map_err(words)?;
    let threads: Vec<_> = names
        .iter()
        .map(|name| {
            let (name, directory) = (name.clone(), directory.clone());
            thread::spawn(move || {
                recorded(&name, &directory).map_err(|error| format!("replay of {name}: {error}"))
            })
        })
        .collect();
    let join = |thread: thread::JoinHandle<_>| {
        thread.join().unwrap_or_else(|_| Err("a recording panicked".to_owned()))
    };
    threads.into_iter().map(join).collect()
}

fn recorded(name: &str, directory: &Path) -> io::Result<PathBuf> {
    let program = tree::example(name)?;
    let finished = directory.join(format!("{name}.html"));
    let written = |path: &Path| fs::metadata(path).and_then(|data| data.modified());
    if written(&finished).is_ok_and(|at| written(&program).is_ok_and(|built| built < at)) {
        return Ok(finished);
    }
    let page = directory.join(format!("{name}.part.html"));
    let printed = directory.join(format!("{name}.out"));
    let mut command = replay::recorder(name, &page, &printed)?;
    if name.contains("server") {
        command.arg("127.0.0.1:0");
    }
    command.stderr(Stdio::null()).env_remove("KETTLE_DOCTOR");
    let mut child = process::start(&mut command)?;
    let visited = if name.contains("server") { visit(&printed) } else { Ok(()) };
    if visited.is_ok() {
        watch(&mut child, &printed, if name.contains("server") { Duration::ZERO } else { QUIET })?;
    }
    let _ = child.kill();
    child.wait()?;
    visited?;
    replay::finish(&page, &printed)?;
    fs::rename(&page, &finished)?;
    Ok(finished)
}

/// Waits until it has ended, or has printed nothing for long.
fn watch(child: &mut Child, printed: &Path, quiet: Duration) -> io::Result<()> {
    let begun = Instant::now();
    let mut last_word = begun;
    let mut length = 0;
    while child.try_wait()?.is_none() {
        let now = fs::metadata(printed)?.len();
        if now > length {
            (length, last_word) = (now, Instant::now());
        }
        if last_word.elapsed() >= quiet || begun.elapsed() >= LIMIT {
            break;
        }
        thread::sleep(LOOK);
    }
    Ok(())
}

/// Three visitors: all connect, the second asks only after the others have their answers.
fn visit(printed: &Path) -> io::Result<()> {
    let begun = Instant::now();
    let address = loop {
        let text = fs::read_to_string(printed)?;
        if let Some(address) = text.lines().next().and_then(servers::address) {
            break address;
        }
        if begun.elapsed() > LIMIT {
            return Err(io::Error::other("it did not say where it listens"));
        }
        thread::sleep(LOOK);
    };
    let [first, slow, third] = [connect(&address)?, connect(&address)?, connect(&address)?];
    for visitor in [first, third, slow] {
        ask(visitor)?;
    }
    Ok(())
}

fn connect(address: &SocketAddr) -> io::Result<TcpStream> {
    let socket = TcpStream::connect_timeout(address, LIMIT)?;
    socket.set_read_timeout(Some(LIMIT))?;
    Ok(socket)
}

fn ask(mut socket: TcpStream) -> io::Result<()> {
    socket.write_all(b"GET / HTTP/1.1\r\n\r\n")?;
    let mut answer = Vec::new();
    // A reset behind the answer is no fault of ours.
    let _ = socket.read_to_end(&mut answer);
    if answer.is_empty() { Err(io::Error::other("the server gave no answer")) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wish_names_an_example_and_perhaps_an_event() {
        assert_eq!(parse("channel"), Ok(("channel", "")));
        assert_eq!(parse("channel#e=12&l=engine"), Ok(("channel", "#e=12&l=engine")));
        for wrong in ["", "#e=1", "a b", "../x", "a\"b", "a#\"><script>"] {
            assert!(parse(wrong).is_err(), "{wrong}");
        }
    }

    #[test]
    fn the_figure_shows_the_recording() {
        let figure = in_book("channel#e=12").unwrap();
        assert_eq!(figure.matches("\"replays/channel.html#e=12\"").count(), 2);
        assert!(!figure.trim().contains("\n\n"));
        assert!(in_markdown("oops_lazy").is_ok() && in_markdown("lazy").is_err());
        assert!(in_markdown("channel").unwrap().contains("cargo xtask replay channel"));
    }
}
