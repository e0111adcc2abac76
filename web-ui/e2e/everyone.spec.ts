import AxeBuilder from "@axe-core/playwright";
import type { Page } from "@playwright/test";
import { expect, test } from "./box.ts";

const PAGES = [
  "/live",
  "/calls",
  "/calls/400",
  "/voicemail",
  "/settings/agents/1",
  "/settings/breaks",
  "/settings/phones/1",
  "/settings/phones/new",
  "/settings/queues/1",
  "/settings/menus/1",
  "/settings/accounts/1",
  "/settings/skills/1",
  "/settings/business_types/1",
  "/settings/callers/075583206611",
  "/settings/number_list",
  "/settings/number_database",
  "/settings/inbound_routes/1",
  "/settings/outbound_rules/1",
  "/settings/trunk_groups/1",
  "/settings/dialling",
  "/settings/emergency",
  "/settings/feature_codes",
  "/settings/prompts",
  "/settings/mailboxes",
  "/settings/roles/agent",
  "/settings/retention",
  "/settings/audit",
  "/settings/health",
  "/settings/tester",
  "/settings/line_check",
  "/settings/voice",
  "/settings/schedules/1",
  "/settings/calendar",
  "/settings/change_sets",
  "/settings/versions/1",
  "/account",
];
const LOOKS = [
  { language: "zh-CN", colorScheme: "light" },
  { language: "en-US", colorScheme: "dark" },
] as const;

/** Nothing is being loaded any more. */
async function settled(page: Page): Promise<void> {
  await expect(page.locator("h1").first()).toBeAttached();
  await expect(page.locator("[aria-busy='true'], .bars")).toHaveCount(0);
}

async function barriers(page: Page) {
  const { violations } = await new AxeBuilder({ page }).analyze();
  return violations
    .filter(({ impact }) => impact === "serious" || impact === "critical")
    .map(({ id, nodes }) => `${id}: ${nodes.map((node) => node.target.join(" ")).join(", ")}`);
}

for (const { language, colorScheme } of LOOKS) {
  test.describe(`${language}, ${colorScheme}`, () => {
    test.use({ locale: language, colorScheme });

    for (const path of PAGES) {
      test(`${path} bars nobody`, async ({ live }) => {
        await live.goto(path);
        await settled(live);
        expect(await barriers(live)).toEqual([]);
      });
    }

    test("an agent in a call, and the question before the call is taken, bar nobody", async ({
      live,
    }) => {
      await live.goto("/live");
      await live.locator(".tile.talk").first().click();
      const panel = live.locator(".insp");
      await expect(panel.getByRole("form")).toBeVisible();
      expect(await barriers(live)).toEqual([]);
      await panel.locator("input[maxlength='200']").fill("upset");
      await panel.locator(".sup .acts").last().getByRole("button").first().click();
      await expect(live.getByRole("dialog")).toBeVisible();
      expect(await barriers(live)).toEqual([]);
    });
  });
}

test("the live page bars nobody @box", async ({ live }) => {
  await live.goto("/live");
  await expect(live.getByRole("heading", { name: "Lines" })).toBeVisible();
  expect(await barriers(live)).toEqual([]);
});

for (const scenario of ["setup", "empty", "broken"] as const) {
  test.describe(scenario, () => {
    test.use({ scenario });
    for (const colorScheme of ["light", "dark"] as const) {
      test(`bars nobody either, ${colorScheme}`, async ({ live }) => {
        await live.emulateMedia({ colorScheme });
        for (const path of scenario === "setup" ? ["/"] : ["/calls", "/live"]) {
          await live.goto(path);
          await settled(live);
          expect(await barriers(live)).toEqual([]);
        }
      });
    }
  });
}

test.describe("on a phone", () => {
  test.use({ viewport: { width: 390, height: 844 }, hasTouch: true });

  for (const path of PAGES) {
    test(`${path} does not scroll sideways`, async ({ live }) => {
      await live.goto(path);
      await settled(live);
      const wide = await live.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      expect(wide).toBeLessThanOrEqual(0);
    });
  }
});

test("every control is reached with Tab and shows that it has the focus", async ({ live }) => {
  await live.goto("/live");
  await expect(live.getByRole("heading", { name: "Lines" })).toBeVisible();
  const wanted = await live.locator("a:visible, button:visible, select:visible").count();
  const seen = new Set<string>();
  for (let press = 0; press < wanted + 12; press++) {
    await live.keyboard.press("Tab");
    const here = await live.evaluate(() => {
      const element = document.activeElement;
      if (!element || element === document.body) return null;
      return { text: element.textContent?.trim(), shadow: getComputedStyle(element).boxShadow };
    });
    if (here === null) continue;
    expect(here.shadow, here.text).not.toBe("none");
    seen.add(here.text ?? "");
  }
  expect([...seen].some((text) => text.includes("Gao Yuan"))).toBe(true);
});
