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
};

use license_lifecycle::{
    Digest,
    server::{LicenseServer, ServerErrorKind as Kind, SmbShare, Step},
};

use crate::samba::{Samba, WRITER, contents, license};

/// SMB2 SET_INFO (MS-SMB2, section 2.2.1): of a delivery, the rename.
const SET_INFO: u16 = 0x11;

/// A way to the server whose first connection ends at its first rename: after the server has answered it, or before it has
/// seen it. Later connections pass.
struct Way {
    port: u16,
    /// Those that the server has seen.
    renames: Arc<AtomicUsize>,
}

impl Way {
    fn to(samba: &Samba, server_sees_it: bool) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (port, to) = (listener.local_addr().unwrap().port(), samba.port);
        let renames = Arc::new(AtomicUsize::new(0));
        let counted = renames.clone();
        thread::spawn(move || {
            for (nth, client) in listener.incoming().enumerate() {
                let Ok(server) = TcpStream::connect(("127.0.0.1", to)) else { return };
                let ends = (nth == 0).then_some(server_sees_it);
                pass(client.unwrap(), server, ends, &counted);
            }
        });
        Self { port, renames }
    }

    fn renames(&self) -> usize {
        self.renames.load(Ordering::SeqCst)
    }

    fn share(&self) -> SmbShare {
        let address = format!("smb://PRINTDOM;{}@127.0.0.1:{}/DroppedLicense", WRITER.0, self.port);
        SmbShare::new(address.parse().unwrap(), WRITER.1.into())
    }
}

/// One connection. `ends`: it is cut at the first rename, which the server sees or does not.
fn pass(mut client: TcpStream, mut server: TcpStream, ends: Option<bool>, renames: &AtomicUsize) {
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
    while let Some(question) = message(&mut client) {
        let rename = u16::from_le_bytes([question[16], question[17]]) == SET_INFO;
        silent.store(rename && ends.is_some(), Ordering::SeqCst);
        if rename && ends == Some(false) {
            break;
        }
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
    for (server_sees_it, now_there, same_share) in [
        (true, &b"new"[..], true),
        (false, b"in force", true),
        (true, b"new", false),
        (false, b"in force", false),
    ] {
        samba.share("DroppedLicense", WRITER).deliver(&license(b"in force")).unwrap();
        let way = Way::to(&samba, server_sees_it);
        let mut share = way.share();
        let error = share.deliver(&license(b"new")).unwrap_err();
        assert_eq!((error.kind, error.during), (Kind::HostUnreachable, Some(Step::Replace)), "{error:?}");
        assert!(error.outcome_unknown);
        assert!(error.to_string().ends_with("so the license may have arrived"), "{error}");
        assert_eq!(fs::read(inbox.join("prismadirect.lic")).unwrap(), now_there);
        assert_eq!(way.renames(), usize::from(server_sees_it));

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
