use std::{
    fs,
    io::{Read, Write},
    net::TcpListener,
    thread,
};

use serde_json::json;
use tempfile::TempDir;

use crate::run_in;

const UP: &str = "License server status: 27000@fls\n\nfls: license server UP (MASTER) v11.19\n\n\
    Vendor daemon status (on fls):\n\n  acmed: UP v11.19\nFeature usage info:\n\n\
    Users of A:  (Total of 5 licenses issued;  Total of 1 license in use)\n\n\
      \"A\" v1.0, vendor: acmed, expiry: 31-dec-2027\n  floating license\n\n\
        ann pc-1 pc-1 (v1.0) (fls/27000 101), start Mon 11/23 9:00\n";

#[test]
fn status_reads_what_lmstat_printed() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("up.txt"), UP).unwrap();
    fs::write(folder.path().join("down.txt"), "License server status: 27000@fls\nError getting status: Cannot connect to license server system. (-15,570:111 \"Connection refused\")\n").unwrap();
    let (exit, json) = run_in(folder.path(), &["license-server", "status", "--lmstat", "up.txt"]);
    assert_eq!((exit, &json["servers"]), (0, &json!([{"host": "fls", "port": 27000, "up": true}])));
    assert_eq!(json["vendors"], json!([{"name": "acmed", "up": true}]));
    let feature = &json["features"][0];
    assert_eq!(
        json!([feature["name"], feature["issued"], feature["in_use"], feature["uncounted"]]),
        json!(["A", 5, 1, false])
    );
    assert_eq!(
        feature["checkouts"],
        json!([{"user": "ann", "host": "pc-1", "display": "pc-1", "version": "1.0", "count": 1}])
    );
    let (exit, json) = run_in(folder.path(), &["license-server", "status", "--lmstat", "down.txt"]);
    assert_eq!(
        (exit, &json["errors"][0]["major"], &json["errors"][0]["minor"]),
        (1, &json!(-15), &json!(570))
    );
}

#[test]
fn status_asks_the_reference_server_where_lmutil_is_missing() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let port = listener.local_addr().unwrap().port();
    let served = thread::spawn(move || {
        let (mut stream, _) = listener.accept().unwrap();
        let mut asked = [0; 1024];
        let read = stream.read(&mut asked).unwrap();
        let body = json!({"servers": [{"host": "fls", "port": port, "up": true}]}).to_string();
        write!(stream, "HTTP/1.0 200 OK\r\nContent-Length: {}\r\n\r\n{body}", body.len()).unwrap();
        String::from_utf8_lossy(&asked[..read]).into_owned()
    });
    let server = format!("{port}@127.0.0.1");
    let arguments = ["license-server", "status", "--server", &server, "--lmutil", "/no/such/lmutil"];
    let (exit, json) = run_in(&std::env::temp_dir(), &arguments);
    assert_eq!((exit, &json["servers"][0]["up"]), (0, &json!(true)));
    assert!(served.join().unwrap().starts_with("GET /status "));
    let (exit, json) = run_in(&std::env::temp_dir(), &arguments);
    assert_eq!((exit, &json["servers"][0]["up"]), (1, &json!(false)));
}
