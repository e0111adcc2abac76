import { expect, test } from "./box.ts";

test("a province or a city of it is listed, and the list tells it by its name", async ({
  live,
}) => {
  await live.goto("/settings/number_list");
  await expect(live.getByRole("cell", { name: "Dongguan, Guangdong", exact: true })).toBeVisible();
  await live.getByLabel("What is listed").selectOption("region");
  await expect(live.getByText("not where the person is")).toBeVisible();
  await expect(live.getByLabel("City")).toHaveCount(0);
  await live.getByLabel("Province").selectOption("Guangdong");
  await live.getByLabel("City").selectOption("Shenzhen");
  const sent = live.waitForRequest(
    (request) => request.method() === "POST" && request.url().endsWith("/api/number_list"),
  );
  await live.getByRole("button", { name: "Add", exact: true }).click();
  expect((await sent).postDataJSON().listed).toEqual({ region: "广东/深圳" });
  await expect(live.getByRole("cell", { name: "Shenzhen, Guangdong", exact: true })).toBeVisible();
  await live.getByLabel("Province").selectOption("Jiangsu");
  await live.getByRole("button", { name: "Add", exact: true }).click();
  await expect(live.getByRole("cell", { name: "Jiangsu", exact: true })).toBeVisible();
});

test("a database of number ranges is refused with what to do, put in use and taken back", async ({
  live,
}) => {
  await live.goto("/settings/number_database");
  const inUse = live.getByRole("region", { name: "In use" });
  const former = live.getByRole("region", { name: "The one before" });
  await expect(inUse.getByText("2312", { exact: true })).toBeVisible();
  const file = (text: string) => ({
    name: "phone.dat",
    mimeType: "application/octet-stream",
    buffer: Buffer.from(text),
  });
  const upload = live.getByLabel("Upload a database");
  await upload.setInputFiles(file("PK a zip"));
  await expect(live.getByRole("alert")).toContainText("choose one in the format of phone.dat");
  await expect(inUse.getByText("2312", { exact: true })).toBeVisible();
  await upload.setInputFiles(file("2401 and ranges"));
  await expect(live.getByRole("status").getByText("Version 2401 is in use")).toBeVisible();
  await expect(former.getByText("2312", { exact: true })).toBeVisible();
  await expect(live.getByRole("alert")).toHaveCount(0);
  await former.getByRole("button", { name: "Go back to it" }).click();
  await live.getByRole("dialog").getByRole("button", { name: "Go back to it" }).click();
  await expect(inUse.getByText("2312", { exact: true })).toBeVisible();
});

test("a call says where its number is registered", async ({ live }) => {
  await live.goto("/calls");
  const dialled = live.getByRole("link", { name: /0755 8320 6611/ }).first();
  await dialled.click();
  const detail = live.getByText("Registered in: Shenzhen, Guangdong");
  await expect(detail).toBeVisible();
  await live.goto("/settings/tester");
  await live.getByLabel("Caller").fill("13900002002");
  await live.getByRole("button", { name: "Test", exact: true }).click();
  await expect(live.getByText("Registered in: Suzhou, Jiangsu · China Mobile")).toBeVisible();
});
