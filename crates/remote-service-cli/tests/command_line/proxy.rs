use std::{
    fs,
    io::{Read, Write},
    net::{TcpListener, TcpStream},
    process::{Command, Stdio},
    thread,
};

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::{data, run, run_in};

const NOW: [&str; 2] = ["--now", "2027-03-31T18:30:00+02:00"]; // a Wednesday

fn hops(json: &Value) -> Vec<String> {
    let results = json["results"].as_array().unwrap().iter();
    results
        .map(|result| {
            let hops = result["hops"].as_array().unwrap().iter();
            let hops = hops.map(|hop| format!("{} {} {}", hop["kind"], hop["host"], hop["port"]));
            hops.collect::<Vec<_>>().join(", ").replace('"', "")
        })
        .collect()
}

#[test]
fn a_pac_script_answers_alike_on_every_computer() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("dns.txt"), "# names\nb.corp 10.9.1.1 # branch\nA.corp 192.0.2.1\n")
        .unwrap();
    let pac = data("office-hours.pac");
    let ask = |now: &str, my_ip: &str| {
        let arguments = ["proxy", "resolve", "https://a.corp/", "https://b.corp/x?y", "http://plain/"];
        let fixed = ["--pac", &pac, "--now", now, "--dns", "dns.txt", "--my-ip", my_ip];
        let (exit, json) = run_in(folder.path(), &[&arguments[..], &fixed].concat());
        assert_eq!(exit, 0, "{json}");
        json
    };
    let branch = "http branch.corp 3128, direct null null";
    let table = [
        ("2027-03-31T17:30:00+02:00", "10.1.2.3", ["https day.corp 443", branch, "direct null null"]),
        ("2027-03-31T18:30:00+02:00", "10.1.2.3", ["socks5 2001:db8::1 1081", branch, "direct null null"]),
        (
            "2027-04-04T07:59:59-11:00",
            "10.2.2.3",
            ["socks4 early.corp 1080", "socks4 early.corp 1080", "direct null null"],
        ),
    ];
    for (now, my_ip, expected) in table {
        let json = ask(now, my_ip);
        assert_eq!(hops(&json), expected, "{now}");
        assert_eq!(json, ask(now, my_ip), "two runs differ");
    }
    let json = ask("2027-03-31T17:30:00+02:00", "10.1.2.3");
    assert_eq!(json["results"][0]["url"], "https://a.corp/");
    assert!(json["results"][0]["why"].as_str().unwrap().ends_with("office-hours.pac: HTTPS day.corp"));
}

#[test]
fn a_bad_script_exits_with_1_and_says_file_line_and_message() {
    let folder = TempDir::new().unwrap();
    let table = [
        (
            "broken.pac",
            "\nfunction FindProxyForURL(url, host) {\n  return (;\n}\n",
            "line 3",
            "unexpected token",
        ),
        (
            "throws.pac",
            "function FindProxyForURL(url, host) {\n  return nothing.at.all;\n}\n",
            "line 2",
            "nothing",
        ),
        (
            "endless.pac",
            "// all day\nfunction FindProxyForURL(url, host) { while (true); }\n",
            "line 2",
            "run time of 1 s",
        ),
        ("empty.pac", "var x = 1;\n", "", "FindProxyForURL"),
        ("nonsense.pac", "function FindProxyForURL() { return 'PROXY'; }\n", "", "PROXY"),
    ];
    for (name, script, line, message) in table {
        fs::write(folder.path().join(name), script).unwrap();
        let arguments = ["proxy", "resolve", "https://a.test/", "--pac", name, NOW[0], NOW[1]];
        let (exit, json) = run_in(folder.path(), &arguments);
        let error = json["error"].as_str().unwrap_or_default();
        let file = if name == "nonsense.pac" { "PAC script" } else { name };
        let says_all = [file, line, message].iter().all(|word| error.contains(word));
        assert!(exit == 1 && says_all, "{name}: exit {exit}, {json}");
        assert_eq!(json["results"][0]["hops"], json!([]), "{name}");
    }
}

#[test]
fn proxy_bypass_and_environment_decide_as_in_the_service() {
    let resolve = ["proxy", "resolve", "https://a.test/", "https://b.corp/", "https://u:pw@10.1.2.3/"];
    let (exit, json) =
        run(&[&resolve[..], &["--proxy", "p.test:8080", "--bypass", ".corp,10.0.0.0/8"]].concat());
    assert_eq!(
        (exit, hops(&json)),
        (0, vec!["http p.test 8080".into(), "direct null null".into(), "direct null null".into()])
    );
    assert_eq!(json["results"][1]["why"], "bypass list: .corp");
    assert_eq!(json["results"][2]["url"], "https://10.1.2.3/");

    let output = Command::new(env!("CARGO_BIN_EXE_remote-service"))
        .args(["--json", "proxy", "resolve", "https://a.test/", "https://b.corp/", "--env"])
        .env("https_proxy", "socks5h://u:S3cret@p.test")
        .env("no_proxy", "corp")
        .output()
        .unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(hops(&json), ["socks5 p.test 1080", "direct null null"]);
    assert_eq!(json["results"][0]["why"], "environment variable https_proxy");
    assert!(!format!("{output:?}").contains("S3cret"));
}

#[test]
fn what_cannot_be_used_exits_with_2() {
    let url = "https://a.test/";
    for arguments in [
        &["proxy", "resolve"][..],
        &["proxy", "resolve", "no url"],
        &["proxy", "resolve", url, "--pac", "/no/such.pac"],
        &["proxy", "resolve", url, "--proxy", "p.test"],
        &["proxy", "resolve", url, "--proxy", "u:p@p.test:1"],
        &["proxy", "resolve", url, "--proxy", "p.test:1", "--bypass", "a..b"],
        &["proxy", "resolve", url, "--proxy", "p.test:1", "--env"],
        &["proxy", "resolve", url, "--bypass", ".corp"],
        &["proxy", "resolve", url, "--now", "2027-03-31"],
        &["proxy", "resolve", url, "--dns", "/no/such/file"],
        &["proxy", "resolve", url, "--my-ip", "here"],
        &["proxy", "test"],
        &["proxy", "test", url, "--login", "password"],
        &["proxy", "test", url, "--user", "alice", "--password-file", "/no/such/file"],
    ] {
        assert_eq!(run(arguments).0, 2, "{arguments:?}");
    }
}

/// A proxy that wants Basic and lets nobody in.
fn refusing_proxy() -> String {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    thread::spawn(move || listener.incoming().flatten().for_each(|stream| drop(refuse(stream))));
    address
}

fn refuse(mut stream: TcpStream) -> std::io::Result<()> {
    let mut bytes = [0; 4096];
    while stream.read(&mut bytes)? > 0 {
        stream.write_all(
            b"HTTP/1.1 407 No\r\nProxy-Authenticate: Basic realm=x\r\nContent-Length: 0\r\n\r\n",
        )?;
    }
    Ok(())
}

#[test]
fn the_report_names_the_stage_that_fails_and_never_the_password() {
    let proxy = refusing_proxy();
    let mut test = Command::new(env!("CARGO_BIN_EXE_remote-service"));
    test.args(["proxy", "test", "https://a.test/", "--json", "--proxy", &proxy, "--user", r"CORP\alice"]);
    test.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = test.spawn().unwrap();
    child.stdin.take().unwrap().write_all(b"S3cret!pw\n").unwrap();
    let output = child.wait_with_output().unwrap();
    let json: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((output.status.code(), &json["ok"]), (Some(1), &json!(false)), "{json}");
    let stages: Vec<_> =
        json["stages"].as_array().unwrap().iter().map(|stage| stage["stage"].clone()).collect();
    assert_eq!(json!(stages), json!(["settings", "route", "name", "reach", "scheme", "login"]));
    let last = &json["stages"][5];
    assert!(
        last["ok"] == false && last["ms"].is_u64() && last["detail"].as_str().unwrap().contains("refused"),
        "{json}"
    );
    assert!(json["advice"].as_str().unwrap().contains("Check user name"), "{json}");
    assert!(!format!("{output:?}").contains("S3cret"));
}

#[test]
fn a_script_that_cannot_be_run_fails_the_report_at_the_route() {
    let folder = TempDir::new().unwrap();
    fs::write(folder.path().join("x.pac"), "oops(").unwrap();
    let (exit, json) = run_in(folder.path(), &["proxy", "test", "https://a.test/", "--pac", "x.pac"]);
    assert_eq!(
        (exit, &json["stages"][0]["stage"], &json["stages"][0]["ok"]),
        (1, &json!("route"), &json!(false)),
        "{json}"
    );
    assert!(json["advice"].as_str().unwrap().contains("x.pac"), "{json}");
}
