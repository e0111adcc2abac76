// Where the numbers of the mock are registered, and its database of mobile numbers.
import type { NumberDatabase, NumberDatabases, NumberOrigin, Province } from "../src/api/model";
import { clock } from "./clock.ts";
import type { Answer } from "./house.ts";

const place = (zh: string, en: string) => ({ zh, en });

export const provinces: Province[] = [
  { name: place("北京", "Beijing"), cities: [place("北京", "Beijing")] },
  { name: place("上海", "Shanghai"), cities: [place("上海", "Shanghai")] },
  {
    name: place("广东", "Guangdong"),
    cities: [
      place("广州", "Guangzhou"),
      place("深圳", "Shenzhen"),
      place("东莞", "Dongguan"),
      place("佛山", "Foshan"),
    ],
  },
  {
    name: place("江苏", "Jiangsu"),
    cities: [place("南京", "Nanjing"), place("苏州", "Suzhou")],
  },
];

type Known = [begins: string, sort: NumberOrigin["sort"], zh: string, en: string];
const AREAS: Known[] = [
  ["010", "landline", "北京", "Beijing"],
  ["021", "landline", "上海", "Shanghai"],
  ["0755", "landline", "广东 深圳", "Shenzhen, Guangdong"],
  ["0769", "landline", "广东 东莞", "Dongguan, Guangdong"],
  ["138", "mobile", "北京", "Beijing"],
  ["139", "mobile", "江苏 苏州", "Suzhou, Jiangsu"],
  ["186", "mobile", "上海", "Shanghai"],
  ["159", "mobile", "广东 佛山", "Foshan, Guangdong"],
];

export function originOf(number: string | null): NumberOrigin | null {
  if (number === null) return null;
  if (number.startsWith("400")) return { sort: "service400", region: null, operator: null };
  const found = AREAS.find(([begins]) => number.startsWith(begins));
  if (!found) return null;
  const [, sort, zh, en] = found;
  const operator = number.startsWith("186") ? "china_unicom" : "china_mobile";
  return { sort, region: { zh, en }, operator: sort === "mobile" ? operator : null };
}

const database = (version: string, ago_ms: number): NumberDatabase => ({
  version,
  ranges: 499_527,
  bytes: 4_505_816,
  sha256: "3b7c1d9e5a2f48067c1be0d4a95f62837e0c4d1b8a69f35270de41c8b96a5f13",
  taken_at: clock() - ago_ms,
});

/** The database in use and the one before. */
export class Databases {
  #kept: NumberDatabases = {
    in_use: database("2312", 40 * 86_400_000),
    former: database("2302", 300 * 86_400_000),
  };

  answer(what: string, method: string, begins: string): Answer {
    const { in_use, former } = this.#kept;
    if (method === "PUT" && !/^\d{4}$/.test(begins)) {
      const words = `found ${begins} at the beginning; allowed: a version of four digits as 2312`;
      return { refused: [422, "invalid", words, "ranges_version", "database", begins] };
    }
    if (method === "PUT") this.#kept = { in_use: database(begins, 0), former: in_use };
    if (what === "restore") this.#kept = { in_use: former, former: in_use };
    return { status: 200, body: this.#kept };
  }
}
