import type { Listed, NumberOrigin, Province } from "../api/model";
import { regions } from "../api/regions.svelte";
import { i18n, t } from "../i18n/index.svelte";
import { phoneNumber } from "./format";

/** As the box tells it, where what is not known may be left out. */
type Asked = Pick<NumberOrigin, "sort"> & Partial<NumberOrigin>;

/** Where a number is registered, in the language of the page; `—`: not known. */
export function originWords(origin: Asked | null): string {
  if (!origin) return "—";
  const { sort, region, operator } = origin;
  const where = region?.[i18n.language];
  const whose = operator && t.region.operators[operator];
  // Of a landline or a mobile phone the region says enough, or nothing does.
  const what = sort === "landline" || sort === "mobile" ? null : t.region.sorts[sort];
  return [what, where, whose].filter((word) => word != null).join(" · ") || "—";
}

/** A region as lists have it (its Chinese names, the city after a slash), in the language of the
 * page. */
export function regionWords(name: string, provinces: Province[] = regions.list): string {
  const [province, city] = name.split("/");
  const there = provinces.find((one) => one.name.zh === province);
  const town = there?.cities.find((one) => one.zh === city);
  const language = i18n.language;
  const outer = there?.name[language] ?? province ?? "";
  if (city === undefined) return outer;
  const inner = town?.[language] ?? city;
  if (inner === outer) return outer;
  return language === "zh" ? `${outer} ${inner}` : `${inner}, ${outer}`;
}

/** What an entry of a list stands for. */
export function listedWords(listed: Listed): string {
  if (listed === "no_caller_id") return t.config.listKinds.no_caller_id;
  if ("prefix" in listed) return `${listed.prefix}…`;
  return "number" in listed ? phoneNumber(listed.number) : regionWords(listed.region);
}
