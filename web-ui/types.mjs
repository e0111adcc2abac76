// Makes src/api/types.ts from the box's OpenAPI document: its words only, the ways to ask are in
// src/api/http.ts. With --check it only tells whether the file is what the document says.
import { readFileSync, writeFileSync } from "node:fs";
import openapiTS, { astToString } from "openapi-typescript";

const document = JSON.parse(readFileSync("src/api/openapi.json", "utf8"));
const words = { ...document, paths: {} };
const text =
  "// Generated from openapi.json by `npm run types`; do not change by hand.\n\n" +
  astToString(await openapiTS(words));

if (process.argv.includes("--check")) {
  if (readFileSync("src/api/types.ts", "utf8") !== text) {
    console.error("src/api/types.ts is not what src/api/openapi.json says; run `npm run types`.");
    process.exit(1);
  }
} else {
  writeFileSync("src/api/types.ts", text);
}
