//! Decisions are made at each refresh of a page: linear, and without a trace when there is nothing to say.
use chrono::NaiveDate;
use license_lifecycle::{
    Count, Expiry, Feature, FormatName, License, NoticeInput, Standing, WINDOW, diff, notices, standing,
};

use crate::{
    allocations::allocations,
    growth,
    measure::{Effort, Row},
};

const SIZES: [usize; 4] = [10, 100, 1_000, 10_000];

pub fn rows(effort: &Effort) -> Vec<Row> {
    vec![differences(effort), silence()]
}

fn differences(effort: &Effort) -> Row {
    let points = growth::times(effort, &SIZES, |size| {
        let (old, new) = (license(0..size, 10), license(size / 100..size + size / 100, 10));
        move || diff(&old, &new)
    });
    Row::new(
        "diff of n × n features: growth exponent",
        growth::exponent(&points),
        "",
        Some(1.1),
        growth::listed(&points),
    )
}

fn silence() -> Row {
    let license = license(0..20, 10);
    let today: NaiveDate = "2026-11-24".parse().unwrap();
    let asked = allocations(|| {
        let standings = license
            .features
            .iter()
            .filter(|feature| standing(feature.expires, today, WINDOW) == Standing::Valid)
            .count();
        (standings, notices(&NoticeInput::new(Some(&license), today)).len())
    });
    assert_eq!(
        notices(&NoticeInput::new(Some(&license), today)),
        [],
        "the bench wants a license without news"
    );
    Row::new(
        "allocations of standing and notices with nothing to say",
        asked as f64,
        "",
        Some(0.0),
        "20 features".into(),
    )
}

fn license(numbers: std::ops::Range<usize>, seats: u64) -> License {
    let last_day: NaiveDate = "2027-12-31".parse().unwrap();
    let feature = |n| Feature {
        name: format!("FEATURE_{n}"),
        vendor: Some("ocevd".into()),
        version: Some("1.2".into()),
        count: Count::Of(seats),
        expires: Expiry::On(last_day),
        starts: None,
    };
    License {
        expires: Expiry::On(last_day),
        maintenance_until: Some(Expiry::On(last_day)),
        features: numbers.map(feature).collect(),
        ..License::new(FormatName::MANIFEST)
    }
}
