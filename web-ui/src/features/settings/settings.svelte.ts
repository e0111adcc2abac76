import { ApiError, api, changeSet } from "../../api/http";
import { me } from "../../api/me.svelte";
import type {
  Account,
  AccountForm,
  Agent,
  AgentDraft,
  BusinessType,
  BusinessTypeDraft,
  ChangeSet,
  InboundRoute,
  InboundRouteDraft,
  Known,
  KnownDraft,
  Menu,
  MenuDraft,
  NewAccount,
  OutboundRule,
  OutboundRuleDraft,
  Phone,
  PhoneDraft,
  Queue,
  QueueDraft,
  Role,
  RoleDraft,
  Schedule,
  ScheduleDraft,
  Skill,
  SkillDraft,
  TrunkGroup,
  TrunkGroupDraft,
} from "../../api/model";
import { t } from "../../i18n/index.svelte";
import type { ListKind, Which } from "../../routes";
import { words } from "../../ui/failure";
import { toasts } from "../../ui/toasts.svelte";

/** What a form sends, by kind. */
export interface Drafts {
  agents: AgentDraft;
  phones: PhoneDraft;
  queues: QueueDraft;
  menus: MenuDraft;
  skills: SkillDraft;
  business_types: BusinessTypeDraft;
  callers: KnownDraft & { number: string };
  inbound_routes: InboundRouteDraft;
  outbound_rules: OutboundRuleDraft;
  trunk_groups: TrunkGroupDraft;
  schedules: ScheduleDraft;
  accounts: AccountForm | NewAccount;
  roles: RoleDraft & { key: string };
}
type Saver<K extends ListKind> = {
  add: (draft: Drafts[K]) => Promise<{ id: number }>;
  change: (id: number, draft: Drafts[K]) => Promise<unknown>;
};

/** The change-set one works in, if any; this tab keeps it when the page is loaded again. */
const KEPT_AS = "hotline.change_set";
let working = $state.raw<ChangeSet | null>(
  JSON.parse(sessionStorage.getItem(KEPT_AS) ?? "null") as ChangeSet | null,
);
changeSet.id = working?.id ?? null;
export const work = {
  get set(): ChangeSet | null {
    return working;
  },
  set set(next: ChangeSet | null) {
    working = next;
    changeSet.id = next?.id ?? null;
    if (next) sessionStorage.setItem(KEPT_AS, JSON.stringify(next));
    else sessionStorage.removeItem(KEPT_AS);
  },
};

/** All that is set, whole: the forms refer to each other's rows. */
export class Settings {
  agents = $state.raw<Agent[]>([]);
  phones = $state.raw<Phone[]>([]);
  queues = $state.raw<Queue[]>([]);
  menus = $state.raw<Menu[]>([]);
  skills = $state.raw<Skill[]>([]);
  business_types = $state.raw<BusinessType[]>([]);
  callers = $state.raw<(Known & { id: string })[]>([]);
  inbound_routes = $state.raw<InboundRoute[]>([]);
  outbound_rules = $state.raw<OutboundRule[]>([]);
  trunk_groups = $state.raw<TrunkGroup[]>([]);
  schedules = $state.raw<Schedule[]>([]);
  /** Null: the person signed in may not see accounts. */
  accounts = $state.raw<Account[] | null>(null);
  roles = $state.raw<(Role & { id: string })[]>([]);
  /** All that a role can permit. */
  permissions = $state.raw<string[]>([]);
  loading = $state(true);
  error = $state.raw<unknown>(null);
  /** Passwords of phones made since the page opened; the box tells each only once. */
  passwords = $state.raw<Map<number, string>>(new Map());

  async load(): Promise<void> {
    try {
      await Promise.all([
        api.agents.list().then((rows) => (this.agents = rows)),
        api.phones.list().then((rows) => (this.phones = rows)),
        api.queues.list().then((rows) => (this.queues = rows)),
        api.menus.list().then((rows) => (this.menus = rows)),
        api.skills.list().then((rows) => (this.skills = rows)),
        api.business_types.list().then((rows) => (this.business_types = rows)),
        api.callers
          .list()
          .then((rows) => (this.callers = rows.map((row) => ({ ...row, id: row.number })))),
        api.inbound_routes.list().then((rows) => (this.inbound_routes = rows)),
        api.outbound_rules.list().then((rows) => (this.outbound_rules = rows)),
        api.trunk_groups.list().then((rows) => (this.trunk_groups = rows)),
        api.schedules.list().then((rows) => (this.schedules = rows)),
        ifPermitted(["accounts:write"], api.accounts.list).then((rows) => (this.accounts = rows)),
        ifPermitted(["accounts:write", "roles:write"], api.roles).then((all) => {
          this.roles = (all?.roles ?? []).map((role) => ({ ...role, id: role.key }));
          this.permissions = all?.permissions ?? [];
        }),
      ]);
      this.error = null;
    } catch (error) {
      // The change-set was applied or dropped elsewhere: what is in force is shown again.
      if (work.set !== null && error instanceof ApiError && error.status === 404) {
        work.set = null;
        return this.load();
      }
      this.error = error;
    } finally {
      this.loading = false;
    }
  }

  /** Saves and returns which it is; a refusal is thrown for the form to show beside its field. */
  async save<K extends ListKind>(kind: K, id: Which, draft: Drafts[K]): Promise<Which> {
    let saved: Which;
    if (kind === "callers") {
      const { number, ...known } = draft as Drafts["callers"];
      saved = (await api.callers.put(number, known)).number;
    } else if (kind === "roles") {
      const { key, ...role } = draft as Drafts["roles"];
      saved = (await api.putRole(key, role)).key;
    } else if (id === "new") {
      const added = await (api[kind] as unknown as Saver<K>).add(draft);
      if ("password" in added) this.#keepPassword(added.id, String(added.password));
      saved = added.id;
    } else {
      await (api[kind] as unknown as Saver<K>).change(Number(id), draft);
      saved = id;
    }
    await this.load();
    const name = "name" in draft ? draft.name : String(saved);
    toasts.tell(id === "new" ? t.settings.added(name) : t.settings.saved(name));
    return saved;
  }

  /** Whether it is gone now. */
  async remove(kind: ListKind, id: Which, name: string): Promise<boolean> {
    try {
      const remove = (kind === "roles" ? api.removeRole : api[kind].remove) as (
        id: Which,
      ) => Promise<void>;
      await remove(id);
      await this.load();
      toasts.tell(t.settings.removed(name));
      return true;
    } catch (error) {
      toasts.tellFailure(words(error));
      return false;
    }
  }

  /** Moves a route or rule one place: the first that matches counts. */
  async move(kind: "inbound_routes" | "outbound_rules", id: number, by: -1 | 1): Promise<void> {
    const ids = this[kind].map((row) => row.id);
    const from = ids.indexOf(id);
    const to = from + by;
    if (from < 0 || to < 0 || to >= ids.length) return;
    ids.splice(to, 0, ...ids.splice(from, 1));
    try {
      await api[kind].order(ids);
      await this.load();
    } catch (error) {
      toasts.tellFailure(words(error));
    }
  }

  async newPassword(phone: number): Promise<void> {
    try {
      this.#keepPassword(phone, (await api.phones.newPassword(phone)).password);
    } catch (error) {
      toasts.tellFailure(words(error));
    }
  }

  /** A new password for somebody else's account; a refusal is thrown. */
  async givePassword(id: number, name: string, password: string): Promise<void> {
    await api.accounts.givePassword(id, password);
    toasts.tell(t.settings.passwordGivenTo(name));
  }

  async forgetAuthenticator(id: number, name: string): Promise<void> {
    try {
      await api.accounts.forgetAuthenticator(id);
      await this.load();
      toasts.tell(t.settings.saved(name));
    } catch (error) {
      toasts.tellFailure(words(error));
    }
  }

  #keepPassword(phone: number, password: string): void {
    this.passwords = new Map(this.passwords).set(phone, password);
  }
}

async function ifPermitted<T>(any: string[], list: () => Promise<T>): Promise<T | null> {
  if (!any.some((permission) => me.may(permission))) return null;
  return list();
}
