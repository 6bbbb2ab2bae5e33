//! The reader on what servers print, and the writer on the reader.
use chrono::NaiveDate;
use proptest::prelude::*;

use super::*;

const FLEXNET: &str = include_str!("../../tests/data/lmstat/every-kind-of-line.txt");

#[test]
fn every_kind_of_line_is_read() {
    let status = read(FLEXNET);
    let server = |host: &str, up| Server { host: host.to_owned(), port: Some(27000), up };
    assert_eq!(status.servers, [server("lic1", true), server("lic2", true), server("lic3", false)]);
    let vendor = |name: &str, up| Vendor { name: name.to_owned(), up };
    assert_eq!(status.vendors, [vendor("acmed", true), vendor("otherd", false)]);
    assert_eq!(
        status.errors.iter().map(|fault| (fault.major, fault.minor)).collect::<Vec<_>>(),
        [(-15, 570), (-97, 121)]
    );
    assert!(status.errors[0].text.contains("Connection refused"), "{:?}", status.errors);
    assert_eq!(status.unknown, ["a line that nobody knows"]);

    let names: Vec<_> =
        status.features.iter().map(|f| (f.name.as_str(), f.issued, f.in_use, f.uncounted)).collect();
    assert_eq!(
        names,
        [
            ("WEB_SHOP", Some(10), 6, false),
            ("IDLE", Some(1), 0, false),
            ("LOCKED", None, 2, true),
            ("BROKEN", None, 0, false),
            ("GONE", None, 0, false),
        ]
    );
    let shop = &status.features[0];
    assert_eq!((shop.reservations, shop.queued), (3, 2));
    assert_eq!(shop.pools.len(), 2);
    assert_eq!(shop.pools[0].expiry.as_deref(), Some("31-dec-2027"));
    assert_eq!(shop.pools[1].expiry.as_deref(), Some("permanent"));
    let users: Vec<_> = shop
        .checkouts
        .iter()
        .map(|c| (c.user.as_str(), c.host.as_str(), c.display.as_str(), c.version.as_str(), c.count))
        .collect();
    assert_eq!(
        users,
        [
            ("ann", "pc-01", "pc-01", "1.2", 1),
            ("Jan de Vries", "pc-02", "/dev/tty", "1.2", 4),
            ("svc", "pc-03", "", "1.0", 1),
        ]
    );
    assert_eq!(status.features[3].error.as_deref(), Some("6 licenses, unsupported by licensed server"));
    assert_eq!(status.features[4].error.as_deref(), Some("No such feature exists. (-5,222)"));
}

#[test]
fn a_server_that_does_not_answer_is_an_error_with_its_numbers() {
    for text in [
        "License server status: 27000@gone\n\nError getting status: Cannot connect to license server system. (-15,570:111 \"Connection refused\")\n",
        "License server status: 27000@gone\nError getting status: Cannot connect to license server system.\n The license server manager (lmgrd) has not been started yet,\nLicense path:  27000@gone\nFlexNet Licensing error:-15,570.  System Error: 10061 \"Connection refused\"\n",
    ] {
        let status = read(text);
        assert_eq!(
            status.servers,
            [Server { host: "gone".to_owned(), port: Some(27000), up: false }],
            "{text}"
        );
        let [Fault { major: -15, minor: 570, text: said }] = status.errors.as_slice() else {
            panic!("{status:?}")
        };
        assert!(said.contains("Cannot connect") && said.contains("Connection refused"), "{said}");
    }
}

#[test]
fn servers_are_found_under_the_names_they_call_themselves() {
    for (listed, named) in
        [("fls", "fls.example.com"), ("fls.example.com", "FLS"), ("10.0.0.1", "fls"), ("fls", "fls")]
    {
        let status = read(&format!(
            "License server status: 27000@{listed}\n{named}: license server UP (MASTER) v11.19\n"
        ));
        assert_eq!(
            status.servers,
            [Server { host: listed.to_owned(), port: Some(27000), up: true }],
            "{named}"
        );
    }
}

#[test]
fn what_is_written_is_read_again() {
    let written = Status { unknown: Vec::new(), errors: Vec::new(), ..read(FLEXNET) };
    let noon = NaiveDate::from_ymd_opt(2026, 11, 24).unwrap().and_hms_opt(12, 0, 0).unwrap();
    let text = write(&written, noon);
    assert_eq!(read(&text), written, "{text}");
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "\\PC{0,200}") {
        read(&text);
    }

    #[test]
    fn no_mixture_of_known_lines_makes_it_panic(
        cuts in prop::collection::vec((0..FLEXNET.len(), 0..80_usize), 0..20),
    ) {
        let mixed: String = cuts.iter().filter_map(|&(at, length)| FLEXNET.get(at..FLEXNET.len().min(at + length))).collect();
        read(&mixed);
    }
}
