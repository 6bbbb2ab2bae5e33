//! The chromedriver process, and how it ends.
use std::io::{BufRead as _, BufReader, ErrorKind};
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A shell that starts chromedriver and ends the whole process group, Chromium too, once its standard input closes:
/// when the test drops it, and as well when the test is killed.
const WATCH: &str = "chromedriver --port=0 & read -r _; kill -KILL 0";
/// What chromedriver says before its port.
const STARTED: &str = "was started successfully on port ";

/// A running chromedriver; dropping it ends it with its browser.
#[derive(Debug)]
pub(crate) struct Driver {
    watch: Child,
    /// Where it answers.
    pub(crate) url: String,
    folder: Option<tempfile::TempDir>,
}

impl Driver {
    /// Starts chromedriver on a free port, with a folder for the browser's profile and downloads.
    pub(crate) fn start() -> Self {
        if let Err(error) = Command::new("chromedriver").arg("--version").stdout(Stdio::null()).status() {
            assert!(
                error.kind() != ErrorKind::NotFound,
                "chromedriver is missing: apt-get install chromium-driver"
            );
            panic!("chromedriver does not start: {error}");
        }
        let folder = tempfile::tempdir().expect("a temporary folder");
        let mut watch = Command::new("sh");
        watch.args(["-c", WATCH]).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null());
        // Chromium leaves folders of its own among the temporary files: they go with the profile.
        watch.env("TMPDIR", folder.path());
        let mut watch = watch.process_group(0).spawn().expect("a shell");
        let said = BufReader::new(watch.stdout.take().expect("a pipe"));
        let port = said.lines().map_while(Result::ok).find_map(|line| {
            let (_, port) = line.split_once(STARTED)?;
            Some(port.trim_end_matches('.').to_owned())
        });
        let port = port.expect("chromedriver ended before it was ready");
        Self { watch, url: format!("http://127.0.0.1:{port}"), folder: Some(folder) }
    }

    /// A folder that lives as long as the browser.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.as_ref().expect("it is there until the drop").path()
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        drop(self.watch.stdin.take());
        let _ = self.watch.wait();
        // The last of Chromium's processes may still be writing into its profile.
        let deadline = Instant::now() + Duration::from_secs(2);
        if let Some(folder) = self.folder.take() {
            let path = folder.keep();
            while std::fs::remove_dir_all(&path).is_err() && path.exists() && Instant::now() < deadline {
                std::thread::yield_now();
            }
        }
    }
}
