/** Short news, bottom left, five seconds, at most three. Never for what needs a decision. */
export interface Toast {
  id: number;
  text: string;
  bad: boolean;
}
const SHOWN_MS = 5000;
const AT_MOST = 3;
let list = $state<Toast[]>([]);
let last = 0;

function show(text: string, bad: boolean): void {
  const id = ++last;
  list = [...list.slice(1 - AT_MOST), { id, text, bad }];
  setTimeout(() => toasts.close(id), bad ? 2 * SHOWN_MS : SHOWN_MS);
}

export const toasts = {
  get list(): Toast[] {
    return list;
  },
  tell: (text: string) => show(text, false),
  tellFailure: (text: string) => show(text, true),
  close(id: number): void {
    list = list.filter((toast) => toast.id !== id);
  },
};
