import type { LiveMessage, Snapshot } from "./model";

/** What the page knows about the connection; times are the box's, in ms since 1970. */
export interface LiveStatus {
  snapshot: Snapshot | null;
  /** The newest time the box told. */
  heardAt: number | null;
  /** Nothing heard for 3 s: what is shown may no longer be true. */
  stale: boolean;
}

interface Socket {
  onmessage: ((event: { data: unknown }) => void) | null;
  onclose: (() => void) | null;
  close(): void;
}
export interface LiveOptions {
  open: () => Socket;
  changed: (status: LiveStatus) => void;
  /** A clock that never jumps, in ms. */
  mono?: () => number;
}

const STALE_AFTER_MS = 3000;
// A hidden tab runs timers once a second at most; looking four times a second costs nothing.
const LOOK_EVERY_MS = 250;
const FIRST_RETRY_MS = 250;
const LONGEST_RETRY_MS = 5000;

/** The one WebSocket of a tab: keeps itself open, tells when it has gone quiet. */
export class LiveConnection {
  #socket: Socket | null = null;
  #status: LiveStatus = { snapshot: null, heardAt: null, stale: false };
  #heardMono: number;
  #retryMs = FIRST_RETRY_MS;
  #retry: ReturnType<typeof setTimeout> | undefined;
  #look: ReturnType<typeof setInterval>;
  #mono: () => number;
  /** The box's clock minus ours. */
  #offsetMs: number | null = null;

  constructor(private readonly options: LiveOptions) {
    this.#mono = options.mono ?? (() => performance.now());
    this.#heardMono = this.#mono();
    this.#look = setInterval(() => this.#lookForSilence(), LOOK_EVERY_MS);
    this.#connect();
  }

  /** The box's time now: what it last told, plus what our steady clock has counted since. */
  now(): number {
    return (this.#offsetMs ?? Date.now() - this.#mono()) + this.#mono();
  }

  retryNow(): void {
    this.#retryMs = FIRST_RETRY_MS;
    this.#drop();
    this.#connect();
  }

  close(): void {
    clearInterval(this.#look);
    this.#drop();
  }

  #drop(): void {
    clearTimeout(this.#retry);
    const socket = this.#socket;
    this.#socket = null;
    if (socket) {
      socket.onmessage = socket.onclose = null;
      socket.close();
    }
  }

  #connect(): void {
    const socket = this.options.open();
    this.#socket = socket;
    socket.onmessage = ({ data }) => this.#heard(JSON.parse(String(data)) as LiveMessage);
    socket.onclose = () => {
      this.#socket = null;
      // Half of the delay is random, so that fifty tabs do not all knock in the same instant.
      this.#retry = setTimeout(() => this.#connect(), this.#retryMs * (0.5 + Math.random() / 2));
      this.#retryMs = Math.min(this.#retryMs * 2, LONGEST_RETRY_MS);
    };
  }

  #heard(message: LiveMessage): void {
    this.#heardMono = this.#mono();
    this.#retryMs = FIRST_RETRY_MS;
    // A snapshot tells when it was put together, perhaps long before we came; a heartbeat is now.
    if (message.type === "heartbeat" || this.#offsetMs === null) {
      this.#setClock(message.at - this.#heardMono);
    }
    const snapshot = message.type === "snapshot" ? message : this.#status.snapshot;
    this.#tell({ snapshot, heardAt: this.now(), stale: false });
  }

  /** A late message makes the box's clock look slow, so the fastest message of all counts: timers
   * never step back. A jump of a second is a clock that was set. */
  #setClock(offsetMs: number): void {
    const jumped = this.#offsetMs === null || Math.abs(offsetMs - this.#offsetMs) > 1000;
    this.#offsetMs = jumped ? offsetMs : Math.max(this.#offsetMs ?? offsetMs, offsetMs);
  }

  #lookForSilence(): void {
    const silentMs = this.#mono() - this.#heardMono;
    if (silentMs <= STALE_AFTER_MS) return;
    if (!this.#status.stale) this.#tell({ ...this.#status, stale: true });
    // A cable pulled out closes nothing: give the silent socket up and knock again.
    if (this.#socket && silentMs > 2 * STALE_AFTER_MS) {
      this.#heardMono = this.#mono() - STALE_AFTER_MS;
      this.#drop();
      this.#connect();
    }
  }

  #tell(status: LiveStatus): void {
    this.#status = status;
    this.options.changed(status);
  }
}

export function openLiveSocket(): Socket {
  const scheme = location.protocol === "https:" ? "wss" : "ws";
  return new WebSocket(`${scheme}://${location.host}/api/live`) as unknown as Socket;
}
