import { api } from "../../api/http";
import { me } from "../../api/me.svelte";
import type { Breaks, BusinessType, Phone, Queue } from "../../api/model";

/** What is set and the live view does not tell: who may not see it does without. */
export class House {
  /** Telephones here, for whom a number is typed. */
  phones = $state.raw<Phone[]>([]);
  queues = $state.raw<Queue[]>([]);
  /** How many menus and inbound routes lead calls on; null: not known. */
  ways = $state<number | null>(null);
  types = $state.raw<BusinessType[]>([]);
  /** For what agents take no calls. */
  breaks = $state.raw<Breaks["reasons"]>(
    ["break", "lunch", "training"].map((name) => ({ name, limit_min: null })),
  );

  /** The call whose transfer was not taken, among those that were looked at last. */
  returned = $state<number | null>(null);

  async lookBack(call: number): Promise<void> {
    const detail = await api.call(call).catch(() => null);
    if (detail?.call.transferred_unanswered) this.returned = call;
  }

  async load(): Promise<void> {
    if (!me.may("queues:read")) return;
    const kept = () => {};
    await Promise.all([
      api.phones.list().then((rows) => (this.phones = rows), kept),
      api.queues.list().then((rows) => (this.queues = rows), kept),
      Promise.all([api.menus.list(), api.inbound_routes.list()]).then(
        (both) => (this.ways = both.flat().length),
        kept,
      ),
      api.business_types.list().then((rows) => (this.types = rows), kept),
      api.breaks.read().then(({ reasons }) => (this.breaks = reasons), kept),
    ]);
  }

  /** What a call is about. */
  typeName = (type: number | null): string =>
    type === null ? "" : (this.types.find(({ id }) => id === type)?.name ?? "");
}
