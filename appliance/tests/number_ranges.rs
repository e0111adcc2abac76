//! The database of mobile numbers as it is kept on the disk.

#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

use hotline::system::number_ranges::{Kept, NumberRanges, RangesError};
use sha2::{Digest as _, Sha256};

/// A database with one range, of that version.
fn file(version: &str) -> Vec<u8> {
    let record = "广东|深圳|518000|0755\0".as_bytes();
    let index_at = 8 + record.len() as u32;
    let mut file = [version.as_bytes(), &index_at.to_le_bytes(), record].concat();
    file.extend(1_380_013_u32.to_le_bytes());
    file.extend(8_u32.to_le_bytes());
    file.push(1);
    file
}

fn versions(kept: &Kept) -> (Option<&str>, Option<&str>) {
    let [in_use, former] = [&kept.in_use, &kept.former]
        .map(|ranges| ranges.as_ref().map(|ranges| ranges.version.as_str()));
    (in_use, former)
}

#[test]
fn a_database_is_kept_and_the_one_before_it_can_be_gone_back_to() {
    let place = tempfile::tempdir().unwrap();
    let folder = place.path().join("numbers");
    let ranges = NumberRanges::open(&folder);
    let seen = ranges.watch();
    assert_eq!(versions(&ranges.kept()), (None, None));
    assert!(matches!(ranges.restore(), Err(RangesError::NoFormer)));
    ranges.replace(&file("2312")).unwrap();
    ranges.replace(&file("2401")).unwrap();
    assert_eq!(versions(&ranges.kept()), (Some("2401"), Some("2312")));
    let version = || seen.borrow().segments().unwrap().version().to_owned();
    assert_eq!(version(), "2401");
    let sum = ranges.kept().in_use.unwrap().sha256;
    let expected = Sha256::digest(file("2401"));
    let expected: String = expected
        .iter()
        .map(|octet| format!("{octet:02x}"))
        .collect();
    assert_eq!(sum, expected);

    ranges.restore().unwrap();
    assert_eq!(version(), "2312");
    let restarted = NumberRanges::open(&folder);
    assert_eq!(versions(&restarted.kept()), (Some("2312"), Some("2401")));
    assert_eq!(restarted.kept().former, ranges.kept().former);
}

#[test]
fn a_file_that_is_no_database_changes_nothing() {
    let place = tempfile::tempdir().unwrap();
    let ranges = NumberRanges::open(place.path());
    ranges.replace(&file("2312")).unwrap();
    let kept = ranges.kept();
    assert!(matches!(
        ranges.replace(b"PK no database"),
        Err(RangesError::Wrong(_))
    ));
    assert_eq!(ranges.kept(), kept);
    // One that was damaged on the disk is not used, and the box starts all the same.
    std::fs::write(place.path().join("in-use.dat"), b"gone").unwrap();
    let restarted = NumberRanges::open(place.path());
    assert_eq!(versions(&restarted.kept()), (None, None));
    assert_eq!(restarted.directory().segments(), None);
}
