import { api } from "../../api/http";
import type { Recording } from "../../api/model";

export const RATES = [0.5, 0.75, 1, 1.5, 2, 3];

/** What is being listened to, and where in it. The player's element reports here. */
export class Playback {
  recording = $state.raw<Recording | null>(null);
  /** Into the recording, in ms. */
  positionMs = $state(0);
  playing = $state(false);
  rate = $state(1);
  failed = $state(false);
  #audio: HTMLAudioElement | null = null;

  get url(): string {
    return this.recording ? api.soundUrl(this.recording.id) : "";
  }

  /** Where the whole is to be kept from, as WAV. */
  get wavUrl(): string {
    return this.recording ? api.wavUrl(this.recording.id) : "";
  }
  /** The moment that is heard now, by the box's clock. */
  get at(): number | null {
    return this.recording ? this.recording.started_at + this.positionMs : null;
  }

  choose(recording: Recording): void {
    this.recording = recording;
    this.positionMs = 0;
    this.failed = false;
  }

  attach(audio: HTMLAudioElement): () => void {
    this.#audio = audio;
    let frame = 0;
    // `timeupdate` comes four times a second; the playhead moves with every frame while playing.
    const follow = () => {
      this.positionMs = audio.currentTime * 1000;
      this.playing = !audio.paused && !audio.ended;
      cancelAnimationFrame(frame);
      if (this.playing) frame = requestAnimationFrame(follow);
    };
    const fail = () => (this.failed = true);
    const events = ["play", "pause", "ended", "timeupdate", "seeked"];
    for (const event of events) audio.addEventListener(event, follow);
    audio.addEventListener("error", fail);
    return () => {
      cancelAnimationFrame(frame);
      for (const event of events) audio.removeEventListener(event, follow);
      audio.removeEventListener("error", fail);
      this.#audio = null;
    };
  }

  toggle(): void {
    if (!this.#audio) return;
    if (this.#audio.paused) this.#audio.play().catch(() => (this.failed = true));
    else this.#audio.pause();
  }

  seek(ms: number): void {
    if (!this.recording) return;
    this.positionMs = Math.min(Math.max(ms, 0), this.recording.duration_ms);
    if (this.#audio) this.#audio.currentTime = this.positionMs / 1000;
  }

  /** To a moment of the box's clock, when the recording covers it. */
  seekAt(at: number): void {
    if (this.recording) this.seek(at - this.recording.started_at);
  }

  setRate(rate: number): void {
    this.rate = rate;
    if (this.#audio) this.#audio.playbackRate = rate;
  }
}
