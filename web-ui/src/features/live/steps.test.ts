import { expect, test } from "vitest";
import { World } from "../../../mock/world";
import { firstSteps } from "./steps";

const NOW = Date.UTC(2026, 10, 22, 10, 32);
const open = (world: World, ways: number) =>
  firstSteps(world.snapshot(), { ...world, ways }).flatMap(({ what, done }) =>
    done ? [] : [what],
  );

test("a new box lacks everything, and the way to each is a new thing", () => {
  const world = new World("empty", NOW);
  expect(open(world, 0)).toEqual(["phones", "registered", "agents", "queues", "menus"]);
  expect(firstSteps(world.snapshot(), { phones: [], queues: [], ways: 0 })[0]?.href).toBe(
    "/settings/phones/new",
  );
});

test("a box at work lacks nothing; a queue without agents serves nobody", () => {
  const world = new World("busy", NOW);
  expect(open(world, 1)).toEqual([]);
  for (const queue of world.queues) queue.agents = [];
  expect(open(world, 1)).toEqual(["queues"]);
});
