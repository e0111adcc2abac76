import { defineConfig } from "@playwright/test";
import { browser } from "./e2e/browser.ts";

const PORT = 4178;

/** The built pages against the mock. */
export default defineConfig({
  testDir: "e2e",
  fullyParallel: true,
  workers: 2,
  forbidOnly: true,
  reporter: [["list"]],
  use: { ...browser, baseURL: `http://127.0.0.1:${PORT}` },
  webServer: {
    command: `node node_modules/vite/bin/vite.js preview --host 127.0.0.1 --port ${PORT} --strictPort`,
    url: `http://127.0.0.1:${PORT}/api/setup`,
    reuseExistingServer: false,
  },
});
