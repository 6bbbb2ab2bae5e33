//! Stands in front of a real proxy, and gives its 407s another shape.
use std::io::{self, BufRead, BufReader, Read, Write};
use std::net::{Ipv4Addr, Shutdown, TcpListener, TcpStream};
use std::thread;

/// How a 407 comes. In the middle of a login of several legs the connection stays: that is what such a login is bound to.
#[derive(Clone, Copy, Debug, Eq, PartialEq)]
pub enum Shape {
    /// Says that it closes, and closes.
    Closes,
    /// Closes without a word.
    ClosesSilently,
    /// Its body in chunks, with a trailer.
    Chunked,
    /// HTTP/1.0: the end of the connection ends the body.
    Http10,
    /// All challenges in one header.
    OneHeader,
}

/// Every shape.
pub const SHAPES: [Shape; 5] =
    [Shape::Closes, Shape::ClosesSilently, Shape::Chunked, Shape::Http10, Shape::OneHeader];

/// Starts one in front of the proxy at `upstream`, on a thread that lives as long as the process; where it listens.
pub fn start(upstream: u16, shape: Shape) -> u16 {
    let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
    let port = listener.local_addr().unwrap().port();
    thread::spawn(move || {
        for client in listener.incoming().flatten() {
            thread::spawn(move || serve(client, upstream, shape)); // an error is a side that hung up
        }
    });
    port
}

fn serve(client: TcpStream, upstream: u16, shape: Shape) -> io::Result<()> {
    let upstream = TcpStream::connect((Ipv4Addr::LOCALHOST, upstream))?;
    for stream in [&client, &upstream] {
        stream.set_nodelay(true)?;
    }
    let mut questions = BufReader::new(client.try_clone()?);
    let mut answers = BufReader::new(upstream.try_clone()?);
    loop {
        (&upstream).write_all(head(&mut questions)?.join("").as_bytes())?;
        let lines = head(&mut answers)?;
        if !lines[0].contains(" 407 ") {
            (&client).write_all(lines.join("").as_bytes())?;
            return carry(questions, answers, client, upstream);
        }
        let mut body = vec![0; length(&lines)];
        answers.read_exact(&mut body)?;
        let closes = matches!(shape, Shape::Closes | Shape::ClosesSilently | Shape::Http10);
        let closes = closes && !is_mid_login(&lines);
        (&client).write_all(&reshaped(&lines, &body, shape, closes))?;
        if closes {
            return client.shutdown(Shutdown::Both);
        }
    }
}

/// All lines up to the empty one.
fn head(from: &mut impl BufRead) -> io::Result<Vec<String>> {
    let mut lines = Vec::new();
    while lines.last().is_none_or(|line| line != "\r\n") {
        let mut line = String::new();
        if from.read_line(&mut line)? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        lines.push(line);
    }
    Ok(lines)
}

fn value<'a>(line: &'a str, name: &str) -> Option<&'a str> {
    let (found, value) = line.split_once(':')?;
    found.eq_ignore_ascii_case(name).then(|| value.trim())
}

fn length(lines: &[String]) -> usize {
    lines.iter().find_map(|line| value(line, "content-length")?.parse().ok()).unwrap_or(0)
}

/// Whether the proxy answers to a token with another one.
fn is_mid_login(lines: &[String]) -> bool {
    let challenges = lines.iter().filter_map(|line| value(line, "proxy-authenticate"));
    challenges.filter_map(|challenge| challenge.split_once(' ')).any(|(_, rest)| !rest.contains('"'))
}

fn reshaped(lines: &[String], body: &[u8], shape: Shape, closes: bool) -> Vec<u8> {
    const FRAMING: [&str; 4] = ["content-length", "connection", "proxy-connection", "keep-alive"];
    let is_framing = |line: &&String| FRAMING.iter().any(|name| value(line, name).is_some());
    let mut head: Vec<String> =
        lines.iter().filter(|line| !is_framing(line) && *line != "\r\n").cloned().collect();
    match shape {
        Shape::Http10 => head[0] = head[0].replace("HTTP/1.1", "HTTP/1.0"),
        Shape::OneHeader => {
            let challenges = head.iter().filter_map(|line| value(line, "proxy-authenticate"));
            let all = format!("Proxy-Authenticate: {}\r\n", challenges.collect::<Vec<_>>().join(", "));
            head.retain(|line| value(line, "proxy-authenticate").is_none());
            head.push(all);
        }
        Shape::Closes | Shape::ClosesSilently | Shape::Chunked => {}
    }
    let says_close = closes && shape != Shape::ClosesSilently;
    head.push(format!("Proxy-Connection: {}\r\n", if says_close { "close" } else { "keep-alive" }));
    let (start, rest) = body.split_at(body.len() / 2);
    match shape {
        Shape::Http10 if closes => [head.join("").as_bytes(), b"\r\n", body].concat(),
        Shape::Chunked => {
            head.push("Transfer-Encoding: chunked\r\n\r\n".to_owned());
            let mut bytes = head.join("").into_bytes();
            for part in [start, rest].iter().filter(|part| !part.is_empty()) {
                bytes.extend([format!("{:x};x=y\r\n", part.len()).as_bytes(), part, b"\r\n"].concat());
            }
            bytes.extend(b"0\r\nX-Trailer: x\r\n\r\n");
            bytes
        }
        _ => {
            head.push(format!("Content-Length: {}\r\n\r\n", body.len()));
            [head.join("").as_bytes(), body].concat()
        }
    }
}

fn carry(
    mut questions: BufReader<TcpStream>,
    mut answers: BufReader<TcpStream>,
    mut client: TcpStream,
    mut upstream: TcpStream,
) -> io::Result<()> {
    let there = thread::spawn(move || {
        let done = io::copy(&mut questions, &mut upstream);
        let _ = upstream.shutdown(Shutdown::Write); // it may be gone already
        done
    });
    io::copy(&mut answers, &mut client)?;
    client.shutdown(Shutdown::Write)?;
    there.join().map_err(|_| io::Error::other("a panic"))?.map(drop)
}
