//! Reading a FlexNet file takes time linear in its size.
use chrono::NaiveDate;
use license_lifecycle::flexnet::{self, Limits, Rules};

use crate::{
    growth,
    measure::{Effort, Row},
};

const SIZES: [usize; 4] = [100, 1_000, 10_000, 100_000];

pub fn rows(effort: &Effort) -> Vec<Row> {
    let today: NaiveDate = "2026-11-24".parse().unwrap();
    let points = growth::times(effort, &SIZES, |size| {
        let file = file(size);
        let limits = Limits { file: file.len(), ..Limits::default() };
        move || flexnet::read_within(file.as_bytes(), limits).unwrap().license(&Rules::default(), today)
    });
    let file = file(if effort.is_smoke() { 100 } else { 10_000 });
    let limits = Limits { file: file.len(), ..Limits::default() };
    let lines = effort.ratio(
        || flexnet::read_within(file.as_bytes(), limits).unwrap(),
        || memchr::memchr_iter(b'\n', file.as_bytes()).count(),
    );
    let megabytes = |nanoseconds: f64| file.len() as f64 / nanoseconds * 1e3;
    vec![
        Row::new(
            "read a FlexNet file and apply its rules: growth exponent over the number of features",
            growth::exponent(&points),
            "",
            Some(1.1),
            growth::listed(&points),
        ),
        Row::new(
            "read the lines of a FlexNet file / count its lines with memchr",
            lines.ratio,
            " ×",
            None,
            format!("{:.0} MB/s, memchr {:.0} MB/s", megabytes(lines.ours), megabytes(lines.peer)),
        ),
    ]
}

/// Counted features with what vendors write: dates, signatures, continuations.
fn file(features: usize) -> String {
    let mut text = String::from("SERVER fls1 0123456789ab 27000\nVENDOR ocevd\n");
    for n in 0..features {
        text.push_str(&format!(
            "INCREMENT FEATURE_{n} ocevd 1.2 31-dec-2027 10 SN=PD-1 ISSUED=1-jan-2026 \\\n\tSIGN=\"00A1 22B3 44C5 66D7\"\n"
        ));
    }
    text
}
