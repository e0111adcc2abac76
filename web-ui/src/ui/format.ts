/** Figures as people read them. Times are those of the box in the browser's zone, 24 h. */
const two = (n: number) => String(n).padStart(2, "0");

/** mm:ss, over an hour h:mm:ss. */
export function duration(ms: number | null | undefined): string {
  if (ms === null || ms === undefined) return "—";
  const s = Math.max(0, Math.floor(ms / 1000));
  const [h, m] = [Math.floor(s / 3600), Math.floor(s / 60) % 60];
  return h > 0 ? `${h}:${two(m)}:${two(s % 60)}` : `${two(m)}:${two(s % 60)}`;
}

export function clock(at: number): string {
  const d = new Date(at);
  return `${two(d.getHours())}:${two(d.getMinutes())}:${two(d.getSeconds())}`;
}

export function clockMs(at: number): string {
  return `${clock(at)}.${String(new Date(at).getMilliseconds()).padStart(3, "0")}`;
}

export function day(at: number): string {
  const d = new Date(at);
  return `${d.getFullYear()}-${two(d.getMonth() + 1)}-${two(d.getDate())}`;
}

/** The time alone for today, day and time for any other day. */
export function moment(at: number, now: number): string {
  return day(at) === day(now) ? clock(at) : `${day(at).slice(5)} ${clock(at).slice(0, 5)}`;
}

export function midnight(now: number): number {
  return new Date(now).setHours(0, 0, 0, 0);
}

/** 138 0013 8000, 0755 2788 5001, +852 2810 1234, 400 820 1166; anything else as it came. */
export function phoneNumber(number: string): string {
  const groups = [
    /^(1[3-9]\d)(\d{4})(\d{4})$/,
    /^(400|800)(\d{3})(\d{4})$/,
    /^(010|02\d)(\d{4})(\d{4})$/,
    /^(0[3-9]\d{2})(\d{4})(\d{3,4})$/,
    /^(\+852)(\d{4})(\d{4})$/,
    /^(\+86)(\d{3})(\d{4})(\d{4})$/,
    /^(\d{4})(\d{4})$/,
  ];
  for (const group of groups) {
    const found = group.exec(number);
    if (found) return found.slice(1).join(" ");
  }
  return number;
}

/** `/calls` with these filters; empty ones are left out. */
export function callsAddress(filters: Record<string, string | number | null>): string {
  const query = new URLSearchParams();
  for (const [key, value] of Object.entries(filters)) {
    if (value !== null && value !== "") query.set(key, String(value));
  }
  const text = query.toString();
  return text === "" ? "/calls" : `/calls?${text}`;
}
