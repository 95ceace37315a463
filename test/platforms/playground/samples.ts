import { type Command, defineCommand } from '../../../src/command.ts';
import type { Form, Message } from '../../../src/message.ts';

/** Commands like the real ones, for what is tested without them. */
export const COMMANDS: Command[] = [
  defineCommand({
    name: 'analyze',
    aliases: ['analyse'],
    summary: 'Looks for problems in the cluster, by root cause',
    words: '[filter …]',
    options: [
      { name: 'namespace', short: 'n', value: 'name', summary: 'Only this namespace' },
      { name: 'selector', short: 'L', value: 'labels', summary: 'Only objects with these labels' },
      { name: 'filter', short: 'f', value: 'names', many: true, summary: 'Only these filters' },
      { name: 'explain', short: 'e', summary: 'Explain each problem at once' },
      { name: 'language', value: 'name', summary: 'The language of the answers' },
      { name: 'output', short: 'o', value: 'format', summary: 'How to print it', where: 'terminal' },
    ],
    examples: [
      { line: 'analyze', does: 'Check the whole cluster' },
      { line: 'analyze Pod -n shop', does: 'Check the Pods of the namespace shop' },
    ],
    async run() {},
  }),
  defineCommand({
    name: 'explain',
    summary: 'Explains an incident: what it means, how to see it, how to mend it',
    words: '<incident>',
    options: [],
    examples: [{ line: 'explain inc-4f2a9c', does: 'Explain this incident' }],
    async run() {},
  }),
  defineCommand({
    name: 'filters',
    summary: 'Shows what can be checked',
    options: [],
    examples: [],
    async run() {},
  }),
  defineCommand({ name: 'help', summary: 'Shows what k8sgpt can do', options: [], examples: [], async run() {} }),
  defineCommand({
    name: 'feedback',
    summary: 'Notes a thumb',
    hidden: true,
    options: [],
    examples: [],
    async run() {},
  }),
  defineCommand({
    name: 'record',
    summary: 'Writes the cluster to a file',
    where: 'terminal',
    options: [],
    examples: [],
    async run() {},
  }),
];

export const FILTERS = [
  { name: 'Pod', summary: 'Pods that fail, wait or restart, and why', core: true },
  { name: 'Deployment', summary: 'Deployments that miss replicas', core: true },
  { name: 'Service', summary: 'Services without endpoints', core: true },
  { name: 'PersistentVolumeClaim', summary: 'Claims that wait in vain for a volume', core: true },
  { name: 'PodDisruptionBudget', summary: 'Budgets that block every eviction', core: false },
];

export const FORM: Form = {
  name: 'analyze',
  title: 'Analyze the cluster',
  submit: 'Analyze',
  command: 'analyze',
  fields: [
    {
      name: 'filters',
      label: 'Filters',
      hint: 'None: the core filters',
      input: { type: 'choice', many: true, choices: FILTERS.map(({ name }) => name) },
    },
    { name: 'namespace', label: 'Namespace', option: '--namespace', input: { type: 'text', placeholder: 'All' } },
    {
      name: 'severity',
      label: 'From severity',
      option: '--severity',
      input: { type: 'choice', many: false, choices: ['critical', 'high', 'medium', 'low'] },
    },
  ],
};

export const REPORT: Message = {
  text: '3 problems in sample: 1 critical, 1 high, 1 medium',
  severity: 'critical',
  blocks: [
    { type: 'heading', text: '3 problems, 11 findings' },
    {
      type: 'text',
      text: ['In ', { bold: 'sample' }, ', namespace ', { code: 'shop' }, ', asked by ', { user: 'you' }, '.'],
    },
    {
      type: 'card',
      severity: 'critical',
      title: ['ConfigMap ', { code: 'shop/settings' }, ' has no key DATABASE_HOST'],
      lines: ['Deployment shop/api cannot start: 3 of 3 Pods wait for it.', '7 findings follow from this one.'],
      actions: [
        { label: 'Explain', run: 'explain inc-4f2a9c', style: 'primary' },
        { label: 'Mute for a day', run: 'mute inc-4f2a9c' },
      ],
    },
    {
      type: 'card',
      severity: 'high',
      title: ['Node ', { code: 'worker-3' }, ' is not ready'],
      lines: ['The kubelet stopped posting its status at 09:12. 14 Pods are on it.'],
      actions: [{ label: 'Explain', run: 'explain inc-77b0e1' }],
    },
    {
      type: 'card',
      severity: 'medium',
      title: ['PersistentVolumeClaim ', { code: 'shop/data' }, ' waits for a volume'],
      lines: ['StorageClass “fast” does not exist.'],
      actions: [{ label: 'Explain', run: 'explain inc-19cd02' }],
    },
    {
      type: 'actions',
      actions: [
        { label: 'Change the analysis', form: 'analyze', values: { namespace: 'shop', filters: 'Pod Service' } },
        { label: 'Documentation', url: 'https://kubernetes.io/docs/' },
      ],
    },
    { type: 'note', text: '212 objects checked in 0.4 s, with 15 requests. Report rep-01h7c9ab.' },
  ],
};

export const EXPLANATION: Message = {
  text: 'ConfigMap shop/settings has no key DATABASE_HOST',
  blocks: [
    { type: 'heading', text: 'The key DATABASE_HOST is missing' },
    {
      type: 'text',
      text: [
        'Deployment ',
        { code: 'api' },
        ' reads ',
        { code: 'DATABASE_HOST' },
        ' from ConfigMap ',
        { code: 'settings' },
        '. The kubelet does not start a container whose key is missing.',
      ],
    },
    {
      type: 'list',
      ordered: true,
      items: [
        ['Look at the keys that are there.'],
        ['Add the key, or mark the reference ', { code: 'optional' }, '.'],
        'Wait for the next try of the kubelet.',
      ],
    },
    {
      type: 'code',
      language: 'sh',
      text: 'kubectl get configmap settings -n shop -o yaml\nkubectl rollout status deployment/api -n shop',
    },
    {
      type: 'facts',
      facts: [
        { label: 'First seen', value: [{ time: '2026-07-30T12:00:00Z' }] },
        { label: 'Affected', value: '3 Pods, 1 Service' },
        {
          label: 'Runbook',
          value: [{ link: 'https://kubernetes.io/docs/concepts/configuration/configmap/', label: 'ConfigMaps' }],
        },
      ],
    },
    { type: 'feedback', good: 'feedback inc-4f2a9c good', bad: 'feedback inc-4f2a9c bad' },
  ],
};

/** Every kind of block and of inline. */
export const EVERYTHING: Message = {
  text: 'Everything',
  severity: 'ok',
  blocks: [
    { type: 'heading', text: 'All that a message can hold' },
    {
      type: 'text',
      text: ['Plain, ', { bold: 'bold' }, ', ', { italic: 'italic' }, ', ', { code: 'code' }, ' and\na second line.'],
    },
    { type: 'alert', level: 'info', text: 'Something to know.' },
    { type: 'alert', level: 'success', text: 'Something that went well.' },
    { type: 'alert', level: 'warning', text: 'Something to look at: two kinds could not be read.' },
    { type: 'alert', level: 'error', text: 'Something that failed.' },
    {
      type: 'table',
      columns: [
        { label: 'Filter' },
        { label: 'Namespace' },
        { label: 'Object' },
        { label: 'What is wrong' },
        { label: 'Restarts', align: 'right' },
      ],
      rows: Array.from({ length: 24 }, (_, index) => [
        'Pod',
        'shop',
        [{ code: `api-7d9c5b6f4-x${index}` }],
        'Container app waits: CreateContainerConfigError, key DATABASE_HOST was not found in ConfigMap settings',
        String(index * 37),
      ]),
    },
    { type: 'divider' },
    { type: 'list', items: ['One', [{ bold: 'Two' }, ' of them'], 'Three'] },
    { type: 'card', severity: 'low', title: 'ConfigMap shop/old is not used', lines: ['Nothing refers to it.'] },
    {
      type: 'file',
      name: 'report.yaml',
      title: 'The whole report',
      content: 'apiVersion: v1\nkind: List\nitems: []\n'.repeat(40),
    },
    { type: 'progress', label: 'Reading Pods', done: 6, of: 15 },
    {
      type: 'steps',
      title: 'Looking into it',
      steps: [
        { label: 'Describe the Pod shop/api-7d9c5b6f4-x0', state: 'done', result: 'CreateContainerConfigError' },
        { label: 'Read its events', state: 'failed', result: 'forbidden' },
        { label: 'Look at the ConfigMap shop/settings', state: 'running' },
        { label: 'Compare with the release before', state: 'waiting' },
      ],
    },
    { type: 'text', text: ['It was changed by ', { unverified: 'settings-operator' }, '.'] },
    { type: 'actions', actions: [{ label: 'Delete the report', run: 'delete', style: 'danger' }] },
    { type: 'note', text: 'Small print.' },
  ],
};
