//! 407s of every shape before real squids: logins of every scheme pass, and fail, as curl's do.
use interop::proxies::{DOMAIN, PASSWORD, Proxies, REALM, USER};
use interop::reshaper::{self, SHAPES, Shape};
use interop::target::Target;

use crate::peer::Verdict::{Fails, Login, Passes};
use crate::peer::{curl_verdict, our_verdict};

#[test]
fn logins_pass_and_fail_as_curls_do_whatever_a_407_looks_like() {
    let (proxies, target) = (Proxies::start(), Target::start());
    let (domain_user, realm_user) = (format!("{DOMAIN}\\{USER}"), format!("{USER}@{REALM}"));
    assert!(proxies.kinit("right", USER, PASSWORD, "1h") && !proxies.kinit("wrong", USER, "wrong", "1h"));
    for shape in SHAPES {
        for (scheme, upstream, user) in [
            ("basic", proxies.basic, USER),
            ("ntlm", proxies.ntlm, &*domain_user),
            ("negotiate", proxies.negotiate, &*realm_user),
            ("any of three", proxies.multi, &*realm_user),
        ] {
            let proxy = format!("http://localhost:{}", reshaper::start(upstream, shape));
            for (cache, password, expected) in [("right", PASSWORD, Passes), ("wrong", "wrong", Login)] {
                let environment = proxies.kerberos(cache);
                let (ours, said) = our_verdict(&environment, &target, &proxy, "password", user, password);
                let credentials = if user == realm_user { ":".into() } else { format!("{user}:{password}") };
                // Asks what is offered first, as we do.
                let peer =
                    curl_verdict(&environment, &target, &proxy, &["--proxy-anyauth", "-U", &credentials]);
                println!("{shape:?}, {scheme}, {cache} password: ours {ours:?}, curl {peer:?}");
                // curl gives up where a connection ends that was promised to stay.
                let theirs = if shape == Shape::ClosesSilently { Fails } else { expected };
                assert_eq!((ours, peer), (expected, theirs), "{shape:?} {scheme} {cache}: {said}");
            }
        }
    }
}
