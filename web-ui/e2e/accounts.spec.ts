import { PASSWORD, TOTP } from "../mock/server.ts";
import { expect, test } from "./box.ts";

test("an account is added with its role, and the list tells who may do what", async ({ live }) => {
  await live.goto("/settings/accounts/new");
  await live.getByLabel("Name").fill("wang");
  await live.getByLabel("Role").selectOption("supervisor");
  await live.getByLabel("Password", { exact: true }).fill("short");
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await expect(live.getByText("Found 5 characters, at least 10 are needed.")).toBeVisible();
  await live.getByLabel("Password", { exact: true }).fill("a long enough word");
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await expect(live.getByRole("row", { name: /wang Supervisor/ })).toBeVisible();
  await live.getByLabel("Disabled: may not sign in").check();
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("row", { name: /wang Supervisor .* Disabled/ })).toBeVisible();
});

test("an authenticator that is set up is asked for at the door", async ({ live }) => {
  await live.goto("/account");
  await live.getByRole("button", { name: "Set up an authenticator" }).click();
  await expect(
    live.getByRole("img", { name: "QR code of the authenticator’s link" }),
  ).toBeVisible();
  await live.getByLabel("Six digits").fill("000000");
  await live.getByRole("button", { name: "Confirm" }).click();
  await expect(live.getByText("The code is wrong.")).toBeVisible();
  await live.getByLabel("Six digits").fill(TOTP);
  await live.getByRole("button", { name: "Confirm" }).click();
  await expect(live.getByText("The authenticator is in use")).toBeVisible();

  await live.getByRole("button", { name: "Sign out" }).click();
  await live.getByLabel("Name").fill("admin");
  await live.getByLabel("Password").fill(PASSWORD);
  await live.getByRole("button", { name: "Sign in" }).click();
  await expect(live.getByLabel("Code")).toBeFocused();
  await live.getByLabel("Code").fill("111111");
  await live.getByRole("button", { name: "Sign in" }).click();
  await expect(live.getByText("Wrong, or used before. Wait for the next one.")).toBeVisible();
  await live.getByLabel("Code").fill(TOTP);
  await live.keyboard.press("Enter");
  await expect(live.getByRole("link", { name: "admin" })).toBeVisible();
});

test("sessions are listed, another one is ended, the password is changed with the old one", async ({
  live,
}) => {
  await live.goto("/account");
  await expect(live.getByText("this one")).toBeVisible();
  await expect(live.getByRole("button", { name: "End" })).toBeVisible();
  await live.getByLabel("Present password").fill("not this one");
  await live.getByLabel("New password").fill("another long word");
  await live.getByRole("button", { name: "Change password" }).click();
  await expect(live.getByText("Name or password is wrong.")).toBeVisible();
});

test("an agent is one account at most, and the form says whose it is already", async ({ live }) => {
  await live.goto("/settings/accounts/1");
  await live.getByLabel("Agent", { exact: true }).selectOption({ index: 1 });
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("status").getByText("admin saved")).toBeVisible();
  await live.goto("/settings/accounts/new");
  await live.getByLabel("Name").fill("wang");
  await live.getByLabel("Password", { exact: true }).fill("a long enough word");
  await live.getByLabel("Agent", { exact: true }).selectOption({ index: 1 });
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await expect(live.getByText("The account admin is this agent already")).toBeVisible();
  await live.getByLabel("Agent", { exact: true }).selectOption({ index: 2 });
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await expect(live.getByRole("row", { name: /wang/ })).toBeVisible();
});

test("an agent sets where the own callers go", async ({ live }) => {
  await live.goto("/account");
  await expect(live.getByRole("heading", { name: "Sessions" })).toBeVisible();
  await expect(live.getByRole("heading", { name: "Forwarding" })).toHaveCount(0);
  await live.request.put("/api/accounts/1", {
    data: { name: "admin", role: "administrator", agent_id: 2, groups: [], disabled: false },
    headers: { "x-hotline": "1" },
  });
  await live.reload();
  await expect(live.getByRole("heading", { name: "Forwarding" })).toBeVisible();
  const save = live.getByRole("button", { name: "Save forwarding" });
  await live.getByRole("button", { name: "Add a place" }).click();
  await save.click();
  await expect(live.getByText("Each number outside is needed.")).toBeVisible();
  const number = live.getByLabel("Number of place 1");
  await expect(number).toBeFocused();
  await number.fill("my mobile");
  await save.click();
  await expect(live.getByText("my mobile is no telephone number.")).toBeVisible();
  await expect(number).toBeFocused();
  await number.fill("120");
  await save.click();
  await expect(live.getByText("120 is a number for emergencies; choose another.")).toBeVisible();
  await number.fill("138 0013 8000");
  await live.getByLabel("Do not disturb: never ring, forward at once").check();
  await save.click();
  await expect(live.getByRole("status").getByText("Forwarding saved")).toBeVisible();
  await live.reload();
  await expect(number).toHaveValue("13800138000");
  // An administrator sees the same at the agent.
  await live.goto("/settings/agents/2");
  await expect(number).toHaveValue("13800138000");
});
