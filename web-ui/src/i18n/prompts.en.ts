/** What callers hear, by where it belongs. */
export const prompts = {
  music: "Music on hold",
  groups: {
    text: "What you wrote: menus, announcements, greetings",
    music: "Music",
    sentence: "What every box says",
    number: "Places, times, digits",
  },
  ownInstead: "A sound of your own instead of the voice",
};
