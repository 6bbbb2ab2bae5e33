//! What an administrator can do about an error.
use crate::login::PROCESS_ACCOUNT;
use crate::{Error, Scheme};

/// What to do about `error`, in one sentence or two.
pub(super) fn advice(error: &Error) -> String {
    match error {
        Error::AddressMissing => "Enter the proxy as host:port, for example proxy.example.com:8080.".into(),
        Error::BadAddress { mistake, .. } => {
            format!("Correct the proxy address: {mistake}. Example: proxy.example.com:8080.")
        }
        Error::BadBypass { entry } => format!("Correct or remove `{entry}` in the bypass list."),
        Error::UserMissing => "Enter the proxy user name, or choose another login.".into(),
        Error::PasswordMissing => "Enter the proxy password again.".into(),
        Error::Trust { .. } => "Check the CA files: each must be a PEM file with at least one certificate.".into(),
        Error::HostMissing => "Check the URL: it names no host.".into(),
        Error::Script { location, .. }
        | Error::ScriptStopped { location, .. }
        | Error::ScriptTooLong { location }
        | Error::ScriptUnavailable { location, .. } => {
            format!("Ask whoever maintains the PAC script {location}, or enter the proxy by hand.")
        }
        Error::ScriptAnswer { .. } => "Ask whoever maintains the PAC script: its answer names no proxy and is not DIRECT.".into(),
        Error::NoWayOut => "Check the proxy settings: no way out is left.".into(),
        Error::NameNotFound { host, .. } => {
            format!("Check the spelling of {host}, and whether this computer's DNS server knows that name.")
        }
        Error::Unreachable { address, .. } => {
            format!("Check host and port of {address}, whether it runs, and whether a firewall lets this computer reach it.")
        }
        Error::ProxyTls { .. } => {
            "The proxy does not speak TLS as expected: try http instead of https in its address, or add the CA that signed its certificate.".into()
        }
        Error::Silent { proxy, .. } => {
            format!("Something at {proxy} accepts connections but does not answer: check the port, or restart the proxy.")
        }
        Error::Closed { proxy, .. } => {
            format!("Ask the operator of {proxy} why it closes connections: its log shows this computer's address.")
        }
        Error::NotAProxy { proxy } => format!("Check the port of {proxy}: what answers there is no proxy of that kind."),
        Error::LoginNeeded { offered, .. } => format!(
            "Choose a proxy login: user and password, or current credentials. The proxy offers {}.",
            offered.join(", ")
        ),
        Error::NoCommonScheme { offered, .. } if offered.iter().any(|scheme| scheme.eq_ignore_ascii_case("negotiate")) => format!(
            "The proxy offers {}. For Negotiate this computer needs Kerberos: check its domain, the ticket of the account, the KDC and the clock. Or choose the other login, or ask the operator to offer NTLM or Basic.",
            offered.join(", ")
        ),
        Error::NoCommonScheme { offered, .. } => format!(
            "The proxy offers {}, none of which works with the configured login. Choose the other login, or ask the operator to offer Negotiate, NTLM or Basic.",
            offered.join(", ")
        ),
        Error::LoginRefused { scheme: Scheme::Negotiate, user, .. } if user == PROCESS_ACCOUNT => {
            "The proxy does not accept the account that this service runs as: check its group, its ticket and the clock.".into()
        }
        Error::LoginRefused { scheme: Scheme::Negotiate, source: None, user, proxy } => {
            format!("The password of {user} is right, and {proxy} does not accept the ticket that came for it: check this computer's clock, and whether that user may use the proxy.")
        }
        Error::LoginRefused { user, .. } => {
            format!("Check user name, domain and password of {user}. The password was sent once and is not tried again until the settings change.")
        }
        Error::LatchClosed { user, .. } => {
            format!("The latch is closed: the password of {user} was refused before and is not sent again. Enter the right one and save the settings.")
        }
        Error::TargetUnreachable { proxy, target, .. } => {
            format!("The proxy is not at fault: check host and port of {target}, and whether it runs. If it does, ask the operator of {proxy} why it is not reached from there.")
        }
        Error::TunnelRefused { proxy, target, status: 403 | 2, .. } => {
            format!("Ask the operator of {proxy} to allow this computer or user to reach {target}.")
        }
        Error::TunnelRefused { proxy, target, .. } => {
            format!("Ask the operator of {proxy} why it does not connect to {target}; its log says more.")
        }
        Error::TunnelsOnly => "Use an https address.".into(),
        Error::Start { .. } => "Restart the service; if this repeats, the computer is out of memory, ports or randomness.".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refused_ticket_is_told_from_a_refused_account_and_a_refused_password() {
        for (user, by_kdc, words) in [
            (PROCESS_ACCOUNT, false, "the account that this service runs as"),
            ("svc-account", false, "The password of svc-account is right"),
            ("svc-account", true, "Check user name, domain and password of svc-account"),
        ] {
            let error = Error::LoginRefused {
                proxy: "proxy.corp:3128".parse().unwrap(),
                user: user.into(),
                scheme: Scheme::Negotiate,
                source: by_kdc.then(|| "the KDC's no".into()),
            };
            assert!(advice(&error).contains(words), "{}", advice(&error));
        }
    }
}
