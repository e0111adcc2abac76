import type { Page } from "@playwright/test";
import { expect, test } from "./box.ts";

test("lines, queues, agents and calls are there, and the clock of the box runs @box", async ({
  live,
}) => {
  await live.goto("/");
  for (const name of ["Agents", "Calls in progress", "Needs action", "Lines", "All queues"]) {
    await expect(live.getByRole("heading", { name })).toBeVisible();
  }
  const clock = live.locator("header time");
  const before = await clock.textContent();
  await expect(clock).not.toHaveText(before ?? "");
});

test("what another person does is seen within a second, without a reload", async ({ live }) => {
  await live.goto("/");
  const tile = live.getByRole("button", { name: /Han Bing/ });
  await expect(tile).toContainText("Not ready");
  const answer = await live.request.post("/api/agents/9/state", {
    data: { state: "signed_out", reason: null },
    headers: { "x-hotline": "1" },
  });
  expect(answer.status()).toBe(204);
  await expect(tile).toContainText("Signed out", { timeout: 1000 });
});

test("an agent's state is changed from the keyboard alone", async ({ live }) => {
  await live.goto("/");
  const tile = live.getByRole("button", { name: /Gao Yuan/ });
  await tile.focus();
  await live.keyboard.press("Enter");
  const panel = live.getByRole("region", { name: "Gao Yuan" });
  await panel.getByRole("button", { name: "Sign in" }).focus();
  await live.keyboard.press("Enter");
  await expect(live.getByRole("status").getByText("Gao Yuan: Sign in")).toBeVisible();
  await expect(panel.getByRole("button", { name: "Sign out" })).toBeVisible();
  await expect(tile).not.toContainText("Signed out");
});

test("a number of a queue leads to its calls", async ({ live }) => {
  await live.goto("/");
  await live
    .getByRole("link", { name: /^abandoned/ })
    .nth(1)
    .click();
  await expect(live).toHaveURL("/calls?queue=1&outcome=abandoned_in_queue&since=today");
  await expect(live.getByLabel("Result")).toHaveValue("abandoned_in_queue");
  const results = live.locator("table tbody tr td:last-child");
  await expect(results.first()).toHaveText("Abandoned");
});

test("timers count and nothing moves on the page for it", async ({ live }) => {
  await live.goto("/");
  const timer = live.getByRole("button", { name: /Han Bing/ }).locator("time");
  const place = await timer.boundingBox();
  const before = await timer.textContent();
  await expect(timer).not.toHaveText(before ?? "");
  expect(await timer.boundingBox()).toEqual(place);
});

test("timers are the box's from the first moment, though this computer's clock is wrong", async ({
  live,
}) => {
  await live.addInitScript(() => {
    const now = Date.now.bind(Date);
    Date.now = () => now() + 50 * 3600 * 1000;
  });
  await live.goto("/");
  const timer = live.getByRole("button", { name: /Han Bing/ }).locator("time");
  expect(await timer.textContent()).toMatch(/^\d{1,2}:\d\d$/);
});

test("a connection that closes is opened again by itself", async ({ live }) => {
  let opened = 0;
  await live.routeWebSocket("/api/live", (socket) => {
    opened++;
    const server = socket.connectToServer();
    if (opened === 1) server.onMessage(() => socket.close());
  });
  await live.goto("/");
  await expect(live.getByRole("heading", { name: "Calls in progress" })).toBeVisible();
  expect(opened).toBeGreaterThan(1);
});

test.describe("a box that falls silent", () => {
  test.use({ scenario: "broken" });

  test("is told with the time of the data, values stay, actions wait", async ({ live }) => {
    await live.goto("/");
    await live.getByRole("button", { name: /Han Bing/ }).click();
    await expect(live.getByText("Connection lost, reconnecting…")).toBeVisible();
    await expect(live.getByText(/Data as of \d\d:\d\d:\d\d/)).toBeVisible();
    await expect(live.getByRole("button", { name: "Ready", exact: true })).toBeDisabled();
    await expect(live.getByRole("heading", { name: "Calls in progress" })).toBeVisible();
  });

  test("a list that fails says why and what to do, the rest stays", async ({ live }) => {
    await live.goto("/calls");
    await expect(live.getByRole("alert").getByText("This could not be loaded")).toBeVisible();
    await expect(live.getByText("store_behind · 7f3a91")).toBeVisible();
    await expect(live.getByRole("button", { name: "Retry", exact: true })).toBeVisible();
  });
});

test.describe("an empty box", () => {
  test.use({ scenario: "empty" });

  test("says what is missing and leads to adding it", async ({ live }) => {
    await live.goto("/");
    await expect(live.getByRole("heading", { name: "First steps" })).toBeVisible();
    await live.locator(".agents").getByRole("link", { name: "Add an agent" }).click();
    await expect(live).toHaveURL("/settings/agents/new");
  });
});

test.describe("a call in progress", () => {
  test("is listened to, then ended for a reason that must be said", async ({ live }) => {
    await live.goto("/");
    await live
      .getByRole("button", { name: /Talking/ })
      .first()
      .click();
    await live.getByRole("button", { name: "Listen" }).click();
    await expect(live.getByRole("cell", { name: "Listen · admin" })).toBeVisible();
    const end = live.getByRole("button", { name: "End the call" });
    await expect(end).toBeDisabled();
    await live.getByLabel("Reason; it is kept with your name").fill("abusive caller");
    await end.click();
    await live.getByRole("dialog").getByRole("button", { name: "End the call" }).click();
    await expect(live.getByRole("cell", { name: "Listen · admin" })).toHaveCount(0);
  });

  test("is taken over three seconds after it was confirmed, unless that is undone", async ({
    live,
  }) => {
    await live.goto("/");
    await live
      .getByRole("button", { name: /Talking/ })
      .first()
      .click();
    let asked = 0;
    live.on("request", (request) => {
      if (request.url().endsWith("/supervise")) asked++;
    });
    const takeOver = async () => {
      await live.getByLabel("Reason; it is kept with your name").fill("upset caller");
      await live.getByRole("button", { name: "Take over" }).click();
      await live.getByRole("dialog").getByRole("button", { name: "Take over" }).click();
    };
    await takeOver();
    await live.getByRole("button", { name: "Undo" }).click();
    await expect(live.getByText("Not taken over")).toBeVisible();
    expect(asked).toBe(0);
    await takeOver();
    const done = live.waitForRequest("**/supervise");
    await expect(live.getByText(/Takes the call of .* over in \d s/)).toBeVisible();
    expect((await done).postDataJSON()).toEqual({ supervise: "take_over", reason: "upset caller" });
  });

  test("in which all talk goes on without the agent a supervisor removes", async ({ live }) => {
    await live.goto("/");
    await live
      .getByRole("button", { name: /Talking/ })
      .first()
      .click();
    await expect(live.getByRole("button", { name: "Remove the agent" })).toHaveCount(0);
    await live.getByLabel("To whom").selectOption("number");
    await live.getByLabel("Number", { exact: true }).fill("138 0013 8000");
    await live.getByRole("button", { name: "Ask", exact: true }).click();
    await live.getByRole("button", { name: "All together" }).click();
    await live.getByLabel("Reason; it is kept with your name").fill("needs a rest");
    await live.getByRole("button", { name: "Remove the agent" }).click();
    const done = live.waitForRequest("**/supervise");
    await live.getByRole("dialog").getByRole("button", { name: "Remove the agent" }).click();
    expect((await done).postDataJSON()).toEqual({
      supervise: "release",
      only_agent: true,
      reason: "needs a rest",
    });
  });

  test("is held, taken back and given to another agent", async ({ live }) => {
    await live.goto("/");
    await live
      .getByRole("button", { name: /Talking/ })
      .first()
      .click();
    await live.getByRole("button", { name: "Hold", exact: true }).click();
    await live.getByRole("button", { name: "Take back" }).click();
    await live.getByLabel("To whom").selectOption({ index: 2 });
    await live.getByRole("button", { name: "Transfer" }).click();
    await expect(live.getByRole("status").getByText(/: Transfer$/)).toBeVisible();
  });
});

test("a call in progress is given to a number that is typed", async ({ live }) => {
  await live.goto("/");
  await live
    .getByRole("button", { name: /Talking/ })
    .first()
    .click();
  await live.getByLabel("To whom").selectOption("number");
  const transfer = live.getByRole("button", { name: "Transfer" });
  await live.getByLabel("Number", { exact: true }).fill("1");
  await expect(transfer).toBeDisabled();
  await live.getByLabel("Number", { exact: true }).fill("138 0013 8000");
  const asked = live.waitForRequest("**/in_call");
  await transfer.click();
  expect((await asked).postDataJSON()).toEqual({
    in_call: "transfer",
    to: { outside: "13800138000" },
  });
});

test("somebody outside is asked aside, a queue cannot be", async ({ live }) => {
  await live.goto("/");
  await live
    .getByRole("button", { name: /Talking/ })
    .first()
    .click();
  const ask = live.getByRole("button", { name: "Ask", exact: true });
  await live.getByLabel("To whom").selectOption({ label: "Queue Sales" });
  await expect(ask).toBeDisabled();
  await live.getByLabel("To whom").selectOption("number");
  await live.getByLabel("Number", { exact: true }).fill("138 0013 8000");
  const asked = live.waitForRequest("**/in_call");
  await ask.click();
  expect((await asked).postDataJSON()).toEqual({
    in_call: "consult",
    to: { outside: "13800138000" },
  });
  await expect(live.getByRole("button", { name: "Back to caller" })).toBeVisible();
});

test("an agent says what the call came to, takes more time, and the call tells it", async ({
  live,
}) => {
  await live.goto("/");
  const tile = live.getByRole("button", { name: /Talking/ }).first();
  await tile.click();
  await live.getByRole("button", { name: "Hang up" }).click();
  const notes = live.getByRole("form", { name: "Notes" });
  await expect(live.getByRole("button", { name: "Wrap-up done" })).toBeVisible();
  await notes.getByLabel("Wrap-up code").selectOption({ label: "Ordered" });
  await notes.getByLabel("Note", { exact: true }).fill("two boxes");
  for (const _ of [1, 2]) await notes.getByRole("button", { name: "30 s more" }).click();
  await expect(notes.getByRole("button", { name: "No more time" })).toBeDisabled();
  await expect(notes.getByText(/^Saved/)).toBeVisible();
  await live.getByRole("link", { name: "Last calls" }).first().click();
  await live.locator("table tbody a").first().click();
  await expect(live.getByText("two boxes")).toBeVisible();
  await expect(live.getByText("Ordered", { exact: true })).toBeVisible();
});

/** An agent in wrap-up whose notes are open; which. */
async function writesNotes(live: Page): Promise<number> {
  await live.goto("/");
  const tile = live.getByRole("button", { name: /Talking/ }).first();
  const name = (await tile.locator("b").textContent()) ?? "";
  await tile.click();
  await live.getByRole("button", { name: "Hang up" }).click();
  await expect(live.getByRole("button", { name: "Wrap-up done" })).toBeVisible();
  const snapshot = (await (await live.request.get("/api/agents")).json()) as {
    id: number;
    name: string;
  }[];
  return snapshot.find((agent) => agent.name === name)?.id ?? 0;
}
async function saved(live: Page, agent: number): Promise<string> {
  const notes = await live.request.get(`/api/agents/${agent}/notes`);
  return ((await notes.json()) as { note: string }).note;
}

test("what is typed is saved by itself within seconds, and a new reader sees it", async ({
  live,
}) => {
  const agent = await writesNotes(live);
  const note = live.getByRole("form", { name: "Notes" }).getByLabel("Note", { exact: true });
  await note.fill("two boxes, blue");
  await expect(live.getByText("Not saved yet")).toBeVisible();
  await expect(live.getByText(/^Saved \d\d:\d\d:\d\d$/)).toBeVisible({ timeout: 4000 });
  expect(await saved(live, agent)).toBe("two boxes, blue");
});

test("what is typed in the last second of the time for notes is kept with the call", async ({
  live,
}) => {
  const agent = await writesNotes(live);
  const notes = await live.request.get(`/api/agents/${agent}/notes`);
  const { call } = (await notes.json()) as { call: number };
  const note = live.getByRole("form", { name: "Notes" }).getByLabel("Note", { exact: true });
  await note.fill("calls again on Monday");
  await live.request.post(`/api/agents/${agent}/state`, {
    data: { state: "wrapup_done", reason: null },
    headers: { "x-hotline": "1" },
  });
  const kept = async () =>
    (
      (await (await live.request.get(`/api/calls/${call}`)).json()) as {
        call: { note: string | null };
      }
    ).call.note;
  await expect.poll(kept).toBe("calls again on Monday");
});

test("what the box could not be told comes back after a reload and is saved then", async ({
  live,
}) => {
  const agent = await writesNotes(live);
  await live.route("**/notes", (route) =>
    route.request().method() === "PUT" ? route.abort() : route.fallback(),
  );
  const note = live.getByRole("form", { name: "Notes" }).getByLabel("Note", { exact: true });
  await note.fill("wants a quotation");
  await expect(live.getByText(/^Not saved, kept in this browser/)).toBeVisible({ timeout: 4000 });
  await live.unroute("**/notes");
  await live.reload();
  await expect.poll(() => saved(live, agent)).toBe("wants a quotation");
});

test("who is to be called back is seen, and taken off the list by who may", async ({ live }) => {
  await live.goto("/");
  const list = live.locator("section.callbacks");
  await expect(list.getByRole("link", { name: "139 0013 9001" })).toBeVisible();
  await expect(list).toContainText("called once");
  await list.getByRole("button", { name: "Do not call" }).first().click();
  await live.getByRole("dialog").getByRole("button", { name: "Do not call" }).click();
  await expect(live.getByRole("status")).toContainText("139 0013 9001 will not be called back");
  await expect(list.getByRole("listitem")).toHaveCount(1);
});

test("help is called: every page says so at once until somebody has seen it", async ({ live }) => {
  await live.goto("/settings");
  const headers = { "x-hotline": "1" };
  const dialled = { data: { dials: "120" }, headers };
  await live.request.post("/api/mock_phones/8001", dialled);
  const notice = live.getByRole("alert").filter({ hasText: "Help is called: 120" });
  await expect(notice).toBeVisible({ timeout: 1000 });
  await expect(notice).toContainText("from 8001 · Lin Xiaodong");
  await live.goto("/calls");
  await expect(notice).toBeVisible();
  await notice.getByRole("button", { name: "Seen" }).click();
  await expect(notice).toHaveCount(0);
  await expect(live.getByRole("status").getByText("120: noted with your name")).toBeVisible();
});

test("agents are found by name, by queue and by state, and the address says which", async ({
  live,
}) => {
  await live.goto("/");
  const tiles = live.getByRole("group", { name: "Agents" }).getByRole("button");
  await expect(tiles).toHaveCount(10);
  await live.getByLabel("Name or extension").fill("8009");
  await expect(tiles).toHaveCount(1);
  await live.getByLabel("State", { exact: true }).selectOption("signed_out");
  await expect(live.getByText("No agent matches these filters")).toBeVisible();
  await expect(live).toHaveURL("/live?find=8009&state=signed_out");
  await live.getByRole("link", { name: "Clear filters" }).first().click();
  await live.getByLabel("Queue", { exact: true }).selectOption({ label: "Service" });
  await expect(tiles).toHaveCount(5);
});

test("who is away longer than the reason allows is named under what needs action", async ({
  live,
}) => {
  await live.goto("/settings/breaks");
  await live.getByLabel("Limit for Meal").fill("900");
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByText("A whole number from 1 to 720.")).toBeVisible();
  await live.getByLabel("Limit for Meal").fill("10");
  await live.getByRole("button", { name: "Add a reason" }).click();
  await live.getByLabel("Reason", { exact: true }).last().fill("Call-backs");
  await live.getByRole("button", { name: "Save" }).click();
  await expect(live.getByRole("status").getByText(/Break reasons/)).toBeVisible();
  await live.goto("/");
  const late = live.locator(".alarms").getByRole("button", { name: "Han Bing: Meal" });
  await late.click();
  const panel = live.getByRole("region", { name: "Han Bing" });
  await expect(panel).toBeVisible();
  await panel.getByRole("button", { name: "Ready", exact: true }).click();
  await expect(late).toHaveCount(0);
  await expect(panel.getByLabel("Reason", { exact: true })).toContainText("Call-backs");
});

test("what a call is about is shown with it, now and later", async ({ live }) => {
  await live.goto("/");
  await expect(live.locator(".now").getByText("Installation").first()).toBeVisible();
  await live.goto("/calls");
  await expect(live.locator("tbody").getByText("Installation").first()).toBeVisible();
});

test("an agent sees the own call first and works it from the keyboard", async ({ live }) => {
  const { agent, name } = await ownCall(live);
  await live.goto("/");
  const panel = live.getByRole("region", { name });
  await expect(panel.getByRole("button", { name: /^Hold/ })).toBeVisible();
  await live.keyboard.press("F8");
  await expect(panel.getByRole("button", { name: /^Take back/ })).toBeVisible();
  await live.keyboard.press("F8");
  await expect(panel.getByRole("button", { name: /^Hold/ })).toBeVisible();
  await live.keyboard.press("F4");
  await expect(panel.getByLabel("To whom")).toBeFocused();
  await live.keyboard.press("Alt+KeyW");
  await expect(panel.getByLabel("Note", { exact: true })).toBeFocused();
  const asked = live.waitForRequest(`**/agents/${agent}/state`);
  await live.keyboard.press("F9");
  expect((await asked).postDataJSON()).toEqual({ state: "not_ready", reason: "break" });
});

/** Makes the person an agent who talks. */
async function ownCall(live: Page): Promise<{ agent: number; name: string }> {
  const { calls } = (await (await live.request.get("/api/calls?limit=20")).json()) as {
    calls: { agent: number | null; outcome: string | null; recordings: number[] }[];
  };
  const talking = calls.find(({ outcome, recordings }) => outcome === null && recordings.length);
  const agent = talking?.agent ?? 0;
  const headers = { "x-hotline": "1" };
  const account = { name: "admin", role: "administrator", agent_id: agent, groups: [] };
  const put = await live.request.put("/api/accounts/1", { data: account, headers });
  expect(put.status()).toBe(200);
  const agents = (await (await live.request.get("/api/agents")).json()) as {
    id: number;
    name: string;
  }[];
  return { agent, name: agents.find(({ id }) => id === agent)?.name ?? "" };
}

test.describe("a new box", () => {
  test.use({ scenario: "empty" });

  test("leads to the next thing it needs for its first call, and back", async ({ live }) => {
    await live.goto("/");
    await expect(live.getByRole("heading", { name: "First steps" })).toBeVisible();
    await live.getByRole("link", { name: "Next", exact: true }).click();
    await expect(live).toHaveURL("/settings/phones/new");
    await expect(live.getByLabel("Extension")).toHaveValue("8001");
    await live.getByLabel("Name", { exact: true }).fill("desk");
    await live.getByRole("button", { name: "Add", exact: true }).click();
    await expect(live.getByText("Server", { exact: true })).toBeVisible();
    await live.goto("/");
    await expect(live.getByText("1 / 5")).toBeVisible();
    await live.goto("/settings/agents/new");
    await expect(live.getByLabel("Phone", { exact: true })).toHaveValue(/\d+/);
  });
});
