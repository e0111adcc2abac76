import { expect, test } from "vitest";
import { keyed } from "./keys";

const none = { altKey: false, ctrlKey: false, metaKey: false, isComposing: false, repeat: false };
const press = (code: string, more: Partial<typeof none> = {}) => keyed({ code, ...none, ...more });

test("keys of a call are those that no browser takes, by their place", () => {
  expect([press("F4"), press("F8"), press("F9")]).toEqual(["transfer", "hold", "ready"]);
  expect(press("KeyW", { altKey: true })).toBe("notes");
  expect(["F1", "F3", "F5", "KeyW", "Escape"].map((code) => press(code))).toEqual(
    Array(5).fill(null),
  );
});

test("nothing happens while a word is composed, with another modifier, or by holding the key", () => {
  expect(press("F8", { isComposing: true })).toBeNull();
  expect(press("F4", { altKey: true })).toBeNull();
  expect(press("KeyW", { altKey: true, ctrlKey: true })).toBeNull();
  expect(press("F9", { repeat: true })).toBeNull();
});
