import { expect, test } from "./box.ts";

test("messages are counted, heard, dealt with and deleted", async ({ live }) => {
  await live.goto("/live");
  const link = live.getByRole("navigation").getByRole("link", { name: /^Voicemail/ });
  await expect(link.first()).toContainText("4");
  await link.first().click();
  await expect(live).toHaveURL("/voicemail");
  const rows = live.getByRole("region", { name: "Voicemail" }).getByRole("listitem");
  await expect(rows).toHaveCount(8);

  await live.getByRole("button", { name: "Unheard", exact: true }).click();
  await expect(live).toHaveURL("/voicemail?show=unheard");
  await expect(rows).toHaveCount(4);
  await rows
    .first()
    .getByRole("button", { name: /^Heard: / })
    .click();
  await expect(rows).toHaveCount(3);
  await expect(link.first()).toContainText("3");

  await live.getByRole("button", { name: "To do", exact: true }).click();
  await expect(rows).toHaveCount(6);
  await rows
    .first()
    .getByRole("button", { name: /^Done: / })
    .click();
  await expect(rows).toHaveCount(5);

  await live.getByRole("button", { name: "All", exact: true }).click();
  await expect(live.getByText("Done by admin")).toBeVisible();
  await rows
    .first()
    .getByRole("button", { name: /^Delete the message/ })
    .click();
  await live.getByRole("dialog").getByRole("button", { name: "Delete" }).click();
  await expect(rows).toHaveCount(7);
});

test("unheard messages of house and queues are told on the live page within a second", async ({
  live,
}) => {
  await live.goto("/live");
  const queue = live.getByRole("link", { name: "1 unheard", exact: true });
  await expect(queue).toHaveCount(2);
  const house = live.getByRole("link", { name: "House: 1 unheard" });
  await house.click();
  const rows = live.getByRole("region", { name: "Voicemail" }).getByRole("listitem");
  await expect(rows).toHaveCount(1);
  await expect(live.getByLabel("Mailbox", { exact: true })).toHaveValue("house");
  await live.goto("/live");
  await expect(house).toBeVisible();
  // Somebody else hears it.
  const data = { mark: "heard" };
  const headers = { "x-hotline": "1" };
  await live.request.put("/api/voicemails/9001", { data, headers });
  await expect(house).toHaveCount(0, { timeout: 1_000 });
  await expect(queue).toHaveCount(2);
});

test("who plays a message has heard it, and arrows lead from one to the next", async ({ live }) => {
  await live.goto("/voicemail");
  const rows = live.getByRole("region", { name: "Voicemail" }).getByRole("listitem");
  await rows.first().getByRole("button", { name: /^Play/ }).click();
  await expect(rows.first()).toContainText("Heard");
  await expect(live.getByLabel("Place in the message")).toBeVisible();
  await live.keyboard.press("ArrowDown");
  await expect(rows.nth(1).getByRole("button", { name: /^Play/ })).toBeFocused();
});

test.describe("an empty box", () => {
  test.use({ scenario: "empty" });

  test("has no messages and says when there are some", async ({ live }) => {
    await live.goto("/voicemail");
    await expect(live.getByText("No messages")).toBeVisible();
  });
});

test("an agent's callers are sent to a number outside, then to the mailbox", async ({ live }) => {
  await live.goto("/settings/agents/1");
  await live.getByText("Forwarding", { exact: true }).click();
  await live.getByRole("button", { name: "Add a place" }).click();
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByText("Each number outside is needed.")).toBeVisible();
  await live.getByLabel("Number of place 1").fill("13800138000");
  await live.getByRole("button", { name: "Add a place" }).click();
  await live.getByLabel("Place 2", { exact: true }).selectOption("voicemail");
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("status").getByText(/saved$/)).toBeVisible();
  await live.reload();
  await expect(live.getByLabel("Number of place 1")).toHaveValue("13800138000");
});

test("a mailbox gets a greeting of its own and gives it back", async ({ live }) => {
  await live.goto("/voicemail");
  await live.getByText("Greetings", { exact: true }).click();
  const sound = { name: "hello.wav", mimeType: "audio/wav", buffer: Buffer.from("RIFF") };
  await live.getByLabel("Upload a sound for: Queue Sales").setInputFiles(sound);
  const back = live.getByRole("button", { name: "Built-in voice: Queue Sales" });
  await back.click();
  await expect(back).toHaveCount(0);
});

test("how long a silence ends a message is set for all mailboxes", async ({ live }) => {
  await live.goto("/settings/prompts");
  await live.getByRole("link", { name: "Mailboxes", exact: true }).click();
  await expect(live).toHaveURL("/settings/mailboxes");
  const silence = live.getByLabel("Silence");
  await expect(silence).toHaveValue("10");
  await silence.fill("61");
  await silence.press("Enter");
  await expect(live.getByText("A whole number from 0 to 60.")).toBeVisible();
  await expect(silence).toBeFocused();
  await silence.fill("0");
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("status").getByText("Mailboxes saved")).toBeVisible();
  await live.reload();
  await expect(silence).toHaveValue("0");
});
