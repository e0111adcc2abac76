import { ApiError, api } from "../../api/http";
import type {
  Account,
  AccountForm,
  Agent,
  AgentDraft,
  Menu,
  MenuDraft,
  NewAccount,
  Phone,
  PhoneDraft,
  Queue,
  QueueDraft,
} from "../../api/model";
import { t } from "../../i18n/index.svelte";
import type { SettingsKind } from "../../routes";
import { words } from "../../ui/failure";
import { toasts } from "../../ui/toasts.svelte";

/** What a form sends, by kind. */
export interface Drafts {
  agents: AgentDraft;
  phones: PhoneDraft;
  queues: QueueDraft;
  menus: MenuDraft;
  accounts: AccountForm | NewAccount;
}
type Saver<K extends SettingsKind> = {
  add: (draft: Drafts[K]) => Promise<{ id: number }>;
  change: (id: number, draft: Drafts[K]) => Promise<unknown>;
};

/** All that is set, whole: the forms refer to each other's rows. */
export class Settings {
  agents = $state.raw<Agent[]>([]);
  phones = $state.raw<Phone[]>([]);
  queues = $state.raw<Queue[]>([]);
  menus = $state.raw<Menu[]>([]);
  /** Null: the person signed in may not see accounts. */
  accounts = $state.raw<Account[] | null>(null);
  loading = $state(true);
  error = $state.raw<unknown>(null);
  /** Passwords of phones made since the page opened; the box tells each only once. */
  passwords = $state.raw<Map<number, string>>(new Map());

  async load(): Promise<void> {
    try {
      const lists = [api.agents.list(), api.phones.list(), api.queues.list(), api.menus.list()];
      const [agents, phones, queues, menus] = await Promise.all(lists);
      this.agents = agents as Agent[];
      this.phones = phones as Phone[];
      this.queues = queues as Queue[];
      this.menus = menus as Menu[];
      this.accounts = await accounts();
      this.error = null;
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }

  /** Saves and returns the id; a refusal is thrown for the form to show beside its field. */
  async save<K extends SettingsKind>(
    kind: K,
    id: number | "new",
    draft: Drafts[K],
  ): Promise<number> {
    const resource = api[kind] as unknown as Saver<K>;
    let saved: number;
    if (id === "new") {
      const added = await resource.add(draft);
      if ("password" in added) this.#keepPassword(added.id, String(added.password));
      saved = added.id;
    } else {
      await resource.change(id, draft);
      saved = id;
    }
    await this.load();
    toasts.tell(id === "new" ? t.settings.added(draft.name) : t.settings.saved(draft.name));
    return saved;
  }

  /** Whether it is gone now. */
  async remove(kind: SettingsKind, id: number, name: string): Promise<boolean> {
    try {
      await api[kind].remove(id);
      await this.load();
      toasts.tell(t.settings.removed(name));
      return true;
    } catch (error) {
      toasts.tellFailure(words(error));
      return false;
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

async function accounts(): Promise<Account[] | null> {
  try {
    return await api.accounts.list();
  } catch (error) {
    if (error instanceof ApiError && error.code === "not_allowed") return null;
    throw error;
  }
}
