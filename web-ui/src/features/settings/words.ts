import { box } from "../../api/box.svelte";
import type { Listed, RouteStep } from "../../api/model";
import { t } from "../../i18n/index.svelte";
import { clock, day } from "../../ui/format";
import { listedWords } from "../../ui/origin";
import { targetWords } from "./fields/target";
import type { Settings } from "./settings.svelte";

type Fields = Record<string, unknown>;

/** Why a schedule says day or night. */
export function becauseWords(because: unknown): string {
  const fields = because as Fields;
  switch (fields["because"]) {
    case "week":
      return t.config.byWeek(
        t.config.weekdays[fields["day"] as keyof typeof t.config.weekdays] ?? "",
      );
    case "calendar":
      return t.config.byCalendar(String(fields["date"]), String(fields["name"]));
    case "override": {
      const until = Number(fields["until_ms"]);
      return t.config.byHand(`${day(until).slice(5)} ${clock(until).slice(0, 5)}`);
    }
    default:
      return "";
  }
}

/** Whether a step leads on, leads away, or only tells. */
export const stepLook = (step: RouteStep): "yes" | "no" | "tells" =>
  ["route_passed", "rule_passed", "listed", "no_rule", "no_route"].includes(step.step) ||
  (step.step === "class" && step["is_permitted"] === false) ||
  (step.step === "line" && step["verdict"] !== "free")
    ? "no"
    : ["route_taken", "rule_taken", "leads_to", "emergency", "extension", "line"].includes(
          step.step,
        )
      ? "yes"
      : "tells";

/** One step of a decision about a call, as people read it. */
export function stepWords(step: RouteStep, settings: Settings): string {
  const { steps } = t.config;
  const text = (field: string) => String(step[field] ?? "");
  const why = () => steps.mismatch[text("because") as keyof typeof steps.mismatch] ?? "";
  switch (step.step) {
    case "route_passed":
    case "rule_passed":
      return steps.passed(text("name"), why());
    case "route_taken":
      return steps.taken(text("name"));
    case "rule_taken":
      return steps.ruleTaken(text("name"), text("pattern"));
    case "scheduled":
      return steps.scheduled(
        text("name"),
        t.config.modes[text("mode") as "day" | "night"],
        becauseWords(step),
      );
    case "leads_to":
      return steps.leadsTo(targetWords(step["target"] as never, settings));
    case "no_route":
      return steps.noRoute();
    case "emergency":
      return steps.emergency(text("number"));
    case "feature_code":
      return steps.feature(text("feature"));
    case "extension": {
      const phone = settings.phones.find(({ id }) => id === step["phone"]);
      return steps.extension(phone ? `${phone.extension} ${phone.name}` : text("phone"));
    }
    case "written":
      return steps.written(text("dialled"), text("matched"), text("canonical"));
    case "listed":
      return step["listed"] === undefined
        ? steps.listed()
        : t.region.listedOut(listedWords(step["listed"] as Listed));
    case "no_rule":
      return steps.noRule();
    case "class": {
      const which = t.config.classes[text("class") as keyof typeof t.config.classes];
      return step["is_permitted"] === true ? steps.permitted(which) : steps.notPermitted(which);
    }
    case "digits":
      return step["dialled"] === null ? steps.noDigits() : steps.digits(text("dialled"));
    case "shown": {
      const shown = step["number"];
      return typeof shown === "object" && shown !== null
        ? steps.shows(String((shown as Fields)["own"]))
        : steps.showsLine();
    }
    case "line":
      return steps.line(
        box.lineName(Number(step["line"])),
        steps.verdict[text("verdict") as keyof typeof steps.verdict] ?? "",
      );
    default:
      return step.step;
  }
}
