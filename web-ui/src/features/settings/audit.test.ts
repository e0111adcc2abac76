import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { Mock, NAME, PASSWORD } from "../../../mock/server";
import { api, origin } from "../../api/http";
import { Audit, actWords } from "./audit.svelte";

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
  await api.signIn(NAME, PASSWORD);
});
afterAll(() => {
  mock.close();
  server.close();
});

test("the filters become the question to the box", () => {
  const audit = new Audit();
  const now = new Date(2026, 10, 22, 10, 0).getTime();
  [audit.account, audit.kind, audit.since] = [" chen ", "accounts", "today"];
  expect(Object.fromEntries(audit.question(now, 7))).toEqual({
    before: "7",
    account: "chen",
    kind: "accounts",
    from_at: String(new Date(2026, 10, 22).getTime()),
  });
});

test("what was done is listed, and a filter leaves the rest out", async () => {
  const audit = new Audit();
  await audit.load();
  expect(audit.error).toBeNull();
  const kinds = new Set(audit.acts.map((act) => act.kind));
  expect(kinds.size).toBeGreaterThan(1);
  expect(audit.refusals.length).toBeGreaterThan(0);
  audit.kind = "recordings";
  await audit.load();
  expect(audit.acts.map((act) => act.kind)).toEqual(["recordings"]);
});

test("an act is said in words, known or not", () => {
  const act = { id: 1, at: 0, account: "chen", about: "" };
  const words = (kind: string, what: string) => actWords({ ...act, kind, act: what });
  expect(words("accounts", "put accounts/{id}/password")).toBe("Gave a new password");
  expect(words("queues", "delete queues/{id}")).toBe("Deleted: Queues");
  expect(words("supervision", "listen")).toBe("Listened");
});
