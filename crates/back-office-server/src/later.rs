//! Answers that are still to come.
//!
//! A held poll waits for most of a minute, and ten thousand wait at once. What the router and its
//! layers keep while they wait for a handler costs several KiB for each. So the handler of a poll
//! comes back at once with the wait itself, and the connection carries it out when all the rest is
//! let go.
use std::fmt;
use std::pin::Pin;
use std::sync::{Arc, Mutex, PoisonError};

use axum::response::Response;

type Coming = Pin<Box<dyn Future<Output = Response> + Send>>;

/// In the extensions of a response: what the real one comes from. Extensions are shared and cloned
/// by their nature; only the first taker gets it.
#[derive(Clone)]
struct Later(Arc<Mutex<Option<Coming>>>);

impl fmt::Debug for Later {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Later")
    }
}

/// A response that stands for the one that `answer` will be.
pub(crate) fn later(answer: impl Future<Output = Response> + Send + 'static) -> Response {
    let coming: Coming = Box::pin(answer);
    let mut response = Response::default();
    response.extensions_mut().insert(Later(Arc::new(Mutex::new(Some(coming)))));
    response
}

/// What `response` stands for, if it stands for another one.
pub(crate) fn coming(response: &mut Response) -> Option<Coming> {
    let later: Later = response.extensions_mut().remove()?;
    later.0.lock().unwrap_or_else(PoisonError::into_inner).take()
}

#[cfg(test)]
mod tests {
    use axum::http::StatusCode;
    use axum::response::IntoResponse as _;

    use super::*;

    #[tokio::test]
    async fn an_answer_to_come_is_taken_once_and_no_other_stands_for_one() {
        let mut response = later(async { StatusCode::NO_CONTENT.into_response() });
        assert_eq!(coming(&mut response).unwrap().await.status(), StatusCode::NO_CONTENT);
        assert!(coming(&mut response).is_none());
        assert!(coming(&mut Response::default()).is_none());
    }
}
