use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::process::{Processes, Traces};
use crate::{Availability, ClientProcess, Error, LocalClient, Session};

/// Where TeamViewer's VPN driver lies, from the root of the file system. There is none for Linux.
const VPN_DRIVER: &str = "Windows/System32/drivers/teamviewervpn.sys";
/// Where QuickSupport is looked for, from the root of the file system.
const QUICK_SUPPORT: [&str; 4] = [
    "opt/teamviewer/TeamViewerQS",
    "opt/teamviewerqs/teamviewer",
    "Program Files/TeamViewer/TeamViewerQS.exe",
    "Program Files (x86)/TeamViewer/TeamViewerQS.exe",
];

/// TeamViewer's program on this computer.
///
/// With QuickSupport, a session is started here: a copy of the program that carries the session's code in its name
/// (`TeamViewerQS-ids12345678.exe`) joins it by itself. Without, the customer follows the link on the page. All that
/// runs for a session is found again by its mark in the environment, by what was recorded about it, and by the code.
///
/// To be used on a [`ClientThread`](crate::ClientThread): on Linux the program dies with the thread that started it,
/// on Windows with the service.
#[derive(Debug)]
pub struct TeamViewerClient {
    folder: PathBuf,
    quick_support: Option<PathBuf>,
    vpn_driver: PathBuf,
    processes: Processes,
}

impl TeamViewerClient {
    /// A client that looks for QuickSupport under `root` (`/`, or `C:\`), and keeps its copies in `folder`, which only
    /// the service may write to.
    pub fn find(root: &Path, folder: PathBuf) -> Self {
        let quick_support = QUICK_SUPPORT.iter().map(|path| root.join(path)).find(|path| path.is_file());
        Self { folder, quick_support, vpn_driver: root.join(VPN_DRIVER), processes: Processes::default() }
    }

    /// Another place of QuickSupport: setting `teamviewer.client`.
    #[must_use]
    pub fn quick_support(self, program: PathBuf) -> Self {
        Self { quick_support: Some(program), ..self }
    }

    /// Where the session's own copy of the program lies.
    fn copy(&self, program: &Path, session: &Session) -> Option<PathBuf> {
        let code = session.link()?.code.compact();
        let stem = program.file_stem()?.to_str()?;
        let end =
            program.extension().and_then(|end| end.to_str()).map_or(String::new(), |end| format!(".{end}"));
        Some(self.folder.join(format!("{stem}-id{code}{end}")))
    }

    fn launch(&mut self, program: &Path, copy: &Path, traces: &Traces) -> io::Result<ClientProcess> {
        fs::create_dir_all(&self.folder)?;
        durable_file::remove(copy)?;
        // Windows removes no name of a file while a program runs from any of its names
        if cfg!(windows) || fs::hard_link(program, copy).is_err() {
            fs::copy(program, copy)?;
        }
        self.processes.start(copy, traces)
    }
}

impl LocalClient for TeamViewerClient {
    fn availability(&self) -> Availability {
        let remote_desktop = self.quick_support.as_deref().is_none_or(Path::is_file);
        Availability { remote_desktop, vpn: remote_desktop && self.vpn_driver.is_file() }
    }

    fn start(&mut self, session: &Session) -> Result<Option<ClientProcess>, Error> {
        let Some(program) = self.quick_support.clone() else { return Ok(None) };
        let copy = self.copy(&program, session).ok_or(Error::BadSessionCode)?;
        let traces = Traces::of(session);
        self.launch(&program, &copy, &traces).map(Some).map_err(|source| {
            // nothing of it may be left running; what this cannot stop, the gate asks for again
            let _ = self.processes.stop(&traces);
            Error::Start(source)
        })
    }

    fn stop(&mut self, session: &Session) -> Result<(), Error> {
        self.processes.stop(&Traces::of(session))?;
        let copy = self.quick_support.as_deref().and_then(|program| self.copy(program, session));
        // Windows lets go of a program's file a moment after the program has ended.
        let removed = copy.map_or(Ok(false), |copy| durable_file::remove(&copy));
        removed.map(drop).map_err(Error::file("remove the program's copy"))
    }

    fn is_running(&mut self, session: &Session) -> bool {
        self.quick_support.is_none() || self.processes.is_running(&Traces::of(session))
    }
}
