import type { ChatMessage } from '../backend.ts';
import { nameOf } from '../cluster.ts';
import { dataBlock, RULES } from '../explanation/prompt.ts';
import { clip } from '../words.ts';
import type { Context } from './context.ts';

/** Turns that a model reads word by word; of earlier ones it reads a line. */
const TURNS_READ = 6;
const EXHIBITS_READ = 14;
const EXHIBIT_MAX = 1500;
const FINDINGS_READ = 4;

export interface TurnPrompt {
  context: Context;
  question: string;
  /** In English: `German`. */
  language: string;
  /** Of the incident in question, with its commands; empty where none is. */
  runbook: string;
  /** How many looks may be taken. */
  looks: number;
}

/** What a model is told before it investigates: its task, what the thread knows, and the question. */
export function turnPrompt({ context, question, language, runbook, looks }: TurnPrompt): ChatMessage[] {
  const turns = context.turns.slice(-TURNS_READ);
  return [
    {
      role: 'system',
      text: `You investigate problems of a Kubernetes cluster in a chat thread, together with the people who run it. You can look, with the tools that you are given, and change nothing; whoever asks you to change something gets the command to do it from a runbook.
${RULES}
- Look before you answer where what is at hand does not suffice; ${looks} looks at most, and none twice.
Answer in ${language}. Begin with the answer itself in one sentence; then what shows it, and the next step; 120 words at most. Plain sentences and short lists, no headings, no tables, no links.`,
    },
    { role: 'user', text: `What this thread knows so far:\n${dataBlock(knownTo(context, runbook))}` },
    { role: 'assistant', text: 'I have read it.' },
    ...turns.flatMap((turn): ChatMessage[] => [
      { role: 'user', text: turn.question },
      { role: 'assistant', text: turn.answer || '(no answer)' },
    ]),
    { role: 'user', text: question },
  ];
}

/** The incidents of a thread in words. */
export function incidentsIn({ incidents, focus }: Pick<Context, 'incidents' | 'focus'>): string {
  return incidents
    .map(({ id, severity, title, cause, findings, consequences }) =>
      [
        `Incident ${id}${id === focus ? ' (spoken of last)' : ''}, ${severity}: ${title}`,
        `  cause: ${cause.kind} ${nameOf(cause)}`,
        ...findings.slice(0, FINDINGS_READ).map(({ object, text }) => `  ${object.kind} ${nameOf(object)}: ${text}`),
        ...consequences
          .slice(0, FINDINGS_READ)
          .map(({ object, text }) => `  follows: ${object.kind} ${nameOf(object)}: ${text}`),
      ].join('\n'),
    )
    .join('\n');
}

function knownTo(context: Context, runbook: string): string {
  const { cluster, exhibits, earlier, at } = context;
  const shown = exhibits
    .slice(-EXHIBITS_READ)
    .map(({ id, title, text, at: when }) => `${id} ${title}${when ? ` (${when})` : ''}:\n${clip(text, EXHIBIT_MAX)}`);
  return [
    `Cluster ${cluster}${at ? `, analyzed ${at}` : ''}.`,
    incidentsIn(context) || 'No incident is known.',
    ...(shown.length > 0 ? [`Evidence:\n${shown.join('\n')}`] : []),
    ...(runbook ? [`Runbook of the incident in question:\n${runbook}`] : []),
    ...(earlier ? [`Earlier in this thread:\n${earlier}`] : []),
  ].join('\n\n');
}
