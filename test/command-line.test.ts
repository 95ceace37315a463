import { expect, test } from 'vitest';
import type { Command } from '../src/command.ts';
import { findCommand, parse, split, usage } from '../src/command-line.ts';
import analyze from '../src/commands/analyze.ts';
import filters from '../src/commands/filters.ts';
import { commandLine, type Form, quote } from '../src/message.ts';

test.each([
  ['analyze Pod -n shop', ['analyze', 'Pod', '-n', 'shop']],
  ['  analyze\tPod ', ['analyze', 'Pod']],
  [`analyze -l 'app in (a, b)'`, ['analyze', '-l', 'app in (a, b)']],
  ['analyze -l "app=web"', ['analyze', '-l', 'app=web']],
  ['analyze -l “app=web”', ['analyze', '-l', 'app=web']],
  ['analyze —namespace shop', ['analyze', '--namespace', 'shop']],
  ['analyze -l ‚a b’ a—b', ['analyze', '-l', 'a b', 'a—b']],
  ['analyze a\\ b', ['analyze', 'a b']],
  ["analyze ''", ['analyze', '']],
  ['', []],
])('parts %j into words', (line, words) => {
  expect(split(line)).toEqual(words);
});

test('an open quote is said to be one', () => {
  expect(() => split('analyze "Pod')).toThrow('A quote (") is opened and never closed');
});

test('a quoted word is one word again', () => {
  for (const word of ['shop', 'a b', "it's", 'app in (a,b)', '$(rm)', '`x`', '']) {
    expect(split(quote(word)), word).toEqual([word]);
  }
});

test.each([
  [['Pod', 'Service'], { words: ['Pod', 'Service'], options: {} }],
  [['-n', 'shop', 'Pod'], { words: ['Pod'], options: { namespace: 'shop' } }],
  [['--namespace=shop', '--all'], { words: [], options: { namespace: 'shop', all: true } }],
  [['--filter', 'Pod,Service', '-f', 'Node'], { words: [], options: { filter: ['Pod', 'Service', 'Node'] } }],
  [['-l', 'app=web', '--', '-odd'], { words: ['-odd'], options: { selector: 'app=web' } }],
])('reads %j', (args, expected) => {
  expect(parse(analyze, args, 'chat')).toEqual(expected);
});

test.each([
  [['--namespac', 'shop'], 'analyze has no option --namespac. Did you mean --namespace?'],
  [['-n'], '--namespace needs a value: --namespace <name>.'],
  [['--all=yes'], '--all takes no value, but was given "yes".'],
  [['--kubeconfig', 'x'], 'analyze has no option --kubeconfig.'],
])('says what is wrong with %j', (args, message) => {
  expect(() => parse(analyze, args, 'chat')).toThrow(message);
});

test('a command that takes no words says so', () => {
  const bare: Command = { ...filters };
  delete (bare as { words?: string }).words;

  expect(() => parse(bare, ['all'], 'chat')).toThrow('filters takes no words, but was given "all".');
});

test('words beyond those that a command takes are named', () => {
  expect(parse(filters, ['list'], 'chat').words).toEqual(['list']);
  expect(() => parse(filters, ['list', 'a', 'b'], 'chat')).toThrow('takes only [list], but was also given "a b".');
});

test('finds commands by name and alias, and knows the nearest ones', () => {
  expect(findCommand([analyze, filters], 'Analyse', 'chat')).toBe(analyze);
  expect(() => findCommand([analyze, filters], 'analize', 'chat')).toThrow('Did you mean analyze');
  expect(() => findCommand([analyze], '-o', 'terminal')).toThrow('Name the command first: analyze -o');
  expect(() => findCommand([analyze], 'xyz', 'chat')).toThrow('There is no command "xyz". The help command lists');
});

test('options of the terminal stay out of a chat’s usage', () => {
  expect(usage(analyze, 'chat')).toBe(
    'analyze [filter …] [--filter <filter>] [--namespace <name>] [--selector <labels>] [--all] [--backend <name>] [--language <name>] [--anonymize] [--no-cache]',
  );
  expect(usage(analyze, 'terminal')).toContain('--kubeconfig <file>');
});

test('a form becomes the command line that it fills in', () => {
  const form = analyze.form?.({ analysis: { filters: [{ name: 'Pod', summary: '', core: true }] } } as never, {});
  if (!form) throw new Error('analyze has no form');

  expect(commandLine(form, { filters: 'Pod Service', namespace: 'shop', selector: 'app in (a,b)' })).toBe(
    "analyze Pod Service --namespace shop --selector 'app in (a,b)'",
  );
  expect(commandLine(form, { filters: '', namespace: ' ', selector: undefined })).toBe('analyze');
});

test('several choices of an option stand with commas, as the option takes them', () => {
  const form: Form = {
    name: 'digest',
    title: 'Digest',
    submit: 'Schedule',
    command: 'digest schedule',
    fields: [
      { name: 'filters', label: 'Filters', option: '--filter', input: { type: 'choice', many: true, choices: [] } },
      { name: 'reason', label: 'Reason', option: '--reason', input: { type: 'text' } },
    ],
  };

  expect(commandLine(form, { filters: 'Pod Service', reason: 'a bug' })).toBe(
    "digest schedule --filter Pod,Service --reason 'a bug'",
  );
});
