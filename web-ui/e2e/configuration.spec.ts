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
  await expect(live.getByRole("status").getByText("Version 1 is in force again")).toBeVisible();
  await live.getByRole("link", { name: "Queues" }).click();
  await live.getByRole("link", { name: "Sales" }).click();
  await expect(live.getByLabel("Ring time")).toHaveValue("20");
});

test("callers of a closed queue go to another, and others help after a while", async ({ live }) => {
  await live.goto("/settings/queues/1");
  await live.getByText("Hours, and where callers go").click();
  await live.getByLabel("Hours", { exact: true }).selectOption({ index: 1 });
  await live.getByLabel("Closed").selectOption({ label: "Service" });
  await live.getByRole("group", { name: "While waiting" }).getByRole("button").click();
  await live.getByLabel("What is done then").selectOption({ label: "into Service" });
  await live.getByText("Wrap-up codes").first().click();
  await live.getByRole("button", { name: "Add a code" }).click();
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByText("A code has no name.")).toBeVisible();
  await live.getByLabel("Code", { exact: true }).last().fill("Complaint");
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("status").getByText("Sales saved")).toBeVisible();
  await live.reload();
  await live.getByText("Hours, and where callers go").click();
  await expect(live.getByLabel("Closed")).toHaveValue("queue 2");
  await expect(live.getByLabel("What is done then")).toHaveValue("move_to 2");
});

test("a role is made of a copy, changed and removed", async ({ live }) => {
  await live.goto("/settings/roles/supervisor");
  await live.getByRole("link", { name: "Copy as a new role" }).click();
  await live.getByLabel("Name", { exact: true }).fill("Team lead");
  await live.getByLabel("Key").fill("Team lead");
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await expect(live.getByText("1 to 32 of a–z, 0–9 and _ are needed.")).toBeVisible();
  await live.getByLabel("Key").fill("team_lead");
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await expect(live).toHaveURL("/settings/roles/team_lead");
  await live.getByLabel("See the log").selectOption({ label: "everybody" });
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("row", { name: /Team lead/ })).toContainText("7 of 29");
  await live.getByRole("button", { name: "Delete" }).click();
  await live.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(live.getByRole("row", { name: /Team lead/ })).toHaveCount(0);
});

test("a feature code that is a number for emergencies is refused in words", async ({ live }) => {
  await live.goto("/settings/feature_codes");
  await live.getByLabel("Sign in", { exact: true }).fill("110");
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("alert")).toHaveText(
    "110 is a number for emergencies; choose another.",
  );
});

test("a sentence gets a sound of one's own, and the voice back", async ({ live }) => {
  await live.goto("/settings/prompts");
  const sound = { name: "busy.wav", mimeType: "audio/wav", buffer: Buffer.alloc(64) };
  await live.getByLabel(/^Upload a sound for: All our agents/).setInputFiles(sound);
  await expect(live.getByText("own sound")).toBeVisible();
  await live.getByRole("button", { name: "Built-in voice" }).click();
  await expect(live.getByText("own sound")).toHaveCount(0);
});

test("a menu's own words are found among what callers hear, with the number to speak them", async ({
  live,
}) => {
  await live.goto("/settings/menus/1");
  await live.getByRole("link", { name: "A sound of your own instead of the voice" }).click();
  await expect(live.getByText("*77440112")).toBeVisible();
  const sound = { name: "music.mp3", mimeType: "audio/mpeg", buffer: Buffer.alloc(64) };
  await live.getByLabel("Upload a sound for: Music on hold").setInputFiles(sound);
  await expect(live.getByRole("button", { name: "Built-in voice: Music on hold" })).toBeVisible();
});

test("recordings of a queue are kept for days of its own", async ({ live }) => {
  await live.goto("/settings/retention");
  await live.getByLabel("Other days for a queue…").selectOption({ label: "Service" });
  await live.getByLabel("Days: Service").fill("90");
  await live.getByRole("button", { name: "Save" }).click();
  await live.reload();
  await expect(live.getByLabel("Days: Service")).toHaveValue("90");
  await expect(live.getByRole("cell", { name: "want of room" })).toBeVisible();
});

test("the pages are looked at with another role, and as oneself again", async ({ live }) => {
  await live.goto("/settings/roles/agent");
  await live.getByRole("button", { name: "View as this role" }).click();
  await expect(live.getByText("You look with the role Agent")).toBeVisible();
  await expect(live.getByRole("link", { name: "Settings" })).toHaveCount(0);
  await live.getByRole("button", { name: "Be myself again" }).click();
  await expect(live.getByRole("link", { name: "Settings" }).first()).toBeVisible();
});

test("callers of a queue can be called back, and the times are checked", async ({ live }) => {
  await live.goto("/settings/queues/2");
  await live.getByText("Calling back instead of waiting").click();
  const offered = live.getByLabel("Callers can ask to be called back");
  await expect(offered).toBeChecked();
  await live.getByLabel("Key").selectOption("9");
  await offered.uncheck();
  await expect(live.getByLabel("Next try after")).toHaveCount(0);
  await offered.check();
  await expect(live.getByLabel("Key")).toHaveValue("1");
});
