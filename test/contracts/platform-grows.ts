import { describe, expect, test } from 'vitest';
import type { Block } from '../../src/message.ts';
import type { Growing, Place } from '../../src/platform.ts';
import type { Shown } from './platform.ts';
import { type Session, say, withBlocks } from './platform-session.ts';

const text = (words: string): Block => ({ type: 'text', text: words });

/** A message grows in its thread while it is read, and at its end it stands there whole and once. */
export function grows(on: Session): void {
  async function begin(words = 'The beginning.'): Promise<{ growing: Growing; place: Place; user: string }> {
    const { place, user } = await on.somewhere();
    const root = await on.harness.platform.post(place, say('A report'));
    return { growing: await on.harness.platform.grow(root.place, say(words), user), place: root.place, user };
  }

  /** What stands in the thread, and all of its letters. */
  function standing(place: Place): { messages: Shown[]; all: string } {
    const messages = on.harness.shown(place.channel).filter(({ thread }) => thread === place.thread);
    return { messages, all: messages.map((message) => message.text).join('\n') };
  }

  describe('lets a message grow', () => {
    test('part by part, in its order, until it stands whole and once', async () => {
      const { growing, place } = await begin();

      await on.shownWith('The beginning.');
      await growing.append([text('Part 1;'), text('Part 2;')]);
      await on.shownWith('Part 2;');
      await growing.append([text('Part 3;')]);
      await on.shownWith('Part 3;');
      await growing.finish([text('The end.')]);

      expect(growing.posted.place).toEqual(place);
      const { messages } = standing(place);
      expect(messages).toMatchObject([{ id: growing.posted.id }]);
      expect(messages[0]?.text.match(/The beginning\.|Part \d;|The end\./g)).toEqual([
        'The beginning.',
        'Part 1;',
        'Part 2;',
        'Part 3;',
        'The end.',
      ]);
    });

    test('by parts that come faster than a service takes them', async () => {
      const { growing, place } = await begin();
      const parts = Array.from({ length: 30 }, (_, index) => `Part ${index};`);

      for (const part of parts) await growing.append([text(part)]);
      await growing.finish([]);

      expect(standing(place).messages).toHaveLength(1);
      expect(standing(place).all.match(/Part \d+;/g)).toEqual(parts);
    });

    test('with what a cluster says, letter by letter', async () => {
      const { growing, place } = await begin();
      const hostile = '<!channel> <@U0ANNA> *bold* `code` :tada: [a](https://x.example) &amp;';

      await growing.append([text(hostile), { type: 'text', text: [{ unverified: hostile }] }]);
      await on.shownWith('(not verified)');
      expect(standing(place).messages[0]?.live).toEqual([]);
      await growing.finish([]);

      expect(standing(place).messages[0]?.live).toEqual([]);
      expect(standing(place).all.split(hostile)).toHaveLength(3);
    });

    test('to more than one message holds', async () => {
      const { growing, place } = await begin();
      const parts = Array.from({ length: 120 }, (_, index) => `Part ${index} ${'x'.repeat(400)};`);

      for (const part of parts) await growing.append([text(part)]);
      await growing.finish([text('The end.')]);

      const { messages, all } = standing(place);
      expect(messages[0]?.id).toBe(growing.posted.id);
      expect(all.match(/Part \d+ x+;/g)).toEqual(parts);
      expect(all.match(/The end\./g)).toHaveLength(1);
    });

    test('with tables, code, files and steps in the midst, and buttons at its end', async () => {
      const { growing, place } = await begin();
      const content = 'line of a file\n'.repeat(1000);

      await growing.append([{ type: 'table', columns: [{ label: 'Name' }], rows: [['a cell']] }]);
      await growing.append([{ type: 'steps', title: 'Steps', steps: [{ label: 'Look', state: 'done' }] }]);
      await growing.append([{ type: 'code', text: 'kubectl get pods' }, text('Words after.')]);
      await growing.append([{ type: 'file', name: 'log.txt', title: 'Log', content }]);
      await growing.finish([
        { type: 'actions', actions: [{ label: 'Again', run: 'again' }] },
        { type: 'feedback', good: 'feedback good', bad: 'feedback bad' },
      ]);

      const { messages, all } = standing(place);
      for (const words of ['a cell', 'Steps', 'Look', 'kubectl get pods', 'Words after.', content]) {
        expect(all.split(words), words).toHaveLength(2);
      }
      const [message] = messages;
      if (!message) throw new Error('no message');
      await on.harness.press(message, 'Again');
      expect((await on.arrived('again')).place).toEqual(place);
      await on.harness.press(message, '👎');
      await on.arrived('feedback bad');
    });

    test('although the service takes no more of it in the midst', async ({ skip }) => {
      if (!on.harness.stopGrowth) return skip('the service always does');
      const { growing, place } = await begin();
      await growing.append([text('Part 1;')]);
      await on.shownWith('Part 1;');

      on.harness.stopGrowth();
      await growing.append([text('Part 2;')]);
      await on.shownWith('Part 2;');
      await growing.append([text('Part 3;')]);
      await growing.finish([text('Part 4;')]);

      expect(standing(place).messages).toHaveLength(1);
      expect(standing(place).all.match(/Part \d;/g)).toEqual(['Part 1;', 'Part 2;', 'Part 3;', 'Part 4;']);
    });

    test('beside others, and then be updated like any other', async () => {
      const { growing: one, place, user } = await begin('One');
      const two = await on.harness.platform.grow(place, say('Two'), user);

      await Promise.all([one.append([text('one more')]), two.append([text('two more')])]);
      await Promise.all([two.finish([]), one.finish([])]);
      await on.harness.platform.update(two.posted, withBlocks(text('Anew')));

      const { messages } = standing(place);
      expect(messages.map(({ id }) => id)).toEqual([one.posted.id, two.posted.id]);
      expect(messages[0]?.text).toContain('one more');
      expect(messages[1]?.text).toBe('Anew');
    });
  });
}
