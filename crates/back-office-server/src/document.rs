//! The OpenAPI document, made from the handlers themselves.
use std::collections::BTreeMap;

use axum::Router;
use axum::http::StatusCode;
use axum::response::Response;
use axum::routing::get;
use back_office::Problem;
use utoipa::openapi::security::{ApiKey, ApiKeyValue, HttpAuthScheme, HttpBuilder, SecurityScheme};
use utoipa::openapi::{Content, OpenApi, Ref, RefOr, ResponseBuilder, ResponsesBuilder};
use utoipa::{IntoResponses, Modify};

use crate::answer::json;

/// The parts of the document that no handler knows.
#[derive(utoipa::OpenApi)]
#[openapi(
    info(title = "Remote Service back office", description = ABOUT),
    components(schemas(Problem)),
    tags(
        (name = "installation", description = "Signed both ways (RFC 9421), see the protocol"),
        (name = "staff", description = "The vendor's and the service organizations' systems"),
        (name = "operation", description = "For whoever runs the back office"),
    ),
    modifiers(&Schemes),
)]
pub(crate) struct Document;

const ABOUT: &str = "Requests of /v1 are signed by the installation's Ed25519 key (RFC 9421: `Signature`, \
    `Signature-Input` with tag `remote-service-v1`, and `Content-Digest` when there is a body); every answer of /v1 \
    is signed by a key in the envelope of /v1/back-office-keys. Errors are problems (RFC 9457).";

struct Schemes;

impl Modify for Schemes {
    fn modify(&self, document: &mut OpenApi) {
        let about = "Ed25519 over the request (RFC 9421), tag remote-service-v1";
        let signature = ApiKey::Header(ApiKeyValue::with_description("Signature", about));
        let token = HttpBuilder::new().scheme(HttpAuthScheme::Bearer).build();
        let components = document.components.get_or_insert_default();
        components.add_security_scheme("signature", SecurityScheme::ApiKey(signature));
        components.add_security_scheme("token", SecurityScheme::Http(token));
    }
}

/// Every error of every route: a problem.
pub(crate) struct Problems;

impl IntoResponses for Problems {
    fn responses() -> BTreeMap<String, RefOr<utoipa::openapi::Response>> {
        let problem = |description: &str| {
            let content = Content::new(Some(Ref::from_schema_name("Problem")));
            ResponseBuilder::new().description(description).content(Problem::MEDIA_TYPE, content)
        };
        ResponsesBuilder::new()
            .response("4XX", problem("Refused; the last part of `type` says why"))
            .response("5XX", problem("The back office failed, or has too much to do"))
            .build()
            .into()
    }
}

/// `GET /openapi.json`.
pub(crate) fn route<S: Clone + Send + Sync + 'static>(document: OpenApi) -> Router<S> {
    Router::new().route(
        "/openapi.json",
        get(move || {
            let answer: Response = json(StatusCode::OK, &document);
            std::future::ready(answer)
        }),
    )
}
