import { expect, test } from "vitest";
import { callsAddress, duration, phoneNumber } from "./format";

test.each([
  [null, "—"],
  [-5, "00:00"],
  [59_999, "00:59"],
  [60_000, "01:00"],
  [3_671_000, "1:01:11"],
])("a duration of %s ms reads %s", (ms, words) => {
  expect(duration(ms)).toBe(words);
});

test.each([
  ["13800138000", "138 0013 8000"],
  ["075527885001", "0755 2788 5001"],
  ["02162881904", "021 6288 1904"],
  ["4008201166", "400 820 1166"],
  ["+85228101234", "+852 2810 1234"],
  ["10086", "10086"],
])("the number %s is grouped as %s", (number, words) => {
  expect(phoneNumber(number)).toBe(words);
});

test("filters that are empty are not in the address", () => {
  expect(callsAddress({ queue: 2, outcome: null, since: "today" })).toBe(
    "/calls?queue=2&since=today",
  );
  expect(callsAddress({ queue: null })).toBe("/calls");
});
