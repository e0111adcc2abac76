import { afterAll, beforeAll, expect, test, vi } from "vitest";
import { ApiError } from "../api/http";
import { i18n } from "../i18n/index.svelte";
import { words, wordsFor } from "./failure";

beforeAll(() => vi.stubGlobal("localStorage", { getItem: () => null, setItem: () => {} }));
afterAll(() => vi.unstubAllGlobals());

const outOfRange = new ApiError(
  ...([422, "invalid", "queues[2].ring_s: found 3; allowed: 5 to 120", "ring_s", null] as const),
  "between",
  { found: "3", from: "5", to: "120" },
);

test("what the box names by a key is said in the language of the page", () => {
  i18n.choose("zh");
  expect(wordsFor(outOfRange, "ring_s")).toContain("5–120");
  expect(wordsFor(outOfRange, "ring_s")).not.toMatch(/[a-z]/);
  i18n.choose("en");
  expect(wordsFor(outOfRange, "ring_s")).toBe("3 is not possible; 5 to 120 are.");
  expect(wordsFor(outOfRange, "wrapup_s")).toBeNull();
});

test("what has no key, or one this page does not know, is told in the words of the box", () => {
  const plain = new ApiError(422, "invalid", "found x; a colour is allowed", "colour");
  expect(words(plain)).toBe("found x; a colour is allowed");
  const newer = new ApiError(422, "invalid", "found x", "colour", null, "of_tomorrow", {});
  expect(words(newer)).toBe("found x");
});
