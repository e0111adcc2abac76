import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig } from "vitest/config";
import { mockApi } from "./mock/plugin.ts";

// HOTLINE_URL points `npm run dev` at a running box; without it the mock answers.
const box = process.env["HOTLINE_URL"];

export default defineConfig({
  // Tests start a mock of their own.
  plugins: [svelte(), ...(box || process.env["VITEST"] ? [] : [mockApi()])],
  server: box ? { proxy: { "/api": { target: box, ws: true, changeOrigin: true } } } : {},
  build: {
    // Chrome/Edge 111, Firefox 115 ESR, Safari 16: what old office PCs can still run.
    target: ["chrome111", "firefox115", "safari16"],
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
  },
  test: { include: ["src/**/*.test.ts"], environment: "node" },
  resolve: process.env["VITEST"] ? { conditions: ["browser"] } : {},
});
