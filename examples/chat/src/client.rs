//! What happens between a client's arrival and its end?
//!
//! One task serves it: [`serve`] waits for what comes first, a line from the client or lines for
//! it. While it writes it does not read, so a client that doesn't read isn't heard either, and
//! after `PATIENCE` it is disconnected.

use std::io;
use std::sync::Arc;
use std::time::Duration;

use kettle::task::yield_now;
use kettle::time::{Instant, sleep_until};

use crate::connection::{Connection, Heard, LEFT, Protocol, Stream};
use crate::rooms::{Chat, Visitor};

/// On average a client may send one line in so long a time.
const EACH: Duration = Duration::from_millis(50);
/// It may be so far ahead of that: a hundred lines. If it sends more it is read more slowly, and
/// TCP makes it wait.
const AHEAD: Duration = Duration::from_secs(5);

pub async fn serve(
    mut connection: Connection<impl Stream, impl Protocol>,
    chat: Arc<Chat>,
) -> io::Result<()> {
    let why = converse(&mut connection, chat).await?;
    connection.last_words(&format!("* {why} Goodbye.\n")).await
}

/// Until one of the two sides ends it. Returns why.
///
/// The visitor is a local variable of this future. However the future ends, by a `return`, an
/// error, a panic or an abort, the variable is dropped, and so the visitor leaves its room.
async fn converse(
    connection: &mut Connection<impl Stream, impl Protocol>,
    chat: Arc<Chat>,
) -> io::Result<&'static str> {
    let (mut visitor, welcome) = Visitor::arrive(chat);
    connection.tell(&welcome);
    // How far the client is ahead of its pace: each line that is heard moves this instant on.
    let mut heard_until = Instant::now();
    loop {
        connection.flush().await?;
        // `select!` polls both, and drops the one that loses. Both are cancel safe, so no line is
        // lost.
        let heard = kettle::select! {
            news = visitor.news() => match news {
                Some(line) => { connection.tell(&line); None }
                None => return Ok("The server is closing."),
            },
            heard = async {
                sleep_until(heard_until - AHEAD).await; // most often that is past
                connection.hear().await
            } => Some(heard?),
        };
        // What was said before this comes first, and all together: one write costs more than many
        // lines.
        while visitor.has_news()
            && let Some(line) = visitor.news().await
        {
            connection.tell(&line);
        }
        match heard {
            None => continue,
            Some(Heard::Line(line)) if line == "/quit" => return Ok(LEFT),
            Some(Heard::Line(line)) => connection.tell(&obey(&line, &mut visitor)),
            Some(Heard::NotUtf8) => connection.tell("* That was not UTF-8. No one has read it.\n"),
            Some(Heard::End(why)) => return Ok(why),
        }
        heard_until = heard_until.max(Instant::now()) + EACH;
        // The others read this line before the next is heard. Without the yield, all that a client
        // has sent in one go would pass in a single poll, and be more lines than a room keeps for
        // those who read quickly.
        yield_now().await;
    }
}

/// Does what the line says. Returns what only this client is to read.
fn obey(line: &str, visitor: &mut Visitor) -> String {
    let (command, word) = line.split_once(' ').unwrap_or((line, ""));
    let word = word.trim();
    let is_right = |letter: char| letter.is_alphanumeric() || "-_".contains(letter);
    let is_name = (1..=20).contains(&word.chars().count()) && word.chars().all(is_right);
    match command {
        "" => String::new(),
        "/who" => visitor.who(),
        "/join" if is_name => visitor.join(word),
        "/nick" if is_name => visitor.rename(word),
        "/join" | "/nick" => "* A name is 1 to 20 letters, digits, - or _.\n".to_owned(),
        _ if command.starts_with('/') => "* There are /nick, /join, /who and /quit.\n".to_owned(),
        _ => visitor.say(line),
    }
}
