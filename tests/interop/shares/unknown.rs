//! The connection is cut while the new file is put in place of the old one: nobody knows, at first, which one is there.
use std::{
    fs,
    io::{Read, Write},
    net::{Shutdown, TcpListener, TcpStream},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    thread,
};

use license_lifecycle::server::{LicenseServer, ServerErrorKind as Kind, SmbShare, Step};

use crate::samba::{Samba, WRITER, contents, license};

/// SMB2 SET_INFO (MS-SMB2, section 2.2.1): of a delivery, the rename.
const SET_INFO: u16 = 0x11;

/// A way to the server that ends at the first rename: after the server has answered it, or before it has seen it.
fn way_that_ends_at_the_rename(samba: &Samba, server_sees_it: bool) -> u16 {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let (port, to) = (listener.local_addr().unwrap().port(), samba.port);
    thread::spawn(move || {
        let (mut client, mut server) =
            (listener.accept().unwrap().0, TcpStream::connect(("127.0.0.1", to)).unwrap());
        let renaming = Arc::new(AtomicBool::new(false));
        let (back, (mut answers, mut asker)) =
            (renaming.clone(), (server.try_clone().unwrap(), client.try_clone().unwrap()));
        thread::spawn(move || {
            while let Some(answer) = message(&mut answers).filter(|_| !back.load(Ordering::SeqCst)) {
                asker.write_all(&answer).unwrap();
            }
            asker.shutdown(Shutdown::Both)
        });
        while let Some(question) = message(&mut client) {
            let last = u16::from_le_bytes([question[16], question[17]]) == SET_INFO;
            renaming.store(last, Ordering::SeqCst);
            if last && !server_sees_it {
                return server.shutdown(Shutdown::Both);
            }
            server.write_all(&question).unwrap();
        }
        server.shutdown(Shutdown::Both)
    });
    port
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

fn over(port: u16) -> SmbShare {
    let address = format!("smb://PRINTDOM;{}@127.0.0.1:{port}/DroppedLicense", WRITER.0);
    SmbShare::new(address.parse().unwrap(), WRITER.1.into())
}

#[test]
fn a_rename_without_an_answer_is_an_unknown_outcome_and_is_settled_at_the_next_try() {
    // The way reads messages, so they must not be encrypted; they are signed all the same.
    let samba = Samba::start_with("off");
    let inbox = samba.folder("dropped");
    for (server_sees_it, now_there) in [(true, &b"new"[..]), (false, b"in force")] {
        samba.share("DroppedLicense", WRITER).deliver(&license(b"in force")).unwrap();
        let mut share = over(way_that_ends_at_the_rename(&samba, server_sees_it));
        let error = share.deliver(&license(b"new")).unwrap_err();
        assert_eq!((error.kind, error.during), (Kind::HostUnreachable, Some(Step::Replace)), "{error:?}");
        assert!(error.outcome_unknown);
        assert!(error.to_string().ends_with("so the license may have arrived"), "{error}");
        assert_eq!(fs::read(inbox.join("prismadirect.lic")).unwrap(), now_there);

        // Whoever comes later cannot know, either, and delivers once more.
        samba.share("DroppedLicense", WRITER).deliver(&license(b"new")).unwrap();
        assert_eq!(contents(&inbox)["prismadirect.lic"], b"new");
        fs::read_dir(&inbox).unwrap().for_each(|file| fs::remove_file(file.unwrap().path()).unwrap());
    }
}
