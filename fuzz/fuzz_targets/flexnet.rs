//! Any bytes as a FlexNet file, and as what lmstat prints.
#![no_main]
use chrono::NaiveDate;
use libfuzzer_sys::fuzz_target;
use license_lifecycle::{
    NoticeInput, diff,
    flexnet::{self, MaintenanceSource, Rules, SerialSource},
    lmstat, notices,
};

fuzz_target!(|bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    let _ = lmstat::read(&text);
    let Ok(file) = flexnet::read(bytes) else { return };
    let lines = bytes.iter().filter(|byte| matches!(byte, b'\n' | b'\r')).count() + 1;
    let today = NaiveDate::from_ymd_opt(2027, 3, 31).unwrap_or_default();
    let configured = Rules {
        base_feature: Some("BASE".into()),
        maintenance: MaintenanceSource::VendorString("MAINT".into()),
        serial_number: Some(SerialSource::Notice("SN".into())),
        pools_by_vendor_string: true,
    };
    for rules in [Rules::default(), configured] {
        let license = file.license(&rules, today);
        for warning in &license.warnings {
            assert!(warning.line.is_none_or(|line| (1..=lines).contains(&(line as usize))), "{warning:?}");
        }
        assert!(diff(&license, &license).is_empty());
        let _ = notices(&NoticeInput::new(Some(&license), today));
    }
});
