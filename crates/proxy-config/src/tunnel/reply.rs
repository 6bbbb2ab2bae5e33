//! A proxy's HTTP answer to `CONNECT`.
use tokio::io::{AsyncRead, AsyncReadExt};

use super::{Challenge, fault};

/// Longest head of an answer, and of what follows in chunk headers.
const MAX_HEAD: usize = 64 * 1024;
/// Longest body of a refusal that is read to keep the connection usable.
const MAX_BODY: u64 = 1024 * 1024;
const MAX_HEADERS: usize = 128;

/// Why no answer could be read.
#[derive(Debug)]
pub(crate) enum BadReply {
    Closed(Option<std::io::Error>),
    Garbage,
}

/// Head of an answer.
#[derive(Debug)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    pub(crate) reason: String,
    pub(crate) challenges: Vec<Challenge>,
    /// Whether the proxy says that it will close the connection.
    pub(crate) closes: bool,
    /// Its own code for what happened, from a header made for that.
    fault: Option<String>,
    body: Body,
}

#[derive(Clone, Copy, Debug, Eq, PartialEq)]
enum Body {
    Length(u64),
    Chunked,
    UntilClose,
}

/// Bytes read from a connection and not used yet.
#[derive(Debug, Default)]
pub(crate) struct Buffer(Vec<u8>);

impl Buffer {
    /// What came after the last answer: already the target's words.
    pub(crate) fn into_rest(self) -> Vec<u8> {
        self.0
    }

    async fn fill<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> Result<(), BadReply> {
        let mut bytes = [0; 8 * 1024];
        match stream.read(&mut bytes).await {
            Ok(0) => Err(BadReply::Closed(None)),
            Ok(n) => {
                self.0.extend_from_slice(&bytes[..n]);
                Ok(())
            }
            Err(error) => Err(BadReply::Closed(Some(error))),
        }
    }

    /// Takes a line, without its end.
    async fn line<S: AsyncRead + Unpin>(&mut self, stream: &mut S) -> Result<Vec<u8>, BadReply> {
        loop {
            if let Some(end) = self.0.iter().position(|&byte| byte == b'\n') {
                let mut line: Vec<u8> = self.0.drain(..=end).collect();
                line.truncate(line.trim_ascii_end().len());
                return Ok(line);
            }
            if self.0.len() > MAX_HEAD {
                return Err(BadReply::Garbage);
            }
            self.fill(stream).await?;
        }
    }

    async fn skip<S: AsyncRead + Unpin>(&mut self, stream: &mut S, mut count: u64) -> Result<(), BadReply> {
        loop {
            let taken = usize::try_from(count).unwrap_or(usize::MAX).min(self.0.len());
            self.0.drain(..taken);
            count -= taken as u64;
            if count == 0 {
                return Ok(());
            }
            self.fill(stream).await?;
        }
    }
}

impl Reply {
    /// Reads the next final answer; interim ones (1xx) are passed over.
    pub(crate) async fn read<S: AsyncRead + Unpin>(
        stream: &mut S,
        buffer: &mut Buffer,
    ) -> Result<Self, BadReply> {
        let mut interim = 0;
        loop {
            if let Some((reply, length)) = Self::parse(&buffer.0)? {
                buffer.0.drain(..length);
                interim += 1;
                if reply.status >= 200 || reply.status == 101 || interim > 10 {
                    return Ok(reply);
                }
                continue;
            }
            if buffer.0.len() > MAX_HEAD {
                return Err(BadReply::Garbage);
            }
            buffer.fill(stream).await?;
        }
    }

    fn parse(bytes: &[u8]) -> Result<Option<(Self, usize)>, BadReply> {
        let mut headers = [httparse::EMPTY_HEADER; MAX_HEADERS];
        let mut response = httparse::Response::new(&mut headers);
        let parsed = httparse::ParserConfig::default()
            .allow_spaces_after_header_name_in_responses(true)
            .parse_response(&mut response, bytes)
            .map_err(|_| BadReply::Garbage)?;
        let httparse::Status::Complete(length) = parsed else { return Ok(None) };
        let values = |name: &'static str| {
            let named = response.headers.iter().filter(move |header| header.name.eq_ignore_ascii_case(name));
            named.map(|header| String::from_utf8_lossy(header.value).into_owned())
        };
        let says = |name, word: &str| values(name).any(|value| has_word(&value, word));
        let closes = match response.version {
            Some(0) => !(says("connection", "keep-alive") || says("proxy-connection", "keep-alive")),
            _ => says("connection", "close") || says("proxy-connection", "close"),
        };
        let body = if says("transfer-encoding", "chunked") {
            Body::Chunked
        } else {
            let length = values("content-length").next();
            length
                .map_or(Ok(Body::UntilClose), |text| text.trim().parse().map(Body::Length))
                .map_err(|_| BadReply::Garbage)?
        };
        let reply = Self {
            status: response.code.unwrap_or(0),
            reason: response.reason.unwrap_or("").chars().filter(|c| !c.is_control()).take(100).collect(),
            challenges: values("proxy-authenticate").flat_map(|value| Challenge::all(&value)).collect(),
            closes,
            fault: fault::read(values("proxy-status"), values("x-squid-error")),
            body,
        };
        Ok(Some((reply, length)))
    }

    /// Whether the proxy let us in and could not reach the target.
    pub(crate) fn is_about_the_target(&self) -> bool {
        fault::is_about_the_target(self.status, self.fault.as_deref())
    }

    /// The words beside the status, and the proxy's own code.
    pub(crate) fn shown_reason(&self) -> String {
        let fault = self.fault.as_ref().map(|fault| format!(" ({fault})"));
        self.reason.clone() + &fault.unwrap_or_default()
    }

    /// Whether the end of the body can be told without the connection's end.
    pub(crate) fn is_framed(&self) -> bool {
        self.body != Body::UntilClose
    }

    /// Reads the body away, so that the next answer can be read from the same connection.
    pub(crate) async fn skip_body<S: AsyncRead + Unpin>(
        &self,
        stream: &mut S,
        buffer: &mut Buffer,
    ) -> Result<(), BadReply> {
        match self.body {
            Body::Length(length) if length <= MAX_BODY => buffer.skip(stream, length).await,
            Body::Length(_) => Err(BadReply::Garbage),
            Body::Chunked => skip_chunks(stream, buffer).await,
            Body::UntilClose => Err(BadReply::Closed(None)),
        }
    }
}

async fn skip_chunks<S: AsyncRead + Unpin>(stream: &mut S, buffer: &mut Buffer) -> Result<(), BadReply> {
    let mut total = 0_u64;
    loop {
        let line = buffer.line(stream).await?;
        let size = line.split(|&byte| byte == b';').next().unwrap_or_default();
        let size = std::str::from_utf8(size).ok().and_then(|hex| u64::from_str_radix(hex.trim(), 16).ok());
        let size = size.ok_or(BadReply::Garbage)?;
        total = total.saturating_add(size);
        if total > MAX_BODY {
            return Err(BadReply::Garbage);
        }
        if size == 0 {
            break;
        }
        buffer.skip(stream, size + 2).await?;
    }
    let mut trailers = 0;
    while !buffer.line(stream).await?.is_empty() {
        trailers += 1;
        if trailers > MAX_HEADERS {
            return Err(BadReply::Garbage);
        }
    }
    Ok(())
}

fn has_word(value: &str, word: &str) -> bool {
    value.split(',').any(|part| part.trim().eq_ignore_ascii_case(word))
}
