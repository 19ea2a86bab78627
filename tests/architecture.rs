//! Do `docs/ARCHITECTURE.md`, its picture and `docs/watch.md` tell the truth about one wake-up?
//!
//! The table of stops is read from the document, a real `make_tea` is recorded, and each stop with
//! an event must be the place of that event, in the same order. The name of the function is found
//! in the source, above the line that the event carries. The picture must name the same stops, and
//! the excerpt of the story in `docs/watch.md` the same sentences and places.
//!
//! And do the sizes of futures that the book gives in words and in pictures hold?

use std::fs;
use std::path::Path;

use kettle::trace::{Event, Record, record, story};

mod make_tea {
    include!("../examples/make_tea.rs");

    pub(crate) fn run() {
        main();
    }
}

#[allow(dead_code)]
mod fifty_tabs {
    include!("../examples/book_fifty_tabs.rs");

    /// How large is the future of a visitor's task?
    #[kettle::main]
    pub(crate) async fn size() -> usize {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        size_of_val(&handle_connection(socket))
    }
}

/// A row of the table: the file, the function, the event's name.
#[derive(Debug, PartialEq)]
struct Stop {
    file: String,
    function: String,
    event: String,
}

/// The rows of the section "One wake-up".
fn told() -> Vec<Stop> {
    let text = fs::read_to_string("docs/ARCHITECTURE.md").unwrap();
    let (_, section) = text.split_once("## One wake-up").expect("the section is there");
    let (section, _) = section.split_once("\n## ").expect("another section follows");
    let rows = section.lines().filter(|line| line.starts_with("| `"));
    rows.map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        let (file, function) = cells[0].trim_matches('`').split_once(": ").expect("file: function");
        let event = cells[2].trim_matches('`').to_owned();
        Stop { file: file.to_owned(), function: function.to_owned(), event }
    })
    .collect()
}

/// The function around the event's line.
fn seen(record: &Record) -> Stop {
    let file = record.place.file().replace('\\', "/");
    let source = fs::read_to_string(&file).unwrap();
    let above: Vec<&str> = source.lines().take(record.place.line() as usize).collect();
    let named = |line: &&str| {
        line.trim_start().split_once("fn ").map(|(before, after)| {
            let plain = before.is_empty() || before.ends_with(' ');
            plain.then(|| after.split(['(', '<']).next().unwrap_or_default().to_owned())
        })
    };
    let function = above.iter().rev().find_map(|line| named(line).flatten()).expect("a function");
    let debug = format!("{:?}", record.event);
    let event = debug.split([' ', '{']).next().unwrap_or_default().to_owned();
    Stop { file, function, event }
}

/// What `make_tea` does from its first poll to the second: each record with its line of the story.
fn one_wake_up() -> Vec<(Record, String)> {
    let ((), mut records) = record(make_tea::run);
    // A fire of a timer says of itself that the wait for it is served, and a poll that it is over.
    records.retain(|it| !matches!(it.event, Event::Served { .. } | Event::Done { .. }));
    let story = story::plain(&records);
    let told: Vec<_> = records.into_iter().zip(story.lines().map(str::to_owned)).collect();
    let polls = |i: &usize| matches!(told[*i].0.event, Event::PollStart { .. });
    let polls: Vec<usize> = (0..told.len()).filter(polls).collect();
    told[polls[0]..=polls[1]].to_vec()
}

#[test]
fn a_wake_up_passes_the_stops_that_the_document_names() {
    let mut told = told();
    told.retain(|stop| !stop.event.is_empty());
    assert!(told.len() >= 8, "the document names the stops: {told:?}");
    let seen: Vec<Stop> = one_wake_up().iter().map(|(record, _)| seen(record)).collect();
    assert_eq!(told, seen);
}

#[test]
fn the_excerpt_of_the_story_is_that_of_a_run() {
    let text = fs::read_to_string("docs/watch.md").unwrap();
    let (_, excerpt) =
        text.split_once("$ KETTLE_TRACE=- cargo run --example make_tea\n\n").unwrap();
    let (excerpt, _) = excerpt.split_once("```").unwrap();
    let shown: Vec<(String, String)> = excerpt
        .lines()
        .map(|line| line.rsplit_once("   ").expect("a sentence and a place"))
        .map(|(sentence, place)| (without_numbers(sentence), place.to_owned()))
        .collect();
    let run = one_wake_up().into_iter().map(|(record, sentence)| {
        let Stop { file, function, .. } = seen(&record);
        (without_numbers(&sentence), format!("{file}: {function}"))
    });
    assert_eq!(shown, run.collect::<Vec<_>>());
}

/// A real clock runs in that story: times differ from run to run, and a timer need not be late.
fn without_numbers(sentence: &str) -> String {
    let on_time = sentence.split(", ").filter(|part| !part.trim_end().ends_with(" late"));
    let on_time = on_time.collect::<Vec<_>>().join(", ");
    on_time.trim_end().replace(|character: char| character.is_ascii_digit(), "")
}

#[test]
fn the_picture_shows_the_stops_that_the_document_names() {
    let picture = fs::read_to_string("docs/pictures/one-wake-up.svg").unwrap();
    let written = |class: &str| -> Vec<String> {
        let opening = format!("<text class=\"{class}\"");
        let texts = picture.lines().filter(|line| line.trim_start().starts_with(&opening));
        texts.map(|line| line.split(['>', '<']).nth(2).expect("a text").to_owned()).collect()
    };
    let stops = written("code c").into_iter().zip(written("code c strong"));
    let shown: Vec<_> = stops.map(|(file, name)| format!("runtime/src/{file}: {name}")).collect();
    let told: Vec<_> = told().iter().map(|s| format!("{}: {}", s.file, s.function)).collect();
    // After them come the two stops of a wake from another thread.
    assert_eq!(shown[..told.len()], told);
    assert_eq!(shown.len(), told.len() + 2);
}

/// The book draws a future in a future in a future, with the sizes that its example prints.
#[test]
fn the_picture_of_nested_futures_has_the_sizes_of_the_example() {
    let picture = fs::read_to_string("docs/book/src/pictures/nested.svg").unwrap();
    let printed = fs::read_to_string("examples/expected/book_sizes.txt").unwrap();
    for (name, words) in
        [("main_around_it", "bytes in all"), ("make_tea", "of them"), ("Sleep", "of those")]
    {
        let line = printed.lines().find(|line| line.starts_with(name)).expect("a line for each");
        let size = line.split_whitespace().nth(1).expect("name, size, unit");
        assert!(picture.contains(&format!(">{size} {words}<")), "{name}: {size} {words}");
    }
}

/// The book says what a waiting visitor costs as a task, in words and in a picture.
#[test]
fn the_future_of_a_visitor_has_the_size_that_the_book_gives() {
    // In a debug build the socket, which the future has room for twice, also knows its other end.
    let more = if cfg!(debug_assertions) { 2 * size_of::<usize>() } else { 0 };
    let size = fifty_tabs::size() - more;
    let words = format!("{},{:03} bytes", size / 1000, size % 1000);
    for file in ["server.md", "pictures/stack.svg"] {
        let text = fs::read_to_string(format!("docs/book/src/{file}")).unwrap();
        assert!(text.contains(&words), "{file} does not say {words}");
    }
}

/// The files that the document names are there.
#[test]
fn every_file_that_the_document_names_exists() {
    let text = fs::read_to_string("docs/ARCHITECTURE.md").unwrap();
    let (_, section) = text.split_once("## Where a thing lives").expect("the section is there");
    let (section, _) = section.split_once("\n## ").expect("another section follows");
    let names = section.split('`').skip(1).step_by(2).filter(|name| is_rust(name));
    let names: Vec<&str> = names.collect();
    for name in &names {
        assert!(fs::exists(format!("runtime/src/{name}")).unwrap(), "runtime/src/{name}");
    }
    // And the other way round: no file of the engine is left out.
    let listed = |name: &str| names.contains(&name);
    let floors = fs::read_dir("runtime/src").unwrap().map(|entry| entry.unwrap());
    for floor in floors.filter(|entry| entry.file_type().unwrap().is_dir()) {
        for entry in fs::read_dir(floor.path()).unwrap() {
            let file = entry.unwrap().file_name().into_string().unwrap();
            let name = format!("{}/{file}", floor.file_name().into_string().unwrap());
            let is_apart = ["_tests.rs", "_checks.rs"].iter().any(|end| name.ends_with(end));
            if is_rust(&name) && !is_apart && file != "mod.rs" {
                assert!(listed(&name), "{name} is in no row of `Where a thing lives`");
            }
        }
    }
}

fn is_rust(name: &str) -> bool {
    Path::new(name).extension().is_some_and(|extension| extension == "rs")
}
