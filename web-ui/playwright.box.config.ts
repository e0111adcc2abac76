import { defineConfig } from "@playwright/test";
import { browser } from "./e2e/browser.ts";

const url = process.env["HOTLINE_URL"];
if (!url) throw new Error("HOTLINE_URL is not set; give the address of a running box");

/** Those specs that hold for any box, against the one at HOTLINE_URL. */
export default defineConfig({
  testDir: "e2e",
  grep: /@box/,
  workers: 1,
  reporter: [["list"]],
  use: { ...browser, baseURL: url },
});
