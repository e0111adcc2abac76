import { expect, test } from "vitest";
import { Drafts, type Draft } from "./drafts";

const NOW = Date.UTC(2026, 10, 22, 10, 32);

/** A browser's storage. */
function storage(): Storage {
  const kept = new Map<string, string>();
  return {
    get length() {
      return kept.size;
    },
    key: (at: number) => [...kept.keys()][at] ?? null,
    getItem: (key: string) => kept.get(key) ?? null,
    setItem: (key: string, value: string) => void kept.set(key, value),
    removeItem: (key: string) => void kept.delete(key),
    clear: () => kept.clear(),
  };
}
const draft = (call: number, at = NOW): Draft => ({ agent: 3, call, code: null, note: "x", at });

test("a draft is found again by who wrote it, and by nobody else", () => {
  const kept = storage();
  new Drafts(kept, 1).keep(draft(7));
  expect(new Drafts(kept, 1).find(3, 7, NOW)?.note).toBe("x");
  expect(new Drafts(kept, 2).all(NOW)).toEqual([]);
  expect(new Drafts(kept, 12).all(NOW)).toEqual([]);
});

test("drafts go after a day, and the oldest of too many goes", () => {
  const drafts = new Drafts(storage(), 1);
  drafts.keep(draft(1, NOW - 86_400_000));
  for (let call = 2; call < 30; call++) drafts.keep(draft(call, NOW + call));
  const calls = drafts.all(NOW + 30).map(({ call }) => call);
  expect([calls.length, calls[0], calls.at(-1)]).toEqual([20, 10, 29]);
});

test("what another program left in the browser is passed over", () => {
  const kept = storage();
  kept.setItem("hotline.draft.1.3.9", "{");
  kept.setItem("hotline.language", "zh");
  expect(new Drafts(kept, 1).all(NOW)).toEqual([]);
  expect(kept.getItem("hotline.language")).toBe("zh");
});
