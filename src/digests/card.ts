import { incidentCard } from '../analysis/summary.ts';
import type { Acknowledgement, Mute } from '../attention.ts';
import { beginOf, type Track } from '../history.ts';
import type { Action, Block, Text } from '../message.ts';
import type { Incident } from '../report.ts';
import { saidOf, timeOf } from './words.ts';

type Card = Extract<Block, { type: 'card' }>;

/** What people said of incidents. */
export interface Said {
  mutes: readonly Mute[];
  taken: readonly Acknowledgement[];
}

/** How a card stands; what is flapping is told once, not whenever it comes and goes. */
export type Standing = 'open' | 'solved' | 'flapping';

export function standingOf({ state, resolvedAt }: Track): Standing {
  if (state === 'flapping') return 'flapping';
  return resolvedAt === undefined ? 'open' : 'solved';
}

/** An incident as a digest or a watch shows it first. */
export function openCard(incident: Incident, more: readonly Text[] = []): Card {
  const card = incidentCard(incident, [{ label: 'Explain', run: `explain ${incident.id}` }]) as Card;
  return { ...card, lines: [...card.lines, ...more] };
}

/** The same card as the incident stands now, in place of it. */
export function cardNow(base: Card, track: Track, said: Said, solution: readonly string[]): Block {
  const standing = standingOf(track);
  if (standing === 'solved') {
    const why = solution.length > 0 ? ` ${solution.join(' ')}` : '';
    return {
      type: 'alert',
      level: 'success',
      text: [{ bold: 'Solved ' }, timeOf(track.resolvedAt ?? track.lastSeen), `: ${track.title}.${why}`],
    };
  }
  const comes = `It comes and goes: ${track.returns.length + 1} times since `;
  return {
    ...base,
    severity: track.severity,
    lines: [
      ...base.lines,
      ...(standing === 'flapping'
        ? [[comes, timeOf(track.firstSeen), '.']]
        : [['Since ', timeOf(beginOf(track)), '.']]),
      ...saidOf(track, said),
    ],
    actions: [...(base.actions ?? []), ...attentionActions(track, said)],
  };
}

function attentionActions({ id }: Track, { mutes, taken }: Said): Action[] {
  return [
    taken.some(({ incident }) => incident === id)
      ? { label: 'Give it back', run: `ack ${id} --release` }
      : { label: 'I’m on it', run: `ack ${id}` },
    mutes.some(({ incident }) => incident === id)
      ? { label: 'Unmute', run: `unmute ${id}` }
      : { label: 'Mute …', form: 'mute', values: { incident: id } },
  ];
}
