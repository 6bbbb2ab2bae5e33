//! Style, script and sign: part of the binary.
use std::sync::Arc;

use axum::Router;
use axum::http::header;
use axum::routing::get;

use crate::console::Site;

const STYLE: &str = concat!(
    include_str!("../../assets/colours.css"),
    include_str!("../../assets/layout.css"),
    include_str!("../../assets/controls.css"),
    include_str!("../../assets/assistance.css"),
);
const SCRIPT: &str = include_str!("../../assets/console.js");
const SIGN: &str = include_str!("../../assets/sign.svg");

pub(super) fn routes() -> Router<Arc<Site>> {
    Router::new()
        .route("/assets/style.css", get(|| asset("text/css; charset=utf-8", STYLE)))
        .route("/assets/console.js", get(|| asset("text/javascript; charset=utf-8", SCRIPT)))
        .route("/assets/sign.svg", get(|| asset("image/svg+xml", SIGN)))
}

async fn asset(
    media_type: &'static str,
    text: &'static str,
) -> ([(header::HeaderName, &'static str); 2], &'static str) {
    ([(header::CONTENT_TYPE, media_type), (header::CACHE_CONTROL, "max-age=300")], text)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    /// Relative luminance of `#rrggbb` (WCAG 2.2).
    fn luminance(colour: &str) -> f64 {
        let channel = |at: usize| {
            let value = f64::from(u8::from_str_radix(&colour[at..at + 2], 16).unwrap()) / 255.0;
            if value <= 0.04045 { value / 12.92 } else { ((value + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(1) + 0.7152 * channel(3) + 0.0722 * channel(5)
    }

    fn contrast(one: &str, other: &str) -> f64 {
        let (one, other) = (luminance(one) + 0.05, luminance(other) + 0.05);
        (one / other).max(other / one)
    }

    #[test]
    fn text_has_a_contrast_of_four_and_a_half_in_light_and_dark() {
        let (light, dark) = include_str!("../../assets/colours.css").split_once("@media").unwrap();
        for (scheme, css) in [("light", light), ("dark", dark)] {
            let colours: HashMap<&str, &str> = css
                .split("--")
                .skip(1)
                .filter_map(|rule| rule.split_once(':'))
                .map(|(name, rest)| (name, rest.trim().split(';').next().unwrap()))
                .collect();
            for (ink, grounds) in [
                ("ink", &["ground", "paper", "accent-ground"][..]),
                ("soft", &["ground", "paper", "accent-ground"]),
                ("accent", &["ground", "paper", "accent-ground"]),
                ("accent-ink", &["accent"]),
                ("good", &["paper", "good-ground"]),
                ("warn", &["paper", "warn-ground"]),
                ("bad", &["paper", "bad-ground"]),
                ("danger-ink", &["danger"]),
            ] {
                for ground in grounds {
                    let found = contrast(colours[ink], colours[ground]);
                    assert!(found >= 4.5, "{scheme}: {ink} on {ground} is {found:.2}");
                }
            }
            // What must be made out, but holds no text: icons and the edges of fields.
            for (shape, ground) in [("edge", "paper"), ("good-light", "paper"), ("bad-light", "paper")] {
                let found = contrast(colours[shape], colours[ground]);
                assert!(found >= 3.0, "{scheme}: {shape} on {ground} is {found:.2}");
            }
        }
    }
}
