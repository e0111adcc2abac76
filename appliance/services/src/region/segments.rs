//! The ranges of mobile numbers, from a file in the format of xluohome/phonedata.
//!
//! - 4 octets: the version, digits: `2312`; 4 octets: where the index begins, little endian.
//! - Records to there: `province|city|postal code|area code` in UTF-8, each ended by a zero octet.
//! - The index to the end: 9 octets a range, in ascending order: 4 the first seven digits of the
//!   number, 4 where its record begins, 1 the operator (1 to 8); little endian.

use std::fmt;

use super::{Operator, Region, areas};

/// The longest file that is read: all ranges there can be, and their records, are half of it.
pub const MAX_OCTETS: usize = 16 * 1024 * 1024;
const HEADER: usize = 8;
const ROW: usize = 9;
const FIRST: u32 = 1_300_000;
const LAST: u32 = 1_999_999;
const MAX_RECORD: usize = 256;

/// The ranges of mobile numbers. Never changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Segments {
    version: String,
    regions: Vec<Region>,
    /// Ascending.
    rows: Vec<Row>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Row {
    segment: u32,
    /// Which of the regions.
    region: u16,
    operator: u8,
}

/// What is wrong with a file.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SegmentsError {
    /// It has so many octets.
    Length(usize),
    /// It begins with no version, but with this.
    Version(String),
    /// The index would begin at this octet.
    IndexAt(u32),
    /// The index has so many octets, which are no whole number of ranges.
    IndexLength(usize),
    /// The record that begins at this octet is none.
    Record(usize),
    /// There are more records than a range can name.
    Records,
    /// A range, counted from 1, is of no mobile number: these first seven digits.
    Segment(usize, u32),
    /// A range, counted from 1, does not come after the one before it: these first seven digits.
    Order(usize, u32),
    /// A range, counted from 1, names a record where none begins: at this octet.
    Offset(usize, u32),
}

impl fmt::Display for SegmentsError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Length(found) => write!(
                f,
                "found {found} octets; allowed: {HEADER} to {MAX_OCTETS}; choose a whole phone.dat"
            )?,
            Self::Version(found) => write!(
                f,
                "found {found:?} at the beginning; allowed: a version of four digits as 2312; \
                 choose a file in the format of phone.dat"
            )?,
            Self::IndexAt(found) => write!(
                f,
                "found an index at octet {found}; allowed: after the header, within the file"
            )?,
            Self::IndexLength(found) => write!(
                f,
                "found an index of {found} octets; allowed: {ROW} for each range, at least one"
            )?,
            Self::Record(at) => write!(
                f,
                "found no record at octet {at}; allowed: province|city|postal code|area code, \
                 at most {MAX_RECORD} octets of UTF-8 and a zero"
            )?,
            Self::Records => write!(f, "found more records than allowed: {}", u16::MAX)?,
            Self::Segment(row, found) => write!(
                f,
                "range {row}: found {found}; allowed: {FIRST} to {LAST}, the first seven digits"
            )?,
            Self::Order(row, found) => write!(
                f,
                "range {row}: found {found}; allowed: a greater one than before it"
            )?,
            Self::Offset(row, found) => write!(
                f,
                "range {row}: found a record at octet {found}; allowed: where one begins"
            )?,
        }
        match self {
            Self::Length(_) | Self::Version(_) => Ok(()),
            _ => f.write_str("; the file is damaged: fetch it again"),
        }
    }
}

impl std::error::Error for SegmentsError {}

impl Segments {
    /// Reads a file. Bounded by its length; O(n log r) for n ranges with r records.
    ///
    /// # Errors
    /// The first thing that is wrong with it.
    pub fn parse(octets: &[u8]) -> Result<Self, SegmentsError> {
        if !(HEADER..=MAX_OCTETS).contains(&octets.len()) {
            return Err(SegmentsError::Length(octets.len()));
        }
        let version = octets.get(..4).unwrap_or_default();
        if !version.iter().all(u8::is_ascii_digit) {
            let found = version.escape_ascii().to_string();
            return Err(SegmentsError::Version(found));
        }
        let index_at = little_endian(octets, 4).unwrap_or_default();
        let at = usize::try_from(index_at).unwrap_or(usize::MAX);
        let (Some(records), Some(index)) = (octets.get(HEADER..at), octets.get(at..)) else {
            return Err(SegmentsError::IndexAt(index_at));
        };
        let (rows, rest) = index.as_chunks::<ROW>();
        if rows.is_empty() || !rest.is_empty() {
            return Err(SegmentsError::IndexLength(index.len()));
        }
        let (begins, regions) = read_records(records)?;
        Ok(Self {
            version: String::from_utf8_lossy(version).into_owned(),
            rows: read_rows(rows, &begins)?,
            regions,
        })
    }

    /// The version as the file tells it: `2312`, of December 2023.
    #[must_use]
    pub fn version(&self) -> &str {
        &self.version
    }

    /// How many ranges there are.
    #[must_use]
    pub fn len(&self) -> usize {
        self.rows.len()
    }

    /// Never: a file without a range is none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty()
    }

    /// Where a range is registered, and whose it is. Cost: a binary search.
    pub(super) fn find(&self, segment: u32) -> Option<(&Region, Option<Operator>)> {
        let at = self.rows.binary_search_by_key(&segment, |row| row.segment);
        let row = self.rows.get(at.ok()?)?;
        let region = self.regions.get(usize::from(row.region))?;
        Some((region, operator(row.operator)))
    }
}

/// The octets where records begin, ascending, and what they say.
fn read_records(records: &[u8]) -> Result<(Vec<u32>, Vec<Region>), SegmentsError> {
    let (mut begins, mut regions) = (Vec::new(), Vec::new());
    let (mut at, mut left) = (HEADER, records);
    while !left.is_empty() {
        let wrong = SegmentsError::Record(at);
        let mut seen = left.iter().take(MAX_RECORD + 1);
        let Some(length) = seen.position(|octet| *octet == 0) else {
            return Err(wrong);
        };
        let (record, rest) = left.split_at(length);
        let begin = u32::try_from(at).map_err(|_| wrong.clone())?;
        regions.push(region(record).ok_or(wrong)?);
        begins.push(begin);
        if regions.len() > usize::from(u16::MAX) {
            return Err(SegmentsError::Records);
        }
        (at, left) = (at + length + 1, rest.get(1..).unwrap_or_default());
    }
    Ok((begins, regions))
}

fn region(record: &[u8]) -> Option<Region> {
    let text = str::from_utf8(record).ok()?;
    let mut cells = text.split('|');
    let (province, city) = (cells.next()?, cells.next()?);
    let (_postal, code) = (cells.next()?, cells.next()?);
    let is_whole = !province.is_empty() && cells.next().is_none();
    is_whole.then(|| areas::region(province, city, code.trim_start_matches('0')))
}

fn read_rows(rows: &[[u8; ROW]], begins: &[u32]) -> Result<Vec<Row>, SegmentsError> {
    let mut read = Vec::with_capacity(rows.len());
    let mut last = 0;
    for (row, &[a, b, c, d, e, f, g, h, operator]) in (1..).zip(rows) {
        let segment = u32::from_le_bytes([a, b, c, d]);
        let offset = u32::from_le_bytes([e, f, g, h]);
        if !(FIRST..=LAST).contains(&segment) {
            return Err(SegmentsError::Segment(row, segment));
        }
        if segment <= last {
            return Err(SegmentsError::Order(row, segment));
        }
        let record = begins.binary_search(&offset);
        let region = record.ok().and_then(|record| u16::try_from(record).ok());
        let region = region.ok_or(SegmentsError::Offset(row, offset))?;
        read.push(Row {
            segment,
            region,
            operator,
        });
        last = segment;
    }
    Ok(read)
}

fn little_endian(octets: &[u8], at: usize) -> Option<u32> {
    let octets = octets.get(at..)?.first_chunk()?;
    Some(u32::from_le_bytes(*octets))
}

/// Of one that is not known the range is told without.
const fn operator(octet: u8) -> Option<Operator> {
    Some(match octet {
        1 => Operator::ChinaMobile,
        2 => Operator::ChinaUnicom,
        3 => Operator::ChinaTelecom,
        4 => Operator::OnChinaTelecom,
        5 => Operator::OnChinaUnicom,
        6 => Operator::OnChinaMobile,
        7 => Operator::ChinaBroadnet,
        8 => Operator::OnChinaBroadnet,
        _ => return None,
    })
}
