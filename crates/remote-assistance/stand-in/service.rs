use std::io::{self, Write};
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use remote_assistance::contract::Rehearsal;
use remote_assistance::teamviewer::TeamViewerClient;
use remote_assistance::{ClientThread, Effect, Gatekeeper, Input, Policy, RequestId};
use secrecy::SecretString;
use signed_envelope::SigningKey;

/// Lets somebody in by a rehearsed grant, and never lets him out.
pub(crate) fn run(folder: &str, program: &str, id: &str) -> io::Result<()> {
    let folder = Path::new(folder);
    let key = SecretString::from(std::fs::read_to_string(folder.join("key.pem"))?);
    let key = SigningKey::from_pem(&key).map_err(io::Error::other)?;
    let request: RequestId = id.parse().map_err(io::Error::other)?;
    let mut rehearsal = Rehearsal::new().map_err(io::Error::other)?;
    let policy = Policy { allowed: true, ..Policy::default() };
    let now = rehearsal.at(0);
    let (mut keeper, _) = Gatekeeper::open(folder, key, &[], policy, now).map_err(io::Error::other)?;

    let (report, reported) = mpsc::channel();
    let client =
        TeamViewerClient::find(Path::new("/"), folder.join("client")).quick_support(PathBuf::from(program));
    let client = ClientThread::spawn(Box::new(client), move |input| drop(report.send(input)))?;

    let mut document = rehearsal.document(now);
    document.request_id = request;
    let user = rehearsal.user("Kim", true).ok_or(io::ErrorKind::PermissionDenied)?;
    let link = Rehearsal::link(request).map_err(io::Error::other)?;
    keeper.step(Input::UserSeen, now);
    keeper.step(Input::Asked(rehearsal.open(&document, now)), now);
    keeper.step(Input::Grant { request, user, scopes: document.scopes, minutes: 30 }, now);
    for effect in keeper.step(Input::Opened { request, link }, now) {
        if let Effect::Start(session) = effect {
            client.start(session);
        }
    }
    for input in reported {
        keeper.step(input, now);
        let mut out = io::stdout().lock();
        writeln!(out, "running")?;
        out.flush()?;
    }
    Ok(())
}
