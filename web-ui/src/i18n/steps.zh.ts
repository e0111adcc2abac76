import type { Words } from "./en";

export const steps: Words["steps"] = {
  title: "开始使用",
  done: "已完成",
  go: "下一步",
  phones: { do: "添加话机", why: "每个座位一个分机号，例如 8001。" },
  registered: { do: "连接话机", why: "在话机上填写服务器、用户名和密码；注册成功后自动打勾。" },
  agents: { do: "添加坐席", why: "使用这部话机接听的人。" },
  queues: { do: "添加队列并选择坐席", why: "来电在队列中等待，直到有坐席空闲。" },
  menus: { do: "设置欢迎菜单", why: "例如“售前请按 1”。没有呼入路由时，所有来电进入第一个菜单。" },
};
