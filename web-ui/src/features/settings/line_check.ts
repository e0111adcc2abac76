import type { LineMeasurement } from "../../api/model";
import { t } from "../../i18n/index.svelte";

export type Verdict = "good" | "look" | "bad";

/** One thing that was heard, in words. */
export interface Hearing {
  label: string;
  hint: string;
  value: string;
  verdict: Verdict | null;
}

/** Up to the first limit it is good, up to the second one should look at it. */
const below = (value: number, good: number, look: number): Verdict =>
  value <= good ? "good" : value <= look ? "look" : "bad";

const minus = (value: number): string => value.toFixed(1).replace("-", "−");

/** What was heard of a line, in the order an installer asks; dashes before the first second. */
export function hearings(measured: LineMeasurement | null): Hearing[] {
  const row = (
    words: { label: string; hint: string },
    value: number | null | undefined,
    unit: string,
    verdict: (value: number) => Verdict | null,
  ): Hearing => ({
    ...words,
    value: typeof value === "number" ? `${minus(value)} ${unit}` : "—",
    verdict: typeof value === "number" ? verdict(value) : null,
  });
  const hum = (hz: number) => ({ label: t.lineCheck.hum.label(hz), hint: t.lineCheck.hum.hint });
  const humVerdict = (value: number) => below(value, -55, -45);
  return [
    row(t.lineCheck.level, measured?.level_dbm0, "dBm0", (v) => (v > 0 ? "bad" : null)),
    row(t.lineCheck.noise, measured?.noise_dbm0, "dBm0", (v) => below(v, -55, -45)),
    row(hum(50), measured?.hum_50_dbm0, "dBm0", humVerdict),
    row(hum(60), measured?.hum_60_dbm0, "dBm0", humVerdict),
    row(t.lineCheck.returnLoss, measured?.echo_return_loss_db, "dB", (v) => below(-v, -12, -6)),
    row(t.lineCheck.enhancement, measured?.echo_return_loss_enhancement_db, "dB", () => null),
  ];
}

/** Points of a curve in a box of 100 by 100, for an SVG. */
export function points(values: number[], low: number, high: number): string {
  const last = Math.max(values.length - 1, 1);
  return values
    .map((value, at) => {
      const up = (Math.min(Math.max(value, low), high) - low) / (high - low);
      return `${((at / last) * 100).toFixed(2)},${(100 - up * 100).toFixed(2)}`;
    })
    .join(" ");
}
