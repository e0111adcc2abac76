import type { Forward } from "../api/model";

/** What an agent has whose forwarding nobody has set. */
export const USUAL: Forward = {
  always: false,
  busy: true,
  no_answer: true,
  press_one: true,
  to: [],
  voicemail: true,
};

/** The fields of a forwarding that a refusal may name. */
export const FORWARD_FIELDS = ["to", "forward", "outside"];

/** Whether the box takes it as a telephone number, written as people write it. */
export const isNumber = (text: string): boolean =>
  /^\+?[\d*#]{1,32}$/.test(text.replace(/[ \-./()]/g, ""));

/** The first number outside that is none, as it was typed; null: all are good. */
export function badNumber({ to }: Forward): string | null {
  for (const one of to) {
    if (typeof one !== "string" && "outside" in one && !isNumber(one.outside)) {
      return one.outside.trim();
    }
  }
  return null;
}
