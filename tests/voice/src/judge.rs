//! How good speech sounds, judged by programs we did not write: PESQ (P.862, narrow band) and STOI,
//! from the Python packages `pesq` and `pystoi`, which run as a process.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::material::{SECOND, rounded};

/// Where `cargo xtask bench voice` puts Python with the two packages.
const PYTHON: &str = "target/voice/judges/bin/python";
const SCRIPT: &str = "\
import sys, wave, warnings
warnings.filterwarnings('ignore')
import numpy as np
from pesq import pesq
from pystoi import stoi
def read(p):
    with wave.open(p) as w:
        return np.frombuffer(w.readframes(w.getnframes()), dtype='<i2').astype(float)
a, b = read(sys.argv[1]), read(sys.argv[2])
part = 8000 * 8
scores = [pesq(8000, a[i:i + part], b[i:i + part], 'nb') for i in range(0, len(a) - part + 1, part)]
print(np.mean(scores), stoi(a, b, 8000))
";

/// What the judges say of one recording.
#[derive(Clone, Copy, Debug)]
pub struct Verdict {
    /// PESQ MOS-LQO, 1.0 to 4.5: the mean over pieces of 8 s.
    pub pesq: f64,
    /// STOI, 0 to 1.
    pub stoi: f64,
}

/// Compares what was heard with what was said; both 8 kHz, already aligned, 8 s or more.
pub fn judge(said: &[f32], heard: &[f32]) -> Result<Verdict, String> {
    let folder = PathBuf::from("target/voice/heard");
    fs::create_dir_all(&folder).map_err(|error| format!("{}: {error}", folder.display()))?;
    let [a, b] = ["said.wav", "heard.wav"].map(|name| folder.join(name));
    write(&a, said)?;
    write(&b, heard)?;
    let python = std::env::var("HOTLINE_JUDGES").unwrap_or_else(|_| PYTHON.into());
    let told = Command::new(&python)
        .args(["-c", SCRIPT])
        .args([&a, &b])
        .output()
        .map_err(|error| format!("{python}: {error}; `cargo xtask bench voice` installs it"))?;
    let text = String::from_utf8_lossy(&told.stdout).into_owned();
    let numbers: Vec<f64> = text.split_whitespace().flat_map(str::parse).collect();
    let [pesq, stoi] = numbers[..] else {
        let error = String::from_utf8_lossy(&told.stderr).into_owned();
        return Err(format!("the judges said nothing: {error}"));
    };
    Ok(Verdict { pesq, stoi })
}

fn write(path: &Path, samples: &[f32]) -> Result<(), String> {
    let spec = hound::WavSpec {
        channels: 1,
        sample_rate: SECOND as u32,
        bits_per_sample: 16,
        sample_format: hound::SampleFormat::Int,
    };
    let failed = |error: hound::Error| format!("{}: {error}", path.display());
    let mut file = hound::WavWriter::create(path, spec).map_err(failed)?;
    for sample in rounded(samples) {
        file.write_sample(sample).map_err(failed)?;
    }
    file.finalize().map_err(failed)
}
