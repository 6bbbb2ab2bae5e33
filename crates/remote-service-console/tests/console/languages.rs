//! Five languages, by the browser's wish or by the switch.
use crate::browser::Browser;
use crate::site::Site;

const GREETINGS: [(&str, &str); 5] =
    [("en", "Log in"), ("nl", "Aanmelden"), ("de", "Anmelden"), ("fr", "Se connecter"), ("ja", "ログイン")];

#[tokio::test]
async fn the_browser_asks_for_a_language_and_the_switch_decides() {
    let site = Site::start();
    let mut browser = Browser::new(&site.router);
    for (language, words) in GREETINGS {
        browser.headers = vec![("accept-language", format!("{language}-XX,xx;q=0.9"))];
        let page = browser.get("/login").await;
        assert!(
            page.shows(&format!("<html lang=\"{language}\">")) && page.shows(words),
            "{language}: {}",
            page.text
        );
    }
    for (language, words) in GREETINGS {
        let switched = browser.get(&format!("/language?to={language}&back=/remote-service/login")).await;
        assert_eq!(switched.location(), "/login");
        assert!(browser.get("/login").await.shows(words), "{language}");
    }
    assert_eq!(browser.get("/language?to=de&back=https://evil.example/").await.location(), "/");
}

#[tokio::test]
async fn no_page_shows_the_name_of_a_message() {
    let site = Site::start();
    site.import(&site.first()).await;
    let mut browser = site.browser_of("alex").await;
    for (language, _) in GREETINGS {
        browser.headers = vec![("accept-language", language.to_owned())];
        for path in
            ["/", "/general", "/assistance", "/license", "/about", "/general/credentials", "/none", "/login"]
        {
            let page = browser.get(path).await;
            assert!(page.shows(&format!("<html lang=\"{language}\">")), "{language} {path}");
            let english = ["General settings", "Log out", "Languages"].iter().find(|words| page.shows(words));
            assert!(language == "en" || english.is_none(), "{language} {path} shows {english:?}");
        }
    }
}
