use super::*;
use signed_envelope::SigningKey;

use crate::{Count, Feature, FileBinding, FileName, Offer, Trust, server::LicenseFile};

fn on(date: &str) -> Expiry {
    Expiry::On(date.parse().unwrap())
}

fn feature(name: &str, version: Option<&str>, count: Count, expires: Expiry) -> Feature {
    Feature {
        name: name.into(),
        vendor: None,
        version: version.map(Into::into),
        count,
        expires,
        starts: None,
    }
}

/// A license that expires on 31 December 2027 and has 10 seats of WEB.
fn license(format: &str, file: &str) -> License {
    License {
        serial_number: Some("PD-1".into()),
        expires: on("2027-12-31"),
        maintenance_until: Some(on("2027-11-30")),
        issued_at: Some("2026-11-24T09:00:00Z".parse().unwrap()),
        features: vec![feature("WEB", Some("1.2"), Count::Of(10), Expiry::Never)],
        file: Some(FileBinding::of(FileName::new("pd.lic").unwrap(), format, file.as_bytes())),
        ..License::new(FormatName::MANIFEST)
    }
}

fn found(file: &str) -> Vec<String> {
    disagreements(&license("flexnet", file), file.as_bytes())
}

#[test]
fn a_file_that_says_the_same_or_less_agrees() {
    for file in [
        "INCREMENT WEB ocevd 1.2 31-dec-2027 10 SN=PD-1 SIGN=0",
        "INCREMENT WEB ocevd 1.20 permanent 10 SIGN=0",
        "INCREMENT WEB ocevd 1.2 31-dec-2027 4 SIGN=0\nINCREMENT WEB ocevd 1.2 31-dec-2027 6 SIGN=0",
        "INCREMENT WEB ocevd 1.2 permanent 10 SIGN=0\nINCREMENT MAINTENANCE ocevd 1.0 30-nov-2027 1 SIGN=0",
    ] {
        assert_eq!(found(file), Vec::<String>::new(), "{file}");
        assert!(!compare(license("flexnet", file), file.as_bytes()).has_warning(DISAGREES));
    }
}

#[test]
fn each_difference_is_named() {
    for (file, expected) in [
        ("INCREMENT WEB v 1.2 31-dec-2027 11 SIGN=0", "WEB, seats: 10 in the manifest, 11 in the file"),
        (
            "INCREMENT WEB v 1.2 31-dec-2027 uncounted HOSTID=ANY SIGN=0",
            "WEB, seats: 10 in the manifest, uncounted in the file",
        ),
        ("INCREMENT WEB v 1.3 31-dec-2027 10 SIGN=0", "WEB, version: 1.2 in the manifest, 1.3 in the file"),
        (
            "INCREMENT WEB v 1.2 30-dec-2027 10 SIGN=0",
            "WEB, last day: never in the manifest, 2027-12-30 in the file",
        ),
        (
            "INCREMENT WEB v 1.2 permanent 10 SN=PD-2 SIGN=0",
            "serial number: PD-1 in the manifest, PD-2 in the file",
        ),
        (
            "INCREMENT WEB v 1.2 permanent 10 SIGN=0\nINCREMENT MAINTENANCE v 1.0 30-nov-2028 1 SIGN=0",
            "maintenance: 2027-11-30 in the manifest, 2028-11-30 in the file",
        ),
        (
            "INCREMENT WEB v 1.2 permanent 10 SIGN=0\nINCREMENT B v 1 permanent 1 SIGN=0",
            "B: in the file only",
        ),
        ("# nothing", "the file holds no license line"),
    ] {
        assert_eq!(found(file), [expected], "{file}");
        let warned = compare(license("flexnet", file), file.as_bytes());
        assert!(warned.has_warning(DISAGREES) && warned.warnings[0].message.ends_with(expected));
    }
    let other = found("INCREMENT B v 1 permanent 1 SIGN=0");
    assert_eq!(other, ["B: in the file only", "WEB: in the manifest only"]);
}

#[test]
fn a_date_of_the_manifests_own_must_be_the_files() {
    let dated = |date: &str| License {
        features: vec![feature("WEB", None, Count::Of(10), on(date))],
        ..license("flexnet", "")
    };
    let file = b"INCREMENT WEB v 1.2 30-jun-2027 10 SIGN=0";
    assert_eq!(disagreements(&dated("2027-06-30"), file), Vec::<String>::new());
    assert_eq!(disagreements(&dated("2027-07-01"), file).len(), 1);
    assert_eq!(disagreements(&dated("2027-12-31"), b"INCREMENT WEB v 1.2 permanent 10 SIGN=0").len(), 1);
}

#[test]
fn features_take_the_vendor_of_a_file_that_names_one() {
    let vendor = |file: &str| compare(license("flexnet", file), file.as_bytes()).features[0].vendor.clone();
    let one = "INCREMENT WEB ocevd 1.2 permanent 10 SIGN=0\n";
    assert_eq!(vendor(one).as_deref(), Some("ocevd"));
    assert_eq!(vendor(&format!("{one}INCREMENT B otherd 1.2 permanent 1 SIGN=0")), None);
}

#[test]
fn files_of_other_formats_are_not_compared() {
    assert_eq!(disagreements(&license("text", "rubbish"), b"rubbish"), Vec::<String>::new());
    let unbound = License { file: None, ..license("flexnet", "") };
    assert_eq!(disagreements(&unbound, b"rubbish"), Vec::<String>::new());
}

#[test]
fn a_long_list_is_cut_and_counted() {
    let file: String = (0..9).map(|n| format!("INCREMENT F{n} v 1.0 permanent 1 SIGN=0\n")).collect();
    let message = compare(license("flexnet", &file), file.as_bytes()).warnings[0].message.clone();
    assert!(message.ends_with("F4: in the file only; and 5 more"), "{message}");
}

#[test]
fn an_offer_carries_what_the_comparison_found() {
    let key = SigningKey::from_seed(&[7; 32]);
    let bytes = b"INCREMENT WEB ocevd 1.2 permanent 11 SIGN=0".to_vec();
    let bound = license("flexnet", std::str::from_utf8(&bytes).unwrap());
    let trust = Trust::new(key.public().into(), "2026-11-24T09:00:00Z".parse().unwrap());
    let verified = trust.open_signed(b"payload", &key.sign(b"payload"), |_| Ok(bound.clone())).unwrap();
    let file = LicenseFile { name: FileName::new("pd.lic").unwrap(), bytes, envelope: None };
    let offer = Offer::signed(&verified, file).unwrap();
    assert!(offer.license().has_warning(DISAGREES));
    assert_eq!(offer.license().features[0].vendor.as_deref(), Some("ocevd"));
}
