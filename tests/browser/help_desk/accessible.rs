//! For people who hear the pages, or see little of them.
use browser::{Browser, Visit};

use crate::looks::Gallery;

/// Texts whose contrast to what is behind them is below 4.5 (WCAG 2.2, success criterion 1.4.3), with their contrast.
const FAINT: &str = r#"
const ink = document.createElement('canvas').getContext('2d', { willReadFrequently: true });
const rgba = (color) => {
  ink.clearRect(0, 0, 1, 1);
  ink.fillStyle = color;
  ink.fillRect(0, 0, 1, 1);
  const [red, green, blue, alpha] = ink.getImageData(0, 0, 1, 1).data;
  return [red, green, blue, alpha / 255];
};
const over = (top, below) => [0, 1, 2].map((i) => top[i] * top[3] + below[i] * (1 - top[3])).concat(1);
const behind = (element) => {
  if (!element) return [255, 255, 255, 1];
  const own = rgba(getComputedStyle(element).backgroundColor);
  return own[3] === 1 ? own : over(own, behind(element.parentElement));
};
const light = (color) => {
  const [red, green, blue] = color.slice(0, 3).map((part) => part / 255)
    .map((part) => (part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4));
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
};
const texts = (element) => [...element.childNodes].some((node) => node.nodeType === 3 && node.data.trim());
const found = [];
for (const element of document.body.querySelectorAll('*')) {
  if (!texts(element) || !element.checkVisibility()) continue;
  const ground = behind(element);
  const [a, b] = [light(over(rgba(getComputedStyle(element).color), ground)), light(ground)];
  const contrast = (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
  if (contrast < 4.5) found.push(element.outerHTML.slice(0, 120) + ' ' + contrast.toFixed(2));
}
return found;
"#;

/// What a screen reader could not name or find its way through.
const NAMELESS: &str = r#"
const found = [];
for (const field of document.querySelectorAll('input:not([type=hidden]), select, textarea')) {
  if (!field.labels || ![...field.labels].some((label) => label.textContent.trim())) found.push('no label: ' + field.outerHTML);
}
for (const pressed of document.querySelectorAll('a, button')) {
  if (!pressed.textContent.trim() && !pressed.getAttribute('aria-label')) found.push('no name: ' + pressed.outerHTML);
}
for (const image of document.querySelectorAll('img')) {
  if (!image.hasAttribute('alt')) found.push('no alt: ' + image.outerHTML);
}
for (const cell of document.querySelectorAll('th')) {
  if (!cell.hasAttribute('scope')) found.push('no scope: ' + cell.outerHTML);
}
const one = (css) => {
  if (document.querySelectorAll(css).length !== 1) found.push('not one ' + css);
};
one('h1');
one('main');
if (!document.documentElement.lang || !document.title.trim()) found.push('no language or title');
const ids = [...document.querySelectorAll('[id]')].map((element) => element.id);
if (new Set(ids).size !== ids.length) found.push('an id twice');
const levels = [...document.querySelectorAll('h1, h2, h3')].map((heading) => Number(heading.tagName[1]));
if (levels.some((level, i) => level > (levels[i - 1] ?? 0) + 1)) found.push('a heading level is left out');
return found;
"#;

async fn nothing(browser: &Browser, script: &str, what: &str) {
    let found = browser.execute(script, Vec::new()).await.unwrap();
    assert_eq!(found, serde_json::json!([]), "{what}");
}

#[tokio::test(flavor = "multi_thread")]
async fn every_text_stands_out_and_every_field_has_a_name() {
    let gallery = Gallery::open().await;
    for (kind, visit) in [("light", Visit::default()), ("dark", Visit::default().dark())] {
        let browser = visit.clone().open().await;
        browser.go(&gallery.desk.page("/login")).await;
        nothing(&browser, FAINT, "login").await;
        nothing(&browser, NAMELESS, "login").await;
        drop(browser);
        let browser = gallery.desk.log_in(visit, "alex").await;
        for (name, path) in &gallery.pages {
            gallery.show(&browser, path).await;
            nothing(&browser, FAINT, &format!("{name} ({kind})")).await;
            nothing(&browser, NAMELESS, name).await;
        }
    }
}

/// The scripts above would find what is wrong.
#[tokio::test(flavor = "multi_thread")]
async fn a_faint_text_and_a_field_without_a_name_are_found() {
    let browser = Browser::open().await;
    browser.go("data:text/html,<html lang=en><title>t</title><main><h1>h</h1><p style='color:%23999'>faint</p><input>").await;
    for (script, what) in [(FAINT, "faint"), (NAMELESS, "no label")] {
        let found = browser.execute(script, Vec::new()).await.unwrap();
        assert_eq!(found.as_array().map(Vec::len), Some(1), "{found}");
        assert!(found[0].as_str().unwrap().contains(what), "{found}");
    }
}
