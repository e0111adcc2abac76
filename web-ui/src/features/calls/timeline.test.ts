import { expect, test } from "vitest";
import { World } from "../../../mock/world";
import { ticks, timeline, wavePath } from "./timeline";

const NOW = Date.UTC(2026, 10, 22, 10, 32);
const world = new World("quiet", NOW);
const every = world
  .calls(new URLSearchParams({ limit: "200" }))
  .calls.flatMap((call) => world.call(call.id) ?? []);

test("the bars of a lane follow one another inside the call", () => {
  expect(every.length).toBeGreaterThan(100);
  for (const detail of every) {
    const { from, to, call, agent } = timeline(detail, NOW);
    for (const lane of [call, agent]) {
      let before = from;
      for (const bar of lane) {
        expect(bar.from).toBeGreaterThanOrEqual(before);
        expect(bar.to).toBeGreaterThan(bar.from);
        before = bar.to;
      }
      expect(before).toBeLessThanOrEqual(to);
    }
  }
});

test("the bars add up to the times of the record", () => {
  for (const detail of every) {
    const { call } = timeline(detail, NOW);
    const total = (what: string) =>
      call.filter((bar) => bar.what === what).reduce((sum, bar) => sum + bar.to - bar.from, 0);
    expect(total("ring")).toBe(detail.call.ring_ms);
    expect(total("talk")).toBe(detail.call.talk_ms ?? 0);
    expect(total("hold")).toBe(detail.call.hold_ms);
  }
});

test("the axis has a few round times", () => {
  for (const length of [8_000, 65_000, 400_000, 5_000_000]) {
    const marks = ticks(NOW, NOW + length);
    expect(marks.length).toBeLessThanOrEqual(8);
    for (const at of marks) expect(at % 1000).toBe(0);
  }
});

test("silence is drawn as a line, sound from its minimum to its maximum", () => {
  expect(wavePath([0, 0, -32768, 32767], 32)).toBe("M0.5 15.5V16.5M1.5 0.0V32.0");
});
