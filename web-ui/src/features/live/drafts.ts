/** What is typed about a call and not yet saved, kept in this browser: a reload, a crash, a lost
 * network or the end of the time for notes takes nothing away. */
export interface Draft {
  agent: number;
  call: number;
  code: number | null;
  note: string;
  /** When it was typed, in ms since 1970. */
  at: number;
}

const PREFIX = "hotline.draft.";
/** Older ones are thrown away: the box takes notes for half an hour, people may copy them for a day. */
const KEPT_MS = 24 * 3_600_000;
/** More are not kept: the oldest goes. */
const MOST = 20;

/** The drafts of one account in one browser. */
export class Drafts {
  constructor(
    private readonly kept: Storage,
    private readonly account: number,
  ) {}

  #key = (agent: number, call: number) => `${PREFIX}${this.account}.${agent}.${call}`;

  keep(draft: Draft): void {
    try {
      this.kept.setItem(this.#key(draft.agent, draft.call), JSON.stringify(draft));
    } catch {
      // A browser that keeps nothing still saves to the box.
    }
    for (const old of this.all(draft.at).slice(0, -MOST)) this.drop(old.agent, old.call);
  }

  drop(agent: number, call: number): void {
    this.kept.removeItem(this.#key(agent, call));
  }

  find = (agent: number, call: number, now: number): Draft | null =>
    this.all(now).find((draft) => draft.agent === agent && draft.call === call) ?? null;

  /** The oldest first. */
  all(now: number): Draft[] {
    const mine = `${PREFIX}${this.account}.`;
    const keys = Array.from({ length: this.kept.length }, (_, at) => this.kept.key(at) ?? "");
    const drafts = keys
      .filter((key) => key.startsWith(mine))
      .flatMap((key) => {
        const draft = read(this.kept.getItem(key));
        if (draft && now - draft.at < KEPT_MS) return [draft];
        this.kept.removeItem(key);
        return [];
      });
    return drafts.sort((a, b) => a.at - b.at);
  }
}

function read(text: string | null): Draft | null {
  try {
    const draft = JSON.parse(text ?? "") as Draft;
    return typeof draft.note === "string" && typeof draft.at === "number" ? draft : null;
  } catch {
    return null;
  }
}
