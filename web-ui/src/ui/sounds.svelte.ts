import { t } from "../i18n/index.svelte";
import { words } from "./failure";
import { toasts } from "./toasts.svelte";

/** Sounds of a page that callers hear: played one at a time, replaced and given back. */
export class Sounds {
  /** Which one is heard. */
  heard = $state<string | null>(null);
  #audio = new Audio();
  /** A sound put in the place of another is fetched anew. */
  #times = 0;

  /** `load` reads the page again once something was changed. */
  constructor(private readonly load: () => Promise<void>) {
    this.#audio.onended = () => (this.heard = null);
    $effect(() => () => this.#audio.pause());
  }

  listen(key: string, url: string): void {
    this.#audio.pause();
    if (this.heard === key) {
      this.heard = null;
      return;
    }
    this.heard = key;
    this.#audio.src = `${url}?${this.#times}`;
    this.#audio.play().catch((error: unknown) => {
      // Another one is heard instead.
      if (error instanceof DOMException && error.name === "AbortError") return;
      this.heard = null;
      toasts.tellFailure(t.recording.noSound);
    });
  }

  async change(work: () => Promise<void>, told: string): Promise<void> {
    try {
      await work();
      this.#times++;
      await this.load();
      toasts.tell(told);
    } catch (failed) {
      toasts.tellFailure(words(failed));
    }
  }
}
