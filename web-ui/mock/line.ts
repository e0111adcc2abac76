import type { LineMeasurement } from "../src/api/model.ts";
import { clock } from "./clock.ts";

/** A second of a line: the second one hums, the third has spoken to nobody yet. */
export function heard(line: number): LineMeasurement {
  const hums = line === 1;
  const breath = Math.sin(clock() / 700);
  const spectrum = Array.from({ length: 65 }, (_, band) => {
    const speech = -28 - band * 0.7 - 9 * Math.cos(band / 2.3 + breath);
    return Math.max(speech, hums && band <= 3 ? -38 : -90);
  });
  const path = Array.from({ length: 220 }, (_, at) =>
    at < 18 ? 0 : 0.32 * Math.exp(-(at - 18) / 26) * Math.sin((at - 17) / 2.4),
  );
  const knows = line !== 2;
  return {
    level_dbm0: -19.4 + breath,
    peak_dbm0: -6.1,
    noise_dbm0: hums ? -47.2 : -63.5,
    hum_50_dbm0: hums ? -38.4 : -78.1,
    hum_60_dbm0: -80.2,
    spectrum_dbm0: spectrum,
    echo_return_loss_db: knows ? 11.3 : null,
    echo_return_loss_enhancement_db: knows ? 34.8 : null,
    echo_path: knows ? path : [],
    echo_path_rate_hz: 8000,
  };
}
