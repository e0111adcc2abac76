import { expect, test } from "vitest";
import type { LiveAgent } from "../../api/model";
import { longState, matching, type Limits } from "./long";

const agent = (state: LiveAgent["state"], more: Partial<LiveAgent> = {}): LiveAgent => ({
  ...{ id: 3, name: "Wu Guifang", phone: { id: 3, extension: "8003", registered: true }, state },
  ...{ since_at: 0, reason: null, call: null, unheard: 0 },
  ...{ do_not_disturb: false, forwarded_to: null, ...more },
});
const limits: Limits = {
  queues: [
    { agents: [3], wrapup_s: 30 },
    { agents: [4], wrapup_s: 90 },
  ],
  breaks: [
    { name: "break", limit_min: 15 },
    { name: "training", limit_min: null },
  ],
};
const at = (one: LiveAgent, s: number) => longState(one, s * 1000, limits);

test("hold is amber after a minute and red after two", () => {
  expect([60, 61, 120, 121].map((s) => at(agent("holding"), s))).toEqual([
    "",
    "warn",
    "warn",
    "bad",
  ]);
});

test("time for notes is measured by the agent's own queues", () => {
  expect([30, 31, 61].map((s) => at(agent("wrapup"), s))).toEqual(["", "warn", "bad"]);
  expect(at(agent("wrapup", { id: 9 }), 9999)).toBe("");
});

test("a break is too long past the limit of its reason, where it has one", () => {
  expect(at(agent("not_ready", { reason: "break" }), 900)).toBe("");
  expect(at(agent("not_ready", { reason: "break" }), 901)).toBe("bad");
  expect(at(agent("not_ready", { reason: "training" }), 99_999)).toBe("");
  expect(at(agent("talking"), 99_999)).toBe("");
});

test("agents are found by name, extension, queue and state together", () => {
  const agents = [agent("idle"), agent("talking", { id: 4, name: "Zhao Min" })];
  const queues = [{ id: 1, agents: [4] }];
  const ids = (asked: object) =>
    matching(agents, { find: "", queue: "", state: "", ...asked }, queues).map(({ id }) => id);
  expect(ids({})).toEqual([3, 4]);
  expect(ids({ find: " wu" })).toEqual([3]);
  expect(ids({ find: "8003" })).toEqual([3, 4]);
  expect(ids({ queue: "1" })).toEqual([4]);
  expect(ids({ queue: "1", state: "idle" })).toEqual([]);
});
