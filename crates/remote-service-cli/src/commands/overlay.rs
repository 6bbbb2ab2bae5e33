//! Settings as environment variables and flags: they win over `settings.toml`.
use clap::{Arg, ArgMatches, Args, Command, FromArgMatches};
use remote_service::settings::{KEYS, Kind};

/// One text for each setting that was given.
pub(crate) struct Overlay(Vec<(String, String)>);

impl Overlay {
    pub(crate) fn texts(&self) -> &[(String, String)] {
        &self.0
    }
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
