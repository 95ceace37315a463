import { type ComponentChildren, h } from 'preact';
import { draft } from './draft.ts';
import { Mark } from './icons.ts';
import { complain } from './notice.ts';
import { say } from './server.ts';

/** What an empty channel says: what this is, and three ways to begin. */
export function Welcome({ channel }: { channel: string }): ComponentChildren {
  return h(
    'div',
    { class: 'welcome' },
    h(Mark, { size: 64 }),
    h('h2', null, 'What is wrong in the cluster?'),
    h(
      'p',
      null,
      'k8sgpt finds the problems of a Kubernetes cluster by their root cause, and explains each one in a thread.',
    ),
    h(
      'div',
      { class: 'beginnings' },
      ...BEGINNINGS.map(({ line, does }) =>
        h(
          'button',
          {
            key: line,
            class: 'beginning',
            type: 'button',
            onClick: () =>
              line.endsWith(' ') ? draft.set({ text: line }) : void say({ channel, text: line }).catch(complain),
          },
          h('code', null, line.replace(/ $/, ' …')),
          h('span', null, does),
        ),
      ),
    ),
  );
}

/** The first lines to try; one that ends with a space is to be completed. */
const BEGINNINGS = [
  { line: '/k8sgpt analyze', does: 'Check the whole cluster' },
  { line: '/k8sgpt analyze Pod -n ', does: 'Check the Pods of one namespace' },
  { line: '/k8sgpt help', does: 'See all commands' },
];
