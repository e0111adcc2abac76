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
