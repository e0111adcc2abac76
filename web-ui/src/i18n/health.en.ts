/** How the box keeps up, in counters since it was started. */
export const health = {
  title: "System health",
  lead: "Since the box was started. Numbers that rise while people talk are heard: look at the network, or at what else the box does.",
  since: (days: number, hours: number, minutes: number) =>
    `Up for ${days} d ${hours} h ${minutes} min`,
  counter: "Counter",
  count: "Count",
  meaning: "What it means",
  names: {
    ticks_late: {
      label: "Late milliseconds",
      hint: "Voices were worked on later than in their millisecond, and caught up.",
    },
    ticks_missed: {
      label: "Lost milliseconds",
      hint: "The card's samples of these are gone: its interrupts came late or not at all.",
    },
    tick_overruns: {
      label: "Overruns",
      hint: "One millisecond of voices took longer than a millisecond.",
    },
    tick_dropped: {
      label: "Dropped between threads",
      hint: "Events, packets or recorded sound found no room.",
    },
    tick_cpu_p9999_us: {
      label: "Longest millisecond, µs",
      hint: "Of 10 000, 9 999 took no more of the processor than this.",
    },
    rtp_lost: {
      label: "Packets lost",
      hint: "Of phones, in calls that have ended: they never came, or too late.",
    },
    rtp_dropped: {
      label: "Packets dropped",
      hint: "They came, and found no room in the box.",
    },
    rtp_send_gaps: {
      label: "Packets sent late",
      hint: "Between two packets to a phone there was too long a gap.",
    },
    rtp_malformed: { label: "Malformed packets", hint: "What came was no RTP." },
    rtp_strangers: {
      label: "Packets of strangers",
      hint: "From an address that is not the phone's; they are not heard.",
    },
  },
};
