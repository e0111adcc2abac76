/** The keys of a telephone, as a form offers them. */
export const KEYS: readonly string[] = [..."1234567890*#"];

/** The second of two that have the same key. */
export const twiceIn = <Key extends { digit: string }>(keys: Key[]): Key | undefined =>
  keys.find((a, at) => keys.findIndex((b) => b.digit === a.digit) < at);
