//! Asks the system. Whatever is not there says nothing; what is there and unreadable comes out in the decision.
use super::SystemSettings;

/// The settings of this system, for the account that the process runs as.
#[cfg(windows)]
pub(crate) async fn read() -> Option<SystemSettings> {
    tokio::task::spawn_blocking(super::windows::read).await.ok().flatten()
}

/// The settings of this system, for the account that the process runs as.
#[cfg(target_os = "macos")]
pub(crate) async fn read() -> Option<SystemSettings> {
    super::macos::parse(&program("/usr/sbin/scutil", &["--proxy"]).await?)
}

/// The settings of the desktops that are found, for the account that the process runs as: KDE's, then GNOME's.
#[cfg(all(unix, not(target_os = "macos")))]
pub(crate) async fn read() -> Option<SystemSettings> {
    let kde = tokio::task::spawn_blocking(|| file(&crate::environment::config_folder()?.join("kioslaverc")));
    if let Some(settings) = kde.await.ok().flatten().and_then(|text| super::kde::parse(&text)) {
        return Some(settings);
    }
    super::gnome::parse(&program("gsettings", &["list-recursively", "org.gnome.system.proxy"]).await?)
}

#[cfg(all(unix, not(target_os = "macos")))]
fn file(path: &std::path::Path) -> Option<String> {
    use std::io::Read;
    let mut text = String::new();
    std::fs::File::open(path).ok()?.take(MAX_TEXT).read_to_string(&mut text).ok()?;
    Some(text)
}

/// Longest text that is read.
#[cfg(unix)]
const MAX_TEXT: u64 = 256 * 1024;

/// What a program prints, if it is there and answers within 2 s.
#[cfg(unix)]
async fn program(name: &str, arguments: &[&str]) -> Option<String> {
    use std::process::Stdio;

    use tokio::io::AsyncReadExt;

    let mut command = tokio::process::Command::new(name);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::null());
    let mut child = command.kill_on_drop(true).spawn().ok()?;
    let mut text = String::new();
    let mut said = child.stdout.take()?.take(MAX_TEXT);
    let all = async {
        said.read_to_string(&mut text).await.ok()?;
        child.wait().await.ok()
    };
    let ended = tokio::time::timeout(std::time::Duration::from_secs(2), all).await.ok().flatten()?;
    ended.success().then_some(text)
}
