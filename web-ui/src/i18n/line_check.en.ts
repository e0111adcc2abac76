/** A line as it is heard this second. */
export const lineCheck = {
  title: "Line check",
  lead: "Listens to a line each second, also in a call; nobody hears of it. Call in and speak to learn the echo.",
  line: "Line",
  waiting: "Listening …",
  good: "good",
  look: "look at it",
  bad: "too much",
  unknown: "not known yet",
  level: {
    label: "Level",
    hint: "Of all that comes from the line; speech lies between −25 and −5",
  },
  noise: { label: "Noise", hint: "Between words; −55 or less is a quiet line" },
  hum: {
    label: (hz: number) => `Hum ${hz} Hz`,
    hint: "From the mains: a long cable beside a power line, or a bad earth",
  },
  returnLoss: {
    label: "Echo from the line",
    hint: "How much weaker our voice comes back; 12 dB or more is good, under 6 dB the impedance does not fit",
  },
  enhancement: {
    label: "Echo taken away",
    hint: "How much weaker the canceller makes it, while only we speak",
  },
  spectrum: "Spectrum",
  spectrumAxis: "Hz",
  path: "Echo path",
  pathAxis: "ms after it was sent",
  voice: {
    lead: "How voices are bettered on their way. What is set is heard at once, also in calls.",
    sides: { lines: "People on lines", phones: "People at phones here" },
    noise: "Noise",
    noiseHint: "Is taken away; unless it is off, the voice comes 10 ms later",
    much: {
      off: "left as it is",
      mild: "a little less",
      medium: "less",
      strong: "as little as can be",
    },
    level: "Level",
    levelHint: "Speech that is too quiet or too loud is brought to it, by 15 dB at most",
    asItComes: "as it comes",
    dbm0: (level: number) => `−${-level} dBm0`,
  },
  none: "No echo learnt yet: it is, as soon as we speak to somebody on this line.",
};
