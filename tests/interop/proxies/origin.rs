//! A back office that is down behind a proxy that works.
use std::net::TcpListener;

use interop::proxies::{DOMAIN, PASSWORD, Proxies, REALM, USER};
use interop::target::Target;
use serde_json::Value;

use crate::peer::{Verdict, curl_verdict, ours};

#[test]
fn an_origin_that_is_down_is_not_taken_for_a_fault_of_the_proxy() {
    let (proxies, mut target) = (Proxies::start(), Target::start());
    target.address = TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap(); // nobody any more
    let address = format!("localhost:{}", target.address.port());
    let (domain_user, realm_user) = (format!("{DOMAIN}\\{USER}"), format!("{USER}@{REALM}"));
    let ntlm = format!("{domain_user}:{PASSWORD}");
    assert!(proxies.kinit("ticket", USER, PASSWORD, "1h"));
    for (port, user, options) in [
        (proxies.basic, USER, ["--proxy-basic", "-U", &format!("{USER}:{PASSWORD}")]),
        (proxies.ntlm, &*domain_user, ["--proxy-ntlm", "-U", &ntlm]),
        (proxies.negotiate, &*realm_user, ["--proxy-negotiate", "-U", ":"]),
    ] {
        let (environment, proxy) = (proxies.kerberos("ticket"), format!("http://localhost:{port}"));
        let ca_file = target.ca_file.to_str().unwrap();
        let done = ours(&environment, &[&target.url(5), &proxy, "password", user, ca_file, "2"], PASSWORD);
        let said = String::from_utf8(done.stdout).unwrap();
        assert_eq!(said.matches("fails TargetUnreachable").count(), 2, "{said}");
        let report = said.lines().find_map(|line| line.strip_prefix("report ")).unwrap();
        let report: Value = serde_json::from_str(report).unwrap();
        let stages = report["stages"].as_array().unwrap();
        let (last, before) = stages.split_last().unwrap();
        assert!(last["stage"] == "target" && last["ok"] == false, "{report}");
        assert!(
            last["detail"].as_str().unwrap().contains("503 Service Unavailable (ERR_CONNECT_FAIL"),
            "{report}"
        );
        assert!(before.iter().all(|stage| stage["ok"] == true), "{report}");
        assert!(before.iter().any(|stage| stage["stage"] == "login"), "{report}");
        assert!(report["advice"].as_str().unwrap().contains(&address), "{report}");
        assert_eq!(curl_verdict(&environment, &target, &proxy, &options), Verdict::Fails);
    }
}
