import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Mock, NAME, PASSWORD } from "../../../mock/server";
import { api, ApiError, origin } from "../../api/http";
import type { Fact } from "../../api/model";
import { CallList, OneCall, question } from "./calls.svelte";
import { decisions, inVain } from "./decisions";
import { sentence, type Names } from "./facts";

let mock: Mock;
let server: Server;
let cookie = "";

beforeAll(async () => {
  mock = new Mock("quiet");
  server = createServer((request, response) => mock.handle(request, response, () => {}));
  await new Promise<void>((listening) => server.listen(0, "127.0.0.1", listening));
  origin.base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  // A browser keeps the cookie by itself; Node does not.
  const real = globalThis.fetch;
  vi.stubGlobal("fetch", async (url: string, init: RequestInit = {}) => {
    const answer = await real(url, { ...init, headers: { ...init.headers, cookie } });
    cookie = answer.headers.get("set-cookie")?.split(";")[0] ?? cookie;
    return answer;
  });
});
afterAll(() => {
  mock.close();
  server.close();
});

test("a wrong password is refused with its field, the right one lets in", async () => {
  await expect(api.signIn(NAME, "not this one")).rejects.toMatchObject({
    code: "wrong_password",
    field: "password",
  });
  await expect(api.session()).rejects.toBeInstanceOf(ApiError);
  await api.signIn(NAME, PASSWORD);
  expect((await api.session()).user.name).toBe(NAME);
});

test("filters of the address become the question to the box", () => {
  const now = new Date(2026, 10, 22, 10, 0).getTime();
  const filters = new URLSearchParams({ number: "138 0013", queue: "2", since: "today", x: "y" });
  expect(Object.fromEntries(question(filters, now))).toEqual({
    limit: "50",
    number: "1380013",
    queue: "2",
    from_at: String(new Date(2026, 10, 22).getTime()),
  });
});

test("the list shows what the filters allow, and more on demand", async () => {
  const list = new CallList();
  await list.load(question(new URLSearchParams({ outcome: "served" }), Date.now()));
  expect(list.calls).toHaveLength(50);
  expect(list.total).toBeGreaterThan(50);
  expect(new Set(list.calls.map((call) => call.outcome))).toEqual(new Set(["served"]));
  await list.more();
  expect(list.calls.length).toBeGreaterThan(50);
  const ids = list.calls.map((call) => call.id);
  expect(new Set(ids).size).toBe(ids.length);
  expect(ids).toEqual([...ids].sort((a, b) => b - a));
  const shown = list.calls.length;
  await list.load(question(new URLSearchParams({ outcome: "served" }), Date.now()));
  expect(list.calls.length).toBe(shown);
});

test("a call comes with its waveform, and every fact of it has words", async () => {
  const list = new CallList();
  await list.load(question(new URLSearchParams(), Date.now()));
  const served = list.calls.find((call) => call.recordings.length > 0);
  const one = new OneCall();
  await one.load(served?.id ?? 0);
  expect(one.detail?.call.id).toBe(served?.id);
  expect([...one.waves.values()][0]?.customer).toHaveLength(1200);
  const names: Names = {
    agent: (id) => `agent ${id}`,
    queue: (id) => `queue ${id}`,
    menu: (id) => `menu ${id}`,
    line: (id) => `line ${id}`,
    customerLeg: 2,
  };
  for (const fact of one.detail?.facts ?? []) {
    const words = sentence(fact, names);
    expect(words).not.toMatch(/undefined|null|Other:/);
    expect(words.length).toBeGreaterThan(3);
  }
});

test("a call that does not exist is an error in the pane, not an exception", async () => {
  const one = new OneCall();
  await one.load(999_999);
  expect(one.error).toMatchObject({ status: 404, code: "not_found" });
});

test("each offer of a call has its own reasons and how it went", () => {
  const told = (seq: number, kind: string, fields: object): Fact => ({
    seq,
    at: seq,
    kind,
    ...fields,
  });
  const why = [{ agent: 4, idle_ms: 9, not: null }];
  const facts = [
    told(1, "queued", { queue: 1 }),
    told(2, "agent_offered", { agent: 4, why }),
    told(3, "offer_ended", { agent: 4, outcome: "no_answer" }),
    told(4, "agent_offered", { agent: 5, why }),
    told(5, "connected", { agent: 5 }),
    told(6, "agent_offered", { agent: 4, why }),
  ];
  const went = decisions(facts).map(({ seq, agent, outcome }) => [seq, agent, outcome]);
  expect(went).toEqual([
    [2, 4, "no_answer"],
    [4, 5, "answered"],
    [6, 4, null],
  ]);
});

test("of a caller who waited in vain it is told where, how long and for whom", () => {
  const told = (seq: number, kind: string, fields = {}): Fact => ({
    seq,
    at: seq,
    kind,
    ...fields,
  });
  const facts = [
    told(1000, "queued", { queue: 2, position: 3 }),
    told(1001, "dedicated_sought", { agents: [3] }),
    told(9000, "call_ending"),
  ];
  expect(inVain(facts, 0)).toEqual({ queue: 2, place: 3, ms: 8000, keptFor: [3], relaxed: 0 });
  expect(inVain([told(1, "menu_entered")], 0)).toBeNull();
});
