//! The connector: the same way out, without a listening socket.
use std::sync::atomic::Ordering::SeqCst;

use http_body_util::BodyExt;
use hyper_rustls::HttpsConnectorBuilder;
use hyper_util::client::legacy::Client;
use hyper_util::rt::TokioExecutor;
use proxy_config::{Connector, Dialer, Error, HopLogin, SharedHealth};

use crate::proxy::{PLAIN, Proxy, alice};
use crate::target::Target;

async fn fetch(
    target: &Target,
    proxy: &Proxy,
    password: &str,
) -> Result<Vec<u8>, Box<dyn std::error::Error>> {
    let health = SharedHealth::new(Default::default());
    let dialer = Dialer::new(Some(&alice(password)), &target.trust, &health)?;
    let connector = Connector::new(dialer, proxy.route(HopLogin::Password));
    let tls = HttpsConnectorBuilder::new().with_tls_config(target.trust.client_config()?);
    let client = Client::builder(TokioExecutor::new())
        .build(tls.https_only().enable_http1().wrap_connector(connector));
    let answer = client.request(http::Request::get(target.url().as_str()).body(String::new())?).await?;
    Ok(answer.into_body().collect().await?.to_bytes().to_vec())
}

#[tokio::test]
async fn the_connector_logs_in_and_its_errors_keep_their_type() {
    let (target, proxy) = (Target::start().await, Proxy::start(PLAIN).await);
    assert_eq!(fetch(&target, &proxy, "S3cret!pw").await.unwrap(), b"hello");
    assert_eq!(proxy.counts.tunnels.load(SeqCst), 1);
    let error = fetch(&target, &proxy, "wrong").await.unwrap_err();
    let mut cause: Option<&(dyn std::error::Error + 'static)> = Some(&*error);
    while let Some(error) = cause {
        if matches!(error.downcast_ref(), Some(Error::LoginRefused { .. })) {
            return;
        }
        cause = error.source();
    }
    panic!("no LoginRefused in {error:?}");
}
