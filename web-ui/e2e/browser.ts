import type { PlaywrightTestOptions, PlaywrightWorkerOptions } from "@playwright/test";

/** Debian's Chromium, quiet and without the network; nothing is ever downloaded. */
export const browser: Partial<PlaywrightTestOptions & PlaywrightWorkerOptions> = {
  locale: "en-US",
  viewport: { width: 1366, height: 768 },
  launchOptions: {
    executablePath: "/usr/bin/chromium",
    args: [
      "--headless",
      "--no-sandbox",
      "--disable-gpu",
      "--disable-quic",
      "--no-first-run",
      "--disable-background-networking",
      "--disable-component-update",
      "--disable-sync",
    ],
  },
};
