import type { ListKind } from "../routes";

/** What belongs to a fault: all as text. */
export type About = { [name: string]: string };
const one: Partial<Record<ListKind, string>> = {
  queues: "The queue",
  menus: "The menu",
  inbound_routes: "The inbound route",
  outbound_rules: "The outbound rule",
  business_types: "The business type",
};
const characters = (from: string | undefined, to: string | undefined) =>
  from === "0" ? `at most ${to}` : `${from} to ${to}`;

/** What is wrong, by the keys of the API. `fault.zh.ts` says the same. */
export const fault = {
  between: ({ found, from, to }: About) => `${found} is not possible; ${from} to ${to} are.`,
  at_most: ({ found, to }: About) => `There are ${found}; at most ${to} are allowed.`,
  length: ({ found, from, to }: About) =>
    `There are ${found} characters; ${characters(from, to)} are allowed.`,
  digits: ({ found, from, to }: About) => `${found}: ${from} to ${to} digits are needed.`,
  count: ({ found, from, to }: About) => `There are ${found}; ${from} to ${to} are allowed.`,
  twice: ({ found }: About) => `${found} stands here twice; take one away.`,
  later: (_: About) => "Each step must be later than the one before.",
  later_and_more: (_: About) => "Each step must be later than the one before, and by more.",
  menu_circle: (_: About) => "Who presses nothing would be led in a circle of menus.",
  no_way_out: (_: About) => "At least one line or trunk group is needed.",
  no_day: (_: About) => "At least one day is needed.",
  not_keys: ({ found }: About) => `${found}: only 0–9, * and # are allowed, and not too many.`,
  emergency_number: ({ found }: About) => `${found} is a number for emergencies; choose another.`,
  second_code: ({ found }: About) => `${found}: this feature has another code already.`,
  feature_code: ({ found }: About) => `${found} is a feature code; choose another.`,
  begins: ({ found, other }: About) =>
    `${found} and ${other} begin alike, so a phone cannot tell them apart; change one.`,
  unknown: (_: About) => "This is not there any more; choose another.",
  not_a_number: ({ found }: About) => `${found ?? ""} is no telephone number.`,
  extension_stays: ({ found }: About) =>
    `The extension stays ${found}: the password is bound to it. Add another phone instead.`,
  listed_already: (_: About) => "This number is listed or proposed already.",
  entry: (_: About) => "This cannot be listed as it is written.",
  not_a_sound: (_: About) =>
    "This is no WAV, MP3, Ogg Vorbis or FLAC file of up to five minutes with sound in it.",
  in_use: ({ kind, name }: About) =>
    `${one[kind as ListKind] ?? "Something"} ${name} needs it; change that first.`,
  role_in_use: ({ count }: About) => `${count} accounts have this role; give them another first.`,
  agent_taken: ({ account }: About) =>
    `The account ${account} is this agent already; take the agent away there first.`,
  last_administrator: (_: About) =>
    "This is the last account that can administer the box, so it stays as it is; make another administrator first.",
  ranges_length: ({ found }: About) =>
    `The file has ${found} bytes; 8 bytes to 16 MB are allowed. Choose a whole phone.dat.`,
  ranges_version: ({ found }: About) =>
    `The file begins with ${found} instead of a version of four digits; choose one in the format of phone.dat.`,
  ranges_index_at: ({ found }: About) =>
    `The index would begin at byte ${found}, which is not in the file. It is damaged: fetch it again.`,
  ranges_index_length: ({ found }: About) =>
    `The index has ${found} bytes; 9 for each number range are needed. It is damaged: fetch it again.`,
  ranges_record: ({ found }: About) =>
    `At byte ${found} there is no record “province|city|postal code|area code”. It is damaged: fetch it again.`,
  ranges_records: (_: About) =>
    "There are more than 65 535 records. The file is damaged: fetch it again.",
  ranges_segment: ({ row, found }: About) =>
    `Range ${row} is ${found}, not the first seven digits of a mobile number. The file is damaged: fetch it again.`,
  ranges_order: ({ row, found }: About) =>
    `Range ${row}, ${found}, is not in ascending order. The file is damaged: fetch it again.`,
  ranges_offset: ({ row, found }: About) =>
    `Range ${row} points to byte ${found}, where no record begins. The file is damaged: fetch it again.`,
  no_former_ranges: (_: About) => "There is no database to go back to; upload one.",

  no_such_agent: (_: About) => "There is no such agent any more.",
  signed_out: (_: About) => "The agent is signed out; sign in first.",
  not_in_a_call: (_: About) => "The agent is in no call.",
  not_in_wrapup: (_: About) => "The time for notes is over.",
  notes_closed: (_: About) =>
    "Nothing more can be written about this call: it is over for half an hour.",
  code_required: (_: About) => "Choose a wrap-up code and save it first.",
  no_such_code: (_: About) => "The queue has no such code any more; choose another.",
  no_more_time: (_: About) => "The time for notes was made longer twice already.",
  no_such_queue: (_: About) => "There is no such queue any more.",
  queue_unstaffed: (_: About) => "Nobody of that queue is signed in.",
  queue_full: (_: About) => "That queue is full.",
  not_free: (_: About) => "That agent cannot be rung now.",
  oneself: (_: About) => "Choose another agent.",
  on_hold: (_: About) => "The call is on hold already.",
  not_on_hold: (_: About) => "The call is not on hold.",
  consulting: (_: About) => "End the consultation first.",
  not_consulting: (_: About) => "The agent asks nobody.",
  only_consulted: (_: About) => "The call is another agent’s; this one is only asked.",
  still_ringing: (_: About) => "A phone still rings for the call.",
  in_conference: (_: About) => "Others talk with the customer too.",
  conference_full: (_: About) => "No more than five can talk with each other.",
  too_many_transfers: (_: About) => "The call was given on three times already.",
  no_such_callback: (_: About) => "Nobody is to be called back there any more.",
  no_such_notice: (_: About) => "Somebody has acknowledged this already.",
  no_such_message: (_: About) => "There is no such message.",
  no_way: (_: About) => "There is no way to call that number.",
  mailbox_full: (_: About) => "No more messages can be left there.",
  no_parking_place: (_: About) => "A call is parked on every place.",
  not_recorded: (_: About) => "The call is not recorded.",
  call_for_help: (_: About) => "A call for help is recorded whole.",
  recording_paused: (_: About) => "The recording is paused already.",
  recording_not_paused: (_: About) => "The recording is not paused.",
  not_permitted: (_: About) => "Your role does not permit this. The attempt is in the log.",
  supervised: ({ account }: About) => `${account} is in this call already.`,
  not_supervising: (_: About) => "Begin to listen first.",
  no_phone: (_: About) => "Your account is no agent’s, so there is no phone to ring.",
  queue_disabled: (_: About) => "This queue takes nobody for now.",
  phone_taken: (_: About) => "Another agent has signed in at your phone.",
  no_reason: (_: About) => "A reason is needed.",
};
