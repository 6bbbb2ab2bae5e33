//! An installation as a process of its own: the program `installation`, seen from outside.

use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::time::{Duration, Instant};

const DEADLINE: Duration = Duration::from_secs(30);

/// A process that is killed when it is dropped.
#[derive(Debug)]
pub struct Installation {
    child: Child,
    lines: Receiver<String>,
}

impl Installation {
    /// Starts the program `installation`.
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        std::thread::spawn(move || {
            output.lines().map_while(Result::ok).try_for_each(|line| sender.send(line))
        });
        Self { child, lines }
    }

    /// Waits for a line that begins like this, and returns the rest of it.
    pub fn until(&self, wanted: &str) -> String {
        let begun = Instant::now();
        loop {
            match self.lines.recv_timeout(DEADLINE.saturating_sub(begun.elapsed())) {
                Ok(line) => {
                    if let Some(rest) = line.strip_prefix(wanted) {
                        return rest.to_owned();
                    }
                }
                Err(error) => panic!("{wanted}: {error}"),
            }
        }
    }

    /// Whether the process ends by itself within this time: its output closes then.
    pub fn dies_within(&mut self, time: Duration) -> bool {
        let begun = Instant::now();
        loop {
            match self.lines.recv_timeout(time.saturating_sub(begun.elapsed())) {
                Ok(_) => {}
                Err(RecvTimeoutError::Timeout) => return false,
                Err(RecvTimeoutError::Disconnected) => {
                    self.child.wait().unwrap();
                    return true;
                }
            }
        }
    }

    /// `kill -9`.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
