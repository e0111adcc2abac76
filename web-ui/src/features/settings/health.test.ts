import { expect, test } from "vitest";
import { House } from "../../../mock/house";
import { World } from "../../../mock/world";
import type { Health } from "../../api/model";
import { parts, rows } from "./health";

const house = new House(new World("busy", Date.UTC(2026, 10, 22, 10, 32)));
const answer = house.answer(["health"], "GET", {}, "admin", new URL("http://box/api/health"));
const health = (answer && "body" in answer ? answer.body : null) as Health;

test("every counter of the voice path is shown with its words", () => {
  const shown = rows(health);
  expect(shown.map(({ name }) => name)).toEqual(
    expect.arrayContaining([
      "ticks_late",
      "ticks_missed",
      "tick_overruns",
      "rtp_lost",
      "rtp_dropped",
    ]),
  );
  expect(shown.every(({ label, hint }) => label !== "" && hint !== "")).toBe(true);
  expect(shown.find(({ name }) => name === "ticks_late")?.count).toBe(
    health.counters["ticks_late"],
  );
});

test("a counter that a box does not tell is left out, and one that is 0 is shown", () => {
  const told = { ...health, counters: { ticks_late: 0, something_new: 4 } };
  expect(rows(told).map(({ name, count }) => [name, count])).toEqual([["ticks_late", 0]]);
});

test("uptime is told in days, hours and minutes", () => {
  expect(parts(0)).toEqual([0, 0, 0]);
  expect(parts(((26 * 60 + 5) * 60 + 59) * 1000)).toEqual([1, 2, 5]);
});
