import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "svelte/compiler";
import { expect, test } from "vitest";
import { en } from "./en";
import { preferred } from "./index.svelte";
import { zh } from "./zh";

const SRC = new URL("..", import.meta.url).pathname;
const CJK = /[\u3000-\u303f\u3400-\u9fff\uff00-\uffef]/;
/** Names and wire words that are the same in every language. */
const NEUTRAL = ["Hotline", "G.711 A, G.711 µ"];
/** Attributes that people read or hear. */
const READ = ["aria-label", "aria-description", "title", "placeholder", "alt", "label", "hint"];

function files(folder: string): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return files(path);
    return /\.(svelte|ts)$/.test(entry.name) ? [path] : [];
  });
}
const sources = files(SRC).filter((path) => !path.includes("/i18n/") && !path.endsWith(".test.ts"));

function keys(words: object, at = ""): string[] {
  return Object.entries(words).flatMap(([key, value]) =>
    typeof value === "object" ? keys(value as object, `${at}${key}.`) : [`${at}${key}`],
  );
}

test("both languages say the same things", () => {
  expect(keys(zh)).toEqual(keys(en));
});

test("no sentence is empty in either language", () => {
  const empty = (words: object): string[] =>
    Object.entries(words).flatMap(([key, value]) =>
      typeof value === "object" ? empty(value as object) : value === "" ? [key] : [],
    );
  expect([...empty(en), ...empty(zh)]).toEqual([]);
});

test("English says nothing in Chinese but the language's own name", () => {
  expect(CJK.test(JSON.stringify(en))).toBe(false);
});

test.each(sources.map((path) => [path.slice(SRC.length), path]))(
  "%s holds no Chinese text of its own",
  (_, path) => {
    expect(readFileSync(path, "utf8")).not.toMatch(CJK);
  },
);

interface Node {
  type: string;
  name?: string;
  data?: string;
  value?: unknown;
  [field: string]: unknown;
}

/** Every piece of text in the markup that people read and that has letters in it. */
function written(node: unknown, found: string[] = []): string[] {
  if (Array.isArray(node)) for (const child of node) written(child, found);
  else if (node && typeof node === "object") {
    const { type, name, data, value } = node as Node;
    const text =
      type === "Text" ? NEUTRAL.reduce((t, name) => t.replace(name, ""), data ?? "") : "";
    if (/\p{L}{2,}/u.test(text)) found.push(text.trim());
    // An attribute counts when people read it; classes and links do not.
    if (type === "Attribute") return READ.includes(name ?? "") ? written(value, found) : found;
    for (const [field, child] of Object.entries(node)) {
      if (field !== "metadata" && field !== "parent") written(child, found);
    }
  }
  return found;
}

test.each(sources.filter((p) => p.endsWith(".svelte")).map((p) => [p.slice(SRC.length), p]))(
  "%s holds no English text of its own",
  (_, path) => {
    const tree = parse(readFileSync(path, "utf8"), { modern: true });
    expect(written(tree.fragment)).toEqual([]);
  },
);

test("the browser's language is taken until the person chooses", () => {
  expect(preferred(null, ["fr", "zh-TW", "en"])).toBe("zh");
  expect(preferred(null, ["en-GB", "zh"])).toBe("en");
  expect(preferred(null, ["fr"])).toBe("en");
  expect(preferred("zh", ["en"])).toBe("zh");
  expect(preferred("xx", ["en"])).toBe("en");
});
