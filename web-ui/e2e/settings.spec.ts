import { expect, test } from "./box.ts";

test("a phone is added, its password is shown once, and then it is removed @box", async ({
  live,
}) => {
  const extension = String(90_000 + Math.floor(Math.random() * 9_999));
  await live.goto("/settings/phones/new");
  await live.getByLabel("Extension").fill("1");
  await live.getByLabel("Name").fill("Reception");
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await expect(live.getByText("2 to 8 digits are needed.")).toBeVisible();
  await expect(live.getByLabel("Extension")).toBeFocused();
  await live.getByLabel("Extension").fill(extension);
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await expect(live.getByText("Password, shown only now")).toBeVisible();
  await expect(live.getByText("How to register this phone")).toBeVisible();
  await live.reload();
  await expect(live.getByText("How to register this phone")).toBeVisible();
  await expect(live.getByText("Password, shown only now")).toHaveCount(0);

  await live.getByRole("button", { name: "Delete" }).click();
  const question = live.getByRole("dialog", { name: "Delete Reception?" });
  await expect(question.getByRole("button", { name: "Cancel" })).toBeFocused();
  await question.getByRole("button", { name: "Delete" }).click();
  await expect(live).toHaveURL("/settings/phones");
  await expect(live.getByText(extension)).toHaveCount(0);
});

test("a refusal of the box stands beside its field and the input is kept", async ({ live }) => {
  await live.goto("/settings/phones/new");
  await live.getByLabel("Extension").fill("8001");
  await live.getByLabel("Name").fill("Second");
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await expect(live.getByText("This is taken already; choose another.")).toBeVisible();
  await expect(live.getByLabel("Extension")).toHaveValue("8001");
});

test("a time out of range is told where it is", async ({ live }) => {
  await live.goto("/settings/queues/1");
  await live.getByLabel("Ring time").fill("500");
  await live.getByLabel("Ring time").blur();
  await expect(live.getByText("A whole number from 5 to 120.")).toBeVisible();
  await live.getByLabel("Ring time").fill("25");
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("status").getByText("Sales saved")).toBeVisible();
});

test("a menu takes a new key once, and no key twice", async ({ live }) => {
  await live.goto("/settings/menus/1");
  await live.getByRole("button", { name: "Add key" }).click();
  await live.getByLabel("Key", { exact: true }).nth(3).selectOption("1");
  await expect(live.getByText("Key 1 is used twice.")).toBeVisible();
  await live.getByLabel("Key", { exact: true }).nth(3).selectOption("0");
  await live.getByLabel("Key 0 leads to: kind").selectOption("Mailbox of queue");
  await live.getByLabel("Key 0 leads to: which").selectOption("Service");
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("status").getByText("Main saved")).toBeVisible();
  await expect(live.getByText(/0 Mailbox of queue Service/)).toBeVisible();
});

test("who waits in a queue may leave it by a key", async ({ live }) => {
  await live.goto("/settings/queues/1");
  await live.getByText("Hours, and where callers go").click();
  await live.getByRole("button", { name: "Add key" }).click();
  await expect(live.getByLabel("Key 1 leads to: which")).not.toContainText("Sales");
  await live.getByLabel("Key 1 leads to: kind").selectOption("Mailbox of queue");
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("status").getByText("Sales saved")).toBeVisible();
  await live.reload();
  await live.getByText("Hours, and where callers go").click();
  await expect(live.getByLabel("Key 1 leads to: kind")).toHaveValue("voicemail_queue");
});

test("a new agent appears on the live page", async ({ live }) => {
  await live.goto("/settings/agents/new");
  await live.getByLabel("Name").fill("Xu Hao");
  await live.getByLabel("Phone", { exact: true }).selectOption({ index: 1 });
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await live.getByRole("link", { name: "Live" }).first().click();
  await expect(live.getByRole("button", { name: /Xu Hao/ })).toBeVisible();
});

test("a line is listened to: what is wrong with it is said and drawn", async ({ live }) => {
  await live.goto("/settings/line_check");
  const noise = live.getByRole("row", { name: /Noise/ });
  await expect(noise).toContainText("−63.5 dBm0");
  await expect(noise).toContainText("good");
  await expect(live.getByRole("img", { name: "Echo path" })).toBeVisible();
  await live.getByLabel("Line", { exact: true }).selectOption({ index: 1 });
  await expect(live.getByRole("row", { name: /Hum 50 Hz/ })).toContainText("too much");
  await live.getByLabel("Line", { exact: true }).selectOption({ index: 2 });
  await expect(live.getByText("No echo learnt yet")).toBeVisible();
  await expect(live.getByRole("row", { name: /Echo from the line/ })).toContainText("—");
});

test("how voices are bettered is set for each side", async ({ live }) => {
  await live.goto("/settings/voice");
  const lines = live.getByRole("group", { name: "People on lines" });
  await lines.getByLabel("Noise").selectOption("strong");
  await lines.getByLabel("Level").selectOption("−15 dBm0");
  const saved = live.waitForRequest(
    (request) => request.method() === "PUT" && request.url().endsWith("/api/voice"),
  );
  await live.getByRole("button", { name: "Save" }).click();
  expect((await saved).postDataJSON().lines).toEqual({ noise: "strong", level_dbm0: -15 });
  await live.reload();
  await expect(lines.getByLabel("Noise")).toHaveValue("strong");
});
