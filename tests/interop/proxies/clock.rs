//! Clocks that are wrong: Kerberos allows them to differ a little only.
use interop::proxies::{PASSWORD, Proxies, REALM, USER, kinit};
use interop::target::Target;

use crate::peer::Verdict::{Login, Passes};
use crate::peer::{curl_verdict, our_verdict};

/// Twice what Kerberos allows by default.
const AHEAD: u32 = 600;

#[test]
fn ours_and_curl_agree_when_our_clock_is_wrong() {
    let (proxies, target) = (Proxies::start(), Target::start());
    let (proxy, realm_user) = (format!("http://localhost:{}", proxies.negotiate), format!("{USER}@{REALM}"));
    let nego = ["--proxy-negotiate", "-U", ":"];
    assert!(proxies.kinit("before", USER, PASSWORD, "1h"));
    assert!(kinit(&proxies.kerberos_ahead("ahead", AHEAD), USER, PASSWORD, "1h"));
    for (cache, login, user, expected) in [
        // The ticket came while the clock was right: nothing tells how wrong it is now.
        ("before", "current", "", Login),
        // With the ticket came the KDC's time.
        ("ahead", "current", "", Passes),
        ("ahead", "password", &*realm_user, Passes),
    ] {
        let environment = proxies.kerberos_ahead(cache, AHEAD);
        let (ours, said) = our_verdict(&environment, &target, &proxy, login, user, PASSWORD);
        let peer = curl_verdict(&environment, &target, &proxy, &nego);
        println!("clock {AHEAD} s ahead, ticket {cache}, {login:<8} ours {ours:?}, curl {peer:?}");
        assert_eq!((ours, peer), (expected, expected), "{cache} {login}: {said}");
    }
}
