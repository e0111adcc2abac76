//! The files of one recording while it lasts: WAV of two tracks (customer left, agent right), 8 kHz,
//! 16 bit; and, once there is a third voice, one of that voice alone, as long as the first. After
//! the call the third track is joined to the others: most calls have none, and a track cannot be
//! put into a file that is being written.
//!
//! The headers are written by hand and brought up to date twice a second, so that a file whose
//! program died in mid-call plays to its last half second; after a power cut it plays to the last
//! 2 s. `repair` mends what is left afterwards.

use std::fs::{File, OpenOptions};
use std::io::{self, BufReader, BufWriter, Read, Seek, SeekFrom, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use hotline_dsp::engine::RecordedBlock;
use hotline_services::RecordingId;

const HEADER: u64 = 44;
/// Octets of one sample.
const SAMPLE: u64 = 2;
const RATE_HZ: u32 = 8000;
/// How often what was heard is given to the system and the header says so: a program that dies
/// loses no more.
const FLUSH: Duration = Duration::from_millis(500);
/// How often the system is made to write it to the disk, which it would do after half a minute: a
/// power cut may cost 2 s, so this leaves a slow disk a second for it.
const SYNC: Duration = Duration::from_secs(1);

/// The file of a recording, below the directory of recordings: a thousand to a folder.
#[must_use]
pub fn file_of(recording: RecordingId) -> PathBuf {
    PathBuf::from(format!("{:06}", recording.0 / 1000)).join(format!("{}.wav", recording.0))
}

/// The file of its third voice, while it is not joined to the others.
#[must_use]
pub fn third_of(path: &Path) -> PathBuf {
    path.with_extension("third.wav")
}

/// RIFF/WAVE, one `fmt ` and one `data` chunk (Microsoft/IBM 1991), for so many octets of samples
/// of 8 kHz and 16 bits.
#[must_use]
pub fn header(data: u64, tracks: u16) -> [u8; HEADER as usize] {
    let data = u32::try_from(data).unwrap_or(u32::MAX - 36);
    let frame = tracks * SAMPLE as u16;
    let mut header = [0_u8; HEADER as usize];
    header[0..4].copy_from_slice(b"RIFF");
    header[4..8].copy_from_slice(&data.saturating_add(36).to_le_bytes());
    header[8..16].copy_from_slice(b"WAVEfmt ");
    header[16..20].copy_from_slice(&16_u32.to_le_bytes());
    header[20..22].copy_from_slice(&1_u16.to_le_bytes());
    header[22..24].copy_from_slice(&tracks.to_le_bytes());
    header[24..28].copy_from_slice(&RATE_HZ.to_le_bytes());
    header[28..32].copy_from_slice(&(RATE_HZ * u32::from(frame)).to_le_bytes());
    header[32..34].copy_from_slice(&frame.to_le_bytes());
    header[34..36].copy_from_slice(&16_u16.to_le_bytes());
    header[36..40].copy_from_slice(b"data");
    header[40..44].copy_from_slice(&data.to_le_bytes());
    header
}

/// The tracks of a file that has our header, 2 if it has none.
fn tracks_of(file: &mut File) -> io::Result<u16> {
    let mut start = [0_u8; 24];
    file.seek(SeekFrom::Start(0))?;
    file.read_exact(&mut start)?;
    Ok(if start[22..] == 3_u16.to_le_bytes() {
        3
    } else {
        2
    })
}

/// Mends the header of a file whose writer died, and joins the third voice to it if there was one.
/// Returns its length in ms and its size.
///
/// # Errors
/// The file cannot be read or written.
pub fn repair(path: &Path) -> io::Result<(u64, u64)> {
    let mut file = OpenOptions::new().read(true).write(true).open(path)?;
    let size = file.metadata()?.len();
    let tracks = if size < HEADER {
        2
    } else {
        tracks_of(&mut file)?
    };
    let frame = SAMPLE * u64::from(tracks);
    let data = size.saturating_sub(HEADER) / frame * frame;
    file.set_len(HEADER + data)?;
    file.seek(SeekFrom::Start(0))?;
    file.write_all(&header(data, tracks))?;
    file.sync_all()?;
    drop(file);
    let duration_ms = data / frame * 1000 / u64::from(RATE_HZ);
    Ok((duration_ms, join_third(path)?))
}

/// Makes one file of three tracks of a recording that has a third voice; leaves any other as it is.
/// Returns the size. Until the new file is whole and on the disk, the old ones stay.
///
/// # Errors
/// A file cannot be read or written; both stay as they are.
pub fn join_third(path: &Path) -> io::Result<u64> {
    let beside = third_of(path);
    let third = match File::open(&beside) {
        Ok(third) => third,
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            return Ok(std::fs::metadata(path)?.len());
        }
        Err(error) => return Err(error),
    };
    let mut main = File::open(path)?;
    // With three it was joined, and the program died before it could remove the other.
    if tracks_of(&mut main)? == 2 {
        let part = path.with_extension("part");
        let joined = join(main, third, &part).and_then(|()| std::fs::rename(&part, path));
        if let Err(error) = joined {
            let _ = std::fs::remove_file(&part);
            return Err(error);
        }
        sync_folder(path)?;
    }
    std::fs::remove_file(&beside)?;
    Ok(std::fs::metadata(path)?.len())
}

/// Writes two tracks of `main` and one of `third`, which may be shorter, side by side.
fn join(mut main: File, mut third: File, to: &Path) -> io::Result<()> {
    let frames = main.metadata()?.len().saturating_sub(HEADER) / (2 * SAMPLE);
    main.seek(SeekFrom::Start(HEADER))?;
    third.seek(SeekFrom::Start(HEADER))?;
    let (mut main, mut third) = (BufReader::new(main), BufReader::new(third));
    let mut joined = BufWriter::new(File::create(to)?);
    joined.write_all(&header(frames * 3 * SAMPLE, 3))?;
    for _ in 0..frames {
        let mut two = [0_u8; 2 * SAMPLE as usize];
        main.read_exact(&mut two)?;
        let mut one = [0_u8; SAMPLE as usize];
        match third.read_exact(&mut one) {
            Err(error) if error.kind() == io::ErrorKind::UnexpectedEof => one = [0; 2],
            read => read?,
        }
        joined.write_all(&two)?;
        joined.write_all(&one)?;
    }
    let file = joined
        .into_inner()
        .map_err(io::IntoInnerError::into_error)?;
    file.sync_all()
}

/// Brings the name of a file to the disk, and that of its folder, which may be new.
fn sync_folder(path: &Path) -> io::Result<()> {
    for folder in path.ancestors().skip(1).take(2) {
        File::open(folder)?.sync_all()?;
    }
    Ok(())
}

/// A WAV file that grows.
struct Growing {
    file: File,
    tracks: u16,
    /// Octets after the header that are in the file.
    written: u64,
    /// Octets not yet given to the system.
    waiting: Vec<u8>,
}

impl Growing {
    /// Begins with so many frames of silence, which take no room on the disk.
    fn create(path: &Path, tracks: u16, silence: u64) -> io::Result<Self> {
        let mut file = OpenOptions::new()
            .write(true)
            .create(true)
            .truncate(true)
            .open(path)?;
        let written = silence * SAMPLE * u64::from(tracks);
        file.set_len(HEADER + written)?;
        file.write_all(&header(written, tracks))?;
        sync_folder(path)?;
        Ok(Self {
            file,
            tracks,
            written,
            waiting: Vec::with_capacity(64 * 1024),
        })
    }

    fn frames(&self) -> u64 {
        (self.written + self.waiting.len() as u64) / (SAMPLE * u64::from(self.tracks))
    }

    fn push(&mut self, sample: i16) {
        self.waiting.extend_from_slice(&sample.to_le_bytes());
    }

    fn flush(&mut self) -> io::Result<()> {
        if self.waiting.is_empty() {
            return Ok(());
        }
        self.file.seek(SeekFrom::Start(HEADER + self.written))?;
        self.file.write_all(&self.waiting)?;
        self.written += self.waiting.len() as u64;
        self.waiting.clear();
        self.file.seek(SeekFrom::Start(0))?;
        self.file.write_all(&header(self.written, self.tracks))
    }
}

/// A recording in progress.
pub(super) struct RecordingFile {
    path: PathBuf,
    main: Growing,
    third: Option<Growing>,
    flushed: Instant,
    synced: Instant,
}

impl RecordingFile {
    pub(super) fn create(path: &Path) -> io::Result<Self> {
        if let Some(folder) = path.parent() {
            std::fs::create_dir_all(folder)?;
        }
        Ok(Self {
            path: path.into(),
            main: Growing::create(path, 2, 0)?,
            third: None,
            flushed: Instant::now(),
            synced: Instant::now(),
        })
    }

    /// Takes a block; it may have to begin the file of the third voice.
    pub(super) fn add(&mut self, block: &RecordedBlock) -> io::Result<()> {
        if block.c.is_some() && self.third.is_none() {
            let silence = self.main.frames();
            self.third = Some(Growing::create(&third_of(&self.path), 1, silence)?);
        }
        let valid = usize::from(block.len);
        for (a, b) in block.a.iter().zip(&block.b).take(valid) {
            self.main.push(*a);
            self.main.push(*b);
        }
        if let Some(third) = &mut self.third {
            let said = block.c.iter().flatten().copied();
            said.chain(std::iter::repeat(0))
                .take(valid)
                .for_each(|c| third.push(c));
        }
        Ok(())
    }

    pub(super) fn is_due(&self) -> bool {
        self.flushed.elapsed() >= FLUSH
    }

    /// Gives what has come to the system, and now and then to the disk.
    pub(super) fn flush(&mut self) -> io::Result<()> {
        self.flushed = Instant::now();
        let syncs = self.flushed - self.synced >= SYNC;
        if syncs {
            self.synced = self.flushed;
        }
        for file in std::iter::once(&mut self.main).chain(&mut self.third) {
            file.flush()?;
            if syncs {
                file.file.sync_data()?;
            }
        }
        Ok(())
    }

    /// Brings the rest to the disk.
    pub(super) fn close(&mut self) -> io::Result<()> {
        for file in std::iter::once(&mut self.main).chain(&mut self.third) {
            file.flush()?;
            file.file.sync_data()?;
        }
        Ok(())
    }

    /// How long it is, as far as it is written, in ms.
    pub(super) fn duration_ms(&self) -> u64 {
        self.main.written / (2 * SAMPLE) * 1000 / u64::from(RATE_HZ)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use hotline_dsp::engine::FRAME;

    fn block(value: i16, third: Option<i16>) -> RecordedBlock {
        RecordedBlock {
            recording: 7,
            len: FRAME as u16,
            a: [value; FRAME],
            b: [-value; FRAME],
            c: third.map(|third| [third; FRAME]),
        }
    }

    fn read(path: &Path) -> (u16, Vec<i16>) {
        let mut reader = hound::WavReader::open(path).unwrap();
        let tracks = reader.spec().channels;
        (tracks, reader.samples().map(Result::unwrap).collect())
    }

    #[test]
    fn a_file_whose_writer_died_plays_and_is_mended() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join(file_of(RecordingId(7)));
        let mut open = RecordingFile::create(&path).unwrap();
        open.add(&block(100, None)).unwrap();
        open.flush().unwrap();
        open.add(&block(200, None)).unwrap();
        open.main.file.seek(SeekFrom::End(0)).unwrap();
        // Half a block reaches the disk, then the program is killed.
        let half: Vec<u8> = open.main.waiting[..322].to_vec();
        open.main.file.write_all(&half).unwrap();
        drop(open);
        assert_eq!(read(&path).1.len(), 2 * FRAME, "playable as it was left");
        assert_eq!(repair(&path).unwrap(), (30, 44 + 640 + 320));
        assert_eq!(read(&path).1.len(), 2 * 240);
    }

    #[test]
    fn both_parties_are_on_their_own_track_and_two_are_enough() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.wav");
        let mut open = RecordingFile::create(&path).unwrap();
        open.add(&block(1234, None)).unwrap();
        open.close().unwrap();
        assert_eq!(join_third(&path).unwrap(), 44 + 640);
        let (tracks, samples) = read(&path);
        assert_eq!((tracks, samples.len()), (2, 320));
        assert!(samples.chunks(2).all(|pair| pair == [1234, -1234]));
    }

    /// The third voice comes in the second block, goes after it, and the program is killed when half
    /// of the last block of its file is on the disk.
    #[test]
    fn a_third_voice_is_a_third_track_at_its_true_time_even_after_a_kill() {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("x.wav");
        let mut open = RecordingFile::create(&path).unwrap();
        let thirds = [None, Some(77), None, Some(55)];
        for third in thirds {
            open.add(&block(100, third)).unwrap();
        }
        open.flush().unwrap();
        let third = open.third.take().unwrap();
        third.file.set_len(44 + 2 * (3 * 160 + 80)).unwrap();
        drop(open);
        assert_eq!(read(&path).0, 2, "until it is mended");
        assert_eq!(repair(&path).unwrap(), (80, 44 + 4 * 160 * 6));
        let (tracks, samples) = read(&path);
        assert_eq!(tracks, 3);
        let heard: Vec<i16> = samples.chunks(3).map(|frame| frame[2]).collect();
        let expected = [[0; 160], [77; 160], [0; 160]].concat();
        assert_eq!(heard[..480], expected);
        assert_eq!(heard[480..], [[55; 80], [0; 80]].concat());
        assert!(samples.chunks(3).all(|frame| frame[..2] == [100, -100]));
        assert!(!third_of(&path).exists());
        // A kill between the two last steps leaves the third voice's file: it is not joined twice.
        std::fs::write(third_of(&path), [0; 60]).unwrap();
        assert_eq!(repair(&path).unwrap(), (80, 44 + 4 * 160 * 6));
        assert!(!third_of(&path).exists());
    }
}
