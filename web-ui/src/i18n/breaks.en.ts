/** For what agents take no calls. */
export const breaks = {
  lead: "What agents choose from when they take no calls. Who is away longer than the limit is shown in red on Live.",
  name: "Reason",
  example: "e.g. Call-backs",
  limit: (reason: string) => `Limit for ${reason}`,
  minutes: "min",
  never: "no limit",
  add: "Add a reason",
  needName: "A name is missing.",
  twice: "There is such a reason already.",
};
