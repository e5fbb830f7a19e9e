import { computed, effect, signal } from '@preact/signals';

export const THEMES = ['auto', 'light', 'dark'] as const;
export type Theme = (typeof THEMES)[number];

const KEY = 'fgm-theme';
const darkOutside = window.matchMedia('(prefers-color-scheme: dark)');
const outside = signal(darkOutside.matches);
darkOutside.addEventListener('change', ({ matches }) => (outside.value = matches));

export const theme = signal<Theme>(THEMES.find((one) => one === stored()) ?? 'auto');
export const isDark = computed(() => (theme.value === 'auto' ? outside.value : theme.value === 'dark'));

/** Browsers may refuse to keep anything for a page. */
function stored(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    return null;
  }
}

export function followTheme(): void {
  effect(() => {
    document.documentElement.dataset['theme'] = isDark.value ? 'dark' : 'light';
    try {
      localStorage.setItem(KEY, theme.value);
    } catch {
      // Then it is chosen anew next time.
    }
  });
}
