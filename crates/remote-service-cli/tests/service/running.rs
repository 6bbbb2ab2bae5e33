//! A running `remote-service run`, and what it tells.

use std::io::{BufRead, BufReader};
use std::os::unix::net::UnixDatagram;
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::{Arc, Mutex};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};

use tokio::io::{AsyncReadExt, AsyncWriteExt};

const DEADLINE: Duration = Duration::from_secs(30);

/// Killed when it is dropped.
pub(crate) struct Service {
    child: Child,
    notify: UnixDatagram,
    lines: Arc<Mutex<Vec<String>>>,
    reader: Option<JoinHandle<()>>,
    /// What systemd was told.
    pub(crate) told: Vec<String>,
}

impl Service {
    pub(crate) fn start(mut command: Command, socket: PathBuf) -> Self {
        let _ = std::fs::remove_file(&socket);
        let notify = UnixDatagram::bind(&socket).unwrap();
        notify.set_read_timeout(Some(DEADLINE)).unwrap();
        let mut child = command.env("NOTIFY_SOCKET", &socket).stderr(Stdio::piped()).spawn().unwrap();
        let lines = Arc::new(Mutex::new(Vec::new()));
        let (into, errors) = (lines.clone(), BufReader::new(child.stderr.take().unwrap()));
        let reader = std::thread::spawn(move || {
            errors.lines().map_while(Result::ok).for_each(|line| into.lock().unwrap().push(line));
        });
        Self { child, notify, lines, reader: Some(reader), told: Vec::new() }
    }

    pub(crate) fn pid(&self) -> u32 {
        self.child.id()
    }

    /// Waits until systemd is told so, now.
    pub(crate) fn until_told(&mut self, wanted: &str) {
        let mut message = [0; 1024];
        loop {
            let length =
                self.notify.recv(&mut message).unwrap_or_else(|_| panic!("{wanted}: {}", self.log()));
            let text = String::from_utf8_lossy(&message[..length]).into_owned();
            self.told.extend(text.lines().map(str::to_owned));
            if text.lines().any(|line| line == wanted) {
                return;
            }
        }
    }

    /// Sends a signal, and returns how long it took to end well.
    pub(crate) fn stops_by(&mut self, signal: &str) -> Duration {
        let begun = Instant::now();
        let sent = Command::new("kill").args([&format!("-{signal}"), &self.child.id().to_string()]).status();
        assert!(sent.unwrap().success());
        let status = self.child.wait().unwrap();
        let took = begun.elapsed();
        self.reader.take().unwrap().join().unwrap();
        assert!(status.success(), "{status}: {}", self.log());
        self.notify.set_nonblocking(true).unwrap();
        let mut message = [0; 1024];
        while let Ok(length) = self.notify.recv(&mut message) {
            self.told.extend(String::from_utf8_lossy(&message[..length]).lines().map(str::to_owned));
        }
        took
    }

    pub(crate) fn log(&self) -> String {
        self.lines.lock().unwrap().iter().map(|line| format!("{line}\n")).collect()
    }

    /// The text of `/metrics`.
    pub(crate) async fn metrics(&self) -> String {
        let answer = self.get("/metrics").await;
        assert!(answer.starts_with("HTTP/1.1 200 OK\r\n"), "{answer}");
        answer
    }

    /// What is served below a path, with its head.
    pub(crate) async fn get(&self, path: &str) -> String {
        let address = self.address().await;
        let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
        let ask = format!("GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n");
        stream.write_all(ask.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    /// As many connections as wanted, on each of which half a request was sent.
    pub(crate) async fn half_asked(&self, count: usize) -> Vec<tokio::net::TcpStream> {
        let address = self.address().await;
        let mut streams = Vec::new();
        for _ in 0..count {
            let mut stream = tokio::net::TcpStream::connect(&address).await.unwrap();
            stream.write_all(b"GET / HTTP/1.1\r\nHost: ").await.unwrap();
            streams.push(stream);
        }
        streams
    }

    /// The first address that is served, from the log.
    async fn address(&self) -> String {
        let begun = Instant::now();
        loop {
            let log = self.log();
            match log.split_once("\"address\":\"").and_then(|(_, rest)| rest.split_once('"')) {
                Some((address, _)) => return address.to_owned(),
                None => assert!(begun.elapsed() < DEADLINE, "no address in the log: {log}"),
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    pub(crate) async fn until_metrics(&self, row: &str) {
        let begun = Instant::now();
        while !self.metrics().await.lines().any(|line| line == row) {
            assert!(begun.elapsed() < DEADLINE, "{row}: {}\n{}", self.metrics().await, self.log());
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
