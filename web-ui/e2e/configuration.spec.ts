import { expect, test } from "./box.ts";

test("an agent is given a skill, and the skill tells who has it", async ({ live }) => {
  await live.goto("/settings/agents/1");
  await live.getByRole("button", { name: "Add a skill" }).click();
  await live.getByLabel("Skill", { exact: true }).selectOption({ label: "Cantonese" });
  await live.getByLabel("Level").selectOption("5");
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("status").getByText("Lin Xiaodong saved")).toBeVisible();
  await live.goto("/settings/skills/2");
  await expect(live.getByRole("listitem").filter({ hasText: "Lin Xiaodong" })).toContainText("5");
});

test("the route tester names the route that counts, and why another does not", async ({ live }) => {
  await live.goto("/settings/tester");
  await live.getByLabel("Number dialled").fill("8888");
  await live.getByRole("button", { name: "Test" }).click();
  await expect(live.getByText("Menu Main", { exact: true })).toBeVisible();
  await expect(live.getByText("Service line does not match: another number")).toBeVisible();
  await live.getByRole("button", { name: "A number is dialled" }).click();
  await live.getByLabel("Number", { exact: true }).fill("913800138000");
  await live.getByRole("button", { name: "Test" }).click();
  await expect(live.getByText("This person may not make such calls")).toBeVisible();
});

test("the order of routes is changed with the keyboard", async ({ live }) => {
  await live.goto("/settings/inbound_routes");
  const rows = live.getByRole("row");
  await expect(rows.nth(1)).toContainText("Service line");
  await live.getByRole("button", { name: "Service line later" }).focus();
  await live.keyboard.press("Enter");
  await expect(rows.nth(1)).toContainText("Main number");
});

test("a schedule is previewed while it is written", async ({ live }) => {
  await live.goto("/settings/schedules/1");
  await expect(live.getByText("09:00–12:00 · 13:30–18:00").first()).toBeVisible();
  await live.getByLabel("To", { exact: true }).first().fill("11:00");
  await expect(live.getByText("09:00–11:00 · 13:30–18:00").first()).toBeVisible();
});

test("a number is kept out, and a proposal is agreed to", async ({ live }) => {
  await live.goto("/settings/number_list");
  await live.getByLabel("What is listed").selectOption("prefix");
  await live.getByLabel("Number", { exact: true }).fill("1717");
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await expect(live.getByText("1717…")).toBeVisible();
  await live.getByLabel("Would this number get in?").fill("171712345");
  await live.getByRole("button", { name: "Check" }).click();
  await expect(live.getByRole("status").getByText("Kept out")).toBeVisible();
  await live.getByRole("button", { name: "Agree" }).click();
  await expect(live.getByText("proposed")).toHaveCount(0);
});

test("a change-set is worked in, looked at, put in force and undone", async ({ live }) => {
  await live.goto("/settings/change_sets");
  await live.getByLabel("Name of the change-set").fill("Festival");
  await live.getByRole("button", { name: "Begin" }).click();
  await expect(live.getByText("You work in the change-set “Festival”")).toBeVisible();
  await live.getByRole("link", { name: "Queues" }).click();
  await live.getByRole("link", { name: "Sales" }).click();
  await live.getByLabel("Ring time").fill("25");
  await live.getByRole("button", { name: "Save" }).click();
  await live.getByRole("link", { name: "Look at it" }).click();
  await expect(live.getByText("Ring time, s")).toBeVisible();
  await live.getByRole("button", { name: "Put in force" }).click();
  await expect(live.getByRole("status").getByText("Festival is in force")).toBeVisible();
  await live.getByRole("link", { name: "Versions" }).click();
  await live.getByRole("link", { name: "1", exact: true }).click();
  await live.getByRole("button", { name: "Go back to it" }).click();
  await live.getByRole("dialog").getByRole("button", { name: "Go back to it" }).click();
  await live.getByRole("link", { name: "Queues" }).click();
  await live.getByRole("link", { name: "Sales" }).click();
  await expect(live.getByLabel("Ring time")).toHaveValue("20");
});
