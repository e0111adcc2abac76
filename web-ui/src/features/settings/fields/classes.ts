import type { CallClass } from "../../../api/model";

/** Cheapest first. */
export const CLASSES: CallClass[] = [
  "free",
  "local",
  "mobile",
  "national",
  "service",
  "international",
  "premium",
];
