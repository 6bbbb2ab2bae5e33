//! What people are told of dates.
use browser::Browser;
use chrono::{Months, TimeDelta};
use world::Terms;

use crate::shop::Shop;
use crate::steps::Steps;

/// Maintenance and license, one month and one day before and after; the login, and the About box.
pub(crate) async fn told(shop: &Shop, alex: &Browser, terms: &Terms, steps: &mut Steps) {
    let (day, month) = (TimeDelta::days(1), Months::new(1));
    let (maintenance, license) = (terms.maintenance_until, terms.expires);
    const ENDS: &str = "Maintenance ends after";
    const EXPIRES: &str = "The license expires after";
    const EXPIRED: &str = "The license expired";
    for (what, today, page, about) in [
        ("More than a month before maintenance ends", maintenance - month - day, vec![], false),
        ("One month before maintenance ends", maintenance - month, vec![ENDS], false),
        ("One day before maintenance ends", maintenance - day, vec![ENDS, "1 day left"], false),
        ("One day after the end of maintenance", maintenance + day, vec![], true),
        ("One month after the end of maintenance", maintenance + month, vec![], true),
        ("More than a month before the license expires", license - month - day, vec![], true),
        ("One month before the license expires", license - month, vec![EXPIRES], true),
        ("One day before the license expires", license - day, vec![EXPIRES, "1 day left"], true),
        ("One day after the license expired", license + day, vec![EXPIRED], true),
        ("One month after the license expired", license + month, vec![EXPIRED], true),
    ] {
        shop.set_day(today);
        alex.go(&shop.page("/")).await;
        alex.sees("Overview").await;
        let text = alex.text().await;
        for words in [ENDS, EXPIRES, EXPIRED, "1 day left"] {
            assert_eq!(text.contains(words), page.contains(&words), "{what}: {words}: {text}");
        }
        steps.done(alex, what).await;
        alex.go(&shop.page("/about")).await;
        alex.sees("Maintenance until").await;
        assert_eq!(alex.text().await.contains("Maintenance has ended"), about, "{what}: About box");
    }
    steps.done(alex, "About box after the end").await;
    alex.click("button", "Log out").await;
    for (today, expired) in
        [(license + day, true), (license + month, true), (license, false), (maintenance + day, false)]
    {
        shop.set_day(today);
        alex.go(&shop.page("/login")).await;
        alex.sees("User name").await;
        assert_eq!(alex.text().await.contains(EXPIRED), expired, "the login on {today}");
        if expired {
            alex.sees("An administrator can log in and install a new license.").await;
            steps
                .done(
                    alex,
                    if today == license + day {
                        "Told at the login"
                    } else {
                        "Told at the login a month later"
                    },
                )
                .await;
        }
    }
    shop.set_day(terms.issued_at.date_naive());
    shop.fill_in_login(alex, "alex").await;
}
