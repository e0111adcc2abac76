import type { Health } from "../../api/model";
import { t } from "../../i18n/index.svelte";

/** What is shown of the counters, in the order in which one looks. */
const SHOWN = [
  "ticks_late",
  "ticks_missed",
  "tick_overruns",
  "tick_dropped",
  "tick_cpu_p9999_us",
  "rtp_lost",
  "rtp_dropped",
  "rtp_send_gaps",
  "rtp_malformed",
  "rtp_strangers",
] as const;

/** The counters with their words; one that this box does not tell is left out. */
export const rows = ({ counters }: Health) =>
  SHOWN.filter((name) => counters[name] !== undefined).map((name) => ({
    name,
    count: counters[name] ?? 0,
    ...t.health.names[name],
  }));

/** Days, hours and minutes. */
export function parts(ms: number): [number, number, number] {
  const minutes = Math.floor(ms / 60_000);
  return [Math.floor(minutes / 1440), Math.floor(minutes / 60) % 24, minutes % 60];
}
