// Messages in mailboxes, and what is said before the tone.
import type { Greeting, Mailbox, Voicemail } from "../src/api/model";
import { callers, type Tongue } from "./cast.ts";
import type { Answer } from "./house.ts";
import { wav } from "./sound.ts";
import type { World } from "./world.ts";

/** What callers have left until now: of today, of yesterday, heard and not. */
export function messagesFor(now: number): Voicemail[] {
  const left: [mailbox: Mailbox, agoMin: number, seconds: number, heard: boolean][] = [
    [{ queue: 2 }, 6, 34, false],
    [{ queue: 1 }, 21, 12, false],
    [{ agent: 2 }, 95, 71, false],
    [{ queue: 2 }, 190, 25, true],
    ["house", 1500, 48, true],
    [{ queue: 1 }, 1620, 9, true],
    [{ agent: 4 }, 2950, 156, true],
    ["house", 52, 41, false],
  ];
  return left.map(([mailbox, agoMin, seconds, heard], at) => ({
    id: 9_000 + left.length - at,
    mailbox,
    call: 400 - at,
    caller: callers[(at * 3 + 1) % callers.length] as Voicemail["caller"],
    left_at: now - agoMin * 60_000,
    length_ms: seconds * 1000,
    heard,
    handled:
      at === 4 ? { account: "chen" } : at === 5 ? { called_back: { agent: 1, call: 402 } } : null,
  }));
}

const SENTENCE: Record<Tongue, string> = {
  zh: "请在提示音后留言，结束请按井号键。",
  en: "Please leave a message after the tone, and press the hash key when you are done.",
};

export class Mailboxes {
  #own = new Map<string, number>();
  constructor(private readonly world: World) {}

  answer([kind = "", id = "", more = ""]: string[], method: string, body: unknown): Answer | null {
    if (kind === "greetings") return this.#greetings(id, method);
    if (kind !== "voicemails") return null;
    const { world } = this;
    if (id === "") return { status: 200, body: world.messages };
    const message = world.messages.find((one) => one.id === Number(id));
    if (!message) return { refused: [404, "not_found", "there is no such message", ""] };
    if (more === "sound") {
      return { status: 200, sound: wav({ id: message.id, duration_ms: message.length_ms }) };
    }
    if (method === "DELETE") world.messages = world.messages.filter((one) => one !== message);
    else if ((body as { mark: string }).mark === "heard") message.heard = true;
    else message.handled = { account: "admin" };
    world.configured();
    return { status: 204 };
  }

  #greetings(key: string, method: string): Answer {
    if (key !== "" && method === "GET") {
      return { status: 200, sound: wav({ id: 1, duration_ms: 2_400 }) };
    }
    if (method === "PUT") this.#own.set(key, 2_400);
    if (method === "DELETE") this.#own.delete(key);
    if (key !== "") return { status: 204 };
    const { agents, queues, tongue } = this.world;
    const row = (mailbox: Mailbox, key: string): Greeting => ({
      mailbox,
      key,
      text: SENTENCE[tongue],
      duration_ms: this.#own.get(key) ?? null,
    });
    const rows = [
      row("house", "house"),
      ...queues.map(({ id }) => row({ queue: id }, `queue-${id}`)),
      ...agents.map(({ id }) => row({ agent: id }, `agent-${id}`)),
    ];
    return { status: 200, body: rows };
  }
}
