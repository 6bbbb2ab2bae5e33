//! How somebody comes to the pages.
use std::path::Path;

use serde_json::{Map, Value, json};

/// A visitor's browser before it is opened; the default runs scripts in a light window of 1280 × 900.
#[derive(Clone, Debug)]
pub struct Visit {
    scripts: bool,
    dark: bool,
    size: (u32, u32),
}

impl Default for Visit {
    fn default() -> Self {
        Self { scripts: true, dark: false, size: (1280, 900) }
    }
}

impl Visit {
    /// Without JavaScript.
    pub fn without_scripts(self) -> Self {
        Self { scripts: false, ..self }
    }

    /// In a system that prefers dark colours.
    pub fn dark(self) -> Self {
        Self { dark: true, ..self }
    }

    /// In a window of this size, in CSS pixels.
    pub fn size(self, width: u32, height: u32) -> Self {
        Self { size: (width, height), ..self }
    }

    /// What chromedriver is asked for. Certificates of private authorities are accepted, as the tests' servers have them.
    pub(crate) fn capabilities(&self, folder: &Path) -> Map<String, Value> {
        let (width, height) = self.size;
        let mut arguments: Vec<String> = [
            "--headless=new",
            "--no-sandbox", // tests may run as root
            "--disable-dev-shm-usage",
            "--disable-gpu",
            "--no-first-run",
            "--disable-background-networking",
            "--disable-component-update",
            "--disable-sync",
        ]
        .map(str::to_owned)
        .to_vec();
        arguments.push(format!("--window-size={width},{height}"));
        arguments.push(format!("--user-data-dir={}", folder.join("profile").display()));
        if self.dark {
            arguments.push("--blink-settings=preferredColorScheme=0".to_owned());
        }
        let mut preferences = json!({
            "download.default_directory": folder.join("downloads"),
            "download.prompt_for_download": false,
        });
        if !self.scripts {
            preferences["profile.managed_default_content_settings.javascript"] = 2.into();
        }
        let chrome = json!({ "args": arguments, "prefs": preferences });
        let all = [("goog:chromeOptions", chrome), ("acceptInsecureCerts", true.into())];
        all.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()
    }
}
