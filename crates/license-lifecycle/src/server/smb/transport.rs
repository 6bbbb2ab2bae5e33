//! TCP as SMB wants it: no delay, and one write for each message. The library's own sends a message in three writes,
//! and each round trip then waits for a delayed acknowledgement.
use std::{future::Future, io, net::SocketAddr, pin::Pin};

use smb::transport::{IoVec, SmbTransport, SmbTransportRead, SmbTransportWrite, TransportError};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

type Result<T> = std::result::Result<T, TransportError>;
type Answer<'a, T> = Pin<Box<dyn Future<Output = Result<T>> + Send + 'a>>;

pub(super) struct Transport {
    reader: OwnedReadHalf,
    writer: OwnedWriteHalf,
}

impl Transport {
    pub(super) fn new(stream: TcpStream) -> io::Result<Self> {
        stream.set_nodelay(true)?;
        let (reader, writer) = stream.into_split();
        Ok(Self { reader, writer })
    }
}

impl SmbTransport for Transport {
    fn connect<'a>(&'a mut self, _: &'a str, _: SocketAddr) -> Answer<'a, ()> {
        Box::pin(async { Err(TransportError::AlreadyConnected) })
    }

    fn default_port(&self) -> u16 {
        445
    }

    fn split(self: Box<Self>) -> Result<(Box<dyn SmbTransportRead>, Box<dyn SmbTransportWrite>)> {
        Ok((Box::new(Reader(self.reader)), Box::new(Writer(self.writer))))
    }

    fn remote_address(&self) -> Result<SocketAddr> {
        Ok(self.reader.peer_addr()?)
    }
}

impl SmbTransportRead for Transport {
    fn receive_exact<'a>(&'a mut self, out: &'a mut [u8]) -> Answer<'a, ()> {
        Box::pin(receive(&mut self.reader, out))
    }
}

impl SmbTransportWrite for Transport {
    fn send_raw<'a>(&'a mut self, bytes: &'a [u8]) -> Answer<'a, ()> {
        Box::pin(async { self.writer.write_all(bytes).await.map_err(cut_off) })
    }

    fn send<'a>(&'a mut self, message: &'a IoVec) -> Answer<'a, ()> {
        Box::pin(send(&mut self.writer, message))
    }
}

struct Reader(OwnedReadHalf);

impl SmbTransportRead for Reader {
    fn receive_exact<'a>(&'a mut self, out: &'a mut [u8]) -> Answer<'a, ()> {
        Box::pin(receive(&mut self.0, out))
    }
}

struct Writer(OwnedWriteHalf);

impl SmbTransportWrite for Writer {
    fn send_raw<'a>(&'a mut self, bytes: &'a [u8]) -> Answer<'a, ()> {
        Box::pin(async { self.0.write_all(bytes).await.map_err(cut_off) })
    }

    fn send<'a>(&'a mut self, message: &'a IoVec) -> Answer<'a, ()> {
        Box::pin(send(&mut self.0, message))
    }
}

async fn receive(reader: &mut OwnedReadHalf, out: &mut [u8]) -> Result<()> {
    reader.read_exact(out).await.map(drop).map_err(cut_off)
}

/// Length (four bytes, the first of them 0: MS-SMB2, section 2.1) and message in one write.
async fn send(writer: &mut OwnedWriteHalf, message: &IoVec) -> Result<()> {
    let length = u32::try_from(message.total_size()).ok().filter(|length| *length < 1 << 24);
    let length = length.ok_or(TransportError::InvalidMessage)?;
    let mut bytes = Vec::with_capacity(4 + message.total_size());
    bytes.extend_from_slice(&length.to_be_bytes());
    message.iter().for_each(|part| bytes.extend_from_slice(part));
    writer.write_all(&bytes).await.map_err(cut_off)
}

/// The library tells the end of a connection by this error.
fn cut_off(error: io::Error) -> TransportError {
    match error.kind() {
        io::ErrorKind::UnexpectedEof | io::ErrorKind::ConnectionAborted => TransportError::NotConnected,
        _ => error.into(),
    }
}
