// What every agent loads must load fast on an old office PC: JS and CSS of the first page stay
// within 120 KiB of brotli. Pages that are fetched when somebody opens them count only in all.
import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

const KIB = 1024;
const SHELL_KIB = 120;
const ALL_KIB = 1.2 * 1024;
const dist = new URL("./dist/", import.meta.url);
const page = readFileSync(new URL("index.html", dist), "utf8");
let shell = 0;
let all = 0;
for (const name of readdirSync(new URL("assets/", dist)).filter((n) => /\.(js|css)$/.test(n))) {
  const kib = brotliCompressSync(readFileSync(new URL(`assets/${name}`, dist))).length / KIB;
  const isShell = page.includes(name);
  all += kib;
  if (isShell) shell += kib;
  console.log(`${kib.toFixed(1).padStart(7)} KiB br  ${name}${isShell ? "" : " (when opened)"}`);
}
console.log(`${shell.toFixed(1).padStart(7)} KiB br  at first, limit ${SHELL_KIB}`);
console.log(`${all.toFixed(1).padStart(7)} KiB br  in all, limit ${ALL_KIB.toFixed(0)}`);
if (shell > SHELL_KIB || all > ALL_KIB) {
  console.error("The UI is over its size limit.");
  process.exit(1);
}
