// HTTP and WebSocket in front of the mock worlds. Each value of the cookie `mock_world` is a world
// of its own, named SCENARIO or SCENARIO.anything, so tests that run side by side do not meet.
import type { IncomingMessage, ServerResponse } from "node:http";
import type { Duplex } from "node:stream";
import { WebSocketServer, type WebSocket } from "ws";
import type {
  Account,
  Agent,
  Authenticator,
  Menu,
  OpenSession,
  Phone,
  Queue,
} from "../src/api/model";
import { wav, waveform } from "./sound.ts";
import { World, type Scenario } from "./world.ts";

export const CODE = "K7QX-M2RD-VT9P";
export const NAME = "admin";
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
  /** Six digits are asked for. */
  totp?: boolean;
}
type Body = Record<string, unknown>;

class Refusal extends Error {
  constructor(
    readonly status: number,
    readonly code: string,
    message: string,
    readonly field: string | null = null,
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
  return text === "" ? {} : (JSON.parse(text) as Body);
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
      stage = {
        world: new World(scenario, Date.now(), tongue),
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
      world.advance(Date.now());
      if (world.scenario === "broken") continue;
      const changed = world.seq !== stage.toldSeq;
      stage.toldSeq = world.seq;
      for (const socket of sockets) {
        if (changed) socket.send(JSON.stringify(world.snapshot()));
        if (beat) socket.send(JSON.stringify({ type: "heartbeat", at: Date.now() }));
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
      stage.world.advance(Date.now());
      // A broken box tells once how things were, then falls silent.
      live.send(JSON.stringify(stage.world.snapshot()));
    });
  };

  handle = (request: IncomingMessage, response: ServerResponse, next: () => void): void => {
    if (!request.url?.startsWith("/api/")) return next();
    this.#answer(request, response).catch((error: unknown) => {
      const refusal =
        error instanceof Refusal ? error : new Refusal(500, "failed", String(error), null);
      const { status, code, message, field } = refusal;
      this.#json(response, status, { error: { code, message, field, id: "7f3a91" } });
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
      const user = { id: 1, name, role: "administrator", agent_id: null };
      return this.#json(response, 200, { user, language: null });
    }
    if (kind === "sessions") return this.#json(response, 200, sessions());
    const { world } = stage;
    world.advance(Date.now());
    if (world.scenario === "broken") {
      throw new Refusal(503, "store_behind", "The store does not answer; calls go on.");
    }
    if (kind === "calls" && id === "")
      return this.#json(response, 200, world.calls(url.searchParams));
    if (kind === "calls") return this.#json(response, 200, found(world.call(Number(id))));
    if (kind === "recordings") return this.#recording(request, response, world, id, more, url);
    if (kind === "agents" && more === "state") {
      const refused = world.request(Number(id), body["state"] as never, body["reason"] as never);
      if (refused) throw new Refusal(409, "refused", refused);
      return this.#json(response, 204);
    }
    this.#resource(kind, method, Number(id), more, body, world, response);
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
    response: ServerResponse,
  ): void {
    if (!["agents", "phones", "queues", "menus", "accounts"].includes(kind)) {
      throw new Refusal(404, "not_found", "There is nothing here.");
    }
    const rows = world[kind as "agents"] as (Agent | Phone | Queue | Menu | Account)[];
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

function authenticator(): Authenticator {
  const secret = "GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ";
  const square = '<rect x="20" y="20" width="60" height="60"/>';
  const qr_svg = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 100">${square}</svg>`;
  return { secret, url: `otpauth://totp/Hotline:admin?secret=${secret}&issuer=Hotline`, qr_svg };
}

function sessions(): OpenSession[] {
  const now = Date.now();
  const user_agent = "Mozilla/5.0 (X11; Linux x86_64) Chrome/156";
  const one = { name: NAME, user_agent, expires_at: now + 36_000_000 };
  return [
    { ...one, id: 2, address: "192.168.1.20", created_at: now - 600_000, seen_at: now, own: true },
    {
      ...one,
      id: 1,
      address: "192.168.1.77",
      created_at: now - 90_000_000,
      seen_at: now - 7_200_000,
      own: false,
    },
  ];
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
  if (body["name"] === "")
    throw new Refusal(422, "invalid", "the name has 0 characters; 1 to 64 here", "name");
}
