import type { Caller } from "../api/model";
import { t } from "../i18n/index.svelte";
import { phoneNumber } from "./format";

/** The number as people write it, or why there is none. */
export function callerWords(caller: Caller): string {
  if (caller.number !== null) return phoneNumber(caller.number);
  return caller.presentation === "withheld" ? t.caller.withheld : t.caller.unavailable;
}
