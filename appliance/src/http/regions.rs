//! Where numbers are registered: the names of provinces and cities, and the database of mobile
//! numbers.

use axum::Json;
use axum::body::Bytes;
use axum::extract::{DefaultBodyLimit, State};
use hotline_services::Configuration;
use hotline_services::region::{self as core, MAX_OCTETS, SegmentsError};
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use crate::system::number_ranges::{Kept, NumberRanges, Ranges, RangesError};

use super::Api;
use super::error::{ApiError, Result};
use super::fault::{Fault, fault};
use super::permit::{May, Permit, SystemWrite};
use super::session::SignedIn;
use super::words::{NumberSort, Operator};

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new()
        .routes(routes!(provinces))
        .routes(routes!(kept, replace))
        .routes(routes!(restore))
        // One octet more, so that a file that is too long is told so by who knows why.
        .layer(DefaultBodyLimit::max(MAX_OCTETS + 1))
}

/// A name in both languages.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
struct PlaceName {
    zh: String,
    en: String,
}

/// What is known of a number by its digits: where its range is registered, which is not where the
/// person is, nor tells who took the number along to another operator.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, ToSchema)]
pub(super) struct Origin {
    sort: NumberSort,
    /// null: nowhere in particular, or not known.
    region: Option<PlaceName>,
    operator: Option<Operator>,
}

impl From<&core::Origin> for Origin {
    fn from(origin: &core::Origin) -> Self {
        Self {
            sort: origin.sort.into(),
            region: origin.region.as_ref().map(PlaceName::of),
            operator: origin.operator.map(Operator::from),
        }
    }
}

impl PlaceName {
    /// `广东 深圳`, `Shenzhen, Guangdong`; a municipality once. What the table has no English name
    /// for has its own.
    fn of(region: &core::Region) -> Self {
        let province = &region.province;
        let city = region.city.as_ref().filter(|city| *city != province);
        let mut areas = core::areas().iter();
        let province_en = areas
            .find(|area| area.province == province)
            .map_or(province.as_str(), |area| area.province_en);
        let Some(city) = city else {
            return Self {
                zh: province.clone(),
                en: province_en.to_owned(),
            };
        };
        let mut areas = core::areas().iter();
        let city_en = areas
            .find(|area| area.province == province && area.city == city)
            .map_or(city.as_str(), |area| area.city_en);
        Self {
            zh: format!("{province} {city}"),
            en: format!("{city_en}, {province_en}"),
        }
    }
}

/// What is known of a number in canonical form.
pub(super) fn origin(
    api: &Api,
    configuration: &Configuration,
    canonical: Option<&str>,
) -> Option<Origin> {
    let numbers = &configuration.dial_plan.numbers;
    let origin = api.ranges.directory().origin(numbers, canonical?)?;
    Some(Origin::from(&origin))
}

/// The names under which lists may have the region of a number in canonical form.
pub(super) fn region_names(
    api: &Api,
    configuration: &Configuration,
    canonical: Option<&str>,
) -> Vec<String> {
    let numbers = &configuration.dial_plan.numbers;
    let directory = api.ranges.directory();
    let origin = canonical.and_then(|number| directory.origin(numbers, number));
    origin.map_or_else(Vec::new, |origin| origin.region_names())
}

/// A province with its cities.
#[derive(Serialize, ToSchema)]
struct Province {
    name: PlaceName,
    cities: Vec<PlaceName>,
}

/// All provinces of mainland China and their cities, as lists can have them: `zh` of a province, or
/// `zh` of both with `/` between.
#[utoipa::path(get, path = "/api/regions", security(("session" = [])),
    responses((status = OK, body = Vec<Province>)))]
async fn provinces(_who: SignedIn) -> Json<Vec<Province>> {
    let name = |zh: &str, en: &str| PlaceName {
        zh: zh.to_owned(),
        en: en.to_owned(),
    };
    let mut provinces: Vec<Province> = Vec::new();
    for area in core::areas() {
        let city = name(area.city, area.city_en);
        match provinces.iter_mut().find(|p| p.name.zh == area.province) {
            Some(province) => province.cities.push(city),
            None => provinces.push(Province {
                name: name(area.province, area.province_en),
                cities: vec![city],
            }),
        }
    }
    Json(provinces)
}

/// A database of mobile numbers.
#[derive(Serialize, ToSchema)]
struct NumberDatabase {
    /// As the file tells it: `2312`, of December 2023.
    version: String,
    /// How many ranges of 10 000 numbers it has.
    ranges: usize,
    bytes: usize,
    /// In hexadecimal digits.
    sha256: String,
    /// When it was put here.
    taken_at: u64,
}

/// The databases of mobile numbers that are kept.
#[derive(Serialize, ToSchema)]
struct NumberDatabases {
    /// null: mobile numbers are not known.
    in_use: Option<NumberDatabase>,
    /// The one before, to go back to.
    former: Option<NumberDatabase>,
}

impl From<Kept> for NumberDatabases {
    fn from(kept: Kept) -> Self {
        let shown = |ranges: Ranges| NumberDatabase {
            version: ranges.version,
            ranges: ranges.ranges,
            bytes: ranges.octets,
            sha256: ranges.sha256,
            taken_at: ranges.taken_at,
        };
        Self {
            in_use: kept.in_use.map(shown),
            former: kept.former.map(shown),
        }
    }
}

fn of_file(error: &SegmentsError) -> Fault {
    let row = |key, row: &usize, found: &u32| fault(key, &[("row", row), ("found", found)]);
    match error {
        SegmentsError::Length(found) => fault("ranges_length", &[("found", found)]),
        SegmentsError::Version(found) => fault("ranges_version", &[("found", found)]),
        SegmentsError::IndexAt(found) => fault("ranges_index_at", &[("found", found)]),
        SegmentsError::IndexLength(found) => fault("ranges_index_length", &[("found", found)]),
        SegmentsError::Record(at) => fault("ranges_record", &[("found", at)]),
        SegmentsError::Records => fault("ranges_records", &[]),
        SegmentsError::Segment(at, found) => row("ranges_segment", at, found),
        SegmentsError::Order(at, found) => row("ranges_order", at, found),
        SegmentsError::Offset(at, found) => row("ranges_offset", at, found),
    }
}

fn refused(error: &RangesError) -> ApiError {
    match error {
        RangesError::Wrong(wrong) => {
            ApiError::invalid("database", error.to_string()).told(of_file(wrong))
        }
        RangesError::NoFormer => {
            ApiError::conflict(error.to_string()).told(fault("no_former_ranges", &[]))
        }
        RangesError::File { .. } => ApiError::internal(error),
    }
}

async fn blocking(
    api: &Api,
    work: impl FnOnce(&NumberRanges) -> std::result::Result<Kept, RangesError> + Send + 'static,
) -> Result<Json<NumberDatabases>> {
    let ranges = api.ranges.clone();
    let done = tokio::task::spawn_blocking(move || work(&ranges)).await;
    let done = done.map_err(|error| ApiError::internal(&error))?;
    Ok(Json(done.map_err(|error| refused(&error))?.into()))
}

/// The databases of mobile numbers that are kept.
#[utoipa::path(get, path = "/api/number_database", security(("session" = [SystemWrite::WORD])),
    responses((status = OK, body = NumberDatabases)))]
async fn kept(State(api): State<Api>, _who: May<SystemWrite>) -> Json<NumberDatabases> {
    Json(api.ranges.kept().into())
}

/// Puts a database in the place of the one in use, which is kept to go back to: a file in the format
/// of xluohome/phonedata (`phone.dat`), at most 16 MiB. It is checked whole before it is used.
#[utoipa::path(put, path = "/api/number_database", security(("session" = [SystemWrite::WORD])),
    request_body(content = Vec<u8>, content_type = "application/octet-stream"),
    responses((status = OK, body = NumberDatabases)))]
async fn replace(
    State(api): State<Api>,
    who: May<SystemWrite>,
    file: Bytes,
) -> Result<Json<NumberDatabases>> {
    let kept = blocking(&api, move |ranges| ranges.replace(&file)).await?;
    note(&who.session.name, &kept);
    Ok(kept)
}

/// Goes back to the former database; the one in use becomes the former.
#[utoipa::path(post, path = "/api/number_database/restore",
    security(("session" = [SystemWrite::WORD])),
    responses((status = OK, body = NumberDatabases)))]
async fn restore(State(api): State<Api>, who: May<SystemWrite>) -> Result<Json<NumberDatabases>> {
    let kept = blocking(&api, NumberRanges::restore).await?;
    note(&who.session.name, &kept);
    Ok(kept)
}

fn note(by: &str, Json(kept): &Json<NumberDatabases>) {
    if let Some(NumberDatabase {
        version, sha256, ..
    }) = &kept.in_use
    {
        tracing::info!(
            by,
            version,
            sha256,
            "another database of mobile numbers is in use"
        );
    }
}
