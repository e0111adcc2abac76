// A conversation made of tones: the customer speaks, then the agent, never both.
import type { Recording, Waveform } from "../src/api/model";

const RATE_HZ = 8000;

function sample(channel: 0 | 1, recording: number, atMs: number): number {
  const turnMs = 2600 + (recording % 5) * 300;
  const speaks = Math.floor(atMs / turnMs) % 2 === channel;
  const syllable = Math.sin((atMs / 1000) * 2 * Math.PI * 2.3 + recording);
  if (!speaks || syllable < -0.2) return 0;
  const hz = channel === 0 ? 196 : 311;
  const phrase = 0.55 + 0.45 * Math.sin(atMs / (410 + recording * 7));
  return Math.round(Math.sin((atMs / 1000) * 2 * Math.PI * hz) * 24000 * syllable * phrase);
}

/** A WAV file: two channels, customer left and agent right, 8 kHz, 16 bit. */
export function wav({ id, duration_ms }: Pick<Recording, "id" | "duration_ms">): Buffer {
  const frames = Math.floor((duration_ms * RATE_HZ) / 1000);
  const file = Buffer.alloc(44 + frames * 4);
  file.write("RIFF", 0, "latin1");
  file.writeUInt32LE(36 + frames * 4, 4);
  file.write("WAVEfmt ", 8, "latin1");
  file.writeUInt32LE(16, 16);
  file.writeUInt16LE(1, 20);
  file.writeUInt16LE(2, 22);
  file.writeUInt32LE(RATE_HZ, 24);
  file.writeUInt32LE(RATE_HZ * 4, 28);
  file.writeUInt16LE(4, 32);
  file.writeUInt16LE(16, 34);
  file.write("data", 36, "latin1");
  file.writeUInt32LE(frames * 4, 40);
  for (let i = 0; i < frames; i++) {
    const atMs = (i * 1000) / RATE_HZ;
    file.writeInt16LE(sample(0, id, atMs), 44 + i * 4);
    file.writeInt16LE(sample(1, id, atMs), 46 + i * 4);
  }
  return file;
}

export function waveform({ id, duration_ms }: Recording, columns: number): Waveform {
  const channel = (which: 0 | 1) =>
    Array.from({ length: columns }, (_, column) => {
      let peak = 0;
      for (let i = 0; i < 24; i++) {
        const atMs = ((column + i / 24) / columns) * duration_ms;
        peak = Math.max(peak, Math.abs(sample(which, id, atMs)));
      }
      return [-peak, peak];
    }).flat();
  return { columns, duration_ms, customer: channel(0), agent: channel(1) };
}
