import type { Weekday } from "../../../api/model";

/** Monday first, as calendars here show it. */
export const WEEK: Weekday[] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
