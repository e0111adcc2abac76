import { enterWorld, expect, test } from "./box.ts";

test.describe("a new box", () => {
  test.use({ scenario: "setup" });

  test("asks for the code of its first start and a password of ten characters", async ({
    live,
  }) => {
    await live.goto("/");
    await live.getByLabel("Set-up code").fill("AAAA-AAAA-AAAA");
    await live.getByLabel("Your name").fill("Zhou Li");
    await live.getByLabel("Password").fill("short");
    await live.getByLabel("Again").fill("short");
    await live.getByRole("button", { name: "Finish set-up" }).click();
    await expect(live.getByText("Found 5 characters, at least 10 are needed.")).toBeVisible();
    await expect(live.getByLabel("Password")).toBeFocused();

    await live.getByLabel("Password").fill("long enough");
    await live.getByLabel("Again").fill("long enough");
    await live.getByRole("button", { name: "Finish set-up" }).click();
    await expect(live.getByText("The code is wrong.")).toBeVisible();
    await expect(live.getByLabel("Your name")).toHaveValue("Zhou Li");

    await live.getByLabel("Set-up code").fill("K7QX-M2RD-VT9P");
    await live.getByLabel("Again").press("Enter");
    await expect(live.getByRole("heading", { name: "Agents" })).toBeVisible();
  });
});

test("a wrong password is refused, the right one lets in, sign-out leads back", async ({
  page,
  context,
  baseURL,
}, info) => {
  await enterWorld(context, baseURL ?? "", `quiet.${info.testId}`, false);
  await page.goto("/calls");
  await page.getByLabel("Name").fill("admin");
  await page.getByLabel("Password").fill("not this one");
  await page.getByLabel("Password").press("Enter");
  await expect(page.getByText("Name or password is wrong.")).toBeVisible();
  await page.getByLabel("Password").fill("correct horse");
  await page.getByRole("button", { name: "Sign in" }).click();
  await expect(page.getByRole("link", { name: "Calls", exact: true }).first()).toHaveAttribute(
    "aria-current",
    "page",
  );
  await page.getByRole("button", { name: "Sign out" }).click();
  await expect(page.getByRole("heading", { name: "Sign in" })).toBeVisible();
});

test("the language follows the choice and is kept in the browser @box", async ({ live }) => {
  await live.goto("/");
  await live.getByRole("button", { name: "中文" }).click();
  await expect(live.getByRole("heading", { name: "坐席" })).toBeVisible();
  await expect(live.locator("html")).toHaveAttribute("lang", "zh-Hans");
  await live.reload();
  await expect(live.getByRole("heading", { name: "坐席" })).toBeVisible();
});

test("light and dark follow the choice and are kept in the browser", async ({ live }) => {
  await live.goto("/");
  await live.getByRole("button", { name: /^Theme/ }).click();
  await live.getByRole("button", { name: /^Theme/ }).click();
  await expect(live.locator("html")).toHaveAttribute("data-theme", "dark");
  await live.reload();
  await expect(live.locator("html")).toHaveAttribute("data-theme", "dark");
});

test("an address that leads nowhere says so", async ({ live }) => {
  await live.goto("/nothing/here");
  await expect(live.getByText("There is no such page")).toBeVisible();
});
