//! What happens between a client's arrival and its end?
//!
//! One task serves it: [`serve`] waits for what comes first, a line from the client or lines for it. While it writes it
//! does not read, so a client that doesn't read isn't heard either, and after `PATIENCE` it is disconnected.

use std::io;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::time::Duration;

use kettle::time::{Instant, sleep};

use crate::rooms::{Chat, Visitor};
use crate::wire::{Heard, LONGEST, Wire};

/// One line in so long a time, in the long run…
const EACH: Duration = Duration::from_millis(50);
/// …and a hundred at once. A client that sends more is read more slowly, and TCP makes it wait.
const AHEAD: Duration = Duration::from_secs(5);

pub async fn serve(mut wire: impl Wire, chat: Arc<Chat>) -> io::Result<()> {
    let mut visitor = Visitor::arrive(chat).await;
    let ended = converse(&mut wire, &mut visitor).await;
    // In any case, also after an error.
    visitor.leave().await;
    let ended = ended?;
    if let Some(last) = visitor.news().await {
        wire.tell(&last).await?;
    }
    wire.tell(&format!("* {ended} Goodbye.\n")).await?;
    wire.hang_up().await
}

/// Until one of the two sides ends it. Returns why.
async fn converse(wire: &mut impl Wire, visitor: &mut Visitor) -> io::Result<String> {
    let mut pace = Pace { heard_until: Instant::now() };
    loop {
        // The future that loses is dropped, with all that is in it. Both are cancel safe: what has come stays in the
        // wire or in the mailbox until the poll that returns it, so no line is lost.
        kettle::select! {
            news = visitor.news() => {
                let Some(lines) = news else { return Ok("The server is closing.".to_owned()) };
                wire.tell(&lines).await?;
            }
            heard = pace.hear(wire) => match heard? {
                Heard::Line(line) => if obey(&line, visitor).await.is_break() {
                    return Ok("You have left.".to_owned());
                },
                Heard::NotUtf8 => visitor.told("That was not UTF-8. Nobody has read it."),
                Heard::TooLong => return Ok(format!("A line has at most {LONGEST} bytes.")),
                Heard::End => return Ok("You have left.".to_owned()),
            },
        }
    }
}

async fn obey(line: &str, visitor: &mut Visitor) -> ControlFlow<()> {
    let (command, word) = line.split_once(' ').unwrap_or((line, ""));
    let (word, is_name) = (word.trim(), is_name(word.trim()));
    match command {
        "" => {}
        "/quit" => return ControlFlow::Break(()),
        "/who" => visitor.who().await,
        "/join" if is_name => visitor.join(word).await,
        "/nick" if is_name => visitor.rename(word).await,
        "/join" | "/nick" => visitor.told("A name is 1 to 20 letters, digits, - or _."),
        _ if command.starts_with('/') => visitor.told("There are /nick, /join, /who and /quit."),
        _ => visitor.say(line).await,
    }
    ControlFlow::Continue(())
}

fn is_name(word: &str) -> bool {
    let is_right = |letter: char| letter.is_alphanumeric() || "-_".contains(letter);
    (1..=20).contains(&word.chars().count()) && word.chars().all(is_right)
}

/// How far a client is ahead of the pace: each line that is heard moves this instant on by `EACH`.
struct Pace {
    heard_until: Instant,
}

impl Pace {
    async fn hear(&mut self, wire: &mut impl Wire) -> io::Result<Heard> {
        let ahead = self.heard_until.saturating_duration_since(Instant::now());
        if let Some(early) = ahead.checked_sub(AHEAD) {
            sleep(early).await;
        }
        let heard = wire.hear().await?;
        self.heard_until = self.heard_until.max(Instant::now()) + EACH;
        Ok(heard)
    }
}
