import { createStore } from './store.ts';

export type Theme = 'light' | 'dark';

const KEY = 'theme';
const dark = matchMedia('(prefers-color-scheme: dark)');

/** The theme that is shown: the one chosen here, else the system's. */
export const theme = createStore<Theme>(chosen() ?? preferred());

/** Shows the theme, and follows the system as long as nobody has chosen. */
export function followTheme(): void {
  show();
  dark.addEventListener('change', () => {
    if (chosen()) return;
    theme.set(preferred());
    show();
  });
}

export function toggleTheme(): void {
  const next = theme.get() === 'dark' ? 'light' : 'dark';
  localStorage.setItem(KEY, next);
  theme.set(next);
  show();
}

function show(): void {
  document.documentElement.dataset.theme = theme.get();
}

function chosen(): Theme | undefined {
  const value = localStorage.getItem(KEY);
  return value === 'light' || value === 'dark' ? value : undefined;
}

function preferred(): Theme {
  return dark.matches ? 'dark' : 'light';
}
