import { createStore } from './store.ts';

/** What the page shows: a channel, and a thread beside it. It stands in the address, so that a reload shows the same. */
export interface Where {
  channel: string;
  thread?: string;
  /** A message in the thread that an address leads to. */
  message?: string;
}

export const where = createStore<Where>(fromAddress());

export function go(to: Where): void {
  const hash = `#${[to.channel, to.thread ?? []].flat().map(encodeURIComponent).join('/')}`;
  if (location.hash !== hash) history.pushState(null, '', hash);
  where.set(to);
}

export function followAddress(): void {
  addEventListener('popstate', () => where.set(fromAddress()));
}

function fromAddress(): Where {
  const [channel = '', thread, message] = location.hash.slice(1).split('/').map(decoded);
  return { channel: channel || 'general', ...(thread && { thread }), ...(message && { message }) };
}

/** An address may be typed, so it may be no valid one. */
function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return '';
  }
}
