import { expect, test } from "./box.ts";

test("the list of calls opens @box", async ({ live }) => {
  await live.goto("/calls");
  await expect(live.getByRole("status").getByText(/^\d+ calls?$/)).toBeVisible();
});

test.describe("on a quiet day", () => {
  test.use({ scenario: "quiet" });

  test("filters live in the address and survive a reload", async ({ live }) => {
    await live.goto("/calls");
    await live.getByLabel("Result").selectOption("Answered");
    await live.getByLabel("Number").fill("021 6288");
    await expect(live).toHaveURL("/calls?outcome=served&number=021+6288");
    const numbers = live.locator("table tbody tr td:nth-child(2)");
    await expect(numbers.first()).toContainText("021 6288 1904");
    const all = await numbers.count();
    await live.reload();
    await expect(live.getByLabel("Number")).toHaveValue("021 6288");
    await expect(numbers).toHaveCount(all);
    await live.getByRole("link", { name: "Clear filters" }).click();
    await expect(live).toHaveURL("/calls");
  });

  test("a call tells in words what happened and why this agent", async ({ live }) => {
    await live.goto("/calls?outcome=served");
    await live.locator("table tbody a").first().click();
    await expect(live.getByText("We answered; the caller hears us")).toBeVisible();
    await expect(live.getByText(/answered; they talk$/)).toBeVisible();
    await expect(live.getByRole("heading", { name: /^Why / })).toBeVisible();
    await expect(live.getByText("Chosen")).toBeVisible();
  });

  test("each offer of a call opens its own reasons", async ({ live }) => {
    const { calls } = (await (await live.request.get("/api/calls?limit=200")).json()) as {
      calls: { id: number }[];
    };
    const offers = async (id: number) => {
      const { facts } = (await (await live.request.get(`/api/calls/${id}`)).json()) as {
        facts: { kind: string }[];
      };
      return facts.filter(({ kind }) => kind === "agent_offered").length;
    };
    let twice = 0;
    for (const { id } of calls) if (twice === 0 && (await offers(id)) === 2) twice = id;
    await live.goto(`/calls/${twice}`);
    await expect(live.getByText("2 of 2")).toBeVisible();
    await live.getByRole("button", { name: "Why?", exact: true }).first().click();
    await expect(live.getByText("1 of 2")).toBeVisible();
    const reasons = live.getByRole("region", { name: "Choice of agent" });
    await expect(live.locator(".why .ph")).toContainText("did not answer");
    await expect(reasons.getByText("Chosen")).toBeVisible();
    await live.getByRole("button", { name: "The offer after" }).click();
    await expect(live.locator(".why .ph")).toContainText("answered");
  });

  test("arrows move through the list", async ({ live }) => {
    await live.goto("/calls");
    await live.locator("table tbody a").first().click();
    const first = live.url();
    await live.locator("table tbody a").first().focus();
    await live.keyboard.press("ArrowDown");
    await expect(live).not.toHaveURL(first);
    await expect(live.locator("table tbody tr").nth(1)).toHaveClass(/sel/);
  });

  test("the recording plays, seeks by click and key, changes speed, downloads", async ({
    live,
  }) => {
    await live.goto("/calls?outcome=served");
    await live.locator("table tbody a").first().click();
    const wave = live.getByRole("slider", { name: "Position in the recording" });
    await expect(wave.locator("path")).toHaveCount(2);
    const audio = live.locator("audio");
    const position = () => audio.evaluate((a: HTMLAudioElement) => a.currentTime);
    await expect.poll(() => audio.evaluate((a: HTMLAudioElement) => a.duration)).toBeGreaterThan(5);
    const length = await audio.evaluate((a: HTMLAudioElement) => a.duration);

    const place = await wave.boundingBox();
    await wave.click({ position: { x: (place?.width ?? 0) / 2, y: 10 } });
    await expect.poll(position).toBeCloseTo(length / 2, 0);
    const middle = await position();
    await live.keyboard.press("ArrowRight");
    await expect.poll(position).toBeCloseTo(middle + 5, 1);
    await live.keyboard.press("Home");
    await expect.poll(position).toBe(0);

    await live.getByRole("button", { name: "3×", exact: true }).click();
    expect(await audio.evaluate((a: HTMLAudioElement) => a.playbackRate)).toBe(3);
    await live.getByRole("button", { name: "Play", exact: true }).click();
    await expect.poll(position).toBeGreaterThan(0.3);
    await live.getByRole("button", { name: "Pause", exact: true }).click();

    const [file] = await Promise.all([
      live.waitForEvent("download"),
      live.getByRole("link", { name: "Download the recording" }).click(),
    ]);
    expect(file.suggestedFilename()).toMatch(/\.wav$/);
  });
});

test("a call that is going on appears and its end is seen, without a reload", async ({ live }) => {
  await live.goto("/calls");
  const going = live.locator("tr", { hasText: "Live" }).first();
  await expect(going).toBeVisible();
  const agents = await live.request.get("/api/calls?limit=20");
  const { calls } = (await agents.json()) as {
    calls: { agent: number | null; id: number; outcome: string | null; recordings: number[] }[];
  };
  const talking = calls.find((call) => call.outcome === null && call.recordings.length > 0);
  expect(talking).toBeDefined();
  const row = live.locator("tr", { has: live.locator(`a[href="/calls/${talking?.id}"]`) });
  await expect(row).toContainText("Live");
  await live.request.post(`/api/agents/${talking?.agent}/state`, {
    data: { state: "hang_up", reason: null },
    headers: { "x-hotline": "1" },
  });
  await expect(row).toContainText("Answered", { timeout: 1500 });
});

test.describe("a call that is over", () => {
  test.use({ scenario: "quiet" });

  test("calls out are told apart and shown by whom was called", async ({ live }) => {
    await live.goto("/calls");
    await live.getByLabel("Direction").selectOption("Outbound");
    await expect(live.getByRole("status").getByText("2 calls")).toBeVisible();
    await expect(live.locator("table tbody tr td:nth-child(2)").first()).toContainText(
      "139 0000 2002",
    );
  });

  test("its recording is held for a reason, which the log tells", async ({ live }) => {
    await live.goto("/calls?outcome=served&direction=inbound");
    await live.locator("table tbody a").first().click();
    await live.getByRole("button", { name: "Hold for the law" }).click();
    await live.getByRole("button", { name: "Hold for the law" }).click();
    await expect(live.getByText("A reason is needed.")).toBeVisible();
    await live.getByLabel("Why; it is kept with your name").fill("court order 12");
    await live.getByRole("button", { name: "Hold for the law" }).click();
    await expect(live.getByText("Held", { exact: true })).toBeVisible();
    await live.goto("/settings/retention");
    await expect(live.getByRole("cell", { name: "court order 12" })).toBeVisible();
  });

  test("its caller is proposed for the blacklist, and a supervisor refuses", async ({ live }) => {
    await live.goto("/calls?outcome=served&direction=inbound&number=138");
    await live.locator("table tbody a").first().click();
    await live.getByRole("button", { name: "Propose to block" }).click();
    await expect(live.getByRole("button", { name: "Proposed" })).toBeDisabled();
    await live.goto("/settings/number_list");
    const row = live.getByRole("row", { name: /admin, call/ });
    await row.getByRole("button", { name: /Refuse/ }).click();
    await expect(row).toHaveCount(0);
  });
});
