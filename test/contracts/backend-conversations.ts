import type { ChatMessage, Tool } from '../../src/backend.ts';

export const TOOLS: readonly Tool[] = [
  {
    name: 'logs',
    description: 'The last lines that a container wrote.',
    parameters: {
      type: 'object',
      properties: { pod: { type: 'string', description: 'Its name.' }, lines: { type: 'integer' } },
      required: ['pod'],
    },
  },
  { name: 'nodes', description: 'All nodes.', parameters: { type: 'object', properties: {} } },
];

export const QUESTION: readonly ChatMessage[] = [
  { role: 'system', text: 'You know Kubernetes.' },
  { role: 'user', text: 'Why does the Pod shop/web not start?' },
];

/** Conversations that no service would take as they are. */
export const ODD: Record<string, readonly ChatMessage[]> = {
  'nothing at all': [],
  'nothing but blanks': [{ role: 'user', text: ' \n' }],
  'nothing but a system message': [{ role: 'system', text: 'You know Kubernetes.' }],
  'an empty system message': [
    { role: 'system', text: '' },
    { role: 'user', text: 'Hello' },
  ],
  'two of the user’s in a row': [
    { role: 'user', text: 'Hello' },
    { role: 'user', text: 'Are you there?' },
  ],
  'an answer first, one without text, and one last': [
    { role: 'assistant', text: 'Hello' },
    { role: 'user', text: 'Why?' },
    { role: 'assistant', text: '' },
    { role: 'assistant', text: 'Because.' },
  ],
  'a system message in the midst': [
    { role: 'user', text: 'Hello' },
    { role: 'assistant', text: 'Hello' },
    { role: 'system', text: 'Be short.' },
    { role: 'user', text: 'Why?' },
  ],
  'a result without its call': [
    { role: 'user', text: 'Why?' },
    { role: 'tool', call: 'gone', name: 'logs', text: 'out of memory' },
  ],
  'calls without their results': [
    { role: 'user', text: 'Why?' },
    {
      role: 'assistant',
      text: '',
      calls: [
        { id: 'a', name: 'logs', arguments: '{"pod":"web"}' },
        { id: 'b', name: 'nodes', arguments: '{}' },
      ],
    },
    { role: 'tool', call: 'b', name: 'nodes', text: '' },
    { role: 'user', text: 'Well?' },
  ],
  'arguments that are none, a name that is none, and ids used twice': [
    { role: 'user', text: 'Why?' },
    {
      role: 'assistant',
      text: 'Let me see.',
      calls: [
        { id: 'an id with blanks, longer than any service would have it', name: 'kubectl get pods', arguments: '{"po' },
        { id: 'same', name: 'logs', arguments: '[1]' },
        { id: 'same', name: 'logs', arguments: '' },
      ],
    },
    { role: 'tool', call: 'an id with blanks, longer than any service would have it', name: 'x', text: 'unknown' },
    { role: 'tool', call: 'same', name: 'logs', text: 'one' },
    { role: 'tool', call: 'same', name: 'logs', text: 'two' },
  ],
  'a signature of another service': [
    { role: 'user', text: 'Why?' },
    { role: 'assistant', text: '', calls: [{ id: 'a', name: 'nodes', arguments: '{}', signature: 'c2lnbmVk' }] },
    { role: 'tool', call: 'a', name: 'nodes', text: 'none' },
  ],
};
