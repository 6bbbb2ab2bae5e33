//! An installation that accepts one license, delivers it and ends: to be killed on the way.
//!
//! `delivering STATE_DIR KEY_HEX ENVELOPE FILE TO`, where `TO` is a folder or an `smb://` address; the password of the
//! share's user is the line on standard input.
use std::{fs, path::Path};

use license_lifecycle::{
    Offer, Outbox, PublicKey, Records, Trust, accept, deliver, manifest, resume,
    server::{Folder, LicenseFile, LicenseServer, SmbShare},
};

fn main() {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [state, key, envelope, file, to] = arguments.as_slice() else {
        panic!("usage: delivering STATE_DIR KEY_HEX ENVELOPE FILE TO");
    };
    let mut password = String::new();
    std::io::stdin().read_line(&mut password).unwrap();
    let (envelope, file) = (fs::read(envelope).unwrap(), fs::read(file).unwrap());
    let trust = Trust::new(key.parse::<PublicKey>().unwrap().into(), world::now());
    let license = manifest::open(&envelope, &file, &trust).unwrap();
    let name = license.file.as_ref().unwrap().name.clone();
    let offer = Offer::signed(&license, LicenseFile { name, bytes: file, envelope: Some(envelope) }).unwrap();

    let state = Path::new(state);
    let mut outbox = Outbox::open(state.join("outbox")).unwrap();
    let mut records = Records::open(state.join("license")).unwrap();
    resume(&mut outbox, &mut records).unwrap();
    if records.in_force().is_some_and(|accepted| accepted.digest == offer.digest()) {
        return;
    }
    accept(&mut outbox, &mut records, &offer, world::now()).unwrap();
    deliver(&mut outbox, &mut records, offer.digest(), &mut *server(to, password.trim_end()), world::now())
        .unwrap();
}

fn server(to: &str, password: &str) -> Box<dyn LicenseServer> {
    match to.parse() {
        Ok(address) => Box::new(SmbShare::new(address, password.into())),
        Err(_) => Box::new(Folder::new(to)),
    }
}
