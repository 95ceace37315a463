import { describe, expect, test } from 'vitest';
import type { Block, Inline } from '../../src/message.ts';
import { type Session, say, withBlocks } from './platform-session.ts';

/** Text that a cluster may hold and that a chat service could take for more than text. */
const HOSTILE = [
  '<!channel> <!here> <@U0ANNA> <#C0OPS|ops>',
  '@here @channel @all @everyone',
  '<https://x.example|y> and [y](https://y.example) and https://z.example',
  '*bold* _italic_ ~gone~ **strong** __strong__',
  'a `code` b ```fence``` c',
  '> quote',
  '# heading',
  '- item',
  ':tada: :smile:',
  '&lt;b&gt; &amp; <b>b</b> <script>alert(1)</script> <img src=x onerror=alert(1)>',
  '![image](https://i.example/i.png)',
  '| a | b |',
  '{{template}} $HOME %s \\*',
];

/** What is posted can be seen: in its place and order, whole, and data as nothing but letters. */
export function shows(on: Session): void {
  test('posts to a channel, and into the thread of what it posted', async () => {
    const { place } = await on.somewhere();

    const posted = await on.harness.platform.post(place, say('First'));
    const answer = await on.harness.platform.post(posted.place, say('Second'));

    expect(posted.place).toEqual({ channel: place.channel, thread: expect.any(String) });
    expect(answer.place).toEqual(posted.place);
    expect(on.harness.shown(place.channel)).toMatchObject([
      { id: posted.id, text: expect.stringContaining('First') },
      { id: answer.id, text: expect.stringContaining('Second'), thread: posted.place.thread },
    ]);
    expect(on.harness.shown(place.channel)[0]?.thread).toBeUndefined();
  });

  test('keeps the order of messages to one place', async () => {
    const { place } = await on.somewhere();
    const words = ['one', 'two', 'three', 'four', 'five'];

    await Promise.all(words.map((word) => on.harness.platform.post(place, say(word))));

    expect(on.harness.shown().map((message) => message.text.trim())).toEqual(words);
  });

  test('updates in place, and the last update is the one that stays', async () => {
    const { place } = await on.somewhere();
    const posted = await on.harness.platform.post(place, say('0 of 9'));

    const updates = Array.from({ length: 9 }, (_, step) => on.harness.platform.update(posted, say(`${step + 1} of 9`)));
    await Promise.all(updates);

    expect(on.harness.shown()).toMatchObject([{ id: posted.id, text: '9 of 9', edited: true }]);
  });

  test('whispers to one person', async () => {
    const { place, user } = await on.somewhere();

    await on.harness.platform.whisper(place, user, say('For you alone'));

    expect((await on.shownWith('For you alone')).user).toBe(user);
  });

  test('shows every kind of block', async () => {
    const { place } = await on.somewhere();
    const seen = `The heading|Some text|Small print|Look out|Cluster|prod|first item|kubectl get pods|Column|cell
      |critical|A card|Its line|Do it|Reading|3|10|The plan|Read the logs|12 lines|Look at the node|gone (not verified)`;

    await on.harness.platform.post(place, {
      text: 'Never shown where there are blocks',
      severity: 'high',
      blocks: [
        { type: 'heading', text: 'The heading' },
        { type: 'text', text: ['Some ', { bold: 'text' }] },
        { type: 'note', text: 'Small print' },
        { type: 'alert', level: 'warning', text: 'Look out' },
        { type: 'facts', facts: [{ label: 'Cluster', value: 'prod' }] },
        { type: 'list', items: ['first item', [{ code: 'second' }]], ordered: true },
        { type: 'code', text: 'kubectl get pods', language: 'sh' },
        { type: 'table', columns: [{ label: 'Column' }, { label: 'N', align: 'right' }], rows: [['cell', '12']] },
        { type: 'divider' },
        {
          type: 'card',
          severity: 'critical',
          title: 'A card',
          lines: ['Its line', [{ code: 'a line of code' }]],
          actions: [{ label: 'Do it', run: 'do it' }],
        },
        { type: 'progress', label: 'Reading', done: 3, of: 10 },
        {
          type: 'steps',
          title: 'The plan',
          steps: [
            { label: 'Read the logs', state: 'done', result: '12 lines' },
            { label: 'Look at the node', state: 'running' },
          ],
        },
        { type: 'text', text: ['It is ', { unverified: 'gone' }, '.'] },
      ],
    });

    const text = on.harness
      .shown()
      .map((message) => message.text)
      .join('\n');
    for (const words of seen.split(/\s*\|/)) expect(text).toContain(words);
  });

  test('shows a picture, with its title, and words for those who do not see it', async () => {
    const { place } = await on.somewhere();

    const posted = await on.harness.platform.post(place, withBlocks(image('Trend', 'Three are open'), text('Below')));
    await on.harness.platform.update(posted, withBlocks(image('Trend', 'Two are open'), text('Below')));

    const [message] = on.harness.shown();
    expect(message?.pictures).toEqual(['Two are open']);
    expect(message?.text).toMatch(/Trend.*Below/s);
    expect(message?.edited).toBe(true);
  });

  test('gives an address that leads to a message, in a channel or in a thread', async ({ skip }) => {
    const { platform } = on.harness;
    if (!platform.link) return skip('the service has no addresses of messages');
    const { place } = await on.somewhere();
    const posted = await platform.post(place, say('A report'));
    const answer = await platform.post(posted.place, say('An answer'));

    const links = [await platform.link(posted), await platform.link(answer)];

    for (const link of links) expect(link).toMatch(/^https?:\/\/\S+$/);
    expect(links[0]).not.toBe(links[1]);
    expect(await platform.link(posted)).toBe(links[0]);
  });

  test('shows a message that has no blocks by its text', async () => {
    const { place } = await on.somewhere();

    await on.harness.platform.post(place, { text: 'Plainly', blocks: [] });

    expect(on.harness.shown()).toMatchObject([{ text: 'Plainly' }]);
  });

  test('shows links, people and times where they are meant', async () => {
    const { place, user } = await on.somewhere();
    const text: Inline[] = [
      { link: 'https://k8s.example/docs', label: 'the docs' },
      ' for ',
      { user },
      ' on ',
      { time: '2026-07-30T12:00:00Z' },
    ];

    await on.harness.platform.post(place, withBlocks({ type: 'text', text }));

    const [message] = on.harness.shown();
    expect(message?.live).toEqual(['https://k8s.example/docs', `@${user}`]);
    expect(message?.text).toContain('the docs');
    expect(message?.text).toContain('2026');
  });

  test('shows what a cluster says letter by letter, wherever it stands', async () => {
    const { place } = await on.somewhere();
    const data = HOSTILE.join('\n');
    const line = HOSTILE.join(' ');

    for (const blocks of everywhere(data, line)) {
      await on.harness.platform.post(place, { text: line, blocks: [blocks] });
      const message = on.harness.shown().at(-1);
      expect(message?.live, blocks.type).toEqual([]);
      for (const hostile of HOSTILE) expect(message?.text, blocks.type).toContain(hostile);
    }
  });

  test('shows what a cluster says letter by letter in titles and on buttons', async () => {
    const { place } = await on.somewhere();
    const short = HOSTILE.filter((hostile) => hostile.length <= 60);

    for (const hostile of short) {
      const actions = [{ label: hostile, run: 'help' }];
      const blocks: Block[] = [
        { type: 'heading', text: hostile },
        { type: 'actions', actions },
      ];
      await on.harness.platform.post(place, { text: hostile, blocks });
      const message = on.harness.shown().at(-1);
      expect(message?.live).toEqual([]);
      expect(message?.text.split(hostile), hostile).toHaveLength(3);
    }
  });

  test('makes letters harmless that would turn or hide others', async () => {
    const { place } = await on.somewhere();
    const data = 'invoice\u202efdp.exe \u2066x\u2069 \u0007\u001b[31mred';

    await on.harness.platform.post(place, withBlocks({ type: 'text', text: data }, { type: 'code', text: data }));

    const text = on.harness.shown()[0]?.text ?? '';
    // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through.
    expect(text).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u202a-\u202e\u2066-\u2069]/);
    for (const part of ['invoice', 'fdp.exe', 'red']) expect(text).toContain(part);
  });

  describe('shows all of a message that is too large, and counts what stands elsewhere:', () => {
    const line = (index: number) => `line-${String(index).padStart(4, '0')} ${'x'.repeat(40)}`;

    test('200 cards', async () => {
      const cards = Array.from(
        { length: 200 },
        (_, index): Block => ({
          type: 'card',
          severity: 'high',
          title: `Card ${index};`,
          lines: [`Why ${index};`, `Where ${index};`],
          actions: [{ label: `Explain ${index};`, run: `explain inc-${index}` }],
        }),
      );

      await expectAll(
        cards,
        cards.flatMap((_, index) => [`Card ${index};`, `Why ${index};`, `Where ${index};`, `Explain ${index};`]),
      );
    });

    test('30,000 letters of code', async () => {
      const lines = Array.from({ length: 600 }, (_, index) => line(index));

      await expectAll([{ type: 'code', text: lines.join('\n') }], lines);
    });

    test('one line of 30,000 letters', async () => {
      const words = Array.from({ length: 3000 }, (_, index) => `w${String(index).padStart(4, '0')}`);

      const all = await expectAll([{ type: 'text', text: words.join(' ') }], []);
      expect(all.match(/w\d{4}/g)).toHaveLength(3000);
    });

    test('a table of 500 rows', async () => {
      const rows = Array.from({ length: 500 }, (_, index) => [`row-${index};`, line(index)]);

      await expectAll([{ type: 'table', columns: [{ label: 'Name' }, { label: 'Line' }], rows }], rows.flat());
    });

    test('many tables, lists and facts', async () => {
      const columns = [{ label: 'Name' }];
      const blocks: Block[] = Array.from({ length: 4 }, (_, index) => [
        { type: 'table' as const, columns, rows: [[`table-${index};`]] },
        { type: 'list' as const, items: Array.from({ length: 60 }, (_, item) => `item-${index}-${item};`) },
        {
          type: 'facts' as const,
          facts: Array.from({ length: 30 }, (_, fact) => ({ label: `label-${index}-${fact};`, value: 'value' })),
        },
      ]).flat();

      await expectAll(blocks, ['table-0;', 'table-3;', 'item-0-0;', 'item-3-59;', 'label-0-0;', 'label-3-29;']);
    });

    async function expectAll(blocks: Block[], parts: string[]): Promise<string> {
      const { place } = await on.somewhere();

      const posted = await on.harness.platform.post(place, withBlocks(...blocks));

      const messages = on.harness.shown(place.channel);
      const all = messages.map((message) => message.text).join('\n');
      for (const part of parts) expect(all).toContain(part);
      for (const more of messages.slice(1)) expect(more.thread).toBe(posted.place.thread);
      expect(messages[0]?.id).toBe(posted.id);
      if (messages.length > 1) expect(messages[0]?.text).toMatch(/\d+ more/);
      return all;
    }
  });

  test('attaches a file', async () => {
    const { place } = await on.somewhere();
    const content = 'apiVersion: v1\n*not bold* <!channel>\n'.repeat(2000);

    await on.harness.platform.post(
      place,
      withBlocks(
        { type: 'text', text: 'See the file' },
        { type: 'file', name: 'report.yaml', title: 'Report', content },
      ),
    );

    await on.shownWith('See the file');
    const file = await on.shownWith(content);
    expect(file.text).toContain('Report');
  });

  test('tries again when the service asks it to wait', async ({ skip }) => {
    if (!on.harness.rateLimit) return skip('the service has no rate limit');
    const { place } = await on.somewhere();

    on.harness.rateLimit();
    await on.harness.platform.post(place, say('Late but here'));

    expect(on.harness.shown().filter((message) => message.text.includes('Late but here'))).toHaveLength(1);
  });
}

function text(words: string): Block {
  return { type: 'text', text: words };
}

function image(title: string, alt: string): Block {
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><rect width="${alt.length % 9}" height="9"/></svg>`;
  return { type: 'image', name: 'trend', title, alt, svg };
}

/** A text of data in every place of a message that can hold one. */
function everywhere(data: string, line: string): Block[] {
  return [
    { type: 'heading', text: line },
    { type: 'text', text: data },
    { type: 'text', text: [{ bold: data }, { italic: data }] },
    { type: 'text', text: [{ code: line }] },
    { type: 'text', text: [{ unverified: data }] },
    { type: 'steps', title: line, steps: [{ label: line, state: 'failed', result: data }] },
    { type: 'note', text: data },
    { type: 'alert', level: 'error', text: line },
    { type: 'facts', facts: [{ label: line, value: data }] },
    { type: 'list', items: [line, line] },
    { type: 'code', text: data },
    { type: 'table', columns: [{ label: 'Name' }], rows: [[data]] },
    { type: 'card', severity: 'low', title: line, lines: [line, [{ code: line }]] },
    { type: 'progress', label: line, done: 1, of: 2 },
    image(line, data),
  ];
}
