import { describe, expect, test } from 'vitest';
import { type Session, say, withBlocks } from './platform-session.ts';

/** What was posted under a key is found by it, in this process and in others, for as long as it stands there. */
export function finds(on: Session): void {
  describe('finds a message by its key', () => {
    test('in a channel and in a thread, from another process', async () => {
      const { place } = await on.somewhere();
      const report = await on.harness.platform.post(place, say('A report'), { key: 'report:1' });
      const answer = await on.harness.platform.post(report.place, say('An answer'), { key: 'answer:1' });

      const another = await on.harness.another();

      expect(await another.find(place, 'report:1')).toEqual(report);
      expect(await another.find(report.place, 'answer:1')).toEqual(answer);
      expect(await on.harness.platform.find(report.place, 'answer:1')).toEqual(answer);
    });

    test('and no other one: under another key, in another place, by someone else', async () => {
      const { place } = await on.somewhere();
      const one = await on.harness.platform.post(place, say('One'));
      const two = await on.harness.platform.post(place, say('Two'), { key: 'two' });
      await on.harness.platform.post(one.place, say('In a thread'), { key: 'inside' });
      await on.harness.reply('inside', one.place.thread ?? '');

      expect(await on.harness.platform.find(place, 'inside')).toBeUndefined();
      expect(await on.harness.platform.find(two.place, 'inside')).toBeUndefined();
      expect(await on.harness.platform.find(place, 'one')).toBeUndefined();
      expect(await on.harness.platform.find({ channel: 'C0NOWHERE' }, 'two')).toBeUndefined();
    });

    test('after updates, by whichever process', async () => {
      const { place } = await on.somewhere();
      const posted = await on.harness.platform.post(place, say('0 of 2'), { key: 'k' });
      const another = await on.harness.another();

      await on.harness.platform.update(posted, say('1 of 2'));
      const found = await another.find(place, 'k');
      if (!found) throw new Error('nothing was found');
      await another.update(found, say('2 of 2'));

      expect(await on.harness.platform.find(place, 'k')).toEqual(posted);
      expect(on.harness.shown(place.channel).filter(({ text }) => text.includes('of 2'))).toMatchObject([
        { id: posted.id, text: '2 of 2' },
      ]);
    });

    test('of several pages, each of which another process then changes', async () => {
      const { place } = await on.somewhere();
      const lines = (word: string) =>
        withBlocks({ type: 'text', text: Array.from({ length: 3000 }, (_, index) => `${word}${index};`).join(' ') });
      await on.harness.platform.post(place, lines('old'), { key: 'long' });
      const another = await on.harness.another();

      const found = await another.find(place, 'long');
      if (!found) throw new Error('nothing was found');
      await another.update(found, lines('new'));

      const text = on.harness
        .shown(place.channel)
        .map((message) => message.text)
        .join('\n');
      expect(text.match(/new\d+;/g)).toHaveLength(3000);
      expect(text).not.toContain('old');
    });
  });
}
