//! A ticket that a password got serves every visit, until it ends or the proxy takes it no more.
use std::io::{BufRead, BufReader, Write};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::{fs, io};

use interop::proxies::{PASSWORD, Proxies, REALM, USER};
use interop::target::Target;

use crate::peer::Environment;

/// A product that makes a visit whenever it is asked to.
struct Product {
    child: Child,
    asks: ChildStdin,
    says: io::Lines<BufReader<std::process::ChildStdout>>,
}

impl Product {
    fn start(environment: &Environment, proxies: &Proxies, target: &Target) -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_way-out"));
        let (proxy, user) = (format!("localhost:{}", proxies.negotiate), format!("{USER}@{REALM}"));
        command.args([&target.url(5), &proxy, "password", &user]).arg(&target.ca_file).arg("asked");
        command.envs(environment.iter().cloned()).stdin(Stdio::piped()).stdout(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let asks = child.stdin.take().unwrap();
        let says = BufReader::new(child.stdout.take().unwrap()).lines();
        Self { child, asks, says }
    }

    /// The first line is the password, any other a wish.
    fn visit(&mut self, line: &str) -> String {
        writeln!(self.asks, "{line}").unwrap();
        self.says.next().unwrap().unwrap()
    }

    fn end(mut self) {
        drop(self.asks);
        self.child.wait().unwrap();
    }
}

/// How often the KDC gave a ticket for a password, and one for the proxy.
fn issued(proxies: &Proxies) -> (usize, usize) {
    let log = proxies.kdc_log();
    let count = |question: &str| {
        log.lines().filter(|line| line.contains(question) && line.contains("ISSUE:")).count()
    };
    (count("AS_REQ"), count("TGS_REQ"))
}

#[test]
fn many_visits_ask_the_kdc_once_and_a_new_key_of_the_proxy_once_more() {
    let (proxies, target) = (Proxies::start(), Target::start());
    let mut product = Product::start(&proxies.kerberos("none"), &proxies, &target);
    for line in [PASSWORD, "", "", ""] {
        let said = product.visit(line);
        assert!(said.starts_with("passes 5 "), "{said}");
    }
    assert_eq!(issued(&proxies), (1, 1));
    proxies.rekey();
    let (passwords, services) = issued(&proxies);
    let said = product.visit("");
    assert!(said.starts_with("passes 5 "), "the old ticket is no reason to close the latch: {said}");
    assert_eq!(issued(&proxies), (passwords + 1, services + 1));
    product.end();
}

#[test]
fn a_ticket_is_renewed_before_it_ends() {
    let (proxies, target) = (Proxies::start(), Target::start());
    let [(name, config), cache] = proxies.kerberos("none");
    let short = proxies.folder().join("krb/short.conf");
    let text = fs::read_to_string(config).unwrap();
    fs::write(&short, text.replace("[libdefaults]\n", "[libdefaults]\n ticket_lifetime = 4\n")).unwrap();
    let mut product = Product::start(&[(name, short), cache], &proxies, &target);
    let started = std::time::Instant::now();
    let mut line = PASSWORD;
    while issued(&proxies).0 < 3 {
        let said = product.visit(line);
        assert!(said.starts_with("passes 5 "), "{said}");
        assert!(started.elapsed().as_secs() < 30, "{:?}", issued(&proxies));
        line = "";
    }
    assert!(started.elapsed().as_secs() >= 3, "each serves half its life at least");
    product.end();
}
