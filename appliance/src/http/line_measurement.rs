//! A line as it is heard this second: for whoever installs it.

use axum::Json;
use axum::extract::State;
use axum::http::StatusCode;
use hotline_call::LineId;
use hotline_dsp::engine::LineMeasured;
use serde::Serialize;
use utoipa::ToSchema;
use utoipa_axum::router::OpenApiRouter;
use utoipa_axum::routes;

use super::Api;
use super::error::{ApiError, Result};
use super::input::Id;
use super::permit::{DevicesWrite, May, Permit as _};

/// Samples a second of the echo path.
const RATE_HZ: u32 = 8_000;

pub(super) fn routes() -> OpenApiRouter<Api> {
    OpenApiRouter::new().routes(routes!(measure))
}

/// One second of a line. Levels are in dBm0, the telephone network's measure.
#[derive(Serialize, ToSchema)]
struct LineMeasurement {
    /// Of all that comes from the line.
    level_dbm0: f32,
    /// Of the loudest moment.
    peak_dbm0: f32,
    /// Between words.
    noise_dbm0: f32,
    /// Of the mains, where they have 50 Hz.
    hum_50_dbm0: f32,
    /// Of the mains, where they have 60 Hz.
    hum_60_dbm0: f32,
    /// From 0 to 4 kHz, in steps of 62.5 Hz.
    spectrum_dbm0: Vec<f32>,
    /// How much weaker our own voice comes back than it was sent, in dB; null: not known yet.
    echo_return_loss_db: Option<f32>,
    /// How much weaker the canceller makes it still, in dB; null: we sent nothing.
    echo_return_loss_enhancement_db: Option<f32>,
    /// How a click would come back, from the moment it is sent; empty: not known yet.
    echo_path: Vec<f32>,
    /// Values of the echo path in a second.
    echo_path_rate_hz: u32,
}

impl From<&LineMeasured> for LineMeasurement {
    fn from(measured: &LineMeasured) -> Self {
        let heard = &measured.heard;
        let path = &measured.echo_path;
        let end = path.iter().rposition(|c| *c != 0.0).map_or(0, |at| at + 1);
        Self {
            level_dbm0: tenths(heard.level_dbm0),
            peak_dbm0: tenths(heard.peak_dbm0),
            noise_dbm0: tenths(heard.noise_dbm0),
            hum_50_dbm0: tenths(heard.hum_50_dbm0),
            hum_60_dbm0: tenths(heard.hum_60_dbm0),
            spectrum_dbm0: heard.spectrum_dbm0.map(tenths).to_vec(),
            echo_return_loss_db: measured.echo_return_loss_db.map(tenths),
            echo_return_loss_enhancement_db: measured.echo_return_loss_enhancement_db.map(tenths),
            echo_path: path[..end]
                .iter()
                .map(|c| (c * 1e4).round() / 1e4)
                .collect(),
            echo_path_rate_hz: RATE_HZ,
        }
    }
}

fn tenths(value: f32) -> f32 {
    (value * 10.0).round() / 10.0
}

/// Measures a line for a second, without anybody hearing of it; also in a call.
#[utoipa::path(get, path = "/api/lines/{id}/measurement", params(("id" = u16, Path)),
    security(("session" = [DevicesWrite::WORD])),
    responses((status = OK, body = LineMeasurement)))]
async fn measure(
    api: State<Api>,
    _who: May<DevicesWrite>,
    Id(id): Id<u16>,
) -> Result<Json<LineMeasurement>> {
    let live = api.call_control.live().borrow().clone();
    if !live.view.lines.iter().any(|line| line.line == LineId(id)) {
        return Err(ApiError::not_found("line"));
    }
    let measured = api.lines.measure(LineId(id)).await.ok_or_else(|| {
        let message = "the telephone card gives no samples; see the alarms";
        ApiError::new(StatusCode::SERVICE_UNAVAILABLE, "line_silent", message)
    })?;
    Ok(Json(LineMeasurement::from(&*measured)))
}
