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

export const lacksNumber = ({ to }: Forward): boolean =>
  to.some((one) => typeof one !== "string" && "outside" in one && one.outside.trim() === "");
