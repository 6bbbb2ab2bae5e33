//! What a script can ask of us.
use std::cell::RefCell;
use std::net::IpAddr;
use std::rc::Rc;

use ipnet::IpNet;
use rquickjs::{Ctx, Function};

use super::names::Names;
use super::shell;
use crate::network::my_addresses;

/// What the evaluation under way may see.
#[derive(Debug)]
pub(super) struct World {
    pub(super) names: Names,
    /// Our addresses when they are fixed.
    pub(super) mine: Option<Vec<IpAddr>>,
    /// Milliseconds since 1970.
    pub(super) now: f64,
    /// Minutes east of Greenwich.
    pub(super) offset: f64,
}

/// Gives the functions below to scripts; `functions.js` builds the standard ones on them.
pub(super) fn install(ctx: &Ctx<'_>, world: &Rc<RefCell<World>>) -> rquickjs::Result<()> {
    let globals = ctx.globals();
    let w = world.clone();
    globals.set(
        "__resolve",
        Function::new(ctx.clone(), move |name: String| list(&w.borrow_mut().names.resolve(&name)))?,
    )?;
    let w = world.clone();
    let mine = move || w.borrow().mine.as_ref().map_or_else(|| list(&my_addresses()), |mine| list(mine));
    globals.set("__mine", Function::new(ctx.clone(), mine)?)?;
    let w = world.clone();
    globals.set("__now", Function::new(ctx.clone(), move || w.borrow().now)?)?;
    let w = world.clone();
    globals.set("__offset", Function::new(ctx.clone(), move || w.borrow().offset)?)?;
    globals.set("__isAddress", Function::new(ctx.clone(), |text: String| text.parse::<IpAddr>().is_ok())?)?;
    globals.set("__inNet", Function::new(ctx.clone(), in_net)?)?;
    globals.set("__sort", Function::new(ctx.clone(), sorted)?)?;
    let matches = |text: String, pattern: String| shell::matches(&text, &pattern);
    globals.set("__shellMatch", Function::new(ctx.clone(), matches)?)?;
    let alert = |text: String| tracing::debug!(target: "proxy_config::pac", text = %text.chars().take(500).collect::<String>(), "alert");
    globals.set("alert", Function::new(ctx.clone(), alert)?)
}

fn list(addresses: &[IpAddr]) -> String {
    addresses.iter().map(ToString::to_string).collect::<Vec<_>>().join(";")
}

fn in_net(address: String, prefix: String) -> bool {
    match (address.parse::<IpAddr>(), prefix.trim().parse::<IpNet>()) {
        (Ok(address), Ok(network)) => network.contains(&address),
        _ => false,
    }
}

/// IPv6 before IPv4, each ascending; an empty text when an entry is no address.
fn sorted(text: String) -> String {
    let parts = text.split(';').map(str::trim).filter(|part| !part.is_empty());
    let Ok(mut addresses) = parts.map(str::parse::<IpAddr>).collect::<Result<Vec<_>, _>>() else {
        return String::new();
    };
    addresses.sort_by_key(|address| (address.is_ipv4(), *address));
    list(&addresses)
}
