import type { CallSummary, Caller } from "../api/model";
import { t } from "../i18n/index.svelte";
import { phoneNumber } from "./format";

/** The number as people write it, or why there is none. */
export function callerWords(caller: Caller): string {
  if (caller.number !== null) return phoneNumber(caller.number);
  return caller.presentation === "withheld" ? t.caller.withheld : t.caller.unavailable;
}

type Ways = Pick<CallSummary, "direction" | "called" | "caller">;

/** The number of who is not of this house: who called, or who was called. */
export const otherNumber = (call: Ways): string | null =>
  call.direction === "outbound" ? call.called : call.caller.number;

/** The same as people write it, or why there is none. */
export function otherWords(call: Ways): string {
  if (call.direction === "inbound") return callerWords(call.caller);
  return call.called === null ? t.caller.unavailable : phoneNumber(call.called);
}
