use std::io::Write as _;
use std::net::TcpStream;
use std::time::Duration;

use back_office::Error;

use crate::world::{World, eventually, key, now};

#[tokio::test]
async fn above_the_limit_the_answer_is_a_503_whose_retry_after_is_signed() {
    let world = World::start_with(|config| config.limits.requests = 1).await;
    let (client, _) = world.enroll(&key()).await;
    let mut slow = TcpStream::connect(world.running.address()).unwrap();
    slow.write_all(b"PUT /v1/presence HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{").unwrap();
    eventually("the slow request at work", async || world.metric("requests_at_work").await == Some(1)).await;
    let refused = client.license(None, now()).await;
    // The client believes only what the signature covers.
    let wait = Some(Duration::from_secs(3));
    assert!(
        matches!(&refused, Err(Error::Refused { status: 503, retry_after, .. }) if *retry_after == wait),
        "{refused:?}"
    );
    drop(slow);
    eventually("room again", async || client.license(None, now()).await.is_ok()).await;
}
