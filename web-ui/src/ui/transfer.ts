import type { Fact } from "../api/model";

/** Whether a transfer of the call was not taken, so that it came back (features B12). */
export const cameBack = (facts: Fact[]): boolean =>
  facts.some(({ kind }) => kind === "transfer_failed");
