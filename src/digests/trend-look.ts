import type { Severity } from '../analyzer.ts';

/** What a message is wide on a phone: no letter is smaller than 12 px there, and a wider screen shows all of it larger. */
export const SIZE = { width: 320, height: 208 };
export const PLOT = { left: 38, right: 100, top: 42, bottom: 30 };
export const INK = { strong: '#1b2430', soft: '#566170', line: '#e3e7ec', ground: '#ffffff' };
export const FONT = "'Atkinson Hyperlegible', Inter, system-ui, -apple-system, 'Segoe UI', Roboto, sans-serif";

/**
 * From dark to light, so that they are told apart without their hues as well. Dark red, orange, yellow and light blue stay
 * apart for eyes that do not see red, green or blue.
 */
export const COLORS: Record<Severity, string> = {
  critical: '#8c1d3f',
  high: '#d9541e',
  medium: '#f2b630',
  low: '#a9c9e8',
};
/** Nothing is open. */
export const CALM = '#00805f';
/** Nothing is known. */
export const GAP = { ground: '#f6f7f9', strokes: '#dfe3e8' };

/** `12`, `9.9K`, `16K`, `1.2M`. */
export function short(count: number): string {
  if (count < 1000) return String(count);
  return count.toLocaleString('en-US', { notation: 'compact', maximumSignificantDigits: 2 });
}
