import type { health as en } from "./health.en";

/** 系统状态。 */
export const health: typeof en = {
  title: "系统状态",
  lead: "自本机启动以来的计数。通话中不断增加的数字能被听出来：请检查网络，或本机上的其他任务。",
  since: (days, hours, minutes) => `已运行：${days} 天 ${hours} 小时 ${minutes} 分`,
  counter: "计数",
  count: "数量",
  meaning: "含义",
  names: {
    ticks_late: { label: "迟到的毫秒", hint: "语音处理晚于其所在的毫秒，随后已补上。" },
    ticks_missed: { label: "丢失的毫秒", hint: "板卡中断过晚或未到，这些毫秒的采样已丢失。" },
    tick_overruns: { label: "超时", hint: "一毫秒的语音处理耗时超过一毫秒。" },
    tick_dropped: { label: "线程间丢弃", hint: "事件、数据包或录音因队列已满而丢弃。" },
    tick_cpu_p9999_us: {
      label: "最长一毫秒（微秒）",
      hint: "每 10 000 次处理中有 9 999 次不超过此值。",
    },
    rtp_lost: { label: "丢包", hint: "已结束通话中话机的数据包：未到，或到得太晚。" },
    rtp_dropped: { label: "丢弃的数据包", hint: "已收到，但本机队列已满。" },
    rtp_send_gaps: { label: "发送过晚", hint: "发给话机的两个数据包之间间隔过长。" },
    rtp_malformed: { label: "格式错误的数据包", hint: "收到的不是 RTP。" },
    rtp_strangers: { label: "陌生地址的数据包", hint: "来自非话机地址，不会被听到。" },
  },
};
