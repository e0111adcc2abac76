import Voicemail from "@lucide/svelte/icons/voicemail";
import BellRing from "@lucide/svelte/icons/bell-ring";
import CircleDashed from "@lucide/svelte/icons/circle-dashed";
import CircleDot from "@lucide/svelte/icons/circle-dot";
import CircleMinus from "@lucide/svelte/icons/circle-minus";
import Clock from "@lucide/svelte/icons/clock";
import Grid3x3 from "@lucide/svelte/icons/grid-3x3";
import Pause from "@lucide/svelte/icons/pause";
import PenLine from "@lucide/svelte/icons/pen-line";
import Phone from "@lucide/svelte/icons/phone";
import PhoneForwarded from "@lucide/svelte/icons/phone-forwarded";
import PhoneOff from "@lucide/svelte/icons/phone-off";
import Unplug from "@lucide/svelte/icons/unplug";
import Users from "@lucide/svelte/icons/users";
import type { AgentState, CallStage, LineState } from "../api/model";

/** How a state looks: its colour class and icon. The word comes from `i18n`. */
export interface Look {
  look: "idle" | "ring" | "talk" | "hold" | "consult" | "wrap" | "busy" | "down" | "out";
  icon: typeof Phone;
}

export const agentLook: Record<AgentState, Look> = {
  offering: { look: "ring", icon: BellRing },
  device_down: { look: "down", icon: Unplug },
  holding: { look: "hold", icon: Pause },
  consulting: { look: "consult", icon: Users },
  conferencing: { look: "consult", icon: Users },
  dialing: { look: "ring", icon: Phone },
  talking: { look: "talk", icon: Phone },
  wrapup: { look: "wrap", icon: PenLine },
  idle: { look: "idle", icon: CircleDot },
  not_ready: { look: "busy", icon: CircleMinus },
  signed_out: { look: "out", icon: CircleDashed },
};

/** Who needs a person first; the order of the tiles. */
export const agentOrder = Object.keys(agentLook) as AgentState[];

export const stageLook: Record<CallStage, Look> = {
  ringing: { look: "ring", icon: BellRing },
  menu: { look: "consult", icon: Grid3x3 },
  waiting: { look: "busy", icon: Clock },
  offering: { look: "ring", icon: BellRing },
  talking: { look: "talk", icon: Phone },
  holding: { look: "hold", icon: Pause },
  transferring: { look: "ring", icon: PhoneForwarded },
  parked: { look: "hold", icon: Pause },
  voicemail: { look: "consult", icon: Voicemail },
  ending: { look: "out", icon: PhoneOff },
};

export const lineLook: Record<LineState, Look> = {
  in_use: { look: "talk", icon: Phone },
  ringing: { look: "ring", icon: BellRing },
  idle: { look: "idle", icon: CircleDot },
  out_of_service: { look: "down", icon: Unplug },
};
