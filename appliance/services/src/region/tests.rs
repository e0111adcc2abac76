use hotline_call::Number;

use super::*;

/// A file as a database is: records, and ranges with the number of their record and the operator.
fn file(records: &[&str], ranges: &[(u32, usize, u8)]) -> Vec<u8> {
    let mut octets = b"2312\0\0\0\0".to_vec();
    let mut begins = Vec::new();
    for record in records {
        begins.push(octets.len() as u32);
        octets.extend(record.as_bytes());
        octets.push(0);
    }
    let index_at = octets.len() as u32;
    octets[4..8].copy_from_slice(&index_at.to_le_bytes());
    for (segment, record, operator) in ranges {
        octets.extend(segment.to_le_bytes());
        octets.extend(begins[*record].to_le_bytes());
        octets.push(*operator);
    }
    octets
}

fn small() -> Vec<u8> {
    let records = ["广东|深圳|518000|0755", "内蒙古|海拉尔|021000|0470"];
    file(
        &records,
        &[(1_380_013, 0, 1), (1_700_000, 1, 3), (1_999_999, 0, 99)],
    )
}

fn directory() -> Directory {
    Directory::new(Some(Segments::parse(&small()).unwrap()))
}

/// `sort province/city operator` of a number as it is written.
fn told(directory: &Directory, written: &str) -> String {
    let plan = NumberPlan::default();
    let number = Number::parse(written).unwrap();
    let Some(origin) = directory.origin(&plan, &plan.canonical(&number)) else {
        return "—".into();
    };
    let names = origin.region_names();
    let region = names.first().map_or("—", String::as_str);
    format!("{:?} {region} {:?}", origin.sort, origin.operator)
}

#[test]
fn a_mobile_number_is_where_its_first_seven_digits_are_registered_however_it_is_written() {
    let directory = directory();
    for written in [
        "13800138000",
        "138 0013 8000",
        "138-0013-8000",
        "013800138000",
        "+86 138 0013 8000",
        "0086 138-0013-8000",
    ] {
        let expected = "Mobile 广东/深圳 Some(ChinaMobile)";
        assert_eq!(told(&directory, written), expected, "{written}");
    }
    // A name of the database that is not ours, by its area code.
    let expected = "Mobile 内蒙古/呼伦贝尔 Some(ChinaTelecom)";
    assert_eq!(told(&directory, "17000001234"), expected);
    // An operator that is not known is not told; a range that is not, neither.
    assert_eq!(told(&directory, "19999990000"), "Mobile 广东/深圳 None");
    assert_eq!(told(&directory, "13800148000"), "—");
    assert_eq!(told(&Directory::default(), "13800138000"), "—");
}

#[test]
fn a_landline_is_where_its_area_code_is() {
    let directory = Directory::default();
    for (written, region) in [
        ("010-65529988", "北京/北京"),
        ("+86 10 6552 9988", "北京/北京"),
        ("0755 8888 1234", "广东/深圳"),
        ("0086 0755 88881234", "广东/深圳"),
        ("024-22334455", "辽宁/沈阳"),
        ("0470-8223344", "内蒙古/呼伦贝尔"),
    ] {
        let expected = format!("Landline {region} None");
        assert_eq!(told(&directory, written), expected, "{written}");
    }
    assert_eq!(told(&directory, "010 12345"), "Public 北京/北京 None");
}

#[test]
fn service_numbers_have_a_sort_and_no_region() {
    let directory = directory();
    for (written, sort) in [
        ("400-123-4567", "Service400"),
        ("+86 400 123 4567", "Service400"),
        ("8008101234", "Service800"),
        ("95588", "Service95"),
        ("95105555", "Service95"),
        ("96315", "Service96"),
        ("10101234", "Service1010"),
        ("10086", "Operator"),
        ("110", "Public"),
        ("12345", "Public"),
    ] {
        let expected = format!("{sort} — None");
        assert_eq!(told(&directory, written), expected, "{written}");
    }
}

#[test]
fn what_is_no_number_of_mainland_china_is_nowhere() {
    let directory = directory();
    for written in [
        "8001",
        "65529988",
        "31012345",
        "138001380001",
        "1380013800",
        "0419 1234567",
        "010 1234567",
        "+1 212 555 0123",
        "+852 2345 6789",
        "*28",
    ] {
        assert_eq!(told(&directory, written), "—", "{written}");
    }
    let britain = NumberPlan {
        country: "44".into(),
        ..NumberPlan::default()
    };
    assert_eq!(directory.origin(&britain, "110"), None);
    assert!(directory.origin(&britain, "+8613800138000").is_some());
}

#[test]
fn a_file_that_is_no_database_is_refused_and_says_where() {
    let wrong = |change: &dyn Fn(&mut Vec<u8>)| {
        let mut octets = small();
        change(&mut octets);
        Segments::parse(&octets).unwrap_err()
    };
    let index_at = small().len() - 3 * 9;
    let first_record = 8;
    let second_record = 8 + "广东|深圳|518000|0755".len() as u32 + 1;
    assert_eq!(wrong(&|o| o.truncate(7)), SegmentsError::Length(7));
    assert_eq!(
        wrong(&|o| o[..4].copy_from_slice(b"PK\x03\x04")),
        SegmentsError::Version("PK\\x03\\x04".into())
    );
    assert_eq!(
        wrong(&|o| o[4..8].copy_from_slice(&u32::MAX.to_le_bytes())),
        SegmentsError::IndexAt(u32::MAX)
    );
    assert_eq!(
        wrong(&|o| o[4..8].copy_from_slice(&7_u32.to_le_bytes())),
        SegmentsError::IndexAt(7)
    );
    assert_eq!(wrong(&|o| o.push(0)), SegmentsError::IndexLength(28));
    assert_eq!(
        wrong(&|o| o.truncate(index_at)),
        SegmentsError::IndexLength(0)
    );
    assert_eq!(wrong(&|o| o[8] = 0xFF), SegmentsError::Record(first_record));
    let last_record = second_record as usize;
    assert_eq!(
        wrong(&|o| o[index_at - 1] = b'0'),
        SegmentsError::Record(last_record)
    );
    assert_eq!(
        wrong(&|o| o[index_at..index_at + 4].copy_from_slice(&1_299_999_u32.to_le_bytes())),
        SegmentsError::Segment(1, 1_299_999)
    );
    assert_eq!(
        wrong(&|o| o[index_at + 9..index_at + 13].copy_from_slice(&1_380_013_u32.to_le_bytes())),
        SegmentsError::Order(2, 1_380_013)
    );
    let error = wrong(&|o| o[index_at + 4..index_at + 8].copy_from_slice(&9_u32.to_le_bytes()));
    assert_eq!(error, SegmentsError::Offset(1, 9));
    assert_eq!(
        error.to_string(),
        "range 1: found a record at octet 9; allowed: where one begins; \
         the file is damaged: fetch it again"
    );
}

#[test]
fn a_file_cut_anywhere_is_refused_or_read_whole() {
    let whole = small();
    let parsed = Segments::parse(&whole).unwrap();
    assert_eq!((parsed.version(), parsed.len()), ("2312", 3));
    for length in 0..whole.len() {
        if let Ok(cut) = Segments::parse(&whole[..length]) {
            assert!(cut.len() < 3 && (whole.len() - length).is_multiple_of(9));
        }
    }
}
