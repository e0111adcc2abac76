import type { ListKind } from "../routes";
import type { fault as en } from "./fault.en";

const one: Partial<Record<ListKind, string>> = {
  queues: "队列",
  menus: "菜单",
  inbound_routes: "呼入路由",
  outbound_rules: "呼出规则",
  business_types: "业务类型",
};

export const fault: typeof en = {
  between: ({ found, from, to }) => `不能是 ${found}，允许 ${from}–${to}。`,
  at_most: ({ found, to }) => `有 ${found} 个，最多 ${to} 个。`,
  length: ({ found, from, to }) =>
    from === "0"
      ? `有 ${found} 个字，最多 ${to} 个。`
      : `有 ${found} 个字，允许 ${from}–${to} 个。`,
  digits: ({ found, from, to }) => `${found}：需要 ${from}–${to} 位数字。`,
  count: ({ found, from, to }) => `有 ${found} 个，允许 ${from}–${to} 个。`,
  twice: ({ found }) => `${found} 重复，请去掉一个。`,
  later: () => "每一步的时间须晚于前一步。",
  later_and_more: () => "每一步须晚于前一步，且降低更多。",
  menu_circle: () => "不按键的来电者会在菜单之间循环。",
  no_way_out: () => "至少需要一条线路或一个中继组。",
  no_day: () => "至少需要一天。",
  not_keys: ({ found }) => `${found}：只能是 0–9、* 和 #，且不宜过长。`,
  emergency_number: ({ found }) => `${found} 是紧急号码，请换一个。`,
  second_code: ({ found }) => `${found}：此功能已有其他代码。`,
  feature_code: ({ found }) => `${found} 是功能代码，请换一个。`,
  begins: ({ found, other }) => `${found} 与 ${other} 开头相同，话机无法区分，请修改其一。`,
  unknown: () => "所选项已不存在，请重新选择。",
  not_a_number: ({ found }) => `${found ?? ""} 不是电话号码。`,
  extension_stays: ({ found }) => `分机号须保持 ${found}，密码与其绑定；请另加一部话机。`,
  listed_already: () => "此号码已在名单中或已有申请。",
  entry: () => "按此写法无法加入名单。",
  not_a_sound: () => "需要五分钟以内、有声音的 WAV、MP3、Ogg Vorbis 或 FLAC 文件。",
  in_use: ({ kind, name }) => `${one[kind as ListKind] ?? ""} ${name} 正在使用，请先修改。`,
  role_in_use: ({ count }) => `有 ${count} 个账号使用此角色，请先更换。`,
  agent_taken: ({ account }) => `账号 ${account} 已是该坐席，请先在那里取消。`,
  last_administrator: () => "这是最后一个能管理本机的账号，不能更改；请先另设一个管理员。",
  ranges_length: ({ found }) =>
    `文件有 ${found} 字节，允许 8 字节到 16 MB；请选择完整的 phone.dat。`,
  ranges_version: ({ found }) =>
    `文件开头是 ${found}，应为四位数字的版本号；请选择 phone.dat 格式的文件。`,
  ranges_index_at: ({ found }) => `索引位置 ${found} 超出文件，文件已损坏，请重新下载。`,
  ranges_index_length: ({ found }) =>
    `索引有 ${found} 字节，应为 9 的倍数且至少一条；文件已损坏，请重新下载。`,
  ranges_record: ({ found }) =>
    `第 ${found} 字节处不是“省|市|邮编|区号”的记录；文件已损坏，请重新下载。`,
  ranges_records: () => "记录过多，最多 65 535 条；文件已损坏，请重新下载。",
  ranges_segment: ({ row, found }) =>
    `第 ${row} 条号段是 ${found}，应为手机号的前七位；文件已损坏，请重新下载。`,
  ranges_order: ({ row, found }) =>
    `第 ${row} 条号段 ${found} 未按升序排列；文件已损坏，请重新下载。`,
  ranges_offset: ({ row, found }) =>
    `第 ${row} 条号段指向第 ${found} 字节，那里没有记录；文件已损坏，请重新下载。`,
  no_former_ranges: () => "没有可恢复的上一版；请上传一个。",

  no_such_agent: () => "此坐席已不存在。",
  signed_out: () => "坐席已签出，请先签入。",
  not_in_a_call: () => "坐席不在通话中。",
  not_in_wrapup: () => "整理时间已结束。",
  notes_closed: () => "通话结束已超过半小时，不能再填写。",
  code_required: () => "请先选择并保存小结代码。",
  no_such_code: () => "队列已无此代码，请重新选择。",
  no_more_time: () => "整理时间已延长过两次。",
  no_such_queue: () => "此队列已不存在。",
  queue_unstaffed: () => "该队列无人签入。",
  queue_full: () => "该队列已满。",
  not_free: () => "该坐席现在无法接听。",
  oneself: () => "请选择其他坐席。",
  on_hold: () => "通话已在保持中。",
  not_on_hold: () => "通话不在保持中。",
  consulting: () => "请先结束咨询。",
  not_consulting: () => "坐席没有在咨询。",
  only_consulted: () => "通话属于另一位坐席，此坐席只是被咨询。",
  still_ringing: () => "还有话机在振铃。",
  in_conference: () => "还有其他人在与客户通话。",
  conference_full: () => "最多五方通话。",
  too_many_transfers: () => "此通话已转接三次。",
  no_such_callback: () => "没有这个待回电。",
  no_such_notice: () => "已有人确认过。",
  no_such_message: () => "没有这条留言。",
  no_way: () => "无法呼叫该号码。",
  mailbox_full: () => "信箱已满，不能再留言。",
  no_parking_place: () => "所有驻留位都已占用。",
  not_recorded: () => "此通话没有录音。",
  call_for_help: () => "紧急呼叫全程录音，不能暂停。",
  recording_paused: () => "录音已暂停。",
  recording_not_paused: () => "录音没有暂停。",
  not_permitted: () => "您的角色无此权限，此次尝试已记入日志。",
  supervised: ({ account }) => `${account} 已在此通话中。`,
  not_supervising: () => "请先开始监听。",
  no_phone: () => "您的账号不是坐席，没有可振铃的话机。",
  queue_disabled: () => "该队列已停用。",
  phone_taken: () => "其他坐席正在您的话机上签入。",
  no_reason: () => "请填写原因。",
};
