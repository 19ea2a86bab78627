//! The file of a trace, cut, overwritten, or with pieces in the wrong places: the reader says what
//! is before the damage as if there were none, and of what is behind it anything but a panic.

use std::sync::OnceLock;

use kettle::trace::lines;

pub(crate) fn target(bytes: &[u8]) {
    for file in files() {
        let (whole, mut text) = (lines(file), file.clone().into_bytes());
        let mut first = text.len();
        for order in bytes.chunks_exact(4).take(20) {
            let at = usize::from(u16::from_le_bytes([order[0], order[1]])) * 7 % text.len().max(1);
            first = first.min(at);
            damage(&mut text, at, order[2], order[3]);
        }
        // A reader of text is given text.
        let text = String::from_utf8_lossy(&text).into_owned();
        let read = lines(&text);
        let end = file.as_bytes()[..first].iter().rposition(|byte| *byte == b'\n');
        let sound = lines(&file[..end.map_or(0, |end| end + 1)]);
        assert!(sound.is_empty() || read.starts_with(&sound), "what is before the damage");
        assert!(bytes.len() >= 4 || read == whole);
    }
}

fn damage(text: &mut Vec<u8>, at: usize, how: u8, byte: u8) {
    let length = usize::from(byte) + 1;
    let end = text.len().min(at + length);
    match how % 6 {
        0 => text.truncate(at),
        1 => text[at..end].fill(how),
        2 => drop(text.drain(at..end)),
        3 => {
            let copy = text[at..end].to_vec();
            text.splice(at..at, copy);
        }
        4 => {
            if let Some(hit) = text.get_mut(at) {
                *hit ^= byte;
            }
        }
        _ => text.insert(at, byte),
    }
}

/// A run as plain lines, and as a page.
fn files() -> &'static [String] {
    static FILES: OnceLock<Vec<String>> = OnceLock::new();
    FILES.get_or_init(|| {
        let ((), records) = kettle::trace::record(|| {
            let mut builder = kettle::runtime::Builder::new_current_thread();
            builder.start_paused(true).enable_all().build().expect("a runtime").block_on(async {
                let task = kettle::spawn(kettle::time::sleep(std::time::Duration::from_secs(1)));
                for _ in 0..20 {
                    kettle::task::yield_now().await;
                }
                task.await.expect("it ends");
            });
        });
        let kept = |ending: &str| {
            let name = format!("kettle-fuzz-{}.{ending}", std::process::id());
            let path = std::env::temp_dir().join(name);
            kettle::trace::save(&path, &records).expect("there is room");
            let text = std::fs::read_to_string(&path).expect("it is there");
            std::fs::remove_file(&path).expect("it is ours");
            text
        };
        // Without the text of the program's files, which are most of it.
        let short = |file: String| -> String {
            file.split_inclusive('\n').filter(|line| !line.starts_with("{\"file\"")).collect()
        };
        vec![short(kept("jsonl")), short(behind(&kept("html")))]
    })
}

/// The page itself is left out, but for its last line: damage there is damage to a program.
fn behind(page: &str) -> String {
    let data = lines(page).first().and_then(|first| page.find(first.as_str()));
    page[data.map_or(0, |at| page[..at].rfind('\n').map_or(0, |end| end + 1))..].to_owned()
}
