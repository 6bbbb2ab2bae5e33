//! `GET /v1/events`: the held poll.
mod accept;
mod nonces;

use std::sync::Arc;
use std::time::Duration;

use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse as _, Response};
use back_office::{Event, EventKind, Events};
use serde::Deserialize;
use tokio::time::Instant;

pub(crate) use self::nonces::PollNonces;
use crate::answer::{LARGEST, Refused, json};
use crate::document::Problems;
use crate::installation::State as Standing;
use crate::later::later;
use crate::lines::{Held, Rang};
use crate::office::Office;
use crate::signed::Caller;
use crate::{clock, events, random};

/// The query of a poll.
#[derive(Debug, Deserialize, utoipa::IntoParams)]
#[into_params(parameter_in = Query)]
pub(crate) struct Ask {
    /// Everything up to this event has taken effect; at first 0.
    #[param(minimum = 0, maximum = 9_007_199_254_740_991_i64)]
    cursor: u64,
    /// The longest the caller wants to wait, in seconds.
    #[param(minimum = 0, maximum = 3600)]
    wait: u64,
    /// Random for each start of the caller's process.
    #[param(pattern = "^[!-~]{1,64}$")]
    boot: String,
}

/// The largest `wait`, in seconds; the hold is far below it.
const MAX_WAIT: u64 = 3600;

impl Ask {
    fn check(&self) -> Result<(), Refused> {
        let boot = 1..=64;
        if self.cursor > LARGEST {
            Err(Refused::bad("malformed", "cursor is too large"))
        } else if self.wait > MAX_WAIT {
            Err(Refused::bad("malformed", "wait is too large"))
        } else if !boot.contains(&self.boot.len()) || !self.boot.bytes().all(|byte| byte.is_ascii_graphic()) {
            Err(Refused::bad("malformed", "boot is 1 to 64 visible ASCII characters"))
        } else {
            Ok(())
        }
    }
}

/// Answers at once when there are events after the cursor, else when one comes or the hold ends.
#[utoipa::path(
    get, path = "/v1/events", tag = "installation", security(("signature" = [])), params(Ask),
    responses(
        (status = 200, body = Events, description = "Events after the cursor; none when the hold ended"),
        Problems,
    )
)]
pub(crate) async fn events(
    State(office): State<Arc<Office>>,
    caller: Caller,
    ask: Result<Query<Ask>, QueryRejection>,
) -> Result<Response, Refused> {
    let Query(ask) = ask.map_err(|error| Refused::bad("malformed", error.body_text()))?;
    ask.check()?;
    let mut waiter = begin(&office, caller, &ask).await?;
    Ok(later(async move { waiter.wait(&office).await.into_response() }))
}

/// Takes the line and records the poll; what comes out is all that is kept through the wait.
async fn begin(office: &Office, caller: Caller, ask: &Ask) -> Result<Waiter, Refused> {
    office.poll_nonces.spend(&caller.request)?;
    // The line first: what happens after it rings, what happened before it is read.
    let held = office.lines.hold(&caller.installation.id);
    let standing = accept::accept(&office.store, &caller, ask.cursor, &ask.boot, clock::now()).await?;
    let hold = office.limits.hold;
    Ok(Waiter {
        held,
        cursor: ask.cursor,
        standing,
        until: Instant::now() + jittered(hold).min(Duration::from_secs(ask.wait)),
        hold_s: hold.as_secs(),
    })
}

/// ±10 %, so that installations that came back together do not stay together.
fn jittered(hold: Duration) -> Duration {
    let [byte] = random::bytes().unwrap_or([128]);
    hold.mul_f64(0.9 + f64::from(byte) / 255.0 * 0.2)
}

/// A poll that waits.
struct Waiter {
    held: Held,
    cursor: u64,
    standing: Standing,
    until: Instant,
    hold_s: u64,
}

impl Waiter {
    async fn wait(&mut self, office: &Office) -> Result<Response, Refused> {
        loop {
            // Boxed, because it is over in a moment and the wait is not.
            let events = Box::pin(self.look(office)).await?;
            if !events.is_empty() {
                return Ok(self.answer(events));
            }
            if self.standing == Standing::Revoked {
                return Err(Refused::revoked());
            }
            match tokio::time::timeout_at(self.until, self.held.rang()).await {
                Ok(Rang::News) => {}
                Ok(Rang::Replaced) => return Err(Refused::poll_replaced()),
                Ok(Rang::Closed) | Err(_) => return Ok(self.answer(Vec::new())),
            }
        }
    }

    /// What there is to tell. Who is not active is told of its standing alone.
    async fn look(&self, office: &Office) -> Result<Vec<Event>, Refused> {
        let cursor = i64::try_from(self.cursor).unwrap_or(i64::MAX);
        let mut events = events::after(&office.store, self.held.installation(), cursor, clock::now()).await?;
        let standing = |event: &Event| {
            matches!(
                event.kind,
                EventKind::Approved | EventKind::Revoked | EventKind::Resync | EventKind::Drain { .. }
            )
        };
        // Judged by the events themselves: an approval that has just come opens what comes with it.
        if self.standing != Standing::Active && !events.iter().any(|event| event.kind == EventKind::Approved)
        {
            events.retain(standing);
        }
        Ok(events)
    }

    fn answer(&self, events: Vec<Event>) -> Response {
        let cursor = events.last().map_or(self.cursor, |event| event.seq);
        json(StatusCode::OK, &Events { events, cursor, hold_s: self.hold_s })
    }
}
