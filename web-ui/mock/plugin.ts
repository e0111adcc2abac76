import type { Server } from "node:http";
import type { Plugin } from "vite";
import { Mock } from "./server.ts";

/** Lets `vite` and `vite preview` answer /api from the mock. */
export function mockApi(): Plugin {
  const attach = (server: { httpServer: unknown; middlewares: { use: (f: never) => void } }) => {
    const mock = new Mock();
    const http = server.httpServer as Server;
    server.middlewares.use(mock.handle as never);
    http.on("upgrade", mock.upgrade);
    http.on("close", mock.close);
  };
  return { name: "mock-api", configureServer: attach, configurePreviewServer: attach };
}
