import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { LiveConnection, type LiveStatus } from "./live";

class FakeSocket {
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: (() => void) | null = null;
  closed = false;
  close() {
    this.closed = true;
  }
  say(message: object) {
    this.onmessage?.({ data: JSON.stringify(message) });
  }
}

let sockets: FakeSocket[];
let told: LiveStatus[];
let connection: LiveConnection;
const last = () => told.at(-1);
const socket = () => sockets.at(-1) as FakeSocket;

beforeEach(() => {
  vi.useFakeTimers();
  sockets = [];
  told = [];
  connection = new LiveConnection({
    open: () => {
      const opened = new FakeSocket();
      sockets.push(opened);
      return opened;
    },
    changed: (status) => told.push(status),
    mono: () => performance.now(),
  });
});
afterEach(() => {
  connection.close();
  vi.useRealTimers();
});

test("silence for more than 3 s is told as stale, and the snapshot stays", () => {
  socket().say({ type: "snapshot", seq: 1, at: 1000, lines: [] });
  vi.advanceTimersByTime(2900);
  expect(last()?.stale).toBe(false);
  vi.advanceTimersByTime(600);
  expect(last()).toMatchObject({ stale: true, heardAt: 1000, snapshot: { seq: 1 } });
});

test("a heartbeat keeps the connection fresh", () => {
  for (let s = 0; s < 10; s++) {
    socket().say({ type: "heartbeat", at: 1000 * s });
    vi.advanceTimersByTime(1000);
  }
  expect(told.some((status) => status.stale)).toBe(false);
});

test("a socket that closes is opened again, later each time, and at once on demand", () => {
  const opened = () => sockets.length;
  socket().onclose?.();
  vi.advanceTimersByTime(250);
  expect(opened()).toBe(2);
  for (let failures = 0; failures < 6; failures++) {
    socket().onclose?.();
    vi.advanceTimersByTime(5000);
  }
  const before = opened();
  socket().onclose?.();
  vi.advanceTimersByTime(2000);
  expect(opened()).toBe(before);
  connection.retryNow();
  expect(opened()).toBe(before + 1);
});

test("a socket that is silent but open is given up and replaced", () => {
  const first = socket();
  vi.advanceTimersByTime(6500);
  expect(first.closed).toBe(true);
  expect(sockets.length).toBe(2);
});

test("timers follow the clock of the box and never step back for a late message", () => {
  socket().say({ type: "heartbeat", at: 50_000 });
  vi.advanceTimersByTime(1000);
  expect(connection.now()).toBeCloseTo(51_000, -1);
  socket().say({ type: "heartbeat", at: 50_700 });
  expect(connection.now()).toBeCloseTo(51_000, -1);
  socket().say({ type: "snapshot", seq: 2, at: 20_000 });
  expect(connection.now()).toBeCloseTo(51_000, -1);
  socket().say({ type: "heartbeat", at: 3_650_000 });
  expect(connection.now()).toBeCloseTo(3_650_000, -1);
});
