import { beforeAll, expect, test, vi } from "vitest";
import { World } from "../../../mock/world";
import type { LiveAgent } from "../../api/model";

// `live.svelte.ts` remembers the order of tiles in the browser; here is none.
beforeAll(() => vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} }));
const { destinationOf, inPlaces, requests, sorted } = await import("./live.svelte");

const NOW = Date.UTC(2026, 10, 22, 10, 32);
const agents = new World("busy", NOW).snapshot().agents;

test("who needs a person comes first, who is not at work last", () => {
  const states = sorted(agents, "state").map((agent) => agent.state);
  expect(states.at(0)).toMatch(/offering|device_down/);
  expect(states.at(-1)).toBe("signed_out");
  expect(sorted(agents, "name")).toBe(agents);
});

test("places that are held stay, whatever the states become", () => {
  const places = sorted(agents, "state").map((agent) => agent.id);
  const changed = agents.map((agent): LiveAgent => ({ ...agent, state: "idle" }));
  expect(inPlaces(changed, places).map((agent) => agent.id)).toEqual(places);
});

test("an agent is offered only what the state allows", () => {
  const of = (state: LiveAgent["state"]) => requests({ ...(agents[0] as LiveAgent), state });
  expect(of("signed_out")).toEqual(["signed_in"]);
  expect(of("idle")).not.toContain("hang_up");
  expect(of("talking")).toContain("hang_up");
  expect(of("wrapup")).toContain("wrapup_done");
});

test("the counts of the mock agree with its agents and calls", () => {
  const world = new World("busy", NOW);
  for (let s = 1; s < 120; s++) {
    world.advance(NOW + s * 1000);
    const live = world.snapshot();
    const calls = new Set(live.calls.map((call) => call.id));
    for (const agent of live.agents) {
      const busy = ["offering", "talking", "holding"].includes(agent.state);
      expect(agent.call !== null).toBe(busy);
      if (agent.call !== null) expect(calls).toContain(agent.call);
    }
    expect(live.today.in_progress).toBe(live.calls.length);
  }
});

test("a typed number is a telephone here, or outside, or not a number yet", () => {
  const known = { agents: [3], phones: [{ id: 5, extension: "8005" }] };
  const to = (choice: string, typed = "") => destinationOf(choice, typed, known);
  expect(to("number", "8005")).toEqual({ phone: 5 });
  expect(to("number", "138 0013-8000")).toEqual({ outside: "13800138000" });
  expect(to("number", "8")).toBeNull();
  expect(to("number", "office")).toBeNull();
  expect(to("voicemail house")).toEqual({ voicemail: "house" });
  expect(to("voicemail queue 2")).toEqual({ voicemail: { queue: 2 } });
  expect(to("agent 3")).toEqual({ agent: 3 });
  expect(to("agent 4")).toBeNull();
});
