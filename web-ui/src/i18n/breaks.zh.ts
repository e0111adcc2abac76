import type { Words } from "./en";

export const breaks: Words["breaks"] = {
  lead: "坐席示忙时可选的原因。超过时限的坐席在“实况”中以红色标出。",
  name: "原因",
  example: "例如：回访",
  limit: (reason: string) => `${reason}的时限`,
  minutes: "分钟",
  never: "不限",
  add: "添加原因",
  needName: "请填写名称。",
  twice: "已有同名原因。",
};
