import type { lineCheck as en } from "./line_check.en";

/** 线路检测。 */
export const lineCheck: typeof en = {
  title: "线路检测",
  lead: "每秒测听一次线路，通话中也可以，双方听不到任何声音。拨入并讲话即可学习回声。",
  line: "线路",
  waiting: "正在测听……",
  good: "良好",
  look: "需检查",
  bad: "过高",
  unknown: "尚未得知",
  level: { label: "电平", hint: "线路送来的全部声音；讲话一般在 −25 至 −5 之间" },
  noise: { label: "噪声", hint: "话音间隙的噪声；−55 及以下为安静线路" },
  hum: {
    label: (hz) => `${hz} Hz 交流声`,
    hint: "来自市电：电缆与电力线并行过长，或接地不良",
  },
  returnLoss: {
    label: "线路回声",
    hint: "我方声音返回时的衰减；12 dB 以上为良好，低于 6 dB 说明阻抗不匹配",
  },
  enhancement: { label: "回声消除", hint: "仅我方讲话时，消除器再减弱多少" },
  spectrum: "频谱",
  spectrumAxis: "Hz",
  path: "回声路径",
  pathAxis: "毫秒（自发出起）",
  voice: {
    lead: "话音在传送途中如何改善。设置立即生效，通话中也可听到。",
    sides: { lines: "线路上的来电者", phones: "内部话机用户" },
    noise: "噪声",
    noiseHint: "减弱背景噪声；除关闭外，话音延迟 10 毫秒",
    much: { off: "不处理", mild: "略微减弱", medium: "减弱", strong: "尽量减弱" },
    level: "电平",
    levelHint: "过轻或过响的话音调整至此电平，最多 15 dB",
    asItComes: "保持原样",
    dbm0: (level) => `−${-level} dBm0`,
  },
  none: "尚未学到回声：在此线路上对来电者讲话后即可得到。",
};
