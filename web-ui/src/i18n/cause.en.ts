/** Why a leg ended (Q.850). */
export const cause = {
  1: "unallocated number",
  16: "normal clearing",
  17: "busy",
  18: "no response",
  19: "no answer",
  20: "not registered",
  21: "rejected",
  26: "answered elsewhere",
  27: "out of order",
  31: "normal",
  34: "no channel free",
  41: "temporary fault",
  42: "box full",
  88: "no common codec",
  102: "timer expired",
  127: "interworking",
} as Record<number, string>;
