//! Any file as a database of mobile numbers: it is refused, or every range in it is found.
#![no_main]

use hotline_services::NumberPlan;
use hotline_services::region::{Directory, Segments};
use libfuzzer_sys::fuzz_target;

fuzz_target!(|octets: &[u8]| {
    look_up(octets);
    // The same behind a header that is right, so that what comes after it is reached at once.
    let Some((&records, rest)) = octets.split_first() else {
        return;
    };
    let index_at = 8 + rest.len().min(records.into());
    let head = [*b"2312", (index_at as u32).to_le_bytes()].concat();
    look_up(&[head.as_slice(), rest].concat());
});

fn look_up(file: &[u8]) {
    let segments = match Segments::parse(file) {
        Ok(segments) => segments,
        Err(error) => {
            assert!(error.to_string().contains("allowed"), "{error}");
            return;
        }
    };
    assert!(segments.len() * 9 < file.len() && !segments.is_empty());
    let (directory, plan) = (Directory::new(Some(segments)), NumberPlan::default());
    // Every range that the file can name: its octets say which.
    let known = file.windows(4).filter(|four| {
        let number = format!(
            "+86{}0000",
            u32::from_le_bytes([four[0], four[1], four[2], four[3]])
        );
        directory
            .origin(&plan, &number)
            .is_some_and(|origin| origin.region.is_some())
    });
    assert!(known.count() > 0);
}
