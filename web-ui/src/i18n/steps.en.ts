/** What a new box needs, said to somebody who is no engineer. */
export const steps = {
  title: "First steps",
  done: "done",
  go: "Next",
  phones: { do: "Add a phone", why: "An extension for each desk, e.g. 8001." },
  registered: {
    do: "Connect the phone",
    why: "Type server, user and password into the phone; this is ticked when it registers.",
  },
  agents: { do: "Add an agent", why: "The person who answers on that phone." },
  queues: { do: "Add a queue with agents", why: "Callers wait there until an agent is free." },
  menus: {
    do: "Greet callers with a menu",
    why: "“For sales press 1”. Without an inbound route all calls enter the first menu.",
  },
};
