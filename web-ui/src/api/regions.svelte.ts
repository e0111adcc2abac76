import { api } from "./http";
import type { Province } from "./model";

let list = $state.raw<Province[]>([]);
let asked = false;

/** The provinces and their cities; they never change. Read it in markup or `$derived`: it is empty
 * until the box has told. */
export const regions = {
  get list(): Province[] {
    if (!asked) {
      asked = true;
      api.regions().then(
        (told) => (list = told),
        () => (asked = false),
      );
    }
    return list;
  },
};
