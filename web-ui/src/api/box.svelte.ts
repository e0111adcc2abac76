import { LiveConnection, openLiveSocket, type LiveStatus } from "./live";
import type { Snapshot } from "./model";

/** The box as the whole page sees it: the newest snapshot, its clock, its names. */
let status = $state.raw<LiveStatus>({ snapshot: null, heardAt: null, stale: false });
let now = $state(Date.now());
let connection: LiveConnection | null = null;
let second: ReturnType<typeof setTimeout> | undefined;

/** One repaint a second for every timer of the page, on the box's second. */
function tick(): void {
  clearTimeout(second);
  now = connection?.now() ?? Date.now();
  second = setTimeout(tick, 1000 - (now % 1000) + 5);
}

const nameIn = (rows: { id: number; name: string }[] | undefined, id: number | null) =>
  id === null ? null : (rows?.find((row) => row.id === id)?.name ?? String(id));

export const box = {
  get snapshot(): Snapshot | null {
    return status.snapshot;
  },
  get stale(): boolean {
    return status.stale;
  },
  get heardAt(): number | null {
    return status.heardAt;
  },
  /** Now by the box's clock, once a second; while nothing is heard it stands still. */
  get now(): number {
    return status.stale && status.heardAt !== null ? status.heardAt : now;
  },
  agentName: (id: number | null) => nameIn(status.snapshot?.agents, id),
  queueName: (id: number | null) => nameIn(status.snapshot?.queues, id),
  lineName: (id: number) => nameIn(status.snapshot?.lines, id) ?? String(id),

  open(): void {
    if (connection) return;
    const changed = (next: LiveStatus) => {
      status = next;
      // The box has just told its time: no timer shows this computer's idea of it for a second.
      if (connection && Math.abs(connection.now() - now) > 1000) tick();
    };
    connection = new LiveConnection({ open: openLiveSocket, changed });
    tick();
  },
  retry: () => connection?.retryNow(),
  close(): void {
    clearTimeout(second);
    connection?.close();
    connection = null;
    status = { snapshot: null, heardAt: null, stale: false };
  },
};
