import { ApiError, api } from "../../api/http";
import { me } from "../../api/me.svelte";
import type { Agent, Authenticator, Forward, OpenSession, Phone } from "../../api/model";
import { t } from "../../i18n/index.svelte";
import { words } from "../../ui/failure";
import { USUAL } from "../../ui/forward";
import { toasts } from "../../ui/toasts.svelte";

/** What a person sees and sets of the own account. */
export class OwnAccount {
  sessions = $state.raw<OpenSession[]>([]);
  loading = $state(true);
  error = $state.raw<unknown>(null);
  /** One that is being set up: shown until it is confirmed. */
  authenticator = $state.raw<Authenticator | null>(null);

  async load(): Promise<void> {
    try {
      this.sessions = await api.sessions();
      this.error = null;
    } catch (error) {
      this.error = error;
    } finally {
      this.loading = false;
    }
  }

  /** A refusal is thrown for the form to show. All sessions end, this one too. */
  async changePassword(old: string, password: string): Promise<void> {
    await api.changePassword(old, password);
    toasts.tell(t.account.passwordChanged);
    // The next thing asked for opens the sign-in page.
    await api.session().catch(() => {});
  }

  async begin(): Promise<void> {
    await this.#tell(async () => {
      this.authenticator = await api.beginAuthenticator();
    });
  }

  /** A refusal is thrown for the form to show. */
  async confirm(code: string): Promise<void> {
    await api.confirmAuthenticator(code);
    this.authenticator = null;
    toasts.tell(t.account.authenticatorOn);
  }

  async drop(): Promise<void> {
    await this.#tell(async () => {
      await api.dropAuthenticator();
      toasts.tell(t.account.authenticatorOff);
    });
  }

  async end(session: OpenSession): Promise<void> {
    await this.#tell(async () => {
      await api.endSession(session.id);
      await this.load();
    });
  }

  async #tell(work: () => Promise<void>): Promise<void> {
    try {
      await work();
    } catch (error) {
      toasts.tellFailure(words(error));
    }
  }
}

/** Whether the person is an agent, who has callers of the own. */
export const isAgent = (): boolean =>
  me.may("agent:work") && (me.session?.user.agent_id ?? null) !== null;

/** Where those go who call the agent whom the person is. */
export class OwnForwarding {
  forward = $state<Forward>(structuredClone(USUAL));
  others = $state.raw<Agent[]>([]);
  phones = $state.raw<Phone[]>([]);
  /** The agent may have been removed since. */
  isThere = $state(false);
  error = $state.raw<unknown>(null);

  async load(): Promise<void> {
    try {
      // Who may not see the settings can still name numbers outside and the mailbox.
      const sees = me.may("queues:read");
      const [forward, agents, phones] = await Promise.all([
        api.forwarding.read(),
        sees ? api.agents.list() : [],
        sees ? api.phones.list() : [],
      ]);
      this.forward = forward;
      this.others = agents.filter(({ id }) => id !== me.session?.user.agent_id);
      this.phones = phones;
      this.isThere = true;
      this.error = null;
    } catch (error) {
      this.error = error instanceof ApiError && error.status === 404 ? null : error;
    }
  }

  /** A refusal is thrown for the form to show. */
  async save(): Promise<void> {
    this.forward = await api.forwarding.set($state.snapshot(this.forward));
    toasts.tell(t.settings.saved(t.config.forward));
  }
}
