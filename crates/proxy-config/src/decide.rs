//! The decision: settings and findings in, route out.
use chrono::{DateTime, Utc};
use url::Url;

use crate::pac::answer::hops;
use crate::pac::shown;
use crate::{
    Error, Findings, Health, Hop, HopLogin, Mode, ProxyServer, ProxySettings, Route, ScriptAnswer, Why,
};

/// Decides which way a connection to `url` leaves, at `now`.
///
/// Proxies that failed less than [`PENALTY`](crate::PENALTY) ago are moved behind the others; none is left out.
///
/// # Errors
/// A setting or finding that cannot be read is an error, never silently direct.
///
/// # Example
/// ```
/// use proxy_config::{Findings, Health, Mode, ProxySettings, decide};
///
/// let address = Some("proxy.corp:8080".to_owned());
/// let settings = ProxySettings { mode: Mode::Manual, address, ..ProxySettings::default() };
/// let (findings, health, now) = (Findings::default(), Health::default(), Default::default());
/// let far = decide(&settings, &findings, &"https://back-office.example.com/".parse()?, now, &health)?;
/// assert_eq!(far.hops[0].to_string(), "http://proxy.corp:8080");
/// let near = decide(&settings, &findings, &"https://printer/".parse()?, now, &health)?;
/// assert_eq!((near.hops[0].to_string(), near.why.to_string()), ("direct".into(), "bypass list: <local>".into()));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
pub fn decide(
    settings: &ProxySettings,
    findings: &Findings,
    url: &Url,
    now: DateTime<Utc>,
    health: &Health,
) -> Result<Route, Error> {
    let mut route = match settings.mode {
        Mode::Direct => direct(Why::Direct),
        Mode::Manual => manual(settings, url)?,
        Mode::Automatic => automatic(settings, findings, url)?,
    };
    route.hops.sort_by_key(|hop| matches!(hop, Hop::Proxy { server, .. } if health.is_failing(server, now)));
    Ok(route)
}

fn manual(settings: &ProxySettings, url: &Url) -> Result<Route, Error> {
    let (server, bypass) = settings.manual()?;
    Ok(match bypass.matching(url) {
        Some(entry) => direct(Why::ManualBypass { entry: entry.into() }),
        None => through(server, settings.login.into(), Why::Manual),
    })
}

fn automatic(settings: &ProxySettings, findings: &Findings, url: &Url) -> Result<Route, Error> {
    if let Some(ScriptAnswer { location, answer }) = &findings.script {
        let why = Why::Script { location: location.clone(), answer: answer.chars().take(200).collect() };
        return Ok(Route { hops: hops(answer, &settings.login.into())?, why });
    }
    if let Some(location) = settings.script() {
        return Err(not_run(location)); // never silently past a script that somebody configured
    }
    let Some((variable, server, credentials)) = findings.environment.proxy(url)? else {
        return system(settings, findings, url);
    };
    if let Some(entry) = findings.environment.bypass().matching(url) {
        return Ok(direct(Why::EnvironmentBypass { entry: entry.into() }));
    }
    let login = credentials.map_or(settings.login.into(), HopLogin::FromUrl);
    Ok(through(server, login, Why::Environment { variable: variable.into() }))
}

fn system(settings: &ProxySettings, findings: &Findings, url: &Url) -> Result<Route, Error> {
    let Some(system) = &findings.system else { return Ok(direct(Why::NothingFound)) };
    if let Some(location) = &system.pac_url {
        return Err(not_run(location));
    }
    if let Some(why) = system.bypass(url) {
        return Ok(direct(why));
    }
    let why = Why::System { source: system.source.clone() };
    Ok(match system.proxy(url)? {
        Some(server) => through(server, settings.login.into(), why),
        None => direct(why),
    })
}

fn not_run(location: &str) -> Error {
    Error::ScriptUnavailable { location: shown(location), source: "it was not run".into() }
}

fn direct(why: Why) -> Route {
    Route { hops: vec![Hop::Direct], why }
}

fn through(server: ProxyServer, login: HopLogin, why: Why) -> Route {
    Route { hops: vec![Hop::Proxy { server, login }], why }
}
