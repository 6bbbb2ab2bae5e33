//! Starting and stopping, and the loop that looks at the inbox.

use std::io::ErrorKind;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use notify::event::{AccessKind, AccessMode};
use notify::{Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher};
use tokio::net::TcpListener;
use tokio::sync::{Notify, watch};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

use crate::inbox::{Item, Sightings, remove, scan, set_aside};
use crate::judge::{Decision, judge};
use crate::shelf::{Active, Shelf};
use crate::{Config, Error, clock, web};

/// The license server before it runs.
#[derive(Debug)]
pub struct FloatingLicenseServer;

impl FloatingLicenseServer {
    /// Reads what is in use, looks at the inbox and serves the status.
    ///
    /// # Errors
    /// [`Error::Listen`], [`Error::Storage`], and [`Error::Damaged`] when the record of active licenses cannot be read
    /// back.
    pub async fn start(config: Config) -> Result<Running, Error> {
        let listener = TcpListener::bind(config.listen)
            .await
            .map_err(|source| Error::Listen { address: config.listen, source })?;
        let address =
            listener.local_addr().map_err(|source| Error::Listen { address: config.listen, source })?;
        let shelf = Shelf::open(&config.state)?;
        let active = watch::Sender::new(Arc::from(shelf.active()));
        let keeper = Arc::new(Mutex::new(Some(Keeper { config, shelf, sightings: Sightings::default() })));
        let mut tasks = JoinSet::new();
        tasks.spawn(web::serve(listener, address, active.subscribe()));
        tasks.spawn(keep_empty(keeper.clone(), active));
        Ok(Running { address, tasks, keeper })
    }
}

/// A license server at work. Dropping it stops it.
#[derive(Debug)]
pub struct Running {
    address: SocketAddr,
    tasks: JoinSet<()>,
    keeper: Arc<Mutex<Option<Keeper>>>,
}

/// Whoever looks into the inbox; nobody, once the server stops.
#[derive(Debug)]
struct Keeper {
    config: Config,
    shelf: Shelf,
    sightings: Sightings,
}

impl Running {
    /// Where the status is served.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Stops, and frees the state folder for another server.
    pub async fn stop(mut self) {
        self.tasks.shutdown().await;
        let keeper = self.keeper;
        // A look that is under way goes on until its end.
        let _ = tokio::task::spawn_blocking(move || lock(&keeper).take()).await;
    }
}

/// Empties the inbox whenever something changes, and every so often whatever the watcher says.
async fn keep_empty(keeper: Arc<Mutex<Option<Keeper>>>, active: watch::Sender<Arc<[Active]>>) {
    let Some((folder, every)) = lock(&keeper).as_ref().map(|keeper| keeper.config.watched()) else { return };
    let hint = Arc::new(Notify::new());
    loop {
        // A folder that was made anew needs a new watcher, so each rescan brings one.
        let watcher = watch_folder(&folder, &hint);
        let rescan = Instant::now() + every;
        while Instant::now() < rescan {
            let keeper = keeper.clone();
            let looked = tokio::task::spawn_blocking(move || {
                let mut keeper = lock(&keeper);
                let keeper = keeper.as_mut()?;
                Some((keeper.look(), Arc::<[Active]>::from(keeper.shelf.active())))
            });
            let Ok(Some((wait, now_active))) = looked.await else { return };
            active.send_if_modified(|known| {
                let news = *known != now_active;
                *known = now_active;
                news
            });
            let partner_late = wait.map_or(rescan, |wait| Instant::now() + wait);
            // Whichever ends the wait, the inbox is looked at next.
            let _ = timeout_at(rescan.min(partner_late), hint.notified()).await;
        }
        drop(watcher);
    }
}

/// A panic elsewhere leaves the keeper whole: what is on disk is changed first, and then what is in memory.
fn lock(keeper: &Mutex<Option<Keeper>>) -> MutexGuard<'_, Option<Keeper>> {
    keeper.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Watching is a hint only: where it fails (a network mount, too many watches), the rescan does all the work.
fn watch_folder(folder: &Path, hint: &Arc<Notify>) -> Option<RecommendedWatcher> {
    if let Err(error) = durable_file::create_folder(folder) {
        tracing::warn!(%error, folder = %folder.display(), "the inbox cannot be made");
    }
    let hint = hint.clone();
    let mut watcher = notify::recommended_watcher(move |event| {
        if is_change(&event) {
            hint.notify_one();
        }
    })
    .inspect_err(|error| tracing::warn!(%error, "no watcher"))
    .ok()?;
    match watcher.watch(folder, RecursiveMode::NonRecursive) {
        Ok(()) => Some(watcher),
        Err(error) => {
            tracing::warn!(%error, folder = %folder.display(), "the inbox cannot be watched");
            None
        }
    }
}

/// Our own looking opens the folder and its files, and must not call for another look.
fn is_change(event: &notify::Result<Event>) -> bool {
    let closed_after_writing = EventKind::Access(AccessKind::Close(AccessMode::Write));
    event.as_ref().is_ok_and(|event| !event.kind.is_access() || event.kind == closed_after_writing)
}

impl Keeper {
    /// Carries out one judgement; answers how long a file may still wait, for its partner or for its end.
    fn look(&mut self) -> Option<Duration> {
        let Self { config, shelf, sightings } = self;
        let now = clock::now();
        let items = match scan(&config.folder, sightings, now) {
            Ok(items) => items,
            Err(error) => {
                tracing::warn!(%error, "the inbox cannot be read");
                return None;
            }
        };
        let mut wait: Option<Duration> = None;
        for decision in judge(&items, shelf.active(), &config.acceptance, now) {
            match decision {
                Decision::Wait { until } => {
                    let left = (until - now).to_std().unwrap_or_default();
                    wait = Some(wait.map_or(left, |wait| wait.min(left)));
                }
                decision => {
                    if let Err(error) = carry_out(decision, &items, &config.folder, shelf) {
                        tracing::error!(%error, "a license cannot be taken");
                    }
                }
            }
        }
        wait
    }
}

fn carry_out(decision: Decision, items: &[Item], folder: &Path, shelf: &mut Shelf) -> Result<(), Error> {
    let named = |names: Vec<String>| items.iter().filter(move |item| names.contains(&item.name));
    let empty = |names| {
        named(names)
            .try_for_each(|item| remove(folder, item).map_err(Error::storage(folder.join(&item.name))))
    };
    match decision {
        Decision::Activate { active, file, envelope, names } => {
            tracing::info!(name = active.name, digest = %active.digest, "license activated");
            shelf.activate(*active, &file, envelope.as_deref())?;
            empty(names)
        }
        Decision::Lower { digest, mark, names } => {
            tracing::warn!(serial_number = mark.serial_number, to = mark.sequence, "sequence reset");
            shelf.lower(digest, &mark)?;
            empty(names)
        }
        Decision::AlreadyActive { names } => empty(names),
        Decision::Reject { names, reason } => {
            tracing::warn!(?names, reason, "rejected");
            named(names).try_for_each(|item| reject(folder, item, &reason))
        }
        Decision::Wait { .. } => Ok(()),
    }
}

/// Moves a file to `Rejected/`, with the reason beside it.
fn reject(folder: &Path, item: &Item, reason: &str) -> Result<(), Error> {
    let rejected = folder.join("Rejected");
    durable_file::create_folder(&rejected).map_err(Error::storage(&rejected))?;
    if rejected.is_symlink() {
        // Whoever may drop files must not choose where else they go.
        return Err(Error::storage(rejected)(ErrorKind::InvalidInput.into()));
    }
    let note = rejected.join(format!("{}.reason.txt", item.name));
    durable_file::replace(&note, format!("{reason}\n").as_bytes()).map_err(Error::storage(note))?;
    let aside = rejected.join(&item.name);
    set_aside(folder, item, &aside).map(drop).map_err(Error::storage(aside))
}

#[cfg(test)]
mod tests {
    use notify::event::{CreateKind, ModifyKind, RenameMode};

    use super::*;

    #[test]
    fn looking_at_the_inbox_is_no_change_of_it() {
        for (kind, change) in [
            (EventKind::Access(AccessKind::Open(AccessMode::Any)), false),
            (EventKind::Access(AccessKind::Close(AccessMode::Read)), false),
            (EventKind::Access(AccessKind::Close(AccessMode::Write)), true),
            (EventKind::Create(CreateKind::File), true),
            (EventKind::Modify(ModifyKind::Name(RenameMode::To)), true),
        ] {
            assert_eq!(is_change(&Ok(Event::new(kind))), change, "{kind:?}");
        }
    }
}
