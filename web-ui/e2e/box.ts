import { test as base, expect, type BrowserContext, type Page } from "@playwright/test";

type Scenario = "busy" | "quiet" | "empty" | "broken" | "setup";
interface Fixtures {
  /** A page of a person who is signed in: a world of its own in the mock, or the real box. */
  live: Page;
  /** Which world of the mock plays. */
  scenario: Scenario;
  /** Everything a page must never do: fail, break the policy, or call out. */
  calm: string[];
}

export const onBox = process.env["HOTLINE_URL"] !== undefined;
const NAME = process.env["HOTLINE_NAME"] ?? "admin";
const PASSWORD = process.env["HOTLINE_PASSWORD"] ?? "correct horse";
const HEADERS = { "x-hotline": "1" };

/** Sets the box up with the code from its log if it is new, else signs in. */
async function enterBox(context: BrowserContext, baseURL: string): Promise<void> {
  const setup = await context.request.get(`${baseURL}/api/setup`);
  const { needed } = (await setup.json()) as { needed: boolean };
  const code = process.env["HOTLINE_SETUP_CODE"];
  const data = needed
    ? { code, name: NAME, password: PASSWORD }
    : { name: NAME, password: PASSWORD };
  const path = needed ? "/api/setup" : "/api/session";
  const answer = await context.request.post(baseURL + path, { data, headers: HEADERS });
  expect(answer.status(), await answer.text()).toBe(204);
}

export async function enterWorld(
  context: BrowserContext,
  url: string,
  name: string,
  signedIn: boolean,
): Promise<void> {
  const cookies = [{ name: "mock_world", value: name, url }];
  if (signedIn) cookies.push({ name: "hotline_session", value: "mock", url });
  await context.addCookies(cookies);
}

export const test = base.extend<Fixtures>({
  scenario: ["busy", { option: true }],
  calm: async ({ page, baseURL }, use) => {
    const broken: string[] = [];
    page.on("pageerror", (error) => broken.push(error.message));
    page.on("console", (message) => {
      if (/Content Security Policy/i.test(message.text())) broken.push(message.text());
    });
    page.on("request", (request) => {
      if (!/^(data|blob):/.test(request.url()) && !request.url().startsWith(`${baseURL}/`)) {
        broken.push(`outside request: ${request.url()}`);
      }
    });
    await use(broken);
    expect(broken).toEqual([]);
  },
  live: async ({ page, context, baseURL, scenario, calm }, use, info) => {
    void calm;
    if (onBox) await enterBox(context, baseURL ?? "");
    else
      await enterWorld(context, baseURL ?? "", `${scenario}.${info.testId}`, scenario !== "setup");
    await use(page);
  },
});
export { expect };
