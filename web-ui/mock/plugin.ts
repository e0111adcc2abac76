import type { IncomingMessage, Server, ServerResponse } from "node:http";
import type { Connect, Plugin } from "vite";
import { Mock } from "./server.ts";

/** What the box tells browsers with every answer; the built pages must live with it. */
const CONTENT_SECURITY_POLICY =
  "default-src 'self'; object-src 'none'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

function attach(server: { httpServer: unknown; middlewares: Connect.Server }): void {
  const mock = new Mock();
  const http = server.httpServer as Server;
  server.middlewares.use(mock.handle);
  http.on("upgrade", mock.upgrade);
  http.on("close", mock.close);
}

/** Lets `vite` and `vite preview` answer /api from the mock. */
export function mockApi(): Plugin {
  return {
    name: "mock-api",
    configureServer: attach,
    configurePreviewServer(server) {
      server.middlewares.use((_: IncomingMessage, response: ServerResponse, next: () => void) => {
        response.setHeader("content-security-policy", CONTENT_SECURITY_POLICY);
        next();
      });
      attach(server);
    },
  };
}
