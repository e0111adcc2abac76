// The shell must load fast on an old office PC: JS and CSS together stay within 120 KiB of brotli.
import { readdirSync, readFileSync } from "node:fs";
import { brotliCompressSync } from "node:zlib";

const LIMIT_OCTETS = 120 * 1024;
const folder = new URL("./dist/assets/", import.meta.url);
let total = 0;
for (const name of readdirSync(folder).filter((n) => /\.(js|css)$/.test(n))) {
  const octets = brotliCompressSync(readFileSync(new URL(name, folder))).length;
  total += octets;
  console.log(`${(octets / 1024).toFixed(1).padStart(7)} KiB br  ${name}`);
}
console.log(`${(total / 1024).toFixed(1).padStart(7)} KiB br  in all, limit 120`);
if (total > LIMIT_OCTETS) {
  console.error("The UI is over its size limit.");
  process.exit(1);
}
