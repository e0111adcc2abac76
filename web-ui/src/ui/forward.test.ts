import { expect, test } from "vitest";
import { badNumber, isNumber, USUAL } from "./forward";

test.each(["13800138000", "+852 2810 1234", "(0755) 2788-5001", "*43#"])("%s is a number", (text) =>
  expect(isNumber(text)).toBe(true),
);

test.each(["", " ", "+", "my mobile", "1+2", "1".repeat(33)])("%j is none", (text) =>
  expect(isNumber(text)).toBe(false),
);

test("the first number outside that is none is told as it was typed", () => {
  const to = [{ agent: 2 }, { outside: "120" }, "voicemail" as const, { outside: " desk " }];
  expect(badNumber({ ...USUAL, to })).toBe("desk");
  expect(badNumber({ ...USUAL, to: to.slice(0, 3) })).toBe(null);
});
