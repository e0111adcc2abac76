//! Recordings as Ogg Opus (RFC 7845): two or three tracks that know nothing of each other.
//!
//! Opus codes a stereo pair jointly, which lets a little of one party be heard in the other's
//! channel. So each track is a stream of its own, and all travel in the packets of one file
//! (RFC 7845 §5.1.1, mapping family 1; RFC 6716 appendix B), which every player takes: the customer
//! left, the agent right, and a supervisor, if there was one, in the middle.

use std::fs::File;
use std::io::{self, BufReader, BufWriter, Write};
use std::path::Path;

use ogg::{PacketReader, PacketWriteEndInfo, PacketWriter};
use opus::{Application, Bitrate, Channels, Decoder, Encoder, Signal};

const RATE_HZ: u32 = 8_000;
/// Samples of a frame of one channel: 20 ms.
const FRAME: usize = 160;
/// Opus counts in 48 kHz, whatever it codes.
const GRANULE: u64 = 6;
/// Speech of 4 kHz is clear at this, for each track; 32 kb/s for two.
const BITRATE: i32 = 16_000;
/// A frame of 20 ms needs no more octets (RFC 6716 §3.4).
const MAX_PACKET: usize = 1_275;
/// Packets of a page: a second, which is as fine as one can seek.
const PAGE: u64 = 50;
/// Files made here hold one logical stream.
const SERIAL: u32 = 1;
/// Customer, agent, supervisor.
pub const MAX_TRACKS: usize = 3;

/// What follows the mapping family in the head: streams, none of them a stereo pair, and for each
/// channel its stream. Two channels are left and right, three left, middle and right (RFC 7845
/// §5.1.1.2), and the streams are in the order of the tracks.
fn mapping(tracks: usize) -> &'static [u8] {
    match tracks {
        2 => &[2, 0, 0, 1],
        _ => &[3, 0, 0, 2, 1],
    }
}

fn fault(error: impl std::error::Error + Send + Sync + 'static) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, error)
}

fn damaged(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, what.to_owned())
}

/// Codes a WAV file of two or three tracks of 8 kHz, 16 bits, and brings it to the disk; returns the octets
/// of the new file. About 0.5 % of a core for each recording that is as long as its coding may take.
///
/// # Errors
/// The WAV file is of another kind, or a file cannot be read or written.
pub fn encode(wav: &Path, to: &Path) -> io::Result<u64> {
    let mut reader = hound::WavReader::open(wav).map_err(fault)?;
    let spec = reader.spec();
    let tracks = usize::from(spec.channels);
    if !(2..=MAX_TRACKS).contains(&tracks)
        || (spec.sample_rate, spec.bits_per_sample) != (RATE_HZ, 16)
    {
        return Err(damaged(
            "a recording has two or three tracks of 8 kHz and 16 bits",
        ));
    }
    let mut frames = u64::from(reader.duration());
    let mut writer = OpusWriter::create(to, tracks)?;
    let mut samples = reader.samples::<i16>();
    writer.head()?;
    // Also what the coder still holds when the last sample went in.
    let mut left = frames + writer.lookahead;
    frames *= GRANULE;
    while left > 0 {
        let mut block = vec![[0_i16; FRAME]; tracks];
        for index in 0..FRAME {
            for track in &mut block {
                track[index] = match samples.next() {
                    Some(sample) => sample.map_err(fault)?,
                    None => 0,
                };
            }
        }
        left = left.saturating_sub(FRAME as u64);
        writer.write(&block, (left == 0).then_some(frames))?;
    }
    writer.finish()
}

struct OpusWriter {
    encoders: Vec<Encoder>,
    packets: PacketWriter<'static, BufWriter<File>>,
    /// Samples of 8 kHz that the coder looks ahead.
    lookahead: u64,
    written: u64,
}

impl OpusWriter {
    fn create(path: &Path, tracks: usize) -> io::Result<Self> {
        let encoder = || -> Result<Encoder, opus::Error> {
            let mut encoder = Encoder::new(RATE_HZ, Channels::Mono, Application::Voip)?;
            encoder.set_bitrate(Bitrate::Bits(BITRATE))?;
            encoder.set_signal(Signal::Voice)?;
            encoder.set_vbr(true)?;
            Ok(encoder)
        };
        let encoders: Result<Vec<_>, _> = (0..tracks).map(|_| encoder()).collect();
        let mut encoders = encoders.map_err(fault)?;
        let lookahead = encoders[0].get_lookahead().map_err(fault)?;
        Ok(Self {
            encoders,
            packets: PacketWriter::new(BufWriter::new(File::create(path)?)),
            lookahead: u64::from(lookahead.unsigned_abs()),
            written: 0,
        })
    }

    /// The two packets before the sound (RFC 7845 §5).
    fn head(&mut self) -> io::Result<()> {
        let pre_skip = (self.lookahead * GRANULE) as u16;
        let mut head = b"OpusHead".to_vec();
        head.extend([1, self.encoders.len() as u8]);
        head.extend(pre_skip.to_le_bytes());
        head.extend(RATE_HZ.to_le_bytes());
        head.extend(0_i16.to_le_bytes());
        head.push(1);
        head.extend(mapping(self.encoders.len()));
        let vendor = b"hotline";
        let mut tags = b"OpusTags".to_vec();
        tags.extend((vendor.len() as u32).to_le_bytes());
        tags.extend(vendor);
        tags.extend(0_u32.to_le_bytes());
        for packet in [head, tags] {
            self.packets
                .write_packet(packet, SERIAL, PacketWriteEndInfo::EndPage, 0)?;
        }
        Ok(())
    }

    /// One frame of all tracks; the last one says how long the whole is.
    fn write(&mut self, block: &[[i16; FRAME]], last: Option<u64>) -> io::Result<()> {
        let mut packet = Vec::with_capacity(MAX_PACKET);
        let tracks = self.encoders.len();
        for (index, (encoder, samples)) in self.encoders.iter_mut().zip(block).enumerate() {
            let coded = encoder.encode_vec(samples, MAX_PACKET).map_err(fault)?;
            let [configuration, frame @ ..] = coded.as_slice() else {
                return Err(damaged("the coder gave nothing"));
            };
            if configuration & 3 != 0 {
                return Err(damaged("the coder gave several frames for one"));
            }
            packet.push(*configuration);
            if index + 1 < tracks {
                push_length(&mut packet, frame.len());
            }
            packet.extend(frame);
        }
        self.written += 1;
        let end = match last {
            Some(_) => PacketWriteEndInfo::EndStream,
            None if self.written.is_multiple_of(PAGE) => PacketWriteEndInfo::EndPage,
            None => PacketWriteEndInfo::NormalPacket,
        };
        let so_far = self.written * FRAME as u64 * GRANULE;
        let position = last.map_or(so_far, |length| length + self.lookahead * GRANULE);
        self.packets.write_packet(packet, SERIAL, end, position)
    }

    fn finish(self) -> io::Result<u64> {
        let mut file = self.packets.into_inner();
        file.flush()?;
        let file = file.into_inner().map_err(io::IntoInnerError::into_error)?;
        file.sync_all()?;
        Ok(file.metadata()?.len())
    }
}

/// The length of a frame that does not reach to the end of the packet (RFC 6716 §3.2.1).
fn push_length(packet: &mut Vec<u8>, length: usize) {
    if length < 252 {
        packet.push(length as u8);
    } else {
        let first = 252 + (length & 3);
        packet.extend([first as u8, ((length - first) / 4) as u8]);
    }
}

/// Reads what [`encode`] wrote, frame by frame.
pub struct OpusReader {
    packets: PacketReader<BufReader<File>>,
    decoders: Vec<Decoder>,
    /// Samples of the beginning that are not of the recording.
    skip: u64,
    /// Samples still to come, as far as known: the end is told by the last packet.
    length: Option<u64>,
    read: u64,
}

impl OpusReader {
    /// Opens a file.
    ///
    /// # Errors
    /// It cannot be read or was not written here.
    pub fn open(path: &Path) -> io::Result<Self> {
        let mut packets = PacketReader::new(BufReader::new(File::open(path)?));
        let head = packets.read_packet_expected().map_err(fault)?;
        let (tracks, skip) =
            parse_head(&head.data).ok_or_else(|| damaged("this is no recording in Opus"))?;
        packets.read_packet_expected().map_err(fault)?;
        let decoder = |_| Decoder::new(RATE_HZ, Channels::Mono).map_err(fault);
        Ok(Self {
            packets,
            decoders: (0..tracks).map(decoder).collect::<io::Result<_>>()?,
            skip: u64::from(skip) / GRANULE,
            length: None,
            read: 0,
        })
    }

    /// How many tracks it has, 2 or 3.
    #[must_use]
    pub fn tracks(&self) -> usize {
        self.decoders.len()
    }

    /// The next samples, one of each track (customer, agent, supervisor), and so on; `None` at the
    /// end.
    ///
    /// # Errors
    /// The file cannot be read or is damaged.
    pub fn next_frame(&mut self) -> io::Result<Option<Vec<i16>>> {
        let Some(packet) = self.packets.read_packet().map_err(fault)? else {
            return Ok(None);
        };
        if packet.last_in_stream() {
            self.length = Some((packet.absgp_page() / GRANULE).saturating_sub(self.skip));
        }
        let tracks = self.tracks();
        let mut block = vec![[0_i16; FRAME]; tracks];
        for (part, (decoder, samples)) in parts(&packet.data, tracks)?
            .iter()
            .zip(self.decoders.iter_mut().zip(&mut block))
        {
            decoder.decode(part, samples, false).map_err(fault)?;
        }
        let first = self.read;
        self.read += FRAME as u64;
        let end = self
            .length
            .map_or(self.read, |length| (length + self.skip).min(self.read));
        let kept = (first..end).filter(|index| *index >= self.skip);
        let frames = kept.flat_map(|index| {
            let at = (index - first) as usize;
            block.iter().map(move |track| track[at])
        });
        Ok(Some(frames.collect()))
    }
}

/// The tracks, and the samples of 48 kHz to be left out, of a head that was written here.
fn parse_head(head: &[u8]) -> Option<(usize, u16)> {
    let rest = head.strip_prefix(b"OpusHead\x01")?;
    let (&tracks, rest) = rest.split_first()?;
    let (&skip, rest) = rest.split_first_chunk()?;
    // Rate and gain.
    let rest = rest.get(6..)?;
    let tracks = usize::from(tracks);
    let known = (2..=MAX_TRACKS).contains(&tracks) && rest.strip_prefix(&[1])? == mapping(tracks);
    known.then_some((tracks, u16::from_le_bytes(skip)))
}

/// The packets of all streams out of one of the file.
fn parts(packet: &[u8], tracks: usize) -> io::Result<Vec<Vec<u8>>> {
    let cut = || damaged("a packet is cut off");
    let mut parts = Vec::with_capacity(tracks);
    let mut left = packet;
    while parts.len() + 1 < tracks {
        let [configuration, rest @ ..] = left else {
            return Err(cut());
        };
        let (length, rest) = match rest {
            [first @ 0..252, rest @ ..] => (usize::from(*first), rest),
            [first, second, rest @ ..] => (usize::from(*first) + 4 * usize::from(*second), rest),
            _ => return Err(cut()),
        };
        let (frame, rest) = rest.split_at_checked(length).ok_or_else(cut)?;
        let mut part = vec![*configuration];
        part.extend(frame);
        parts.push(part);
        left = rest;
    }
    parts.push(left.to_vec());
    Ok(parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A tone on the last track, silence on the others, for so many samples.
    fn silence_and_tone(path: &Path, tracks: u16, length: usize) {
        let spec = hound::WavSpec {
            channels: tracks,
            sample_rate: RATE_HZ,
            bits_per_sample: 16,
            sample_format: hound::SampleFormat::Int,
        };
        let mut wav = hound::WavWriter::create(path, spec).unwrap();
        for index in 0..length {
            let sample = f64::sin(index as f64 * 0.785) * 8_000.0;
            for _ in 1..tracks {
                wav.write_sample(0_i16).unwrap();
            }
            wav.write_sample(sample as i16).unwrap();
        }
        wav.finalize().unwrap();
    }

    /// All samples, track by track.
    fn read(path: &Path) -> Vec<Vec<i16>> {
        let mut reader = OpusReader::open(path).unwrap();
        let mut all = vec![Vec::new(); reader.tracks()];
        while let Some(samples) = reader.next_frame().unwrap() {
            for frame in samples.chunks(all.len()) {
                all.iter_mut()
                    .zip(frame)
                    .for_each(|(track, sample)| track.push(*sample));
            }
        }
        all
    }

    #[test]
    fn a_recording_keeps_its_length_and_its_channels_apart() {
        let directory = tempfile::tempdir().unwrap();
        let (wav, opus) = (
            directory.path().join("1.wav"),
            directory.path().join("1.opus"),
        );
        for tracks in [2, 3] {
            for length in [1, 159, 160, 161, 20_001] {
                silence_and_tone(&wav, tracks, length);
                let octets = encode(&wav, &opus).unwrap();
                assert_eq!(octets, std::fs::metadata(&opus).unwrap().len());
                let all = read(&opus);
                assert_eq!(all.len(), usize::from(tracks));
                assert!(all.iter().all(|track| track.len() == length));
            }
            let energy = |track: &Vec<i16>| -> f64 {
                track.iter().map(|sample| f64::from(*sample).powi(2)).sum()
            };
            let mut energies: Vec<f64> = read(&opus).iter().map(energy).collect();
            let tone = energies.pop().unwrap();
            assert!(tone / 20_001.0 > 4_000.0_f64.powi(2), "the tone is there");
            let others = energies.iter().all(|other| *other < tone * 1e-6);
            assert!(others, "and not a bit of it on another track");
        }
    }

    #[test]
    fn what_is_no_recording_is_refused_and_what_is_cut_off_ends() {
        let directory = tempfile::tempdir().unwrap();
        let (wav, opus) = (
            directory.path().join("1.wav"),
            directory.path().join("1.opus"),
        );
        std::fs::write(&wav, b"RIFF").unwrap();
        assert!(encode(&wav, &opus).is_err());
        assert!(OpusReader::open(&wav).is_err());
        silence_and_tone(&wav, 2, 80_000);
        encode(&wav, &opus).unwrap();
        let whole = std::fs::read(&opus).unwrap();
        std::fs::write(&opus, &whole[..whole.len() / 2]).unwrap();
        let mut reader = OpusReader::open(&opus).unwrap();
        let mut frames = 0;
        while let Ok(Some(more)) = reader.next_frame() {
            frames += more.len() / 2;
        }
        assert!((20_000..60_000).contains(&frames), "{frames}");
    }
}
