//! A client and a server of a protocol of lines, over a pipe in memory as tests have it. Both buffer what they write.
//!
//! Wrong: the client doesn't flush its `BufWriter` before it waits for the answer, so the question never leaves.
//!
//! Expected: `deadlock` of `main` and the server, each waiting for bytes. The cure: `flush` after each question.
//!
//! doctor: `deadlock`
//! ends: killed

use kettle::io::{
    AsyncBufReadExt, AsyncWriteExt, BufReader, BufWriter, DuplexStream, ReadHalf, WriteHalf,
    duplex, split,
};

struct Connection {
    input: BufReader<ReadHalf<DuplexStream>>,
    output: BufWriter<WriteHalf<DuplexStream>>,
}

impl Connection {
    fn new(stream: DuplexStream) -> Connection {
        let (input, output) = split(stream);
        Connection { input: BufReader::new(input), output: BufWriter::new(output) }
    }

    async fn line(&mut self) -> std::io::Result<Option<String>> {
        let mut line = String::new();
        let n = self.input.read_line(&mut line).await?;
        Ok((n > 0).then(|| line.trim_end().to_owned()))
    }

    async fn ask(&mut self, question: &str) -> std::io::Result<Option<String>> {
        self.output.write_all(question.as_bytes()).await?;
        self.output.write_all(b"\n").await?;
        self.line().await
    }
}

async fn serve(mut connection: Connection) -> std::io::Result<()> {
    while let Some(question) = connection.line().await? {
        let answer = match question.as_str() {
            "PING" => "PONG\n",
            "TIME" => "five o'clock\n",
            _ => "WHAT?\n",
        };
        connection.output.write_all(answer.as_bytes()).await?;
        connection.output.flush().await?;
    }
    Ok(())
}

#[kettle::main]
async fn main() -> std::io::Result<()> {
    let (here, there) = duplex(4096);
    let server = kettle::spawn(serve(Connection::new(there)));
    let mut client = Connection::new(here);
    for question in ["PING", "TIME"] {
        println!("{question}: {:?}", client.ask(question).await?);
    }
    drop(client);
    server.await?
}
