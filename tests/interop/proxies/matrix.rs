//! Scheme × credential × outcome, beside curl's verdict in the same run.
use interop::proxies::{DOMAIN, PASSWORD, Proxies, REALM, USER};
use interop::target::Target;

use crate::peer::Verdict::{self, Login, Passes};
use crate::peer::{curl_verdict, our_verdict};

struct Bench {
    proxies: Proxies,
    target: Target,
}

impl Bench {
    /// Ours and curl's verdict must both be `expected`.
    fn row(
        &self,
        name: &str,
        cache: &str,
        proxy: u16,
        ours: (&str, &str, &str),
        curl: &[&str],
        expected: Verdict,
    ) {
        let environment = self.proxies.kerberos(cache);
        let (login, user, password) = ours;
        let proxy = &format!("http://localhost:{proxy}");
        let (verdict, said) = our_verdict(&environment, &self.target, proxy, login, user, password);
        let peer = curl_verdict(&environment, &self.target, proxy, curl);
        println!("{name:<55} ours {verdict:?}, curl {peer:?}");
        assert_eq!((verdict, peer), (expected, expected), "{name}: {said}");
    }
}

#[test]
fn ours_and_curl_agree_in_every_row() {
    let bench = Bench { proxies: Proxies::start(), target: Target::start() };
    let Proxies { basic, ntlm, negotiate, multi, .. } = bench.proxies;
    let (right, wrong) = (format!("{USER}:{PASSWORD}"), format!("{USER}:wrong"));
    let ntlm_user = format!("{DOMAIN}\\{USER}");
    let realm_user = format!("{USER}@{REALM}");
    let (ntlm_right, ntlm_wrong) = (format!("{ntlm_user}:{PASSWORD}"), format!("{ntlm_user}:wrong"));

    bench.row("nobody, Basic", "none", basic, ("none", "", ""), &[], Login);
    bench.row(
        "right password, Basic",
        "none",
        basic,
        ("password", USER, PASSWORD),
        &["--proxy-basic", "-U", &right],
        Passes,
    );
    bench.row(
        "wrong password, Basic",
        "none",
        basic,
        ("password", USER, "wrong"),
        &["--proxy-basic", "-U", &wrong],
        Login,
    );
    bench.row(
        "unknown user, Basic",
        "none",
        basic,
        ("password", "bob", PASSWORD),
        &["--proxy-basic", "-U", "bob:x"],
        Login,
    );
    bench.row(
        "right password, other case, Basic",
        "none",
        basic,
        ("password", USER, "s3cret!pw"),
        &["--proxy-basic", "-U", "alice:s3cret!pw"],
        Login,
    );

    bench.row("nobody, NTLM", "none", ntlm, ("none", "", ""), &[], Login);
    bench.row(
        "right password, NTLM",
        "none",
        ntlm,
        ("password", &ntlm_user, PASSWORD),
        &["--proxy-ntlm", "-U", &ntlm_right],
        Passes,
    );
    bench.row(
        "wrong password, NTLM",
        "none",
        ntlm,
        ("password", &ntlm_user, "wrong"),
        &["--proxy-ntlm", "-U", &ntlm_wrong],
        Login,
    );
    bench.row(
        "right password without domain, NTLM",
        "none",
        ntlm,
        ("password", USER, PASSWORD),
        &["--proxy-ntlm", "-U", &right],
        Passes,
    );

    // With a password, curl gets its ticket from kinit first.
    let kinit = |cache: &str, user: &str, password: &str| bench.proxies.kinit(cache, user, password, "1h");
    let nego = ["--proxy-negotiate", "-U", ":"];
    assert!(
        kinit("right", USER, PASSWORD) && !kinit("wrong", USER, "wrong") && !kinit("bob", "bob", PASSWORD)
    );
    bench.row("nobody, Negotiate", "none", negotiate, ("none", "", ""), &[], Login);
    bench.row(
        "right password, Negotiate",
        "right",
        negotiate,
        ("password", &realm_user, PASSWORD),
        &nego,
        Passes,
    );
    bench.row(
        "wrong password, Negotiate",
        "wrong",
        negotiate,
        ("password", &realm_user, "wrong"),
        &nego,
        Login,
    );
    bench.row(
        "unknown user, Negotiate",
        "bob",
        negotiate,
        ("password", "bob@REMOTE.TEST", PASSWORD),
        &nego,
        Login,
    );
    bench.row("current credentials, Negotiate", "right", negotiate, ("current", "", ""), &nego, Passes);
    bench.row(
        "current credentials without ticket, Negotiate",
        "none",
        negotiate,
        ("current", "", ""),
        &nego,
        Login,
    );
    assert!(bench.proxies.kinit("expired", USER, PASSWORD, "1s"));
    bench.proxies.wait_for_expiry("expired", negotiate);
    bench.row(
        "current credentials, expired ticket, Negotiate",
        "expired",
        negotiate,
        ("current", "", ""),
        &nego,
        Login,
    );

    let any = ["--proxy-anyauth", "-U", &ntlm_right];
    bench.row("nobody, all three", "none", multi, ("none", "", ""), &[], Login);
    bench.row(
        "current credentials, all three",
        "right",
        multi,
        ("current", "", ""),
        &["--proxy-anyauth", "-U", ":"],
        Passes,
    );
    bench.row(
        "right password with realm, all three",
        "right",
        multi,
        ("password", &realm_user, PASSWORD),
        &any,
        Passes,
    );
    bench.row(
        "wrong password with realm, all three",
        "wrong",
        multi,
        ("password", &realm_user, "wrong"),
        &["--proxy-anyauth", "-U", &ntlm_wrong],
        Login,
    );
    // No KDC for that domain: Negotiate falls through to NTLM, here without a failed login.
    bench.row(
        "right password with domain, all three",
        "none",
        multi,
        ("password", &ntlm_user, PASSWORD),
        &["--proxy-ntlm", "-U", &ntlm_right],
        Passes,
    );
    bench.row(
        "wrong password with domain, all three",
        "none",
        multi,
        ("password", &ntlm_user, "wrong"),
        &["--proxy-ntlm", "-U", &ntlm_wrong],
        Login,
    );

    bench.proxies.set_kdc("stop");
    bench.row("KDC down, ticket at hand", "right", negotiate, ("current", "", ""), &nego, Passes);
    assert!(!kinit("down", USER, PASSWORD));
    bench.row(
        "KDC down, password, Negotiate alone",
        "down",
        negotiate,
        ("password", &realm_user, PASSWORD),
        &nego,
        Login,
    );
    bench.row(
        "KDC down, password, all three",
        "down",
        multi,
        ("password", &realm_user, PASSWORD),
        &["--proxy-ntlm", "-U", &right],
        Passes,
    );
    bench.proxies.set_kdc("start");
    bench.row("KDC up again", "right", negotiate, ("password", &realm_user, PASSWORD), &nego, Passes);
}
