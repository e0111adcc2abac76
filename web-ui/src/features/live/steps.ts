import type { Phone, Queue, Snapshot } from "../../api/model";

/** What a new box needs before somebody answers its first call. */
export interface Step {
  what: "phones" | "registered" | "agents" | "queues" | "menus";
  done: boolean;
  href: string;
}

export interface Settled {
  phones: Pick<Phone, "id" | "registered">[];
  queues: Pick<Queue, "agents">[];
  /** Menus and inbound routes: either leads calls on. */
  ways: number;
}

export function firstSteps({ agents }: Pick<Snapshot, "agents">, settled: Settled): Step[] {
  const { phones, queues, ways } = settled;
  const first = phones[0]?.id;
  const atNew = (kind: string) => `/settings/${kind}/new`;
  return [
    { what: "phones", done: phones.length > 0, href: atNew("phones") },
    {
      what: "registered",
      done: phones.some(({ registered }) => registered) || agents.some((a) => a.phone.registered),
      href: first === undefined ? "/settings/phones" : `/settings/phones/${first}`,
    },
    { what: "agents", done: agents.length > 0, href: atNew("agents") },
    {
      what: "queues",
      done: queues.some((queue) => queue.agents.length > 0),
      href: queues.length === 0 ? atNew("queues") : "/settings/queues",
    },
    { what: "menus", done: ways > 0, href: atNew("menus") },
  ];
}
