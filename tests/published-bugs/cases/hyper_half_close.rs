//! hyper #4085: the server reads the head and closes its half; the request's body is still open.
//! The client's connection then polls itself without end.

use bytes::Bytes;
use http_body::{Body, Frame};
use hyper::{Request, client::conn::http1::handshake};
use hyper_util::rt::TokioIo;
use std::{
    convert::Infallible,
    pin::Pin,
    task::{Context, Poll},
    time::Duration,
};
use tokio::io::{AsyncReadExt, AsyncWriteExt, duplex};

use crate::play::limited;

struct Open; // a body that is never done
impl Body for Open {
    type Data = Bytes;
    type Error = Infallible;
    fn poll_frame(
        self: Pin<&mut Self>,
        _: &mut Context,
    ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

#[tokio::test(start_paused = true)]
#[ignore = "run by `told`"]
async fn hyper_half_close() {
    limited(async {
        let (near, mut far) = duplex(4096);
        let (mut client, connection) = handshake(TokioIo::new(near)).await.unwrap();
        tokio::spawn(connection);
        let request = tokio::spawn(
            client.send_request(Request::post("/").header("host", "tea").body(Open).unwrap()),
        );
        far.read_u8().await.unwrap();
        far.shutdown().await.unwrap();
        tokio::time::sleep(Duration::from_secs(2)).await;
        drop(request);
    })
    .await;
}
