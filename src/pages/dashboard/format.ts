// How figures and times are written for people.

const whole = new Intl.NumberFormat("en", { maximumFractionDigits: 0 });
const short = new Intl.NumberFormat("en", { notation: "compact", maximumFractionDigits: 1 });

export const count = (value: number): string => whole.format(value);

/** `12.4K` for large ones. */
export const brief = (value: number): string =>
  value < 10_000 ? whole.format(value) : short.format(value);

/** One digit where it says something. */
export const rate = (value: number): string =>
  value > 0 && value < 10 ? value.toFixed(1) : brief(Math.round(value));

/** @param seconds since 1970 */
export const timeOfDay = (seconds: number): string =>
  new Date(seconds * 1000).toLocaleTimeString("en-GB");

/** `3 d 4 h`: the two largest units. */
export function duration(seconds: number): string {
  const units = [
    ["d", Math.floor(seconds / 86_400)],
    ["h", Math.floor(seconds / 3600) % 24],
    ["min", Math.floor(seconds / 60) % 60],
    ["s", Math.floor(seconds) % 60],
  ] as const;
  const first = units.findIndex(([, amount]) => amount > 0);
  if (first === -1) return "0 s";
  return units
    .slice(first, first + 2)
    .filter(([, amount]) => amount > 0)
    .map(([unit, amount]) => `${amount} ${unit}`)
    .join(" ");
}
