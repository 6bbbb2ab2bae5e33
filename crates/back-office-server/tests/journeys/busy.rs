use std::io::{Read as _, Write as _};
use std::net::TcpStream;
use std::time::Duration;

use back_office::{Applicant, Error};

use crate::world::{World, eventually, key, now, refusal};

#[tokio::test]
async fn above_the_limit_the_answer_is_a_503_whose_retry_after_is_signed() {
    let world = World::start_with(|config| config.limits.requests = 1).await;
    let (client, _) = world.enroll(&key()).await;
    let mut slow = TcpStream::connect(world.running.address()).unwrap();
    slow.write_all(b"PUT /v1/presence HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{").unwrap();
    eventually("the slow request at work", async || world.metric("requests_at_work").await == Some(1)).await;
    let refused = client.license(None, now()).await.unwrap_err();
    // Who enrols knows no keys: this answer brings them along.
    let newcomer = world.client(&key()).enroll(&world.applicant(), now()).await.unwrap_err();
    // The client believes only what the signature covers.
    let wait = Some(Duration::from_secs(3));
    for refused in [refused, newcomer] {
        assert!(
            matches!(&refused, Error::Refused { status: 503, retry_after, .. } if *retry_after == wait),
            "{refused:?}"
        );
    }
    drop(slow);
    eventually("room again", async || client.license(None, now()).await.is_ok()).await;
}

#[tokio::test]
async fn a_body_that_does_not_come_is_not_waited_for() {
    let world = World::start_with(|config| config.limits.slowest = Duration::from_millis(200)).await;
    for address in ["/v1/presence", "/login"] {
        let mut slow = TcpStream::connect(world.running.address()).unwrap();
        slow.set_read_timeout(Some(Duration::from_secs(10))).unwrap();
        let head = format!("POST {address} HTTP/1.1\r\nhost: x\r\ncontent-length: 9\r\n\r\n{{");
        slow.write_all(head.as_bytes()).unwrap();
        let answered = tokio::task::spawn_blocking(move || {
            let mut status = [0; 12];
            slow.read_exact(&mut status).map(|()| status)
        });
        assert_eq!(&answered.await.unwrap().unwrap(), b"HTTP/1.1 408", "{address}");
    }
}

/// An enrolment that is refused before anybody looks at it carries the keys that its refusal is signed with.
#[tokio::test]
async fn an_enrolment_that_is_too_large_is_refused_with_the_keys() {
    let world = World::start().await;
    let applicant = Applicant { product_version: "1".repeat(600 * 1024), ..world.applicant() };
    let refused = world.client(&key()).enroll(&applicant, now()).await;
    assert_eq!(refusal(refused), (413, "too_large".to_owned()));
}

/// When a fleet comes back after a restart, hundreds connect before the first is accepted.
#[tokio::test]
#[cfg(target_os = "linux")]
async fn connections_that_come_at_once_all_find_a_place_in_the_systems_queue() {
    const AT_ONCE: usize = 300;
    let world = World::start_with(|config| config.limits.connections = 1).await;
    let address = world.running.address();
    let connect = || TcpStream::connect(address).unwrap();
    let first = connect();
    // `/proc/net/tcp` writes address and port, the state (0A: listening) and the queues in hex.
    let waiting = || {
        let table = std::fs::read_to_string("/proc/net/tcp").unwrap();
        let ours = format!(":{:04X} 00000000:0000 0A ", address.port());
        let (_, rest) = table.lines().find_map(|line| line.split_once(&ours)).unwrap();
        let (_, queue) = rest.split_whitespace().next().unwrap().split_once(':').unwrap();
        usize::from_str_radix(queue, 16).unwrap()
    };
    eventually("the first to be accepted", async || waiting() == 0).await;
    let others: Vec<TcpStream> = (0..AT_ONCE).map(|_| connect()).collect();
    eventually("all of them in the queue", async || waiting() == AT_ONCE).await;
    drop((first, others));
}
