//! h2 #931: `poll_trailers` says Pending because data come first, and keeps no waker. The task then
//! takes the data, relies on `poll_trailers` having registered it, and is never woken when the
//! trailers arrive.

use bytes::Bytes;
use http::{HeaderMap, Request, Response};
use std::{future::poll_fn, task::Poll, time::Duration};
use tokio::{io::duplex, spawn, time::sleep};

use crate::play::limited;

#[tokio::test(start_paused = true)]
#[ignore = "run by `told`"]
async fn h2_trailers() {
    limited(async {
        let (near, far) = duplex(4096);
        spawn(async move {
            let mut connection = h2::server::handshake(far).await.unwrap();
            while let Some(Ok((_, mut respond))) = connection.accept().await {
                let mut body = respond.send_response(Response::new(()), false).unwrap();
                spawn(async move {
                    body.send_data(Bytes::from_static(b"tea"), false).unwrap();
                    sleep(Duration::from_secs(2)).await;
                    body.send_trailers(HeaderMap::new()).unwrap();
                });
            }
        });
        let (mut client, connection) = h2::client::handshake(near).await.unwrap();
        spawn(async move { connection.await.unwrap() });
        let (answer, _) = client.send_request(Request::new(()), true).unwrap();
        let mut body = answer.await.unwrap().into_body();
        sleep(Duration::from_secs(1)).await; // the data have arrived, the trailers have not
        let trailers = poll_fn(move |cx| {
            if let Poll::Ready(trailers) = body.poll_trailers(cx) {
                return Poll::Ready(trailers);
            }
            if let Poll::Ready(Some(Ok(data))) = body.poll_data(cx) {
                body.flow_control().release_capacity(data.len()).unwrap();
            }
            Poll::Pending
        });
        assert!(spawn(trailers).await.unwrap().unwrap().is_some());
    })
    .await;
}
