//! A delivery into a folder costs little more than the four calls that no durable one can do without.
use std::{
    fs::{self, File},
    io::Write,
};

use license_lifecycle::{
    FileName,
    server::{Folder, LicenseFile, LicenseServer},
};

use crate::measure::{Effort, Row};

/// As large as a license file gets.
const SIZE: usize = 20_000;

pub fn rows(effort: &Effort) -> Vec<Row> {
    let inbox = tempfile::tempdir().unwrap();
    let mut folder = Folder::new(inbox.path());
    let name = FileName::new("prismadirect.lic").unwrap();
    let license = LicenseFile { name, bytes: vec![b'x'; SIZE], envelope: None };
    let (part, target) = (inbox.path().join("~raw.part"), inbox.path().join("raw.lic"));
    let found = effort.ratio(
        || folder.deliver(&license).unwrap(),
        || {
            let mut file = File::create(&part).unwrap();
            file.write_all(&license.bytes).unwrap();
            file.sync_all().unwrap();
            drop(file);
            fs::rename(&part, &target).unwrap();
            File::open(inbox.path()).unwrap().sync_all().unwrap();
        },
    );
    vec![Row::new(
        "deliver a file into a folder / raw write, fsync, rename, fsync of the folder",
        found.ratio,
        " ×",
        Some(1.3),
        format!("{:.0} µs / {:.0} µs, {SIZE} bytes", found.ours / 1e3, found.peer / 1e3),
    )]
}
