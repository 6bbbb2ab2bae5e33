//! What stands around every page.
use std::ops::Deref;
use std::sync::Arc;

use crate::console::Site;
use crate::entrance::{Guest, Visitor};
use crate::live::Live;
use crate::page::Failure;
use crate::words::{LANGUAGES, Words};

/// Around every page, also for somebody who is not signed in.
pub(crate) struct Outer {
    pub(crate) words: Arc<Words>,
    pub(crate) base: String,
    path: String,
}

impl Outer {
    pub(crate) fn new(site: &Site, guest: &Guest) -> Self {
        Self { words: guest.words.clone(), base: site.base.clone(), path: guest.path.clone() }
    }

    pub(crate) fn say(&self, name: &str) -> String {
        self.words.say(name)
    }

    pub(crate) fn language(&self) -> &'static str {
        self.words.language()
    }

    /// The languages to switch to: code, own name, and the address of the switch.
    pub(crate) fn languages(&self) -> impl Iterator<Item = (&'static str, &'static str, String)> {
        LANGUAGES.into_iter().map(|(code, name)| {
            let back = url::form_urlencoded::byte_serialize(self.path.as_bytes()).collect::<String>();
            (code, name, format!("{}/language?to={code}&back={back}", self.base))
        })
    }
}

/// Around every page of somebody who is signed in.
pub(crate) struct Frame {
    outer: Outer,
    pub(crate) visitor: Visitor,
    pub(crate) live: Live,
    /// What happened before the page was shown again.
    pub(crate) told: Option<String>,
}

impl Frame {
    /// Looks at the service once: everything on the page is of one moment.
    pub(crate) async fn new(site: &Site, guest: &Guest) -> Result<Self, Failure> {
        let visitor = guest.visitor()?.clone();
        let live = Live::now(site, &guest.words, &visitor).await?;
        Ok(Self { outer: Outer::new(site, guest), visitor, live, told: None })
    }

    /// Says first what happened, by the code that a redirection brought along.
    pub(crate) fn told(mut self, code: &str) -> Self {
        let known = !code.is_empty() && code.bytes().all(|byte| byte.is_ascii_lowercase() || byte == b'-');
        self.told = known.then(|| self.words.find(&format!("told-{code}"), Default::default())).flatten();
        self
    }

    /// `page` when the page below the base path is shown: for the navigation.
    pub(crate) fn current(&self, page: &str) -> &'static str {
        let here = self.path.strip_prefix(&self.base).unwrap_or_default().trim_matches('/');
        let first = here.split('/').next().unwrap_or_default();
        if first == page { "page" } else { "false" }
    }

    pub(crate) fn administers(&self) -> bool {
        self.visitor.user.role.administers()
    }

    pub(crate) fn may_allow(&self) -> bool {
        self.visitor.user.role.allows_assistance()
    }

    pub(crate) fn role(&self) -> String {
        self.words.code("role", self.visitor.user.role.name())
    }
}

impl Deref for Frame {
    type Target = Outer;

    fn deref(&self) -> &Outer {
        &self.outer
    }
}
