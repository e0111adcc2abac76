import type { prompts as english } from "./prompts.en";

export const prompts: typeof english = {
  music: "等候音乐",
  groups: {
    text: "您编写的内容：菜单、公告、问候语",
    music: "音乐",
    sentence: "系统内置语句",
    number: "位次、时间、数字",
  },
  ownInstead: "用自己的录音代替合成语音",
};
