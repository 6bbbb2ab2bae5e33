//! A squid that is spoken to over TLS, beside curl.
use interop::proxies::{PASSWORD, Proxies, USER};
use interop::target::Target;

use crate::peer::Verdict::{self, Fails, Login, Passes};
use crate::peer::{curl_verdict, our_verdict};

#[test]
fn ours_and_curl_agree_on_a_proxy_over_tls() {
    let (proxies, mut target) = (Proxies::start(), Target::start());
    let authority = proxies.folder().join("proxy-ca.pem");
    let of_proxy = ["--proxy-basic", "--proxy-cacert", authority.to_str().unwrap()];
    let proxy = format!("https://localhost:{}", proxies.tls);
    let row = |target: &Target, password: &str, more: &[&str], expected: Verdict| {
        let user = format!("{USER}:{password}");
        let environment = proxies.kerberos("none");
        let (ours, said) = our_verdict(&environment, target, &proxy, "password", USER, password);
        let peer = curl_verdict(&environment, target, &proxy, &[more, &["-U", &user]].concat());
        assert_eq!((ours, peer), (expected, expected), "{said}");
    };
    row(&target, PASSWORD, &of_proxy[..1], Fails); // its certificate is not trusted yet
    let both = [std::fs::read(&target.ca_file).unwrap(), std::fs::read(&authority).unwrap()].concat();
    target.ca_file = proxies.folder().join("both.pem");
    std::fs::write(&target.ca_file, both).unwrap();
    row(&target, PASSWORD, &of_proxy, Passes);
    row(&target, "wrong", &of_proxy, Login);
}
