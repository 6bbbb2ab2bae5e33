//! What a visitor does and sees.
use std::path::{Path, PathBuf};
use std::time::Duration;

use fantoccini::elements::Element;
use fantoccini::key::Key;
use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use tokio::sync::{Semaphore, SemaphorePermit};

use crate::driver::Driver;
use crate::{PATIENCE, Visit, wait_for};

/// Browsers that may be open at a time: each keeps a core busy while it starts.
static TURNS: Semaphore = Semaphore::const_new(2);

/// An open browser. It is a [`fantoccini::Client`] too, for what is not here.
#[derive(Debug)]
pub struct Browser {
    client: Client,
    driver: Driver,
    _turn: SemaphorePermit<'static>,
}

impl std::ops::Deref for Browser {
    type Target = Client;

    fn deref(&self) -> &Client {
        &self.client
    }
}

impl Visit {
    /// Opens the browser, once it is its turn.
    ///
    /// # Panics
    /// When chromedriver or Chromium is missing; the message names the Debian package.
    pub async fn open(self) -> Browser {
        let turn = TURNS.acquire().await.expect("never closed");
        let driver = Driver::start();
        let mut builder = ClientBuilder::new(HttpConnector::new());
        builder.capabilities(self.capabilities(driver.folder()));
        let client = builder.connect(&driver.url).await;
        let client = client.expect("no browser; apt-get install chromium when it is missing");
        Browser { client, driver, _turn: turn }
    }
}

impl Browser {
    /// The browser of a visitor like most.
    ///
    /// # Panics
    /// As [`Visit::open`].
    pub async fn open() -> Self {
        Visit::default().open().await
    }

    /// Where its profile and downloads lie; gone when it is closed.
    pub fn folder(&self) -> &Path {
        self.driver.folder()
    }

    /// Goes to an address, and waits until the page is loaded.
    pub async fn go(&self, url: &str) {
        self.client.goto(url).await.expect("a page");
    }

    /// The element that a CSS selector names, once it is there.
    pub async fn find(&self, css: &str) -> Element {
        wait_for(css, PATIENCE, async || self.client.find(Locator::Css(css)).await.ok()).await
    }

    /// The element that an XPath names, if it is there now.
    pub async fn find_now(&self, path: &str) -> Option<Element> {
        self.client.find(Locator::XPath(path)).await.ok()
    }

    /// The field with this label, as a screen reader would find it.
    pub async fn field(&self, label: &str) -> Element {
        let path = format!(
            "//*[@id = //label[normalize-space() = '{label}']/@for] | //label[normalize-space() = '{label}']//input"
        );
        wait_for(label, PATIENCE, async || self.find_now(&path).await).await
    }

    /// Replaces what stands in the field with this label; a field for files takes a path.
    pub async fn fill(&self, label: &str, text: &str) {
        let field = self.field(label).await;
        if field.attr("type").await.unwrap().as_deref() != Some("file") {
            field.clear().await.expect("a field that can be emptied");
        }
        field.send_keys(text).await.expect("a field that takes text");
    }

    /// Clicks the first `tag` (`a`, `button`, …) that says exactly `text`, once it is there.
    pub async fn click(&self, tag: &str, text: &str) {
        let path = format!("//{tag}[normalize-space() = '{text}']");
        wait_for(&path, PATIENCE, async || {
            let element = self.find_now(&path).await?;
            element.click().await.ok() // it may be replaced between finding and clicking
        })
        .await;
    }

    /// Presses keys where the focus is: letters, or one of [`fantoccini::key::Key`].
    pub async fn press(&self, keys: &str) {
        self.client.active_element().await.expect("a focus").send_keys(keys).await.expect("keys");
    }

    /// Presses Tab until the element that a CSS selector names has the focus.
    ///
    /// # Panics
    /// When a whole round of the page does not lead there.
    pub async fn tab_to(&self, css: &str) {
        for _ in 0..100 {
            let focus = self.client.active_element().await.expect("a focus");
            let wanted = self.client.find_all(Locator::Css(css)).await.expect("a good selector");
            if wanted.iter().any(|element| element.element_id() == focus.element_id()) {
                return;
            }
            self.press(&Key::Tab.to_string()).await;
        }
        panic!("Tab does not lead to {css}");
    }

    /// All text that can be seen.
    pub async fn text(&self) -> String {
        let body = self.client.find(Locator::Css("body")).await;
        match body {
            Ok(body) => body.text().await.unwrap_or_default(),
            Err(_) => String::new(),
        }
    }

    /// Waits until the page shows `text`.
    pub async fn sees(&self, text: &str) {
        self.sees_within(PATIENCE, text).await;
    }

    /// Waits until the page shows `text`, and not longer than `within`.
    pub async fn sees_within(&self, within: Duration, text: &str) {
        let what = format!("the page shows {text:?}");
        wait_for(&what, within, async || self.text().await.contains(text).then_some(())).await;
    }

    /// Waits until a page has made the browser save the file `name`, which is not empty, and reads it.
    pub async fn downloaded(&self, name: &str) -> Vec<u8> {
        let path = self.folder().join("downloads").join(name);
        // Chromium reserves the name with an empty file, and renames the complete one over it.
        wait_for(name, PATIENCE, async || std::fs::read(&path).ok().filter(|bytes| !bytes.is_empty())).await
    }

    /// Writes what the window shows to `target/screens/NAME.png`, and says where.
    pub async fn shot(&self, name: &str) -> PathBuf {
        let picture = self.client.screenshot().await.expect("a picture");
        // A test lies in TARGET/PROFILE/deps, wherever TARGET is.
        let test = std::env::current_exe().expect("a test with a path");
        let target = test.ancestors().nth(3).expect("a target folder");
        let folder = target.join("screens");
        std::fs::create_dir_all(&folder).expect("a folder for pictures");
        let path = folder.join(format!("{name}.png"));
        std::fs::write(&path, picture).expect("a picture on disk");
        path
    }
}
