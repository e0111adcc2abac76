import { api } from "../../api/http";
import { t } from "../../i18n/index.svelte";
import { words, wordsFor } from "../../ui/failure";

export const SHORTEST_PASSWORD = 10;
export type SetupField = "code" | "name" | "password" | "repeat";

/** The form of the first start: checked field by field when left, the input is always kept. */
export class SetupForm {
  code = $state("");
  name = $state("");
  password = $state("");
  repeat = $state("");
  busy = $state(false);
  #left = $state<SetupField[]>([]);
  #refused = $state.raw<unknown>(null);

  leave(field: SetupField): void {
    if (!this.#left.includes(field)) this.#left.push(field);
  }
  changed(): void {
    this.#refused = null;
  }

  #problem(field: SetupField): string | null {
    switch (field) {
      case "code":
        return this.code.trim() === "" ? t.setup.needCode : null;
      case "name":
        return this.name.trim() === "" ? t.setup.needName : null;
      case "password": {
        const found = [...this.password].length;
        return found < SHORTEST_PASSWORD ? t.setup.tooShort(found) : null;
      }
      case "repeat":
        return this.repeat === this.password ? null : t.setup.different;
    }
  }
  /** What is wrong with a field, once it has been left or the box has refused it. */
  error(field: SetupField): string | null {
    const own = this.#left.includes(field) ? this.#problem(field) : null;
    return own ?? wordsFor(this.#refused, field);
  }
  /** What is wrong with no field in particular. */
  get otherError(): string | null {
    const fields: SetupField[] = ["code", "name", "password"];
    if (this.#refused === null || fields.some((f) => wordsFor(this.#refused, f))) return null;
    return words(this.#refused);
  }

  /** Whether the box is set up now. */
  async submit(): Promise<boolean> {
    const fields: SetupField[] = ["code", "name", "password", "repeat"];
    for (const field of fields) this.leave(field);
    this.#refused = null;
    if (fields.some((field) => this.#problem(field) !== null)) return false;
    this.busy = true;
    try {
      await api.finishSetup(this.code.trim(), this.name.trim(), this.password);
      return true;
    } catch (error) {
      this.#refused = error;
      return false;
    } finally {
      this.busy = false;
    }
  }
}
