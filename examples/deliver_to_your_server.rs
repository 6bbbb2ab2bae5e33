//! A license server of your own: implement one port, hold it to the promises, deliver.
//!
//! `cargo run --example deliver_to_your_server`
use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex},
};

use license_lifecycle::{
    Digest, FileName,
    server::{LicenseFile, LicenseServer, Receipt, ServerError, contract},
};

/// Yours may speak to a database, an HTTP service or a device; this one puts licenses into a table.
#[derive(Clone, Default)]
struct YourServer {
    table: Arc<Mutex<BTreeMap<String, Vec<u8>>>>,
}

impl LicenseServer for YourServer {
    fn describe(&self) -> String {
        "your license server".to_owned()
    }

    fn deliver(&mut self, license: &LicenseFile) -> Result<Receipt, ServerError> {
        let mut table = self.table.lock().expect("nobody panics while holding the table");
        // One assignment: whoever looks sees the old license or the new one, never half of it.
        table.insert(license.name.to_string(), license.bytes.clone());
        Ok(Receipt {
            place: format!("table entry {}", license.name),
            sha256: Digest::of(&table[license.name.as_str()]),
        })
    }

    fn check(&mut self) -> Result<(), ServerError> {
        Ok(())
    }
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    let mut server = YourServer::default();
    let contents = || server.table.lock().expect("nobody panics while holding the table").clone();
    contract::check(&mut server.clone(), contents)?;
    println!("{} keeps every promise of the port", server.describe());

    server.table.lock().expect("nobody panics while holding the table").clear();
    let license = LicenseFile {
        name: FileName::new("prismadirect.lic")?,
        bytes: b"SERVER this_host ANY 27000\nVENDOR vendord\n".to_vec(),
        envelope: None,
    };
    let receipt = server.deliver(&license)?;
    println!("delivered to {}, SHA-256 {}", receipt.place, receipt.sha256);
    Ok(())
}
