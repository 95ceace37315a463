/** What a person sees of a message, and what in it is more than letters. */
export interface Sight {
  text: string;
  live: string[];
}

type Thing = Record<string, unknown> & { type?: string };

/** Reads a message as Slack's apps show it: its blocks, or its text where it has none. Mentions in the text ring too. */
export function read({ text = '', blocks = [] }: { text?: string; blocks?: unknown[] }): Sight {
  const live: string[] = [];
  const plain = mrkdwn(text, live);
  if (blocks.length === 0) return { text: plain, live };
  const heard = live.filter((one) => one.startsWith('@'));
  const seen: string[] = [];
  const shown = blocks.map((block) => show(block as Thing, seen)).join('\n');
  return { text: shown, live: [...heard, ...seen] };
}

function show(thing: Thing, live: string[]): string {
  const inner = (name: string, by: string) =>
    ((thing[name] as Thing[] | undefined) ?? []).map((one) => show(one, live)).join(by);
  switch (thing.type) {
    case 'plain_text':
      return thing.emoji === false ? String(thing.text) : emoji(String(thing.text));
    case 'mrkdwn':
      return mrkdwn(String(thing.text), live, thing.verbatim !== true);
    case 'text':
    case 'raw_text':
    case 'raw_number':
      return String(thing.text);
    case 'link':
      live.push(String(thing.url));
      return String(thing.text ?? thing.url);
    case 'user':
      live.push(`@${thing.user_id}`);
      return `@${thing.user_id}`;
    case 'broadcast':
      live.push(`@${thing.range}`);
      return `@${thing.range}`;
    case 'channel':
      live.push(`#${thing.channel_id}`);
      return `#${thing.channel_id}`;
    case 'emoji':
      return '🙂';
    case 'date':
      return date(thing as unknown as { timestamp: number; format: string });
    case 'rich_text_section':
    case 'rich_text_quote':
    case 'rich_text_preformatted':
      return inner('elements', '');
    case 'table':
    case 'data_table':
      return (thing.rows as Thing[][]).map((row) => row.map((cell) => show(cell, live)).join('\t')).join('\n');
    case 'feedback_buttons':
      return ['positive_button', 'negative_button']
        .map((name) => show((thing[name] as { text: Thing }).text, live))
        .join('\n');
    case 'plan':
      return [emoji(String(thing.title)), ...((thing.tasks as Thing[]) ?? []).map((one) => task(one, live))].join('\n');
    case 'task_card':
      return task(thing, live);
    case 'divider':
      return '---';
    case 'image':
      return [thing.title ? show(thing.title as Thing, live) : [], String(thing.alt_text)].flat().join('\n');
    case 'markdown':
      throw new Error('the reader knows no markdown block');
    default: {
      const texts = ['title', 'subtitle', 'text', 'body'].flatMap((name) =>
        thing[name] ? [show(thing[name] as Thing, live)] : [],
      );
      const lists = ['fields', 'elements', 'actions'].map((name) => inner(name, '\n')).filter((text) => text !== '');
      return [...texts, ...lists].join('\n');
    }
  }
}

/** A task: its state, its title, whose names of emoji are taken for pictures here, and what came of it. */
function task({ status = 'pending', title, details, output }: Thing, live: string[]): string {
  const rest = [details, output].flatMap((rich) => (rich ? [show(rich as Thing, live)] : []));
  return [`(${String(status)}) ${emoji(String(title))}`, ...rest].join(': ');
}

/** Slack's own markup: what is in angle brackets lives, what is between marks is styled, names of emoji are pictures. */
function mrkdwn(text: string, live: string[], links = true): string {
  const decode = (letters: string) => letters.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&amp;', '&');
  let shown = text.replace(/<([^>\n]+)>/g, (_, inside: string) => {
    const [target = '', label] = inside.split('|');
    const name = target.startsWith('!') ? `@${target.slice(1)}` : target;
    live.push(name);
    return label ?? name;
  });
  if (links) {
    for (const [address] of shown.matchAll(/\bhttps?:\/\/[^\s<>|]+/g)) if (!live.includes(address)) live.push(address);
  }
  shown = shown.replace(/```([\s\S]*?)```/g, '$1').replace(/`([^`\n]+)`/g, '$1');
  for (const mark of ['\\*', '_', '~']) {
    shown = shown.replace(
      new RegExp(`(^|[\\s(])${mark}([^\\s${mark}][^${mark}\\n]*)${mark}(?=$|[\\s).,;:!?])`, 'gm'),
      '$1$2',
    );
  }
  return decode(emoji(shown.replace(/^> ?/gm, '')));
}

function emoji(text: string): string {
  return text.replace(/:[a-z][a-z0-9_+-]*:/g, '🙂');
}

function date({ timestamp, format }: { timestamp: number; format: string }): string {
  const at = new Date(timestamp * 1000);
  const day = at.toLocaleDateString('en-US', { timeZone: 'UTC', year: 'numeric', month: 'short', day: 'numeric' });
  const time = at.toLocaleTimeString('en-US', { timeZone: 'UTC', hour: 'numeric', minute: '2-digit' });
  return format.replace(/\{date\w*\}/g, day).replace(/\{time\w*\}/g, time);
}
