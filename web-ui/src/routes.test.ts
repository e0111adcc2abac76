import { expect, test } from "vitest";
import { route } from "./routes";

test.each([
  ["/", { page: "live" }],
  ["/live", { page: "live" }],
  ["/calls", { page: "calls", call: null }],
  ["/calls/42", { page: "calls", call: 42 }],
  ["/voicemail", { page: "voicemail" }],
  ["/settings", { page: "settings", kind: "agents", id: null }],
  ["/settings/phones/new", { page: "settings", kind: "phones", id: "new" }],
  ["/settings/queues/3", { page: "settings", kind: "queues", id: 3 }],
])("%s leads to its page", (path, page) => {
  expect(route(path)).toEqual(page);
});

test.each(["/calls/x", "/nothing", "/settings/other", "/calls/1/2/3", "/live/1", "/voicemail/1"])(
  "%s leads nowhere",
  (path) => {
    expect(route(path)).toEqual({ page: "unknown" });
  },
);
