//! What the service manager starts.
use std::error::Error as StdError;
use std::ffi::OsString;
use std::future::Future;
use std::pin::Pin;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use tokio::sync::watch;
use windows_service::service::{
    ServiceControl, ServiceControlAccept, ServiceExitCode, ServiceState, ServiceStatus, ServiceType,
};
use windows_service::service_control_handler::{ServiceControlHandlerResult, ServiceStatusHandle, register};
use windows_service::{define_windows_service, service_dispatcher};

use crate::{Error, event_log};

/// How long start and stop may take before the service manager calls the service hung.
const STARTING: Duration = Duration::from_secs(30);
const STOPPING: Duration = Duration::from_secs(10);

type Outcome = Result<(), Box<dyn StdError + Send + Sync>>;
type Work = Box<dyn FnOnce(Host) -> Pin<Box<dyn Future<Output = Outcome>>> + Send>;

/// The service manager calls a plain function: the work waits here for it.
static WAITING: Mutex<Option<(String, Work)>> = Mutex::new(None);

/// The service manager's side of a running service.
#[derive(Clone, Debug)]
pub struct Host {
    status: ServiceStatusHandle,
    stop: watch::Receiver<bool>,
}

impl Host {
    /// Tells the service manager that the service runs. Until then it says "starting".
    pub fn started(&self) {
        self.say(ServiceState::Running, ServiceExitCode::NO_ERROR, Duration::ZERO);
    }

    /// Waits until the service manager asks the service to stop, or the computer shuts down.
    pub async fn asked_to_stop(&self) {
        // An error means that nobody is left who could ask: stop then, too.
        let _ = self.stop.clone().wait_for(|&stop| stop).await;
        self.say(ServiceState::StopPending, ServiceExitCode::NO_ERROR, STOPPING);
    }

    fn say(&self, state: ServiceState, exit_code: ServiceExitCode, wait_hint: Duration) {
        let controls_accepted = match state {
            ServiceState::Running => ServiceControlAccept::STOP | ServiceControlAccept::SHUTDOWN,
            _ => ServiceControlAccept::empty(),
        };
        let said = self.status.set_service_status(ServiceStatus {
            service_type: ServiceType::OWN_PROCESS,
            current_state: state,
            controls_accepted,
            exit_code,
            checkpoint: 0,
            wait_hint,
            process_id: None,
        });
        if let Err(error) = said {
            tracing::warn!(target: "windows_host", %error, "the service manager did not hear of a new state");
        }
    }
}

/// Runs `work` as the service `name`, in a tokio runtime of its own, with the event log as its log. Returns when the service
/// has ended; an error of `work` goes to the event log and to the service manager, as the service's own exit code 1.
///
/// # Errors
/// [`Error::NotAService`] when the service manager did not start this process.
pub fn run<F>(name: &str, work: impl FnOnce(Host) -> F + Send + 'static) -> Result<(), Error>
where
    F: Future<Output = Outcome> + 'static,
{
    let work: Work = Box::new(|host| Box::pin(work(host)));
    *WAITING.lock().unwrap_or_else(PoisonError::into_inner) = Some((name.to_owned(), work));
    service_dispatcher::start(name, service_main)
        .map_err(|error| Error::of(error, "run the service", name, None))
}

define_windows_service!(service_main, serve);

fn serve(_: Vec<OsString>) {
    let waiting = WAITING.lock().unwrap_or_else(PoisonError::into_inner).take();
    let Some((name, work)) = waiting else { return };
    // Without the event log the service runs all the same.
    let _ = event_log::begin(&name);
    let (ask, stop) = watch::channel(false);
    let heard = move |control| match control {
        ServiceControl::Interrogate => ServiceControlHandlerResult::NoError,
        ServiceControl::Stop | ServiceControl::Shutdown => {
            ask.send_replace(true);
            ServiceControlHandlerResult::NoError
        }
        _ => ServiceControlHandlerResult::NotImplemented,
    };
    let status = match register(&name, heard) {
        Ok(status) => status,
        Err(error) => {
            tracing::error!(target: "windows_host", %error, "the service manager does not talk to the service");
            return;
        }
    };
    let host = Host { status, stop };
    host.say(ServiceState::StartPending, ServiceExitCode::NO_ERROR, STARTING);
    let exit_code = match work_through(work, host.clone()) {
        Ok(()) => ServiceExitCode::NO_ERROR,
        Err(error) => {
            tracing::error!(target: "windows_host", "{}", in_words(&*error));
            ServiceExitCode::ServiceSpecific(1)
        }
    };
    host.say(ServiceState::Stopped, exit_code, Duration::ZERO);
}

fn work_through(work: Work, host: Host) -> Outcome {
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    runtime.block_on(work(host))
}

/// The error and its causes, joined by colons.
fn in_words(error: &(dyn StdError + 'static)) -> String {
    let causes = std::iter::successors(Some(error), |&error| error.source());
    causes.map(ToString::to_string).collect::<Vec<_>>().join(": ")
}
