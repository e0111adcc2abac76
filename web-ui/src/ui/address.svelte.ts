/** The address of the page, as state. */
let path = $state(location.pathname);
let search = $state(location.search);

function read(): void {
  path = location.pathname;
  search = location.search;
}
addEventListener("popstate", read);

export const address = {
  get path(): string {
    return path;
  },
  get query(): URLSearchParams {
    return new URLSearchParams(search);
  },
  go(to: string, { replace = false } = {}): void {
    if (replace) history.replaceState(null, "", to);
    else history.pushState(null, "", to);
    read();
  },
};

/** Lets plain links move within the page; links with a modifier, target or download stay as they are. */
export function followLinks(event: MouseEvent): void {
  if (event.defaultPrevented || event.button !== 0) return;
  if (event.metaKey || event.ctrlKey || event.shiftKey || event.altKey) return;
  const link = (event.target as Element).closest("a");
  if (!link || link.target !== "" || link.hasAttribute("download")) return;
  const url = new URL(link.href);
  if (url.origin !== location.origin || url.pathname.startsWith("/api/")) return;
  if (url.hash !== "" && url.pathname === location.pathname) return;
  event.preventDefault();
  address.go(url.pathname + url.search);
}
