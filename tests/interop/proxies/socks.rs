//! SOCKS servers of others, beside curl.
use std::path::Path;

use interop::proxies::{PASSWORD, USER};
use interop::serving::{Serving, script};
use interop::target::Target;

use crate::peer::Verdict::{self, Fails, Login, Passes};
use crate::peer::{curl, our_verdict};

/// Protocol, port, target, our login, curl's options, verdict.
type Row<'a> = (&'a str, u16, &'static str, (&'a str, &'a str, &'a str), &'a [&'a str], Verdict);

const NAMES: [&str; 2] = ["MICRO_PORT", "DANTE_PORT"];

#[test]
fn ours_and_curl_agree_through_real_socks_servers() {
    let folder = tempfile::tempdir().unwrap();
    let (command, [micro, dante]) = script("socks.sh", NAMES);
    let _serving = Serving::start(command, folder.path());
    let mut target = Target::start();
    let none =
        [("KRB5_CONFIG", Path::new("/dev/null").to_owned()), ("KRB5CCNAME", folder.path().join("none"))];
    let (right, wrong) = (format!("{USER}:{PASSWORD}"), format!("{USER}:wrong"));
    let by_address = "127.0.0.1";
    let table: [Row<'_>; 8] = [
        ("socks5", micro, "localhost", ("password", USER, PASSWORD), &["-U", &right], Passes),
        ("socks5", micro, "localhost", ("password", USER, "wrong"), &["-U", &wrong], Login),
        ("socks5", micro, "localhost", ("none", "", ""), &[], Login),
        ("socks5", dante, "localhost", ("none", "", ""), &[], Passes),
        ("socks5", dante, "localhost", ("password", USER, "x"), &["-U", &wrong], Passes),
        ("socks4", dante, by_address, ("none", "", ""), &[], Passes),
        // Dante takes no names in version 4.
        ("socks4", dante, "localhost", ("none", "", ""), &[], Fails),
        ("socks4", micro, "localhost", ("none", "", ""), &[], Fails),
    ];
    for (protocol, port, host, (login, user, password), options, expected) in table {
        target.host = host;
        let proxy = format!("{protocol}://localhost:{port}");
        let (ours, said) = our_verdict(&none, &target, &proxy, login, user, password);
        // The names that curl has for "the proxy looks names up".
        let theirs = proxy
            .replace("socks5:", "socks5h:")
            .replace("socks4:", if host == by_address { "socks4:" } else { "socks4a:" });
        let done = curl(&none, &target, &theirs, options);
        // curl has an exit code for SOCKS (97) and no word for a login, so that its failures are of one kind.
        let peer = match (done.status.code(), expected) {
            (Some(0), _) => Passes,
            (Some(97), Login) => Login,
            _ => Fails,
        };
        println!("{protocol} {host:<9} {login:<8} ours {ours:?}, curl {peer:?}");
        assert_eq!((ours, peer), (expected, expected), "{proxy} {login} {password}: {said}");
    }
}
