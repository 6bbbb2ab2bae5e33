//! The part of every page that changes by itself: banner, request, notices, status icon.
mod assistance;

use std::sync::Arc;

use remote_service::license::{Notice, Place};
use remote_service::{Light, Snapshot, Stage};

use self::assistance::{Banner, Ended, Question};
use crate::console::Site;
use crate::entrance::Visitor;
use crate::page::Failure;
use crate::when::When;
use crate::words::Words;

/// The service at one moment, in the words of one language.
pub(crate) struct Live {
    pub(crate) words: Arc<Words>,
    pub(crate) base: String,
    pub(crate) csrf: String,
    pub(crate) snapshot: Arc<Snapshot>,
    pub(crate) light: LightView,
    pub(crate) notices: Vec<NoticeView>,
    pub(crate) question: Option<Question>,
    pub(crate) banner: Option<Banner>,
    pub(crate) ended: Option<Ended>,
}

/// The status icon: never told by colour alone.
pub(crate) struct LightView {
    /// `green`, `orange`, `connecting` or `off`.
    pub(crate) class: &'static str,
    pub(crate) title: String,
    /// Where it fails, and what to do.
    pub(crate) explained: String,
    pub(crate) advice: String,
    pub(crate) since: Option<When>,
    /// What was seen, in English, for support.
    pub(crate) detail: Option<String>,
}

/// Something that people are told.
pub(crate) struct NoticeView {
    /// `bad`, `warn` or `news`.
    pub(crate) class: &'static str,
    pub(crate) text: String,
    /// What changed, one line each.
    pub(crate) changes: Vec<String>,
    /// What [Dismiss] dismisses.
    pub(crate) dismiss: Option<String>,
    /// It is said in [Failed to update license on:].
    pub(crate) is_failed_update: bool,
}

impl Live {
    /// A refresh of a page: tells the gate that somebody is there who can be asked, and reads the snapshot.
    pub(crate) async fn now(site: &Site, words: &Arc<Words>, visitor: &Visitor) -> Result<Self, Failure> {
        let may_allow = visitor.user.role.allows_assistance();
        if may_allow {
            let user = visitor.local_user(site)?;
            site.running.assistance().user_seen(&user).await;
        }
        let snapshot = site.running.snapshot();
        let view = &snapshot.assistance;
        Ok(Self {
            light: LightView::new(&snapshot.light, words),
            notices: notices(words, &snapshot.notices_for(Place::Page, site.now())),
            question: view.pending.as_ref().filter(|_| may_allow).map(|asked| Question::new(asked, words)),
            banner: view.session.as_ref().map(|session| Banner::new(session, words)),
            ended: view.end_notice.as_ref().map(|ended| Ended::new(ended, words)),
            words: words.clone(),
            base: site.base.clone(),
            csrf: visitor.csrf.clone(),
            snapshot,
        })
    }

    /// Changes whenever a page shows something else of light, license or remote assistance.
    pub(crate) fn state(&self) -> String {
        let Snapshot { license, assistance, .. } = &*self.snapshot;
        let in_force = license.in_force.as_ref().map(|accepted| accepted.digest.to_string());
        let in_force = in_force.as_deref().unwrap_or_default();
        let failed = license.outbox.iter().filter(|entry| entry.failure.is_some());
        let failed: String = failed.map(|entry| entry.digest.to_string()).collect();
        let there = assistance.availability;
        format!(
            "{} {in_force} {} {failed} {} {} {}",
            self.light.class,
            license.seen.is_some(),
            assistance.allowed,
            there.remote_desktop,
            there.vpn
        )
    }

    pub(crate) fn say(&self, name: &str) -> String {
        self.words.say(name)
    }
}

impl LightView {
    pub(crate) fn new(light: &Light, words: &Words) -> Self {
        let (class, title, since) = match light {
            Light::Off => ("off", words.say("light-off"), None),
            Light::Connecting => ("connecting", words.say("light-connecting"), None),
            Light::Green { since } => ("green", words.say("light-green"), Some(*since)),
            Light::Orange { since, .. } => ("orange", words.say("light-orange"), Some(*since)),
        };
        let (explained, advice, detail) = match light {
            Light::Off => (words.say("light-off-text"), String::new(), None),
            Light::Connecting => (words.say("light-connecting-text"), String::new(), None),
            Light::Green { .. } => (words.say("light-green-text"), String::new(), None),
            Light::Orange { stage, detail, .. } => {
                let code = code(*stage);
                (words.code("stage", &code), words.code("advice", &code), Some(detail.clone()))
            }
        };
        let since = since.map(|since| words.moment(since));
        Self { class, title, explained, advice, since, detail }
    }
}

/// The stage's name on the wire.
fn code(stage: Stage) -> String {
    match serde_json::to_value(stage) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

pub(crate) fn notices(words: &Words, notices: &[Notice]) -> Vec<NoticeView> {
    notices.iter().map(|notice| NoticeView::new(notice, words)).collect()
}

impl NoticeView {
    fn new(notice: &Notice, words: &Words) -> Self {
        let class = match notice {
            Notice::LicenseExpired { .. } | Notice::LicenseNotUpdated { .. } | Notice::ClockSetBack(_) => {
                "bad"
            }
            Notice::LicenseAnnounced { .. }
            | Notice::MaintenanceExtended { .. }
            | Notice::LicenseExtended { .. } => "news",
            _ => "warn",
        };
        let (text, changes, dismiss) = match notice {
            Notice::LicenseAnnounced { digest, changes, .. } => {
                (words.say("notice-new-license"), words.license.changes(changes), Some(digest.to_string()))
            }
            _ => (words.license.notice(notice), Vec::new(), None),
        };
        let is_failed_update = matches!(notice, Notice::LicenseNotUpdated { .. });
        Self { class, text, changes, dismiss, is_failed_update }
    }
}
