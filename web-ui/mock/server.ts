// HTTP and WebSocket in front of the mock worlds. Each value of the cookie `mock_world` is a world
// of its own, named SCENARIO or SCENARIO.anything, so tests that run side by side do not meet.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type { Account, Agent, Menu, Phone, Queue } from "../src/api/model";
import { NAME, agentOf, authenticator, forwarding, sessions } from "./account.ts";
import * as book from "./book.ts";
import { clock } from "./clock.ts";
import { House, type Answer } from "./house.ts";
import { wav, waveform } from "./sound.ts";
import { World, type Book, type Scenario } from "./world.ts";

export const CODE = "K7QX-M2RD-VT9P";
export { NAME };
export const PASSWORD = "correct horse";
/** The six digits of every authenticator here. */
export const TOTP = "287082";

const SCENARIOS: Scenario[] = ["busy", "quiet", "empty", "broken", "setup"];
const TICK_MS = 250;

interface Stage {
  world: World;
  sockets: Set<WebSocket>;
  /** The newest change that all sockets were told of. */
  toldSeq: number;
  /** What setting up made, if it was done here. */
  account: { name: string; password: string } | null;
  house: House;
  /** Six digits are asked for. */
  totp?: boolean;
}
type Body = Record<string, unknown>;
/** Everything: the mock's person is an administrator. */
const PERMISSIONS = [
  ...["agent:work", "calls:read", "recordings:listen", "live:read", "queues:read", "queues:write"],
  ...[
    "audit:read",
    "recordings:delete",
    "lists:propose",
    "menus:write",
    "routes:write",
    "schedules:write",
    "schedules:override",
    "lists:write",
  ],
  ...["devices:write", "system:write", "accounts:write", "roles:write", "supervise:state"],
  ...["supervise:take_over", "supervise:listen", "supervise:whisper", "supervise:barge"],
];
const LISTS = ["agents", "phones", "queues", "menus", "accounts", "skills", "business_types"];
const PLANS = ["inbound_routes", "outbound_rules", "trunk_groups", "schedules"];
const SINGLES = ["calendar", "emergency", "may_call", "number_plan", "mailboxes", "breaks"];

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
    readonly key: string | null = null,
    readonly params: Record<string, string> = {},
  ) {
    super(message);
  }
}

function cookies(request: IncomingMessage): Map<string, string> {
  const pairs = (request.headers.cookie ?? "").split(/;\s*/).map((pair) => pair.split("="));
  return new Map(pairs.map(([key, value]) => [key ?? "", value ?? ""]));
}

async function read(request: IncomingMessage): Promise<Body> {
  let text = "";
  for await (const piece of request) text += String(piece);
  const type = request.headers["content-type"];
  if (type === "application/octet-stream") return { begins: text.slice(0, 4) };
  return text === "" || type?.startsWith("audio/") ? {} : (JSON.parse(text) as Body);
}

export class Mock {
  #stages = new Map<string, Stage>();
  #sockets = new WebSocketServer({ noServer: true });
  #timer = setInterval(() => this.#tick(), TICK_MS);
  #beats = 0;

  constructor(private readonly standard: Scenario = "busy") {}

  close = (): void => {
    clearInterval(this.#timer);
    for (const { sockets } of this.#stages.values()) for (const socket of sockets) socket.close();
  };

  #stage(request: IncomingMessage): Stage {
    const name = cookies(request).get("mock_world") ?? this.standard;
    let stage = this.#stages.get(name);
    if (!stage) {
      const scenario = SCENARIOS.find((s) => name.split(".")[0] === s) ?? this.standard;
      const account = scenario === "setup" ? null : { name: NAME, password: PASSWORD };
      // People and queues are named in the language of the first browser that looks.
      const tongue = request.headers["accept-language"]?.startsWith("zh") ? "zh" : "en";
      const world = new World(scenario, clock(), tongue);
      stage = {
        world,
        house: new House(world),
        sockets: new Set(),
        toldSeq: 0,
        account,
      };
      this.#stages.set(name, stage);
    }
    return stage;
  }

  #tick(): void {
    const beat = ++this.#beats % (1000 / TICK_MS) === 0;
    for (const stage of this.#stages.values()) {
      const { world, sockets } = stage;
      world.advance(clock());
      if (world.scenario === "broken") continue;
      const changed = world.seq !== stage.toldSeq;
      stage.toldSeq = world.seq;
      for (const socket of sockets) {
        if (changed) socket.send(JSON.stringify(world.snapshot()));
        if (beat) socket.send(JSON.stringify({ type: "heartbeat", at: clock() }));
      }
    }
  }

  upgrade = (request: IncomingMessage, socket: Duplex, head: Buffer): void => {
    if (request.url !== "/api/live") return;
    if (!cookies(request).has("hotline_session")) {
      socket.end("HTTP/1.1 401 Unauthorized\r\n\r\n");
      return;
    }
    const stage = this.#stage(request);
    this.#sockets.handleUpgrade(request, socket, head, (live) => {
      stage.sockets.add(live);
      live.on("close", () => stage.sockets.delete(live));
      stage.world.advance(clock());
      // A broken box tells once how things were, then falls silent.
      live.send(JSON.stringify(stage.world.snapshot()));
    });
  };

  handle = (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (!request.url?.startsWith("/api/")) return next();
    this.#answer(request, response).catch((error: unknown) => {
      const refusal =
        error instanceof Refusal ? error : new Refusal(500, "failed", String(error), null);
      const { status, code, message, field, key, params } = refusal;
      this.#json(response, status, { error: { code, message, field, key, params, id: "7f3a91" } });
    });
  };

  #json(response: ServerResponse, status: number, body?: unknown): void {
    response.statusCode = status;
    response.setHeader("content-type", "application/json");
    response.end(body === undefined ? undefined : JSON.stringify(body));
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "", "http://mock");
    const stage = this.#stage(request);
    const [, , kind = "", id = "", more = ""] = url.pathname.split("/");
    const method = request.method ?? "GET";
    if (method !== "GET" && request.headers["x-hotline"] !== "1") {
      throw new Refusal(403, "not_from_here", "The header x-hotline: 1 is missing.");
    }
    const body = await read(request);
    if (kind === "setup" || (kind === "session" && id === "" && method !== "GET")) {
      return this.#door(kind, method, body, stage, response);
    }
    if (!cookies(request).has("hotline_session")) {
      throw new Refusal(401, "not_signed_in", "Sign in first.");
    }
    if (kind === "session" && id !== "") return this.#own(id, method, body, stage, response);
    if (kind === "session") {
      const name = stage.account?.name ?? NAME;
      const agent_id = agentOf(stage.world, name);
      const user = { id: 1, name, role: "administrator", agent_id };
      return this.#json(response, 200, { user, language: null, permissions: PERMISSIONS });
    }
    if (kind === "sessions") return this.#json(response, 200, sessions());
    const { world } = stage;
    world.advance(clock());
    if (world.scenario === "broken") {
      throw new Refusal(503, "store_behind", "The store does not answer; calls go on.");
    }
    const name = stage.account?.name ?? NAME;
    const kept = stage.house.answer(url.pathname.split("/").slice(2), method, body, name, url);
    if (kept) return this.#kept(kept, response);
    if (kind === "callbacks" && method === "DELETE") {
      world.callbacks = world.callbacks.filter((row) => row.id !== Number(id));
      world.seq++;
      return this.#json(response, 204);
    }
    if (kind === "calls" && id === "")
      return this.#json(response, 200, world.calls(url.searchParams));
    if (kind === "calls") return this.#json(response, 200, found(world.call(Number(id))));
    if (kind === "calls_for_help" && more === "acknowledge") {
      if (world.helpSeen(Number(id))) return this.#json(response, 204);
      const words = `notice ${id} was acknowledged already`;
      throw new Refusal(409, "refused", words, null, "no_such_notice");
    }
    // A phone of the mock, for tests: the box has real ones.
    if (kind === "mock_phones") {
      world.callsForHelp(String(body["dials"]), id);
      return this.#json(response, 204);
    }
    if (kind === "recordings") return this.#recording(request, response, world, id, more, url);
    if (kind === "agents" && more === "in_call") {
      const refused = world.inCall(Number(id), body as never);
      if (refused) throw new Refusal(409, "refused", refused);
      return this.#json(response, 204);
    }
    if (kind === "agents" && more === "supervise") {
      const refused = world.supervise(Number(id), body as never, NAME);
      if (refused) throw new Refusal(409, "refused", refused);
      return this.#json(response, 204);
    }
    if (kind === "agents" && more === "state") {
      const refused = world.request(Number(id), body["state"] as never, body["reason"] as never);
      if (refused) throw new Refusal(409, "refused", refused);
      return this.#json(response, 204);
    }
    if (kind === "number_list") return this.#lists(id, method, body, world, url, response);
    if (kind === "change_sets") return this.#sets(Number(id), more, method, body, world, response);
    if (kind === "versions") return this.#versions(Number(id), more, world, response);
    const set = world.sets.find(
      ({ row }) => row.id === Number(request.headers["x-hotline-change-set"] ?? -1),
    );
    const settled = set?.book ?? world;
    this.#set(kind, id, more, method, body, world, settled, response);
    if (method !== "GET" && !set && world.versions[0]) {
      const same = JSON.stringify(world.book()) === JSON.stringify(world.versions[0].book);
      if (!same) world.keepVersion(NAME, "");
    }
  }

  #kept(kept: Answer, response: ServerResponse): void {
    if ("refused" in kept) {
      const [status, code, message, key, field = null, found = ""] = kept.refused;
      throw new Refusal(status, code, message, field, key === "" ? null : key, { found });
    }
    if (!kept.sound) return this.#json(response, kept.status, kept.body);
    response.setHeader("content-type", "audio/wav");
    response.end(kept.sound);
  }

  #set(
    kind: string,
    id: string,
    more: string,
    method: string,
    body: Body,
    world: World,
    settled: Book,
    response: ServerResponse,
  ): void {
    if (kind === "route_test") {
      const test = id === "inbound" ? book.testInbound : book.testOutbound;
      return this.#json(response, 200, test(settled, body as never));
    }
    if (kind === "schedules" && id === "preview") {
      const { schedule, from_at } = body as { schedule: never; from_at: number };
      return this.#json(response, 200, book.preview(schedule, settled.calendar, from_at));
    }
    if (more === "by_hand") {
      return this.#json(response, 200, { until_at: body["mode"] ? clock() + 3_600_000 : null });
    }
    if (kind === "calendar" && id === "read") {
      return this.#json(response, 200, { days: [], faults: [] });
    }
    if (SINGLES.includes(kind)) {
      const at = settled as unknown as Body;
      if (method === "PUT") at[kind] = body;
      return this.#json(response, 200, at[kind]);
    }
    if (kind === "callers" && id !== "") {
      const number = decodeURIComponent(id);
      settled.callers = settled.callers.filter((known) => known.number !== number);
      if (method === "DELETE") return this.#json(response, 204);
      settled.callers.push({ number, ...body } as never);
      return this.#json(response, 200, { number, ...body });
    }
    if (id === "order") {
      const rows = settled[kind as "inbound_routes"];
      const order = body as unknown as number[];
      rows.sort((a, b) => order.indexOf(a.id) - order.indexOf(b.id));
      return this.#json(response, 204);
    }
    this.#resource(kind, method, Number(id), more, body, world, settled, response);
  }

  #lists(
    id: string,
    method: string,
    body: Body,
    world: World,
    url: URL,
    response: ServerResponse,
  ): void {
    if (id === "check") {
      const number = url.searchParams.get("number") ?? "";
      const entry = world.number_list.find(({ listed, list }) =>
        list === "black" && typeof listed === "object" && "prefix" in listed
          ? number.startsWith(listed.prefix)
          : false,
      );
      return this.#json(response, 200, { blocked: entry !== undefined, entry: entry ?? null });
    }
    if (id === "propose") {
      const proposed = { ...body, list: "black", standing: "proposed" };
      return this.#json(response, 201, this.#listed(proposed, world));
    }
    if (id === "import") {
      const rows = String(body["text"])
        .split("\n")
        .filter((row) => row.trim() !== "");
      const good = rows.filter((row) => /^[+\d]/.test(row));
      const faults = rows
        .map((row, at) => ({ line: at + 1, column: "number", found: row, allowed: "a number" }))
        .filter(({ found: row }) => !good.includes(row));
      if (!body["dry_run"]) {
        for (const row of good) {
          const number = row.split(",")[0] ?? "";
          this.#listed({ list: body["list"], listed: { number } }, world);
        }
      }
      const counts = { added: good.length, replaced: 0, faulty: faults.length };
      const answer = { done: !body["dry_run"], ...counts, faults, faults_csv: "" };
      return this.#json(response, 200, answer);
    }
    if (method === "GET") {
      const [list, search] = ["list", "search"].map((key) => url.searchParams.get(key) ?? "");
      const entries = world.number_list
        .filter((entry) => entry.list === list && JSON.stringify(entry).includes(search ?? ""))
        .reverse();
      return this.#json(response, 200, { entries, next: null, total: entries.length });
    }
    if (method === "POST") return this.#json(response, 201, this.#listed(body, world));
    const at = world.number_list.findIndex((entry) => entry.id === Number(id));
    const entry = found(world.number_list[at] ?? null);
    if (method === "DELETE") world.number_list.splice(at, 1);
    else Object.assign(entry, body);
    this.#json(response, method === "DELETE" ? 204 : 200, entry);
  }

  #listed(body: Body, world: World) {
    const standard = { scope: "both", action: "busy", expires_ms: null, reason: "" };
    const counts = { standing: "in_force", hits: 0, hit_at: null };
    const entry = { id: world.newId(), ...standard, ...counts, ...body } as never;
    world.number_list.push(entry);
    return entry;
  }

  #sets(
    id: number,
    more: string,
    method: string,
    body: Body,
    world: World,
    response: ServerResponse,
  ): void {
    if (method === "POST" && more === "") {
      const now = clock();
      const row = { id: world.newId(), name: String(body["name"]), author: NAME };
      const set = { row: { ...row, created_at: now, changed_at: now }, book: world.book() };
      world.sets.unshift(set);
      return this.#json(response, 201, set.row);
    }
    if (!id) {
      return this.#json(
        response,
        200,
        world.sets.map(({ row }) => row),
      );
    }
    const set = found(world.sets.find(({ row }) => row.id === id) ?? null);
    if (method === "GET") {
      const changes = book.changes({ ...world.book() }, { ...set.book });
      return this.#json(response, 200, { changes, conflicts: [], problems: [] });
    }
    world.sets = world.sets.filter((other) => other !== set);
    if (more === "apply") {
      world.setBook(set.book);
      world.keepVersion(NAME, set.row.name);
    }
    this.#json(response, 204);
  }

  #versions(id: number, more: string, world: World, response: ServerResponse): void {
    if (!id) {
      return this.#json(
        response,
        200,
        world.versions.map(({ row }) => row),
      );
    }
    const at = world.versions.findIndex(({ row }) => row.version === id);
    const version = found(world.versions[at] ?? null);
    if (more === "restore") {
      world.setBook(version.book);
      world.keepVersion(NAME, String(id));
      return this.#json(response, 204);
    }
    const before = world.versions[at + 1]?.book ?? version.book;
    // The mock undoes only the newest version: what others changed since is the box's to find.
    if (more === "undo") {
      world.setBook(before);
      world.keepVersion(NAME, `undo ${id}`);
      return this.#json(response, 200, { refused: [] });
    }
    const made = book.changes({ ...before }, { ...version.book });
    const back = book.changes({ ...world.book() }, { ...version.book });
    const undo = at === 0 ? book.changes({ ...world.book() }, { ...before }) : [];
    this.#json(response, 200, { made, back, undo, undo_refused: [], undo_problems: [] });
  }

  #door(kind: string, method: string, body: Body, stage: Stage, response: ServerResponse): void {
    if (kind === "setup" && method === "GET") {
      return this.#json(response, 200, { needed: stage.account === null, version: "0.1.0-mock" });
    }
    if (method === "DELETE") {
      response.setHeader("set-cookie", "hotline_session=; Max-Age=0; Path=/");
      return this.#json(response, 204);
    }
    const { code, name, password } = body as Record<string, string>;
    if (kind === "setup") {
      if (stage.account) throw new Refusal(409, "already_set_up", "The box is set up already.");
      if (code !== CODE) {
        throw new Refusal(403, "wrong_code", "The set-up code is wrong; the log shows it.", "code");
      }
      if ((password ?? "").length < 10) {
        throw new Refusal(
          422,
          "password_length",
          "the password is too short; 10 to 256 are allowed",
          "password",
        );
      }
      stage.account = { name: name ?? "", password: password ?? "" };
    } else if (name !== stage.account?.name || password !== stage.account?.password) {
      throw new Refusal(403, "wrong_password", "Name or password is wrong.", "password");
    } else if (stage.totp && code !== TOTP) {
      const which = code ? "wrong_code" : "code_needed";
      throw new Refusal(403, which, "Six digits are needed.", "code");
    }
    response.setHeader("set-cookie", "hotline_session=mock; HttpOnly; SameSite=Strict; Path=/");
    this.#json(response, 204);
  }

  /** What a person sets of the own account. */
  #own(id: string, method: string, body: Body, stage: Stage, response: ServerResponse): void {
    const account = stage.account ?? { name: NAME, password: PASSWORD };
    if (id === "forwarding") {
      return this.#kept(forwarding(stage.world, account.name, method, body), response);
    }
    if (id === "password") {
      if (body["old"] !== account.password) {
        throw new Refusal(403, "wrong_password", "the old password is wrong", "old");
      }
      stage.account = { ...account, password: String(body["password"]) };
    }
    if (id === "totp" && method === "POST") return this.#json(response, 200, authenticator());
    if (id === "totp" && method === "PUT") {
      if (body["code"] !== TOTP) throw new Refusal(403, "wrong_code", "wrong digits", "code");
      stage.totp = true;
    }
    if (id === "totp" && method === "DELETE") stage.totp = false;
    this.#json(response, 204);
  }

  #recording(
    request: IncomingMessage,
    response: ServerResponse,
    world: World,
    id: string,
    more: string,
    url: URL,
  ): void {
    const recording = found(world.recording(Number(id.replace(".wav", ""))));
    if (more === "waveform") {
      const columns = Number(url.searchParams.get("columns") ?? 600);
      return this.#json(response, 200, waveform(recording, columns));
    }
    const file = wav(recording);
    response.setHeader("content-type", "audio/wav");
    response.setHeader("accept-ranges", "bytes");
    const range = /bytes=(\d+)-(\d*)/.exec(request.headers.range ?? "");
    if (!range) {
      response.setHeader("content-length", file.length);
      response.end(file);
      return;
    }
    const from = Number(range[1]);
    const to = range[2] ? Number(range[2]) : file.length - 1;
    response.statusCode = 206;
    response.setHeader("content-range", `bytes ${from}-${to}/${file.length}`);
    response.setHeader("content-length", to - from + 1);
    response.end(file.subarray(from, to + 1));
  }

  #resource(
    kind: string,
    method: string,
    id: number,
    more: string,
    body: Body,
    world: World,
    settled: Book,
    response: ServerResponse,
  ): void {
    if (![...LISTS, ...PLANS, "callers"].includes(kind)) {
      throw new Refusal(404, "not_found", "There is nothing here.");
    }
    const held = ["phones", "accounts"].includes(kind) ? world : settled;
    const rows = held[kind as "agents"] as (Agent | Phone | Queue | Menu | Account)[];
    if (method === "GET") return this.#json(response, 200, rows);
    const password = "Vq7-tXe2-9mKd-Lw4c";
    if (more === "password") return this.#json(response, 200, { password });
    if (method === "DELETE") {
      const index = rows.findIndex((row) => row.id === id);
      if (kind === "phones" && world.agents.some((agent) => agent.phone_id === id)) {
        throw new Refusal(
          409,
          "conflict",
          "An agent uses this phone; give the agent another first.",
        );
      }
      if (index >= 0) rows.splice(index, 1);
      world.configured();
      return this.#json(response, 204);
    }
    check(kind, id, body, world);
    if (method === "PUT") {
      const row = found(rows.find((r) => r.id === id) ?? null);
      Object.assign(row, body);
      world.configured();
      return this.#json(response, 200, row);
    }
    const offline = { registered: false, contact: null, user_agent: null, expires_at: null };
    const row = { id: world.newId(), ...body, ...(kind === "phones" ? offline : {}) };
    rows.push(row as Agent);
    if (kind === "agents") world.agentAdded(row.id);
    world.configured();
    this.#json(response, 201, kind === "phones" ? { ...row, password } : row);
  }
}

function found<T>(thing: T | null): T {
  if (thing === null) throw new Refusal(404, "not_found", "There is no such thing.");
  return thing;
}

function check(kind: string, id: number, body: Body, world: World): void {
  if (kind === "phones" && "extension" in body) {
    const extension = String(body["extension"]);
    const owner = world.phones.find((p) => p.extension === extension && p.id !== id);
    if (owner) {
      const words = `Extension ${extension} belongs to ${owner.name}; choose another.`;
      throw new Refusal(409, "taken", words, "extension");
    }
  }
  const agent = kind === "accounts" ? body["agent_id"] : null;
  const other = world.accounts.find((one) => agent && one.agent_id === agent && one.id !== id);
  if (other) {
    const words = `the account ${other.name} is this agent already`;
    const whose = { account: other.name };
    throw new Refusal(409, "taken", words, "agent_id", "agent_taken", whose);
  }
  if (body["name"] === "")
    throw new Refusal(422, "invalid", "the name has 0 characters; 1 to 64 here", "name");
}
