import { type ComponentChildren, h } from 'preact';

/** Line icons on a grid of 20, drawn in the colour of the text around them. */
const PATHS = {
  send: 'M3.5 10h7M3.5 10 2.6 3.9c-.1-.7.6-1.2 1.2-.9l13 6.1c.7.3.7 1.4 0 1.7l-13 6.1c-.6.3-1.3-.2-1.2-.9L3.5 10Z',
  close: 'm5 5 10 10M15 5 5 15',
  menu: 'M3 5.5h14M3 10h14M3 14.5h14',
  sun: 'M10 6.5a3.5 3.5 0 1 1 0 7 3.5 3.5 0 0 1 0-7ZM10 1.8v1.6M10 16.6v1.6M1.8 10h1.6M16.6 10h1.6M4.2 4.2l1.1 1.1M14.7 14.7l1.1 1.1M15.8 4.2l-1.1 1.1M5.3 14.7l-1.1 1.1',
  moon: 'M16.5 12.2A7 7 0 0 1 7.8 3.5a7 7 0 1 0 8.7 8.7Z',
  copy: 'M7.5 7.5V4.6c0-.6.5-1.1 1.1-1.1h6.8c.6 0 1.1.5 1.1 1.1v6.8c0 .6-.5 1.1-1.1 1.1h-2.9M4.6 7.5h6.8c.6 0 1.1.5 1.1 1.1v6.8c0 .6-.5 1.1-1.1 1.1H4.6c-.6 0-1.1-.5-1.1-1.1V8.6c0-.6.5-1.1 1.1-1.1Z',
  check: 'm4 10.5 4 4 8-9',
  download: 'M10 3v9.5M6 8.8l4 4 4-4M3.5 16.5h13',
  file: 'M11.5 2.5h-6c-.6 0-1 .4-1 1v13c0 .6.4 1 1 1h9c.6 0 1-.4 1-1v-10l-4-4ZM11.5 2.5v4h4',
  chevron: 'm7.5 5 5 5-5 5',
  down: 'M10 4v12M5 11l5 5 5-5',
  eye: 'M1.8 10S4.8 4.5 10 4.5 18.2 10 18.2 10 15.2 15.5 10 15.5 1.8 10 1.8 10ZM10 7.6a2.4 2.4 0 1 1 0 4.8 2.4 2.4 0 0 1 0-4.8Z',
  up: 'M6 9v7.5M6 9l3.2-6.2c1.3 0 2.2 1 2 2.3L10.7 8h4.6c1 0 1.8 1 1.6 2l-1 5c-.2.9-.9 1.5-1.8 1.5H6M6 9H3.3v7.5H6',
  low: 'M14 11V3.5M14 11l-3.2 6.2c-1.3 0-2.2-1-2-2.3l.5-2.9H4.7c-1 0-1.8-1-1.6-2l1-5c.2-.9.9-1.5 1.8-1.5H14M14 11h2.7V3.5H14',
  link: 'M8 4.5H4.5v11h11V12M11.5 3.5h5v5M16.5 3.5 9 11',
  info: 'M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15ZM10 9.2v4.3M10 6.4v.2',
  success: 'M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15ZM6.8 10.2l2.3 2.3 4.2-4.8',
  warning: 'M10 3 18 16.5H2L10 3ZM10 8.2v4M10 14.2v.2',
  error: 'M10 2.5a7.5 7.5 0 1 1 0 15 7.5 7.5 0 0 1 0-15ZM7.4 7.4l5.2 5.2M12.6 7.4l-5.2 5.2',
  thread: 'M3.5 4.5h13v9h-7l-3.5 3v-3H3.5v-9Z',
} as const;

export function Icon({ name }: { name: keyof typeof PATHS }): ComponentChildren {
  return h(
    'svg',
    { class: 'icon', viewBox: '0 0 20 20', width: 20, height: 20, fill: 'none', 'aria-hidden': 'true' },
    h('path', {
      d: PATHS[name],
      stroke: 'currentColor',
      'stroke-width': 1.6,
      'stroke-linecap': 'round',
      'stroke-linejoin': 'round',
    }),
  );
}

/** The bot's mark: a cluster's hexagon with a pulse in it. */
export function Mark({ size }: { size: number }): ComponentChildren {
  return h('img', { class: 'mark', src: '/page/mark.svg', width: size, height: size, alt: '' });
}
