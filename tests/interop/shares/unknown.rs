//! The connection is cut while the new file is put in place of the old one: nobody knows, at first, which one is there.
use std::{
    fs,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    thread,
    time::Duration,
};

use license_lifecycle::{
    Digest,
    server::{LicenseServer, ServerErrorKind as Kind, SmbShare, Step},
};

use crate::samba::{Samba, WRITER, contents, license};

/// SMB2 SET_INFO (MS-SMB2, section 2.2.1): of a delivery, the rename.
const SET_INFO: u16 = 0x11;

/// What becomes of the first rename of a way's first connection.
#[derive(Clone, Copy, PartialEq)]
enum Rename {
    /// The connection is cut before the server sees it.
    Unseen,
    /// The server sees it, and the connection is cut before its answer passes.
    Unanswered,
    /// Its answer passes, and nothing after it.
    Unsynced,
}

/// A way to the server that breaks once: later connections pass.
struct Way {
    port: u16,
    /// Those that the server has seen.
    renames: Arc<AtomicUsize>,
}

impl Way {
    fn to(samba: &Samba, first: Rename) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, to) = (listener.local_addr().unwrap().port(), samba.port);
        let renames = Arc::new(AtomicUsize::new(0));
        let counted = renames.clone();
        thread::spawn(move || {
            for (nth, client) in listener.incoming().enumerate() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { return };
                pass(client.unwrap(), server, (nth == 0).then_some(first), &counted);
            }
        });
        Self { port, renames }
    }

    fn renames(&self) -> usize {
        self.renames.load(Ordering::SeqCst)
    }

    fn share(&self) -> SmbShare {
        let address = format!("smb://PRINTDOM;{}@127.0.0.1:{}/DroppedLicense", WRITER.0, self.port);
        SmbShare::new(address.parse().unwrap(), WRITER.1.into()).patience(Duration::from_secs(5))
    }
}

/// One connection.
fn pass(mut client: TcpStream, mut server: TcpStream, fate: Option<Rename>, renames: &AtomicUsize) {
    let silent = Arc::new(AtomicBool::new(false));
    let (no_more, mut answers, mut asker) =
        (silent.clone(), server.try_clone().unwrap(), client.try_clone().unwrap());
    let back = thread::spawn(move || {
        while let Some(answer) = message(&mut answers).filter(|_| !no_more.load(Ordering::SeqCst)) {
            if asker.write_all(&answer).is_err() {
                break;
            }
        }
        let _ = asker.shutdown(Shutdown::Both);
    });
    let mut renamed = false;
    while let Some(question) = message(&mut client) {
        let rename = u16::from_le_bytes([question[16], question[17]]) == SET_INFO;
        match fate {
            Some(Rename::Unseen) if rename => break,
            Some(Rename::Unanswered) => silent.store(rename, Ordering::SeqCst),
            Some(Rename::Unsynced) if renamed => continue,
            _ => {}
        }
        renamed |= rename;
        renames.fetch_add(usize::from(rename), Ordering::SeqCst);
        if server.write_all(&question).is_err() {
            break;
        }
    }
    let _ = server.shutdown(Shutdown::Both);
    back.join().unwrap();
}

/// A whole message with its length before it; `None` at the end.
fn message(from: &mut TcpStream) -> Option<Vec<u8>> {
    let mut bytes = vec![0; 4];
    from.read_exact(&mut bytes).ok()?;
    let length = u32::from_be_bytes([0, bytes[1], bytes[2], bytes[3]]) as usize;
    bytes.resize(4 + length, 0);
    from.read_exact(&mut bytes[4..]).ok()?;
    Some(bytes)
}

#[test]
fn a_rename_without_an_answer_is_an_unknown_outcome_and_is_settled_at_the_next_try() {
    // The way reads messages, so they must not be encrypted; they are signed all the same.
    let samba = Samba::start_with(&[("SMB_ENCRYPT", "off")]);
    let inbox = samba.folder("dropped");
    for (rename, kind, same_share) in [
        (Rename::Unanswered, Kind::HostUnreachable, true),
        (Rename::Unseen, Kind::HostUnreachable, true),
        (Rename::Unsynced, Kind::Timeout, true),
        (Rename::Unanswered, Kind::HostUnreachable, false),
        (Rename::Unseen, Kind::HostUnreachable, false),
    ] {
        samba.share("DroppedLicense", WRITER).deliver(&license(b"in force")).unwrap();
        let way = Way::to(&samba, rename);
        let mut share = way.share();
        let error = share.deliver(&license(b"new")).unwrap_err();
        assert_eq!((error.kind, error.during), (kind, Some(Step::Replace)), "{error:?}");
        assert!(error.outcome_unknown);
        assert!(error.to_string().ends_with("so the license may have arrived"), "{error}");
        let seen = rename != Rename::Unseen;
        let now_there = if seen { &b"new"[..] } else { b"in force" };
        assert_eq!(fs::read(inbox.join("prismadirect.lic")).unwrap(), now_there);
        assert_eq!(way.renames(), usize::from(seen));

        if same_share {
            // It reads back what lies there, and renames only where that is not the new license.
            let receipt = share.deliver(&license(b"new")).unwrap();
            assert_eq!(receipt.sha256, Digest::of(b"new"));
            assert_eq!(way.renames(), 1);
        } else {
            // Whoever comes later cannot know, and delivers once more.
            samba.share("DroppedLicense", WRITER).deliver(&license(b"new")).unwrap();
        }
        assert_eq!(contents(&inbox)["prismadirect.lic"], b"new");
        fs::read_dir(&inbox).unwrap().for_each(|file| fs::remove_file(file.unwrap().path()).unwrap());
    }
}
