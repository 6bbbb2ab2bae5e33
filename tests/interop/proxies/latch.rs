//! A wrong password costs one failed login, by squid's own log.
use interop::proxies::{DOMAIN, Proxies, REALM, USER};
use interop::target::Target;

use crate::peer::ours;

#[test]
fn squid_sees_one_failed_login_whoever_asks() {
    let (proxies, target) = (Proxies::start(), Target::start());
    let domain_user = format!("{DOMAIN}\\{USER}");
    let realm_user = format!("{USER}@{REALM}");
    for (name, port, user) in [
        ("basic", proxies.basic, USER),
        ("ntlm", proxies.ntlm, &*domain_user),
        ("multi", proxies.multi, &*domain_user),
        ("nego", proxies.negotiate, &*realm_user),
    ] {
        let (url, proxy) = (target.url(5), format!("localhost:{port}"));
        // Five polls and [Test connection], one after the other, in one process.
        let arguments = [&*url, &proxy, "password", user, target.ca_file.to_str().unwrap(), "5"];
        let done = ours(&proxies.kerberos("none"), &arguments, "wrong");
        let said = String::from_utf8_lossy(&done.stdout).into_owned();
        let count = |word: &str| said.lines().filter(|line| line.starts_with(word)).count();
        assert_eq!((count("fails LoginRefused"), count("fails LatchClosed")), (1, 4), "{said}");
        assert!(said.contains("latch is closed"), "{said}");
        let log = proxies.log(name);
        if name == "nego" {
            // The KDC is the one that refuses: squid never sees the password.
            let kdc = std::fs::read_to_string(proxies.folder().join("log/kdc.log")).unwrap();
            let failed = kdc.matches("PREAUTH_FAILED: alice@").count();
            println!("{name}: six attempts with a wrong password, failed logins in the KDC's log: {failed}");
            assert_eq!(failed, 1, "{kdc}");
            continue;
        }
        // One question what is offered, NTLM's greeting, and one login that fails; nothing after that.
        let answers = if name == "basic" { 2 } else { 3 };
        let denied = log.matches("TCP_DENIED/407").count();
        println!(
            "{name}: six attempts with a wrong password, failed logins in squid's log: {}",
            denied + 1 - answers
        );
        assert_eq!(denied, answers, "{name}: {log}");
    }
}
