//! Windows' event log: Application, under the service's name.
use tracing_layer_win_eventlog::EventLogLayer;
use tracing_subscriber::filter::LevelFilter;
use tracing_subscriber::layer::{Layer, SubscriberExt};
use tracing_subscriber::util::SubscriberInitExt;
use windows_registry::LOCAL_MACHINE;

use crate::Error;

const SOURCES: &str = r"SYSTEM\CurrentControlSet\Services\EventLog\Application";
/// A program of Windows whose messages 1 to 1000 are whatever text is given: without one, the event viewer complains.
const MESSAGES: &str = r"%SystemRoot%\System32\EventCreate.exe";
const MESSAGE: u32 = 1;
/// Error, warning, information.
const TYPES: u32 = 7;

/// Tells the event viewer where the words are; for administrators only.
pub(crate) fn register(name: &str) -> Result<(), Error> {
    let written = || -> windows_registry::Result<()> {
        let source = LOCAL_MACHINE.create(format!(r"{SOURCES}\{name}"))?;
        source.set_expand_string("EventMessageFile", MESSAGES)?;
        source.set_u32("TypesSupported", TYPES)
    };
    written().map_err(|source| Error::System {
        doing: "register the event source",
        source: source.to_string().into(),
    })
}

/// What was logged stays. A source that is left behind harms nobody.
pub(crate) fn unregister(name: &str) {
    let _ = LOCAL_MACHINE.open(SOURCES).and_then(|sources| sources.remove_tree(name));
}

/// Has what this process traces go there, from `info` on.
pub(crate) fn begin(name: &str) -> Result<(), Error> {
    let doing = "open the event log";
    let layer = EventLogLayer::new_with_default_id(name, Some(MESSAGE))
        .map_err(|source| Error::System { doing, source: source.into() })?;
    tracing_subscriber::registry()
        .with(layer.with_filter(LevelFilter::INFO))
        .try_init()
        .map_err(|source| Error::System { doing, source: source.into() })
}
