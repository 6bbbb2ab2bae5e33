//! Settings as environment variables and flags: they win over `settings.toml`.
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use remote_service::settings::{self, KEYS, Kind};

/// One text for each setting that was given.
#[derive(Clone)]
pub(crate) struct Overlay(Vec<(String, String)>);

/// What begins every variable of ours.
const PREFIX: &str = "REMOTE_SERVICE_";
/// Variables of ours that are no settings.
const OTHERS: [&str; 1] = ["REMOTE_SERVICE_KEY_FILE"];

impl Overlay {
    pub(crate) fn texts(&self) -> &[(String, String)] {
        &self.0
    }
}

/// One warning for each variable of the environment that looks like a setting and is none. They are no errors: a cluster
/// puts the addresses of a service with this name there, such as `REMOTE_SERVICE_PORT`.
pub(crate) fn mistyped() -> Vec<String> {
    let names = std::env::vars_os().filter_map(|(name, _)| name.into_string().ok());
    warnings(names)
}

fn warnings(names: impl Iterator<Item = String>) -> Vec<String> {
    let known =
        |name: &str| OTHERS.contains(&name) || KEYS.iter().any(|key| key.environment_variable() == name);
    let strange = names.filter_map(|name| {
        let rest = name.strip_prefix(PREFIX).filter(|_| !known(&name))?.to_lowercase();
        let nearest = KEYS.iter().find(|key| key.name == settings::nearest(&rest))?.environment_variable();
        Some(format!("{name} in the environment is no setting and does nothing; did you mean {nearest}?"))
    });
    strange.collect()
}

impl FromArgMatches for Overlay {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let text = |name: &'static str| Some((name.to_owned(), matches.get_one::<String>(name)?.clone()));
        Ok(Self(KEYS.iter().filter_map(|key| text(key.name)).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Args for Overlay {
    fn augment_args(command: Command) -> Command {
        KEYS.iter().fold(command, |command, key| {
            let value = match key.kind {
                Kind::Text => "TEXT",
                Kind::Flag => "true|false",
                Kind::Number => "NUMBER",
                Kind::List => "TEXT,…",
            };
            let flag = Arg::new(key.name)
                .long(key.name.replace(['.', '_'], "-"))
                .env(key.environment_variable())
                .value_name(value)
                .help_heading("Settings, over those of settings.toml")
                .hide_short_help(true);
            command.arg(flag)
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mistyped_variable_is_named_with_the_one_that_was_meant() {
        let names =
            ["REMOTE_SERVICE_PROXY_MOED", "REMOTE_SERVICE_PROXY_MODE", "REMOTE_SERVICE_KEY_FILE", "HOME"];
        let warnings = warnings(names.map(str::to_owned).into_iter());
        assert_eq!(warnings.len(), 1, "{warnings:?}");
        assert!(warnings[0].contains("PROXY_MOED") && warnings[0].ends_with("REMOTE_SERVICE_PROXY_MODE?"));
    }
}
