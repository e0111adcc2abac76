/** The mock box's clock. It ran through 14:30 of today when the mock was started, so that what
 * happened in the hours before counts as today's at whatever hour somebody looks or tests. */
const AHEAD_MS = new Date().setHours(14, 30, 0, 0) - Date.now();

export function clock(): number {
  return Date.now() + AHEAD_MS;
}
