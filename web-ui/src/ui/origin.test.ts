import { beforeEach, expect, test } from "vitest";
import type { NumberOrigin, Province } from "../api/model";
import { i18n } from "../i18n/index.svelte";
import { originWords, regionWords } from "./origin";

const shenzhen: NumberOrigin = {
  sort: "mobile",
  region: { zh: "广东 深圳", en: "Shenzhen, Guangdong" },
  operator: "on_china_unicom",
};
const provinces: Province[] = [
  { name: { zh: "广东", en: "Guangdong" }, cities: [{ zh: "深圳", en: "Shenzhen" }] },
  { name: { zh: "北京", en: "Beijing" }, cities: [{ zh: "北京", en: "Beijing" }] },
];

// Node has no store of a browser.
beforeEach(() => {
  globalThis.localStorage ??= { setItem: () => {}, getItem: () => null } as never;
});

test("a number says where it is registered in the language of the page", () => {
  i18n.choose("en");
  expect(originWords(shenzhen)).toBe("Shenzhen, Guangdong · brand on China Unicom");
  i18n.choose("zh");
  expect(originWords(shenzhen)).toBe("广东 深圳 · 联通虚拟运营商");
});

test("a service says its sort, and what is not known is a dash", () => {
  i18n.choose("en");
  const of = (sort: NumberOrigin["sort"]) => originWords({ sort, region: null, operator: null });
  expect(of("service400")).toBe("400 number");
  expect(of("mobile")).toBe("—");
  expect(originWords(null)).toBe("—");
});

test("a region of a list is told once where city and province have one name", () => {
  i18n.choose("en");
  expect(regionWords("广东/深圳", provinces)).toBe("Shenzhen, Guangdong");
  expect(regionWords("北京/北京", provinces)).toBe("Beijing");
  expect(regionWords("火星", provinces)).toBe("火星");
  i18n.choose("zh");
  expect(regionWords("广东/深圳", provinces)).toBe("广东 深圳");
  expect(regionWords("广东", provinces)).toBe("广东");
});
